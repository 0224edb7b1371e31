import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { delimiter, resolve } from "node:path";

/** What one call of the CLI came to. */
export interface Run {
  /** Undefined when a signal ended it. */
  readonly exitCode: number | undefined;
  /** Standard output and error, in the order in which they came. */
  readonly text: string;
  readonly stdout: string;
}

export interface Options {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Shows what it prints while it does. */
  readonly isShown?: boolean;
  /** After which it is ended, and the call fails with what it had printed. */
  readonly seconds?: number;
  /** Called with the process once it runs. */
  readonly onStart?: (child: ChildProcess) => void;
}

/** Runs the real Pulumi CLI that `install.mjs` brought; a missing one is a failure, never a skip. */
export async function pulumi(
  args: readonly string[],
  { cwd, env, isShown = false, seconds, onStart }: Options,
): Promise<Run> {
  const child = spawn("pulumi", [...args, "--non-interactive"], {
    cwd,
    env: { NODE_COMPILE_CACHE: resolve(".cache/compiled"), ...process.env, ...engineEnvironment(), ...env },
    stdio: ["ignore", "pipe", "pipe"],
    // Its own group, so that a test can end all of it.
    detached: onStart !== undefined,
  });
  onStart?.(child);
  let text = "";
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (part: string) => {
    text += part;
    stdout += part;
    if (isShown) process.stdout.write(part);
  });
  child.stderr.setEncoding("utf8").on("data", (part: string) => {
    text += part;
    if (isShown) process.stderr.write(part);
  });
  return new Promise((done, fail) => {
    const giveUp = () => {
      child.kill("SIGKILL");
      fail(new Error(`pulumi ${args.join(" ")} did not end in ${seconds} seconds; it had printed:\n${text}`));
    };
    const timer = seconds === undefined ? undefined : setTimeout(giveUp, seconds * 1000);
    child.on("error", fail);
    child.on("close", (code) => {
      clearTimeout(timer);
      done({ exitCode: code ?? undefined, text, stdout });
    });
  });
}

/** What `pulumi config set-all` is given: those that hold "ecret" or "Key", or a whole connection, become secrets. */
export const configFlags = (config: Readonly<Record<string, string>>): string[] =>
  Object.entries(config).flatMap(([key, value]) => [
    /ecret|Key|other$/.test(key) ? "--secret" : "--plaintext",
    `${key}=${value}`,
  ]);

/** Which engine the tests run on, as `install.mjs` calls it. */
const release = process.env.ACT365_ENGINE ?? "newest";

/** PATH with the same CLI beside warm.sh in place of the host of dynamic providers, and without language hosts. */
export function warmPath(): string {
  const [engine = "", ...others] = engineEnvironment().PATH?.split(delimiter) ?? [];
  return [resolve(`.cache/engine/${release}-warm`), ...others.filter((each) => each !== engine)].join(
    delimiter,
  );
}

/** The variables with which the engine, its plugins and a current Node are found. */
export function engineEnvironment(): Record<string, string> {
  const file = resolve(`.cache/engine/${release}.json`);
  try {
    const { PATH, ...rest } = JSON.parse(readFileSync(file, "utf8"));
    return { ...rest, PATH: `${PATH}${delimiter}${process.env.PATH}` };
  } catch {
    throw new Error("there is no Pulumi engine; bring one with: node tests/setup/install.mjs");
  }
}
