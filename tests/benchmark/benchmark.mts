/**
 * `npm run benchmark`: ours, beside a dynamic provider that does nothing (the floor) and one that is written as Pulumi's
 * documentation shows (the usual), in one run, taking turns, on the same engine, machine and simulator. Only the ratios
 * mean something on another machine.
 *
 * `--quick` leaves out 400 and what needs it; `--full` adds 1000. Exits with 1 when a target is missed by more than the
 * noise.
 */
import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { contestants, life, type Sample, type Setting } from "./measure.mts";
import { chart, table } from "./report.mts";
import { judge } from "./targets.mts";

const has = (option: string) => process.argv.includes(option);
const counts = [1, 100, ...(has("--quick") ? [] : [400]), ...(has("--full") ? [1000] : [])];
const rounds = (count: number) => (count === 1 ? 5 : count === 100 ? 3 : count === 400 ? 2 : 1);

export interface Measured {
  readonly setting: Setting;
  /** By rounds, in each of which every contestant had its turn. */
  readonly rounds: readonly Sample[][];
}

const settings: Setting[] = counts.flatMap((count) =>
  [0, 100].flatMap((latencyMilliseconds) =>
    // Without latency and with one resource, checkpoints are no matter.
    (count === 1 ? [true] : [true, false]).map((checkpoints) => ({
      count,
      latencyMilliseconds,
      checkpoints,
    })),
  ),
);

const measured: Measured[] = [];
for (const setting of settings) {
  const done: Sample[][] = [];
  for (let round = 0; round < rounds(setting.count); round++) {
    const samples: Sample[] = [];
    // The order changes, so that nobody always goes first.
    const order = contestants.map((_, index) => contestants[(index + round) % contestants.length] ?? "ours");
    for (const contestant of order) samples.push(...(await life(contestant, setting)));
    done.push(samples);
    const ours = samples.filter(({ contestant }) => contestant === "ours");
    console.error(
      `${JSON.stringify(setting)} round ${round + 1}: ${ours.map(({ operation, seconds }) => `${operation} ${seconds.toFixed(1)} s`).join(", ")}`,
    );
  }
  measured.push({ setting, rounds: done });
}

console.log(table(measured));
const verdicts = judge(measured);
console.log(`\n${verdicts.map(({ text }) => text).join("\n")}`);
await writeFile(resolve(import.meta.dirname, "benchmark.svg"), chart(measured));
await writeFile(
  resolve(import.meta.dirname, "../../.cache/benchmark.json"),
  JSON.stringify(measured, undefined, 1),
);
if (verdicts.some(({ isMissed }) => isMissed)) process.exitCode = 1;
