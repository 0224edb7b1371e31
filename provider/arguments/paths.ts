/** A set of properties as the engine hands it over. */
export type Bag = Readonly<Record<string, unknown>>;

export const isBag = (value: unknown): value is Bag =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What the plugin host hands over, in a preview, for a value of any type that is not known yet. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export const holdsUnknown = (value: unknown): boolean =>
  value === UNKNOWN ||
  (typeof value === "object" && value !== null && Object.values(value).some(holdsUnknown));

/** The value at a path; that of an object that is not known yet is not known either. */
export function at(bag: unknown, path: string): unknown {
  let value = bag;
  for (const part of path.split(".")) {
    if (value === UNKNOWN) return UNKNOWN;
    if (!isBag(value) || !Object.hasOwn(value, part)) return undefined;
    value = value[part];
  }
  return value ?? undefined;
}

/** An object of the values at their paths; what is undefined is left out, since the plugin host cannot carry it. */
export function nested(values: Iterable<readonly [path: string, value: unknown]>): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [path, value] of values) {
    if (value === undefined) continue;
    const parts = path.split(".");
    const last = parts.pop() as string;
    let place = result;
    for (const part of parts) {
      if (!isBag(place[part])) place[part] = {};
      place = place[part] as Record<string, unknown>;
    }
    place[last] = value;
  }
  return result;
}
