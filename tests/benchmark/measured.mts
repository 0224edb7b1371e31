/** Reading what was measured. */
import type { Contestant } from "./contestants.mts";
import type { Operation, Sample, Setting } from "./life.mts";
import { medianOf } from "./statistics.mts";

export interface Measured {
  readonly setting: Setting;
  /** By rounds, in each of which every contestant had its turn. */
  readonly rounds: readonly (readonly Sample[])[];
}

/** The samples of an operation by round; a contestant may lack in later ones. */
export const samplesOf = ({ rounds }: Measured, contestant: Contestant, operation: Operation): Sample[] =>
  rounds.flatMap((samples) =>
    samples.filter((each) => each.contestant === contestant && each.operation === operation),
  );

export const secondsOf = (measured: Measured, contestant: Contestant, operation: Operation): number =>
  medianOf(samplesOf(measured, contestant, operation).map(({ seconds }) => seconds));

/** Of each round that has both, how many times as long one took as the other. */
export function ratiosOf(
  { rounds }: Measured,
  operation: Operation,
  [who, than]: readonly [Contestant, Contestant],
): number[] {
  return rounds.flatMap((samples) => {
    const of = (contestant: Contestant) =>
      samples.find((each) => each.contestant === contestant && each.operation === operation)?.seconds;
    const [ours, theirs] = [of(who), of(than)];
    return ours !== undefined && theirs !== undefined ? [ours / theirs] : [];
  });
}

/** Of the state after `up`, for each resource. */
export function bytesOf(measured: Measured, contestant: Contestant): number | undefined {
  const bytes = samplesOf(measured, contestant, "up")[0]?.stateBytes;
  return bytes === undefined ? undefined : Math.round(bytes / measured.setting.count);
}

export const contestantsIn = ({ rounds }: Measured): Contestant[] => [
  ...new Set((rounds[0] ?? []).map(({ contestant }) => contestant)),
];

/** Without latency, on plain files, and as parallel as usual, unless another is wanted. */
export const find = (all: readonly Measured[], wanted: Partial<Setting>): Measured | undefined =>
  all.find(({ setting }) =>
    Object.entries({ latencyMilliseconds: 0, way: "files", parallel: undefined, ...wanted }).every(
      ([key, value]) => setting[key as keyof Setting] === value,
    ),
  );
