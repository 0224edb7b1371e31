/**
 * `npm test`, `npm run test:fast` and `npm run test:all`, with jest's arguments behind `--`. The tests that need no engine
 * run while one is built. Results lie in .cache/results/, one file for each run of jest.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { allHosts, hostsOfShort, isEngineThere } from "./engine.mjs";
import { install, installEngine } from "./install.mjs";

const root = resolve(fileURLToPath(new URL(".", import.meta.url)), "../..");
const results = join(root, ".cache/results");

// Below tests/: what needs the engine, and what of it takes minutes.
const withEngine = ["engine/", "faults/", "installs/"];
const lanes = {
  fast: [...withEngine, "explore/", "docs/reference"],
  short: ["engine/long/", "faults/", "installs/"],
  all: [],
};

const [lane = "", ...args] = process.argv.slice(2);

/** Runs a program of node_modules. @returns whether it ended well; what it printed comes at its end if it is `late`. */
function command(name, more, { isLate = false } = {}) {
  return new Promise((done, fail) => {
    const PATH = [join(root, "node_modules/.bin"), process.env.PATH].join(delimiter);
    const stdio = isLate ? ["ignore", "pipe", "pipe"] : "inherit";
    const child = spawn(name, more, { cwd: root, stdio, env: { ...process.env, PATH } });
    let printed = "";
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding("utf8").on("data", (part) => {
        printed += part;
      });
    child.on("error", fail);
    child.on("close", (code) => done({ isWell: code === 0, printed }));
  });
}

/** Tests wait for the platform, so more of them than there are cores keep these busy; without an engine they wait more. */
const workersOf = (name) => availableParallelism() + (name === "fast" ? 4 : 1);

/** Runs jest on what lies below tests/ but not in these folders. */
async function jest(name, without, ...more) {
  const ignored = without.map((folder) => `<rootDir>/tests/${folder}`);
  const { isWell } = await command("jest", [
    // Before the options, which would take paths for their own.
    ...args,
    "--json",
    `--outputFile=${join(results, `${name}.json`)}`,
    `--maxWorkers=${workersOf(name)}`,
    ...["<rootDir>/.cache/", "<rootDir>/node_modules/", ...ignored].flatMap((path) => [
      "--testPathIgnorePatterns",
      path,
    ]),
    ...more,
  ]);
  return hasShortNames(name) && isWell;
}

/** Whether each test's name has at most 80 characters, as CONTRIBUTING.md says. */
function hasShortNames(name) {
  const file = join(results, `${name}.json`);
  if (!existsSync(file)) return true;
  const tests = JSON.parse(readFileSync(file, "utf8")).testResults.flatMap((each) => each.assertionResults);
  const long = tests.map(({ title }) => title).filter(({ length }) => length > 80);
  for (const title of long)
    console.error(`a test's name has ${title.length} characters, and 80 at most: ${title}`);
  return long.length === 0;
}

/** Types, lint and format, beside the tests; what they find comes after these, where it is seen. */
async function check() {
  const { isWell, printed } = await command("npm", ["run", "--silent", "check"], { isLate: true });
  return () => {
    console.log(
      `\n${printed.trim()}\n${isWell ? "check: types, lint and format are right" : "check: failed, see above"}`,
    );
    return isWell;
  };
}

async function runTests() {
  const needsEngine = lane !== "fast";
  const isThere = isEngineThere(root, "newest");
  const engine = needsEngine && installEngine("newest", lane === "all" ? allHosts : hostsOfShort);
  // Whoever waits for it below hears of a failure; until then it is nobody's.
  if (engine) engine.catch(() => {});
  if (isThere) await engine;
  if (!needsEngine || isThere) return jest(lane, lanes[lane]);
  const isWell = await jest("without-engine", withEngine, "--passWithNoTests");
  await engine;
  const others = lanes[lane].concat("(?!(engine|faults|installs)/)");
  return (await jest("with-engine", others, "--passWithNoTests")) && isWell;
}

async function main() {
  if (lane === "all") process.env.ACT365_EXPLORE_SECONDS ??= "90";
  rmSync(results, { recursive: true, force: true });
  mkdirSync(results, { recursive: true });
  await install();
  const checked = check();
  const isWell = await runTests();
  return (await checked)() && isWell;
}

main()
  .then((isWell) => {
    process.exitCode = isWell ? 0 : 1;
  })
  .catch((error) => {
    console.error(`\n${error.message}`);
    process.exitCode = 1;
  });
