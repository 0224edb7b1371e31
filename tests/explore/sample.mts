/**
 * A sample of the cases on the real engine, each beside the same on the model: where the two end differently, the model
 * is wrong. Prints a line of JSON for each.
 *
 * Arguments: how many, the seed, this one's part, of how many.
 */
import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { isDeepStrictEqual } from "node:util";
import { randomFrom } from "./cases.mts";
import { happenings } from "./mishaps.mts";
import { Engine } from "./real.mts";
import { type Case, type Point, type Result, runOn } from "./run.mts";
import { scenarios } from "./scenarios.mts";
import { variants } from "./variants.mts";
import { titleOf, wordsOf } from "./words.mts";

const [count = 3, seed = 1, part = 0, parts = 1] = process.argv.slice(2).map(Number);

/** Real time has no patience for those that wait, and one process of each kind serves one stack. */
const readings = variants.filter(({ options }) => !options.lag && !options.rateLimit);
const possible = scenarios.filter(({ after }) => after.length === 1);
// What only the clock can end takes its time here, and what is behind is so by the clock.
const quick = happenings.filter(
  ({ fault, lasts, kills, worksOn }) =>
    (worksOn || kills || !["delay", "hang", "stale"].includes(fault?.kind ?? "")) && !lasts,
);

export interface Compared {
  readonly title: string;
  readonly failures: readonly string[];
  /** What the model and the engine do otherwise. */
  readonly differences: readonly string[];
}

/** The model, whose clock is not this one's. */
const model = spawn(process.execPath, [resolve(import.meta.dirname, "replay.mts")], {
  stdio: ["pipe", "pipe", "inherit"],
});
const answers = createInterface({ input: model.stdout })[Symbol.asyncIterator]();
const modelled = async (one: Case): Promise<Result> => {
  model.stdin.write(`${JSON.stringify(wordsOf(one))}\n`);
  return JSON.parse(String((await answers.next()).value));
};

const engine = new Engine();

async function compared(one: Case, model: Result): Promise<Compared> {
  const real: Result = { failures: [], points: [], log: [], ways: [], picture: [] };
  await runOn(engine.ground(), one, real).catch((error) => {
    real.failures.push(`the run breaks: ${error.message}`);
  });
  // In real time requests that go at once come in any order, and another one of them is disturbed.
  const isOrdered = [...one.scenario.before, ...one.scenario.after].every(({ length }) => length < 2);
  const ways = isOrdered ? real.ways.filter((way) => !model.ways.includes(way)) : [];
  const differences = [
    ...ways.map((way) => `the engine: ${way}; the model: ${model.ways.join("; ")}`),
    ...(isDeepStrictEqual(model.picture, real.picture) ? [] : ["the platforms are not the same at the end"]),
  ];
  if (process.env.EXPLORE_LOG) console.error(real.log.join("\n"));
  return { title: titleOf(one), failures: real.failures, differences };
}

const random = randomFrom(seed);
const pick = <T,>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
for (let index = 0; index < count; index += 1) {
  const scenario = possible[index % possible.length] as (typeof possible)[number];
  const variant = random() < 0.5 ? (variants[0] as (typeof variants)[number]) : pick(readings);
  const isReverted = !scenario.isFinal && random() < 0.5;
  const happening = pick(quick);
  const at = random();
  if (index % parts !== part) continue;
  const base: Case = { scenario, variant, disturbances: [], isReverted, seed: 1 };
  const { points } = await modelled(base);
  const point = points[Math.floor(at * points.length)] as Point | undefined;
  const one = { ...base, disturbances: point ? [{ point, happening }] : [] };
  console.log(JSON.stringify(await compared(one, await modelled(one))));
}
await engine.close();
model.kill();
process.exit();
