import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { mutations } from "./mutations.mts";

/** How long; npm run test:all takes its time. */
const { ACT365_EXPLORE_SECONDS = "6" } = process.env;

/** The same cases every time: a change answers for what it breaks. `npm run explore -- --seed N` looks for more. */
const explore = (...args: string[]) =>
  spawnSync(process.execPath, [resolve(__dirname, "explore.mts"), "--workers", "1", "--seed", "1", ...args], {
    encoding: "utf8",
  });

test("nothing is lost, had twice or shown, whatever goes wrong", () => {
  const { status, stdout, stderr } = explore("--seconds", ACT365_EXPLORE_SECONDS);
  // What was found comes after the table.
  const [, found = stdout + stderr] = stdout.split(/^\d+ runs in .*$/m);
  expect({ status, found: found.trim() }).toEqual({ status: 0, found: "" });
}, 600_000);

test.each([
  ["cannot be loaded", 'throw new Error("no code")', /no code/],
  ["fails by itself", "exports.configure = async () => {};", /fails without any disturbance/],
])("an exploration of code that %s ends with an error, not a count", (_, code, reason) => {
  const folder = mkdtempSync(join(tmpdir(), "act365-"));
  const ownership = resolve(__dirname, "../../dist/arguments/ownership.js");
  writeFileSync(join(folder, "ownership.js"), `module.exports = require(${JSON.stringify(ownership)});`);
  writeFileSync(join(folder, "lifecycle.js"), code);
  const { status, stdout, stderr } = explore("--seconds", "60", "--lifecycle", join(folder, "lifecycle.js"));
  rmSync(folder, { recursive: true });
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toMatch(reason);
  expect(stderr).toMatch("the harness is broken: worker.mts ended with 1");
});

test("what the prover breaks on purpose stands in what is built", () => {
  const codeOf = (file: string) => readFileSync(resolve(__dirname, "../../dist", file), "utf8");
  const missing = mutations.filter(({ file, from }) => !codeOf(file).includes(from));
  expect(missing.map(({ what }) => what)).toEqual([]);
});
