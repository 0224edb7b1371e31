import { spawn } from "node:child_process";
import { createWriteStream, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const logs = resolve(fileURLToPath(new URL(".", import.meta.url)), "../../.cache/engine");

/** Says what is being done, and that it still is, and how long it took. */
export async function step(name, work) {
  const start = Date.now();
  const seconds = () => `${((Date.now() - start) / 1000).toFixed(1)} s`;
  const heartbeat = setInterval(() => console.log(`${name}: still at it after ${seconds()}`), 20_000);
  try {
    console.log(`${name}: ${await work()} (${seconds()})`);
  } finally {
    clearInterval(heartbeat);
  }
}

/** Runs a program with its output in a log. Rejects when it fails or is not done in time, naming the log. */
export function run(command, args, { cwd, seconds, log, env = {} }) {
  const file = join(logs, log);
  return new Promise((done, fail) => {
    const stream = createWriteStream(file);
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      // Its own group, so that what it started ends with it when the time is over.
      detached: true,
    });
    const kill = () => {
      try {
        process.kill(-child.pid, "SIGKILL");
      } catch {}
    };
    const stop = (signal) => {
      kill();
      process.kill(process.pid, signal);
    };
    process.once("SIGINT", stop).once("SIGTERM", stop);
    const limit = setTimeout(() => {
      kill();
      finish(`was not done after ${seconds} seconds`);
    }, seconds * 1000);
    child.stdout.pipe(stream, { end: false });
    child.stderr.pipe(stream, { end: false });
    child.on("error", (error) => finish(error.code === "ENOENT" ? "is not installed" : error.message));
    child.on("close", (code) => finish(code === 0 ? undefined : `ended with ${code}`));

    function finish(problem) {
      clearTimeout(limit);
      process.off("SIGINT", stop).off("SIGTERM", stop);
      stream.end(() => {
        if (problem === undefined) return done();
        const tail = readFileSync(file, "utf8").trimEnd().split("\n").slice(-15).join("\n");
        fail(
          new Error(`${command} ${args.join(" ")} ${problem}; its output is in ${file}\n${tail}`.trimEnd()),
        );
      });
    }
  });
}
