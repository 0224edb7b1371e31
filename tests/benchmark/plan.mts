/** What one run measures: which contestants, how often, under which circumstances. */
import type { Contestant } from "./contestants.mts";
import type { Setting } from "./life.mts";

export interface Plan {
  readonly setting: Setting;
  /** In how many rounds each has its turn; fewer where it is only looked at, more where targets are judged. */
  readonly rounds: Readonly<Partial<Record<Contestant, number>>>;
}

export interface Options {
  /** Counts of instances; those of the usual run unless given. */
  readonly sizes?: readonly number[] | undefined;
  readonly only?: readonly Contestant[] | undefined;
  /** At most so many rounds. */
  readonly rounds?: number | undefined;
  readonly isFull: boolean;
}

const plain = { latencyMilliseconds: 0, way: "files" } as const;
const three = { floor: 1, class: 1, plugin: 1 } as const;

const plans: readonly Plan[] = [
  {
    setting: { ...plain, count: 1 },
    rounds: { floor: 7, class: 7, plugin: 7, yaml: 3, usual: 3, requests: 3 },
  },
  {
    setting: { ...plain, count: 100 },
    rounds: { floor: 3, class: 3, plugin: 3, yaml: 2, usual: 2, requests: 2 },
  },
  {
    setting: { ...plain, count: 400 },
    rounds: { floor: 2, class: 2, plugin: 2, yaml: 1, usual: 1, requests: 1 },
  },
  { setting: { ...plain, count: 400, way: "files, zstd" }, rounds: three },
  { setting: { ...plain, count: 400, way: "files, metadata=skip" }, rounds: { class: 1 } },
  { setting: { ...plain, count: 400, way: "files, metadata=skip, zstd" }, rounds: { class: 1 } },
  { setting: { ...plain, count: 400, way: "files, no backups" }, rounds: { class: 1 } },
  { setting: { ...plain, count: 400, way: "files, no checkpoints" }, rounds: three },
  { setting: { ...plain, count: 100, way: "files, no stack traces" }, rounds: { plugin: 2 } },
  { setting: { ...plain, count: 400, way: "files, no stack traces" }, rounds: { plugin: 1 } },
  { setting: { ...plain, count: 100, way: "postgresql" }, rounds: { floor: 1, class: 2 } },
  { setting: { ...plain, count: 100, way: "bucket" }, rounds: { floor: 1, class: 2 } },
  // Nothing but requests is left.
  {
    setting: { latencyMilliseconds: 100, count: 400, way: "files, no checkpoints" },
    rounds: { floor: 1, class: 1, requests: 1 },
  },
  {
    setting: { latencyMilliseconds: 100, count: 400, way: "files, no checkpoints", parallel: 32 },
    rounds: { class: 1, plugin: 1 },
  },
];

const full: readonly Plan[] = [
  { setting: { ...plain, count: 1000 }, rounds: three },
  { setting: { ...plain, count: 1000, way: "files, zstd" }, rounds: { class: 1 } },
  { setting: { ...plain, count: 1000, way: "files, metadata=skip, zstd" }, rounds: { class: 1 } },
  { setting: { ...plain, count: 1000, way: "files, no backups" }, rounds: { class: 1 } },
  { setting: { ...plain, count: 1000, way: "files, no checkpoints" }, rounds: { class: 1 } },
];

export function planOf({ sizes, only, rounds: most = Number.POSITIVE_INFINITY, isFull }: Options): Plan[] {
  return [...plans, ...(isFull ? full : [])]
    .filter(({ setting }) => sizes?.includes(setting.count) ?? true)
    .map(({ setting, rounds }) => {
      const wanted = Object.entries(rounds).filter(([each]) => only?.includes(each as Contestant) ?? true);
      return { setting, rounds: Object.fromEntries(wanted.map(([each, n]) => [each, Math.min(n, most)])) };
    })
    .filter(({ rounds }) => Object.keys(rounds).length > 0);
}

/** Who has a turn in a round. The order changes, so that nobody always goes first. */
export function turnsOf({ rounds }: Plan, round: number): Contestant[] {
  const those = (Object.keys(rounds) as Contestant[]).filter((each) => round < (rounds[each] ?? 0));
  return those.map((_, index) => those[(index + round) % those.length] as Contestant);
}
