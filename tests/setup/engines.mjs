/**
 * `npm run engines`: the tests of tests/engine/ on the oldest CLI that README promises and on the newest, and the
 * table of what they came to in provider/QUESTIONS.md.
 */
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { releases } from "./engine.mjs";
import { install, installEngine } from "./install.mjs";

const root = resolve(fileURLToPath(new URL(".", import.meta.url)), "../..");
const results = join(root, ".cache/results");

function jest(release, args) {
  const env = {
    ...process.env,
    ACT365_ENGINE: release,
    PATH: [join(root, "node_modules/.bin"), process.env.PATH].join(delimiter),
  };
  const output = join(results, `engine-${release}.json`);
  const child = spawn("jest", ["tests/engine/", "--json", `--outputFile=${output}`, ...args], {
    cwd: root,
    stdio: "inherit",
    env,
  });
  return new Promise((done, fail) => {
    child.on("error", fail);
    child.on("close", () => done(JSON.parse(readFileSync(output, "utf8"))));
  });
}

mkdirSync(results, { recursive: true });
await install();
const rows = [];
for (const [release, version] of Object.entries(releases)) {
  await installEngine(release, { hosts: true });
  const { testResults, numPassedTests, numTotalTests } = await jest(release, process.argv.slice(2));
  const failed = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status !== "passed")
    .map(({ title }) => title);
  rows.push({ version, numPassedTests, numTotalTests, failed });
}

const table = [
  "| CLI | tests of the engine that pass |",
  "| --- | --- |",
  ...rows
    .toReversed()
    .map(
      ({ version, numPassedTests, numTotalTests }) =>
        `| ${version} | ${numPassedTests} of ${numTotalTests} |`,
    ),
].join("\n");
console.log(`\n${table}\n`);
for (const { version, failed } of rows) for (const title of failed) console.log(`${version} fails: ${title}`);
if (process.argv.length === 2) {
  const { withPart } = await import("../support/page.mts");
  const page = join(root, "provider/QUESTIONS.md");
  writeFileSync(page, withPart(readFileSync(page, "utf8"), "engines", table));
}
process.exitCode = rows.some(({ failed }) => failed.length > 0) ? 1 : 0;
