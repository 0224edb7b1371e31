/** Every case that there is: scenario x reading x point x happening x way, and random ones without end. */

import { programNames, scenarioNamed } from "./chains.mts";
import { everywhere, happenings } from "./mishaps.mts";
import type { Code } from "./plugin.mts";
import { type Case, type Point, run } from "./run.mts";
import type { Scenario } from "./scenario.mts";
import { scenarios } from "./scenarios.mts";
import { combined, type Variant, variants } from "./variants.mts";

/** Numbers from 0 to 1, the same for the same seed. */
export function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** After these nobody knows whether it was done. */
const unclear = happenings.filter(({ name }) =>
  ["not sent", "done, the answer lost", "not done, a page with 502", "done, a page with 502"].includes(name),
);

/**
 * Of two that want the same, who reads what was, again and again, cannot know that the other came first; nor can the
 * other know of a write that comes after it has looked (SECURITY.md).
 */
const canBeKnown = (
  { isRace }: Scenario,
  { point: { method }, happening: { fault, lasts } }: Case["disturbances"][number],
): boolean =>
  !isRace ||
  !(
    (lasts && fault?.kind === "stale") ||
    (method !== "GET" && fault?.kind === "delay" && fault.workDone !== true)
  );

const ways = ({ isFinal }: Scenario): readonly boolean[] => (isFinal ? [false] : [false, true]);

/** The requests of a scenario that nothing disturbs: what its points are. */
export class Recordings {
  readonly #code: Code;
  readonly #points = new Map<string, Promise<readonly Point[]>>();

  constructor(code: Code) {
    this.#code = code;
  }

  of(scenario: Scenario, variant: Variant): Promise<readonly Point[]> {
    const key = `${scenario.name}|${variant.name}`;
    let points = this.#points.get(key);
    if (!points) {
      points = run(this.#code, { scenario, variant, disturbances: [], isReverted: false, seed: 0 }).then(
        (each) => each.points,
      );
      this.#points.set(key, points);
    }
    return points;
  }
}

/** One part of all cases with at most one disturbance, in an order that a seed decides: each part of it is a sample. */
export async function* everyCase(
  recordings: Recordings,
  seed: number,
  part: number,
  parts: number,
): AsyncGenerator<Case> {
  const random = randomFrom(seed);
  const all = scenarios.flatMap((scenario) => variants.map((variant) => ({ scenario, variant })));
  const pairs = shuffled(all, random).filter((_, index) => index % parts === part);
  // In rounds, so that whatever is cut off is cut off everywhere: one happening of each pair after the other.
  const queues = pairs.map(({ scenario, variant }) => ({
    scenario,
    variant,
    cases: undefined as Case[] | undefined,
  }));
  for (let isMore = true; isMore; ) {
    isMore = false;
    for (const queue of queues) {
      queue.cases ??= casesOf(
        await recordings.of(queue.scenario, queue.variant),
        queue.scenario,
        queue.variant,
        random,
      );
      // More of the mild readings at first: most that goes wrong goes wrong there too.
      const some = queue.cases.splice(0, queue.variant === variants[0] ? 8 : 1);
      isMore ||= some.length > 0;
      yield* some;
    }
  }
}

function casesOf(
  points: readonly Point[],
  scenario: Scenario,
  variant: Variant,
  random: () => number,
): Case[] {
  const undisturbed = ways(scenario).map(
    (isReverted): Case => ({ scenario, variant, disturbances: [], isReverted, seed: 0 }),
  );
  // Each point once before any point twice: whatever is cut off, every point was met.
  const inRounds = (some: readonly Case[]) =>
    shuffled(some, random).map((each, round) => ({ each, at: round + random() }));
  // Where there are two ways to go on, a coin decides, and the double cases and the random ones make up for it.
  const isReverted = () => pick(ways(scenario), random);
  const newSeed = () => Math.floor(random() * 2 ** 31);
  const possible = variant === variants[0] ? happenings : everywhere;
  const disturbed = points.flatMap((point) =>
    inRounds(
      possible
        .map((happening) => ({ point, happening }))
        .filter((disturbance) => canBeKnown(scenario, disturbance))
        .map((disturbance): Case => {
          const disturbances = [disturbance];
          return { scenario, variant, disturbances, isReverted: isReverted(), seed: newSeed() };
        }),
    ),
  );
  const changes = variant === variants[0] ? points.filter(({ method }) => method !== "GET").slice(0, 4) : [];
  const twice = changes.flatMap((one, index) =>
    changes.slice(index + 1).flatMap((other) =>
      unclear.flatMap((first) =>
        unclear.map((second): Case => {
          const disturbances = [
            { point: one, happening: first },
            { point: other, happening: second },
          ];
          return { scenario, variant, disturbances, isReverted: isReverted(), seed: newSeed() };
        }),
      ),
    ),
  );
  return [
    ...inRounds(undisturbed),
    ...disturbed,
    ...twice.map((each) => ({ each, at: random() * possible.length })),
  ]
    .sort((one, other) => one.at - other.at)
    .map(({ each }) => each);
}

const shuffled = <T,>(all: readonly T[], random: () => number): T[] =>
  all
    .map((each) => ({ each, at: random() }))
    .sort((one, other) => one.at - other.at)
    .map(({ each }) => each);

const pick = <T,>(all: readonly T[], random: () => number): T => all[Math.floor(random() * all.length)] as T;

/** A case with up to three disturbances on a platform of up to three readings, all of it from the seed. */
export async function randomCase(recordings: Recordings, seed: number): Promise<Case> {
  const random = randomFrom(seed);
  // Half of them are any three programs, one after the other.
  const isChain = random() < 0.5;
  const scenario = isChain
    ? scenarioNamed([0, 1, 2].map(() => pick(programNames, random)).join(" > "))
    : pick(scenarios, random);
  const some = Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(variants, random));
  const variant = some.reduce(combined);
  const points = await recordings.of(scenario, variant);
  const disturbances =
    points.length === 0
      ? []
      : Array.from({ length: 1 + Math.floor(random() * 3) }, () => ({
          point: pick(points, random),
          happening: pick(happenings, random),
        })).filter((disturbance) => canBeKnown(scenario, disturbance));
  return { scenario, variant, disturbances, isReverted: pick(ways(scenario), random), seed };
}
