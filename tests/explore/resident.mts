import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");

/** A process that serves the CLI's calls, one at a time. */
export class Resident {
  #child: ChildProcess | undefined;
  #port: Promise<string> | undefined;
  readonly #role: "program" | "plugin";

  constructor(role: "program" | "plugin") {
    this.#role = role;
  }

  get port(): Promise<string> {
    if (!this.#port) {
      const child = spawn(process.execPath, [resolve(root, "tests/support/resident.mts"), this.#role, root], {
        stdio: ["pipe", "pipe", "ignore"],
        env: { NODE_COMPILE_CACHE: resolve(root, ".cache/compiled"), ...process.env },
      });
      this.#child = child;
      this.#port = once(child.stdout as NodeJS.ReadableStream, "data").then(([chunk]) =>
        String(chunk).trim(),
      );
    }
    return this.#port;
  }

  kill(): void {
    this.#child?.kill("SIGKILL");
    this.#port = undefined;
  }
}
