import type { Measured } from "./benchmark.mts";
import type { Contestant, Operation } from "./measure.mts";
import { medianOf, ratiosOf, samplesOf } from "./report.mts";

export interface Verdict {
  readonly text: string;
  readonly isMissed: boolean;
}

interface Target {
  readonly operation: Operation;
  readonly than: Contestant;
  readonly counts: readonly number[];
  readonly most: number;
}

/** What the package promises of its speed; judged without latency, since the floor talks to nobody. */
const targets: readonly Target[] = [
  { operation: "up", than: "floor", counts: [1, 100, 400], most: 1.15 },
  { operation: "preview", than: "floor", counts: [1, 100, 400], most: 1.15 },
  { operation: "up", than: "usual", counts: [400], most: 0.7 },
];

/** Half of how far the rounds lie apart; with one round nothing is known, and a tenth is taken. */
const noiseOf = (ratios: readonly number[]): number =>
  ratios.length > 1 ? (Math.max(...ratios) - Math.min(...ratios)) / 2 : 0.1;

export function judge(all: readonly Measured[]): Verdict[] {
  const judged = all.filter(({ setting }) => setting.latencyMilliseconds === 0 && setting.checkpoints);
  return [
    ...judged.flatMap((measured) => [...inTime(measured), ...inState(measured), ...inStart(measured)]),
    ...inGrowth(judged),
  ];
}

function inTime(measured: Measured): Verdict[] {
  const { count } = measured.setting;
  return targets
    .filter(({ counts }) => counts.includes(count))
    .map(({ operation, than, most }) => {
      const ratios = ratiosOf(measured, operation, than);
      const [ratio, noise] = [medianOf(ratios), noiseOf(ratios)];
      return verdict(
        `${operation} of ${count}: ${ratio.toFixed(2)} (± ${noise.toFixed(2)}) times the ${than}`,
        { value: ratio, most, noise },
        `at most ${most}`,
      );
    });
}

function inState(measured: Measured): Verdict[] {
  const { count } = measured.setting;
  const bytes = (contestant: Contestant) =>
    Math.round((samplesOf(measured, contestant, "up")[0]?.stateBytes ?? Number.NaN) / count);
  if (count === 1) return [];
  const [ours, floor, usual] = [bytes("ours"), bytes("floor"), bytes("usual")];
  const text = `state of each of ${count}: ${ours} bytes, ${(ours / usual).toFixed(2)} times the usual (${usual}); the floor has ${floor}`;
  return [verdict(text, { value: ours / usual, most: 0.5 }, "at most 0.5")];
}

function inStart(measured: Measured): Verdict[] {
  if (measured.setting.count !== 1) return [];
  return (["up", "preview"] as const).map((operation) => {
    const floor = samplesOf(measured, "floor", operation);
    const more = samplesOf(measured, "ours", operation).map(
      ({ seconds }, round) => seconds - (floor[round]?.seconds ?? Number.NaN),
    );
    const [median, noise] = [medianOf(more), noiseOf(more)];
    return verdict(
      `${operation} of 1: ${median.toFixed(2)} s (± ${noise.toFixed(2)}) over the floor`,
      { value: median, most: 0.15, noise },
      "at most 0.15 s",
    );
  });
}

/** 1000 beside 400: the engine's own growth is the floor's. */
function inGrowth(all: readonly Measured[]): Verdict[] {
  const [small, large] = [400, 1000].map((count) => all.find(({ setting }) => setting.count === count));
  if (!small || !large) return [];
  const growth = (contestant: Contestant) =>
    medianOf(samplesOf(large, contestant, "up").map(({ seconds }) => seconds)) /
    medianOf(samplesOf(small, contestant, "up").map(({ seconds }) => seconds));
  const [ours, floor] = [growth("ours"), growth("floor")];
  const noise = noiseOf(ratiosOf(small, "up", "floor"));
  return [
    verdict(
      `up of 1000: ${ours.toFixed(1)} times that of 400, the floor's ${floor.toFixed(1)}`,
      { value: ours / floor, most: 1, noise },
      "no more than the floor's",
    ),
  ];
}

/** @param ratio of 100 creates to the least that a platform's limit allows */
export const judgeLimit = (ratio: number): Verdict =>
  verdict(
    `100 creates at 20 requests a second: ${ratio.toFixed(2)} times what the limit takes`,
    { value: ratio, most: 1.15 },
    "at most 1.15",
  );

/** Missed is only what is missed by more than the noise. */
function verdict(
  text: string,
  { value, most, noise = 0 }: { value: number; most: number; noise?: number },
  target: string,
): Verdict {
  const isMissed = value - noise > most;
  const word = value <= most ? "met" : isMissed ? "MISSED" : "missed, within the noise";
  return { text: `${word}: ${text}; target: ${target}`, isMissed };
}
