/**
 * `npm run benchmark`: ours, beside a dynamic provider that does nothing (the floor) and one that is written as Pulumi's
 * documentation shows (the usual), in one run, taking turns, on the same engine, machine and simulator; single calls
 * beside raw fetch. Only the ratios mean something on another machine.
 *
 * `--quick` leaves out 400 and what needs it; `--full` adds 1000; `--profile` only shows where the time goes. Writes
 * results.md, benchmark.svg and the table of provider/BACKENDS.md unless quick. Exits with 1 when a target is missed by
 * more than the noise.
 */
import { readFile, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { withPart } from "../support/page.mts";
import { calls, timesTheLimit } from "./calls.mts";
import { contestants, life, type Sample, type Setting } from "./measure.mts";
import { profile } from "./profile.mts";
import { callsTable, chart, summary, table } from "./report.mts";
import { judge, judgeLimit } from "./targets.mts";

const has = (option: string) => process.argv.includes(option);
if (has("--profile")) {
  console.log(await profile());
  process.exit();
}
const counts = [1, 100, ...(has("--quick") ? [] : [400]), ...(has("--full") ? [1000] : [])];

export interface Measured {
  readonly setting: Setting;
  /** By rounds, in each of which every contestant had its turn. */
  readonly rounds: readonly Sample[][];
}

const settings: Setting[] = counts.flatMap((count) =>
  [0, 100].flatMap((latencyMilliseconds) =>
    // With one resource, checkpoints are no matter.
    (count === 1 ? [true] : [true, false]).map((checkpoints) => ({
      count,
      latencyMilliseconds,
      checkpoints,
    })),
  ),
);

/** More where they take little, and where targets are judged. */
function roundsOf({ count, latencyMilliseconds, checkpoints }: Setting): number {
  if (count === 1) return 5;
  const isJudged = latencyMilliseconds === 0 && checkpoints;
  if (count === 100) return isJudged ? 4 : 2;
  return count === 400 && isJudged ? 2 : 1;
}

const measured: Measured[] = [];
for (const setting of settings) {
  const done: Sample[][] = [];
  for (let round = 0; round < roundsOf(setting); round++) {
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
const single = [];
for (const latencyMilliseconds of [0, 100])
  single.push({ latencyMilliseconds, calls: await calls({ latencyMilliseconds }) });
const verdicts = [...judge(measured), judgeLimit(await timesTheLimit(100, 20))];

const results = [
  `Made by \`npm run benchmark\` with Node ${process.version} on ${availableParallelism()} cores, Pulumi's backend of files, and the simulator on the same machine. Seconds are medians, least and most in brackets; ratios are medians of the rounds' own.`,
  table(measured),
  callsTable(single),
  verdicts.map(({ text }) => `- ${text}`).join("\n"),
];
console.log(results.slice(1).join("\n\n"));
if (!has("--quick")) {
  const file = (name: string) => resolve(import.meta.dirname, name);
  const picture = "![Bars: the seconds of each operation with 1, 100 and 400 instances](benchmark.svg)";
  await writeFile(file("results.md"), `# Benchmark\n\n${picture}\n\n${results.join("\n\n")}\n`);
  await writeFile(file("benchmark.svg"), chart(measured));
  const page = file("../../provider/BACKENDS.md");
  await writeFile(page, withPart(await readFile(page, "utf8"), "speed", summary(measured)));
}
if (verdicts.some(({ isMissed }) => isMissed)) process.exitCode = 1;
