import type { Contestant } from "./contestants.mts";
import type { Operation } from "./life.mts";
import { operations } from "./life.mts";
import { bytesOf, find, type Measured, ratiosOf, secondsOf } from "./measured.mts";
import { medianOf, noiseOf } from "./statistics.mts";

export interface Verdict {
  readonly text: string;
  readonly isMissed: boolean;
}

interface Target {
  readonly who: Contestant;
  readonly than: Contestant;
  readonly counts: readonly number[];
  readonly operations: readonly Operation[];
  readonly most: number;
}

const many = [100, 400];

/** What the package promises of its speed, without latency, since the floor talks to nobody. */
const targets: readonly Target[] = [
  { who: "plugin", than: "floor", counts: [1], operations, most: 0.85 },
  { who: "plugin", than: "floor", counts: many, operations: ["preview", "refresh", "destroy"], most: 1 },
  { who: "plugin", than: "floor", counts: many, operations: ["up"], most: 1.1 },
  { who: "class", than: "floor", counts: [1, ...many], operations: ["up", "preview"], most: 1.15 },
  { who: "class", than: "usual", counts: many, operations, most: 0.6 },
  { who: "plugin", than: "usual", counts: many, operations, most: 0.6 },
];

export function judge(all: readonly Measured[]): Verdict[] {
  return [
    ...targets.flatMap((target) => target.counts.flatMap((count) => inTime(find(all, { count }), target))),
    ...many.flatMap((count) => inState(find(all, { count }))),
    ...far(all),
    ...inGrowth(find(all, { count: 400 }), find(all, { count: 1000 })),
  ];
}

function inTime(measured: Measured | undefined, { who, than, operations, most }: Target): Verdict[] {
  if (!measured) return [];
  return operations.flatMap((operation) => {
    const ratios = ratiosOf(measured, operation, [who, than]);
    if (ratios.length === 0) return [];
    const [ratio, noise] = [medianOf(ratios), noiseOf(ratios)];
    const text = `${who}, ${operation} of ${measured.setting.count}: ${ratio.toFixed(2)} (± ${noise.toFixed(2)}) times the ${than}`;
    return [verdict(text, { value: ratio, most, noise }, `at most ${most}`)];
  });
}

function inState(measured: Measured | undefined): Verdict[] {
  if (!measured) return [];
  const usual = bytesOf(measured, "usual");
  return (["class", "plugin"] as const).flatMap((who) => {
    const bytes = bytesOf(measured, who);
    if (bytes === undefined || usual === undefined) return [];
    const text = `${who}, state of each of ${measured.setting.count}: ${bytes} bytes, ${(bytes / usual).toFixed(2)} times the usual (${usual})`;
    return [verdict(text, { value: bytes / usual, most: 0.5 }, "at most 0.5")];
  });
}

/** 400 instances on a platform that is 100 ms away, without checkpoints, so that nothing but requests is left. */
function far(all: readonly Measured[]): Verdict[] {
  const wanted = { count: 400, latencyMilliseconds: 100, way: "files, no checkpoints" } as const;
  const [usual, parallel] = [find(all, wanted), find(all, { ...wanted, parallel: 32 })];
  if (!usual || !parallel) return [];
  return [usual, parallel].flatMap((measured) => {
    const how = measured === usual ? "as usual" : "with --parallel 32";
    const up = secondsOf(measured, "class", "up");
    const refresh = secondsOf(measured, "class", "refresh") / secondsOf(usual, "floor", "refresh");
    return [
      verdict(
        `class, up of 400, 100 ms away, ${how}: ${up.toFixed(1)} s`,
        { value: up, most: 9 },
        "at most 9 s",
      ),
      verdict(
        `class, refresh of 400, 100 ms away, ${how}: ${refresh.toFixed(2)} times the floor`,
        { value: refresh, most: 2 },
        "at most 2",
      ),
    ];
  });
}

/** 1000 beside 400: the engine's own growth is the floor's. */
function inGrowth(small: Measured | undefined, large: Measured | undefined): Verdict[] {
  if (!small || !large) return [];
  const growth = (who: Contestant) => secondsOf(large, who, "up") / secondsOf(small, who, "up");
  const floor = growth("floor");
  return (["class", "plugin"] as const).map((who) => {
    const noise = noiseOf(ratiosOf(small, "up", [who, "floor"]));
    const text = `${who}, up of 1000: ${growth(who).toFixed(1)} times that of 400, the floor's ${floor.toFixed(1)}`;
    return verdict(text, { value: growth(who) / floor, most: 1, noise }, "no more than the floor's");
  });
}

/** @param ratio of 100 creates to the least that a platform's limit allows */
export const judgeLimit = (ratio: number): Verdict =>
  verdict(
    `100 creates at 20 requests a second: ${ratio.toFixed(2)} times what the limit takes`,
    { value: ratio, most: 1.15 },
    "at most 1.15",
  );

/** @param milliseconds until the plugin is ready */
export const judgeStart = (milliseconds: number): Verdict =>
  verdict(
    `plugin ready after ${milliseconds.toFixed(0)} ms`,
    { value: milliseconds, most: 250 },
    "at most 250 ms",
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
