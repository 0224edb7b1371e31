import { spawnSync } from "node:child_process";
import { resolve } from "node:path";

/** How long; npm run test:all takes its time. */
const { ACT365_EXPLORE_SECONDS = "6" } = process.env;

test("nothing is lost, had twice or shown, whatever goes wrong", () => {
  const args = [resolve(__dirname, "explore.mts"), "--seconds", ACT365_EXPLORE_SECONDS, "--workers", "1"];
  // The same cases every time: a change answers for what it breaks. `npm run explore -- --seed N` looks for more.
  const seed = "1";
  const { status, stdout, stderr } = spawnSync(process.execPath, [...args, "--seed", seed], {
    encoding: "utf8",
  });
  // What was found comes after the table.
  const [, found = stdout + stderr] = stdout.split(/^\d+ runs in .*$/m);
  expect({ status, found: found.trim() }).toEqual({ status: 0, found: "" });
}, 600_000);
