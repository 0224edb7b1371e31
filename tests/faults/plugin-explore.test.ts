import { spawnSync } from "node:child_process";
import { resolve } from "node:path";

test("nothing is lost, had twice or shown through the plugin, whatever goes wrong", () => {
  const explore = (file: string) => resolve(__dirname, "../explore", file);
  const options = ["--lifecycle", explore("door/lifecycle.js"), "--seconds", "45", "--workers", "1"];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [explore("explore.mts"), ...options, "--seed", "1"],
    { encoding: "utf8" },
  );
  // What was found comes after the table.
  const [, found = stdout + stderr] = stdout.split(/^\d+ runs in .*$/m);
  expect({ status, found: found.trim() }).toEqual({ status: 0, found: "" });
}, 600_000);
