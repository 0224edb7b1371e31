/**
 * `npm run benchmark`: both doors of the package, beside dynamic providers that do nothing (the floor) and as Pulumi's
 * documentation shows (the usual), in one run, taking turns, on the same engine, machine and simulator. Only the ratios
 * mean something on another machine.
 *
 * `--full` adds 1000 instances; `--sizes=1,100`, `--only=class,floor` and `--rounds=1` measure less, and write nothing;
 * `--again` writes the pages anew from what the last whole run measured; `--profile` only shows where the time goes.
 * Writes results.md, benchmark.svg and the tables of provider/BACKENDS.md. Exits with 1 when a target is missed by more
 * than the noise.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Contestant, makeSdk, work } from "./contestants.mts";
import { further } from "./further.mts";
import { life, type Sample } from "./life.mts";
import type { Measured } from "./measured.mts";
import { type Found, write } from "./pages.mts";
import { type Plan, planOf, turnsOf } from "./plan.mts";
import { profile } from "./profile.mts";
import { type Parts, partsIn } from "./resource-bytes.mts";
import { serverOf } from "./ways.mts";

const { values: options } = parseArgs({
  options: {
    full: { type: "boolean", default: false },
    again: { type: "boolean", default: false },
    profile: { type: "boolean", default: false },
    sizes: { type: "string" },
    only: { type: "string" },
    rounds: { type: "string" },
  },
});
const isPart = [options.sizes, options.only, options.rounds].some((each) => each !== undefined);
const notes = join(work, "measured.json");

if (options.profile) console.log(await profile());
else {
  const found: Found = options.again ? JSON.parse(await readFile(notes, "utf8")) : await measureAll();
  const isMissed = await write(found, { isShown: true, isKept: !isPart });
  if (isMissed) process.exitCode = 1;
}

async function measureAll(): Promise<Found> {
  await makeSdk();
  const parts: Partial<Record<Contestant, Parts>> = {};
  const measured: Measured[] = [];
  const plans = planOf({
    sizes: options.sizes?.split(",").map(Number),
    only: options.only?.split(",") as Contestant[] | undefined,
    rounds: options.rounds === undefined ? undefined : Number(options.rounds),
    isFull: options.full,
  });
  // What cannot be had is told at once, and not after half an hour.
  for (const way of new Set(plans.map(({ setting }) => setting.way)))
    await (await serverOf(way))?.[Symbol.asyncDispose]();
  const begin = performance.now();
  for (const plan of plans) {
    measured.push({ setting: plan.setting, rounds: await roundsOf(plan, parts) });
    // A run takes half an hour; what it has found so far is not lost.
    if (!isPart) await writeFile(notes, JSON.stringify({ measured, parts } satisfies Found));
    console.error(`after ${((performance.now() - begin) / 60_000).toFixed(1)} minutes`);
  }
  const found: Found = { measured, parts, further: isPart ? undefined : await further() };
  if (!isPart) await writeFile(notes, JSON.stringify(found));
  return found;
}

async function roundsOf(plan: Plan, parts: Partial<Record<Contestant, Parts>>): Promise<Sample[][]> {
  const { setting, rounds } = plan;
  const done: Sample[][] = [];
  for (let round = 0; round < Math.max(...Object.values(rounds)); round++) {
    const samples: Sample[] = [];
    for (const contestant of turnsOf(plan, round)) {
      const isLookedInto = setting.count === 100 && setting.way === "files" && !parts[contestant];
      const mine = await life(contestant, setting, async (project) => {
        if (isLookedInto) parts[contestant] = await partsIn(project);
      });
      samples.push(...mine);
      const text = mine.map(({ operation, seconds }) => `${operation} ${seconds.toFixed(2)} s`).join(", ");
      console.error(`${setting.count}, ${setting.way}, round ${round + 1}, ${contestant}: ${text}`);
    }
    done.push(samples);
  }
  return done;
}
