import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";

/** A process that serves the CLI's calls, one at a time (resident.mts); begun when its port is asked for. */
export class Resident {
  #child: ChildProcess | undefined;
  #port: Promise<string> | undefined;
  readonly #role: "program" | "plugin";
  readonly #root: string;
  readonly #stderr: "inherit" | "ignore";

  /** @param root the folder whose node_modules are used. */
  constructor(role: "program" | "plugin", root: string, stderr: "inherit" | "ignore" = "inherit") {
    this.#role = role;
    this.#root = root;
    this.#stderr = stderr;
  }

  get port(): Promise<string> {
    this.#port ??= this.#begin();
    return this.#port;
  }

  kill(): void {
    this.#child?.kill("SIGKILL");
    this.#port = undefined;
  }

  #begin(): Promise<string> {
    // From the tests' folder, as jest and Node have it in other ways.
    const program = resolve("tests/support/resident.mts");
    const child = spawn(process.execPath, [program, this.#role, this.#root], {
      // A session of its own: whoever signals the tests' group does not end what they still need.
      detached: true,
      stdio: ["pipe", "pipe", this.#stderr],
      env: { NODE_COMPILE_CACHE: resolve(".cache/compiled"), ...process.env },
    });
    this.#child = child;
    child.once("exit", () => {
      if (this.#child === child) this.#port = undefined;
    });
    // It ends with this process, which need not wait for it.
    for (const handle of [child, child.stdin, child.stdout] as unknown as { unref(): void }[]) handle.unref();
    return once(child.stdout as NodeJS.ReadableStream, "data").then(([chunk]) => String(chunk).trim());
  }
}
