/**
 * `npm test`, `npm run test:fast` and `npm run test:all`, with jest's arguments behind `--`. The tests that need no engine
 * run while one is built. Results lie in .cache/results/, one file for each run of jest.
 */
import { spawn } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { isEngineThere } from "./engine.mjs";
import { install, installEngine } from "./install.mjs";

const root = resolve(fileURLToPath(new URL(".", import.meta.url)), "../..");
const results = join(root, ".cache/results");

// Below tests/: what needs the engine, and what of it takes minutes.
const withEngine = ["engine", "faults", "installs"];
const lanes = { fast: withEngine, short: ["faults", "installs"], all: [] };

const [lane = "", ...args] = process.argv.slice(2);

function command(name, ...more) {
  return new Promise((done, fail) => {
    const PATH = [join(root, "node_modules/.bin"), process.env.PATH].join(delimiter);
    const child = spawn(name, more, { cwd: root, stdio: "inherit", env: { ...process.env, PATH } });
    child.on("error", fail);
    child.on("close", (code) => done(code === 0));
  });
}

/** Runs jest on what lies below tests/ but not in these folders. */
function jest(name, without, ...more) {
  const ignored = without.map((folder) => `<rootDir>/tests/${folder}/`);
  return command(
    "jest",
    "--json",
    `--outputFile=${join(results, `${name}.json`)}`,
    // Tests wait for the platform, so one more than there are cores keeps all of them busy.
    `--maxWorkers=${availableParallelism() + 1}`,
    ...["<rootDir>/.cache/", "<rootDir>/node_modules/", ...ignored].flatMap((path) => [
      "--testPathIgnorePatterns",
      path,
    ]),
    ...more,
    ...args,
  );
}

async function main() {
  if (lane === "all") process.env.ACT365_EXPLORE_SECONDS ??= "90";
  rmSync(results, { recursive: true, force: true });
  mkdirSync(results, { recursive: true });
  await install();
  const needsEngine = lane !== "fast";
  const isThere = isEngineThere(root, "newest");
  const engine = needsEngine && installEngine("newest", { hosts: true });
  // Whoever waits for it below hears of a failure; until then it is nobody's.
  if (engine) engine.catch(() => {});
  if (isThere) await engine;
  if (!(await command("npm", "run", "--silent", "check"))) return false;
  if (!needsEngine || isThere) return jest(lane, lanes[lane]);
  const isWell = await jest("without-engine", withEngine, "--passWithNoTests");
  await engine;
  const others = lanes[lane].concat("(?!engine|faults|installs)[^/]+");
  return (await jest("with-engine", others, "--passWithNoTests")) && isWell;
}

main()
  .then((isWell) => {
    process.exitCode = isWell ? 0 : 1;
  })
  .catch((error) => {
    console.error(`\n${error.message}`);
    process.exitCode = 1;
  });
