import { execFileSync } from "node:child_process";

export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** Every process of this machine that is not yet dead. */
function processes(): Process[] {
  return execFileSync("ps", ["-Ao", "pid=,ppid=,stat=,args="], { encoding: "utf8", maxBuffer: 2 ** 26 })
    .split("\n")
    .flatMap((line) => {
      const [, pid, parent, state, command] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
      return state && !state.startsWith("Z")
        ? [{ pid: Number(pid), parent: Number(parent), command: command ?? "" }]
        : [];
    });
}

/** What a process has started, and what that has started in turn. */
export function descendantsOf(pid: number): Process[] {
  const all = processes();
  const below = (parent: number): Process[] =>
    all.filter((each) => each.parent === parent).flatMap((each) => [each, ...below(each.pid)]);
  return below(pid);
}

/** Those that still run. */
export const alive = (those: readonly Process[]): Process[] => {
  const running = new Map(processes().map((each) => [each.pid, each.command]));
  return those.filter(({ pid, command }) => running.get(pid) === command);
};

/** `kill -9` of each, also where one has ended by itself since it was looked for. */
export function killAll(pids: readonly number[]): void {
  for (const pid of pids)
    try {
      process.kill(pid, "SIGKILL");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
}

/** `kill -9` of a CLI and of all that it has started: a language host does not see that its CLI is gone. */
export const killWhole = (pid: number): void => killAll([pid, ...descendantsOf(pid).map((each) => each.pid)]);

/** Waits until something holds; looks often. @throws after the seconds, with the words. */
export async function until<T>(what: string, seconds: number, look: () => T | undefined | false): Promise<T> {
  for (const end = performance.now() + seconds * 1000; ; ) {
    const found = look();
    if (found) return found;
    if (performance.now() > end) throw new Error(`not so after ${seconds} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
