/** What one run measures beside whole lives of stacks. */
import { type Killed, killed } from "./backends.mts";
import { type Call, calls, timesTheLimit } from "./calls.mts";
import { splitTable } from "./split.mts";
import { type Start, startOf } from "./startup.mts";
import { statesKept, type Way } from "./ways.mts";

export interface Further {
  readonly calls: readonly { readonly latencyMilliseconds: number; readonly calls: readonly Call[] }[];
  /** 100 creates beside the least that a platform's limit allows. */
  readonly timesTheLimit: number;
  readonly split: string;
  readonly start: Start;
  readonly killed: readonly Killed[];
}

export async function further(): Promise<Further> {
  const found = [];
  for (const latencyMilliseconds of [0, 100])
    found.push({ latencyMilliseconds, calls: await calls({ latencyMilliseconds }) });
  const runs: Killed[] = [];
  for (const way of Object.keys(statesKept) as Way[]) runs.push(await killed(way, 40));
  return {
    start: await startOf(),
    killed: runs,
    calls: found,
    timesTheLimit: await timesTheLimit(100, 20),
    split: await splitTable({ count: 400, stacks: 8, parallel: 2 }),
  };
}
