/** Explores with several processes at once. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import type { Compared } from "./sample.mts";
import type { Order, Report } from "./worker.mts";

/**
 * Lines that a program of this folder prints.
 *
 * @throws when it does not end well.
 */
export async function* linesOf(program: string, args: readonly string[]): AsyncGenerator<string> {
  const child = spawn(process.execPath, [resolve(import.meta.dirname, program), ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const closed = once(child, "close");
  try {
    yield* createInterface({ input: child.stdout });
    const [code, signal] = await closed;
    if (code !== 0) throw new Error(`the harness is broken: ${program} ended with ${code ?? signal}`);
  } finally {
    child.kill();
  }
}

/**
 * @param isEnough is asked after each report; true ends them all.
 * @throws when one of the processes does not end well; the others end too.
 */
export async function exploring(
  order: Omit<Order, "part">,
  isEnough: (report: Report) => boolean = () => false,
): Promise<Report[]> {
  const reports: Report[] = [];
  let isOver = false;
  const explored = async (part: number) => {
    for await (const line of linesOf("worker.mts", [JSON.stringify({ ...order, part })])) {
      const report: Report = JSON.parse(line);
      reports.push(report);
      isOver ||= isEnough(report);
      if (isOver) return;
    }
  };
  const ends = await Promise.allSettled(
    Array.from({ length: order.parts }, (_, part) =>
      explored(part).catch((error) => {
        isOver = true;
        throw error;
      }),
    ),
  );
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  return reports;
}

/** Runs a sample on the real engine. */
export async function compared(count: number, seed: number, parts: number): Promise<Compared[]> {
  const all: Compared[] = [];
  if (count === 0) return all;
  await Promise.all(
    Array.from({ length: parts }, async (_, part) => {
      const args = [count, seed, part, parts].map(String);
      for await (const line of linesOf("sample.mts", args)) all.push(JSON.parse(line));
    }),
  );
  return all;
}
