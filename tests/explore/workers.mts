/** Explores with several processes at once. */
import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import type { Compared } from "./sample.mts";
import type { Order, Report } from "./worker.mts";

/** Lines that a program of this folder prints. */
export async function* linesOf(program: string, args: readonly string[]): AsyncGenerator<string> {
  const child = spawn(process.execPath, [resolve(import.meta.dirname, program), ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    yield* createInterface({ input: child.stdout });
  } finally {
    child.kill();
  }
}

/** @param isEnough is asked after each report; true ends them all. */
export async function exploring(
  order: Omit<Order, "part">,
  isEnough: (report: Report) => boolean = () => false,
): Promise<Report[]> {
  const reports: Report[] = [];
  let isOver = false;
  await Promise.all(
    Array.from({ length: order.parts }, async (_, part) => {
      for await (const line of linesOf("worker.mts", [JSON.stringify({ ...order, part })])) {
        const report: Report = JSON.parse(line);
        reports.push(report);
        isOver ||= isEnough(report);
        if (isOver) return;
      }
    }),
  );
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
