/**
 * `npm run engines`: the tests of tests/engine/ on the oldest CLI that README promises and on the newest, and the
 * table of what they came to in provider/QUESTIONS.md. With `oldest`, `newest` or parts of paths behind `--` it runs
 * these alone, and writes no table.
 */
import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { allHosts, releases } from "./engine.mjs";
import { install, installEngine } from "./install.mjs";

const root = resolve(fileURLToPath(new URL(".", import.meta.url)), "../..");
const results = join(root, ".cache/results/engines");

/** A suite that hangs costs this much, and no more: the slowest one takes two minutes. */
const secondsEach = 360;

/** What a release cannot do, with the names of the tests that do it: they are not run there, and the table says so. */
const cannot = {
  oldest: {
    "take over with `pulumi import --file`, in the class": [
      "through the class kill -9 of the (provider|CLI) amid creates",
      "through the class Ctrl-C twice",
      "^leftovers of a killed run",
      "^what retainOnDelete kept is released by the up after its import, by the class",
      "^the file that adopt prints",
      "^the first program and Install's commands",
      "^every block of README is used",
    ],
    // It prints `verify: true => true` for true => false.
    "replace by `replacementTrigger`": ["^a replacement by replacementTrigger"],
    "print all that a refresh finds": ["^what a refresh finds", "^each golden text is of a preview"],
  },
  newest: {},
};
const namesOf = (release) => Object.values(cannot[release]).flat();

/** Of the suites that run: each is the first process of a group. */
const groups = new Set();

/** Ends a suite with what it started. */
function end(group) {
  try {
    process.kill(-group, "SIGKILL");
  } catch {}
}

for (const signal of ["SIGINT", "SIGTERM"])
  process.once(signal, () => {
    for (const group of groups) end(group);
    process.kill(process.pid, signal);
  });

/** Runs one suite. @returns how many of its tests pass and fail, and in words what failed. */
function runSuite(release, suite) {
  const output = join(results, `${release}-${suite.replaceAll(/\W+/g, "-")}.json`);
  const env = {
    ...process.env,
    ACT365_ENGINE: release,
    PATH: [join(root, "node_modules/.bin"), process.env.PATH].join(delimiter),
  };
  const path = join(root, "tests/engine", suite);
  const args = ["--runInBand", "--forceExit", "--json", `--outputFile=${output}`, "--runTestsByPath", path];
  const names = namesOf(release).map((name) => (name.startsWith("^") ? name.slice(1) : `.*${name}`));
  if (names.length > 0) args.push(`--testNamePattern=^(?!${names.join("|")})`);
  // Its own group, so that what it started ends with it.
  const child = spawn("jest", args, { cwd: root, stdio: "ignore", env, detached: true });
  groups.add(child.pid);
  return new Promise((done, fail) => {
    let isLate = false;
    const limit = setTimeout(() => {
      isLate = true;
      end(child.pid);
    }, secondsEach * 1000);
    child.on("error", fail);
    child.on("close", () => {
      clearTimeout(limit);
      groups.delete(child.pid);
      done(isLate ? failed(suite, `was not done after ${secondsEach} seconds`) : outcomeOf(suite, output));
    });
  });
}

const failed = (suite, reason) => ({ passed: 0, failed: 1, notRun: 0, failures: [`${suite}: ${reason}`] });

function outcomeOf(suite, output) {
  let run;
  try {
    run = JSON.parse(readFileSync(output, "utf8"));
  } catch {
    return failed(suite, "jest ended without results");
  }
  const tests = run.testResults.flatMap(({ assertionResults }) => assertionResults);
  if (tests.length === 0) return failed(suite, run.testResults[0]?.message || "has no tests");
  const countOf = (wanted) => tests.filter(({ status }) => status === wanted).length;
  const others = tests.filter(({ status }) => status !== "passed" && status !== "pending");
  return {
    passed: countOf("passed"),
    failed: others.length,
    notRun: countOf("pending"),
    failures: others.map(({ fullName, failureMessages: [why = ""] }) => `${suite}: ${fullName}\n${why}`),
  };
}

async function onRelease(release, suites) {
  const total = { version: releases[release], passed: 0, failed: 0, notRun: 0, failures: [] };
  const queue = [...suites];
  const worker = async () => {
    for (let suite = queue.shift(); suite !== undefined; suite = queue.shift()) {
      const outcome = await runSuite(release, suite);
      for (const count of ["passed", "failed", "notRun"]) total[count] += outcome[count];
      total.failures.push(...outcome.failures);
      const { passed, failed, notRun } = outcome;
      console.log(`${total.version}: ${suite}: ${passed} passed, ${failed} failed, ${notRun} not run`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() + 1 }, worker));
  const reasons = Object.keys(cannot[release]).join("; ");
  return { ...total, notRun: total.notRun === 0 ? "none" : `${total.notRun}: it cannot ${reasons}` };
}

// Those that take longest come first.
const isLong = (suite) => suite.includes("long/") || suite.includes("kill");
const args = process.argv.slice(2);
const wanted = args.filter((each) => !(each in releases));
const suites = readdirSync(join(root, "tests/engine"), { recursive: true })
  .map((name) => name.replaceAll("\\", "/"))
  .filter((name) => name.endsWith(".test.ts"))
  .filter((name) => wanted.length === 0 || wanted.some((part) => `tests/engine/${name}`.includes(part)))
  .sort((one, other) => Number(isLong(other)) - Number(isLong(one)));

rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });
await install();
const rows = [];
const only = args.filter((each) => each in releases);
for (const release of only.length > 0 ? only : ["oldest", "newest"]) {
  await installEngine(release, allHosts);
  rows.push(await onRelease(release, suites));
}

const table = [
  "| CLI | tests of the engine that pass | that fail | not run |",
  "| --- | --- | --- | --- |",
  ...rows.map(({ version, passed, failed, notRun }) =>
    ["", version, passed, failed, notRun, ""].join(" | ").trim(),
  ),
].join("\n");
for (const { version, failures } of rows)
  for (const failure of failures) console.log(`\n${version} fails: ${failure}`);
console.log(`\n${table}\n`);
if (args.length === 0) {
  const { withPart } = await import("../support/page.mts");
  const page = join(root, "provider/QUESTIONS.md");
  writeFileSync(page, withPart(readFileSync(page, "utf8"), "engines", table));
}
process.exitCode = rows.some(({ failed }) => failed > 0) ? 1 : 0;
