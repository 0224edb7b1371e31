export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  const [low = Number.NaN, high = Number.NaN] = [sorted[(sorted.length - 1) >> 1], sorted[middle]];
  return (low + high) / 2;
}

/** Half of how far the values lie apart; with one nothing is known, and a tenth is taken. */
export const noiseOf = (values: readonly number[]): number =>
  values.length > 1 ? (Math.max(...values) - Math.min(...values)) / 2 : 0.1;
