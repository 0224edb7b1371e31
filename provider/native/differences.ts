import { same } from "../arguments/compare";
import { type FieldPath, field } from "../arguments/fields";
import { at, type Bag, isBag } from "../arguments/paths";
import { appliedIn, changesTo } from "../instance/state";

/** One line of a preview. */
export interface Difference {
  /** Such as `events.callbackUrl` or `configuration["pagination.max"]`. */
  readonly place: string;
  readonly kind: "ADD" | "DELETE" | "UPDATE";
  readonly replaces: boolean;
  /** Whether the inputs differ, and not only the state from the inputs. */
  readonly isOfInputs: boolean;
}

/** The arguments that differ in meaning from what the state holds. The class's connection is the plugin's provider. */
export const changedPaths = (state: Bag, news: Bag): FieldPath[] =>
  changesTo(state, news).filter((path) => path !== "connection");

/**
 * What a preview shows of a resource.
 *
 * @param state the properties in state, which decide whether something differs.
 * @param olds the inputs of the last run, with which what differs is compared where it differs from them too.
 */
export function differencesOf(id: string, state: Bag, olds: Bag, news: Bag): Difference[] {
  const found = new Map<string, Difference>();
  for (const path of changedPaths(state, news)) {
    const isOfInputs = !same(path, olds, news);
    const before = isOfInputs ? olds : appliedIn(state);
    const replaces = field(path).onChange === "replace" && !(path === "adopt" && news.adopt === id);
    for (const { place, old, now } of placesOf(path, before, news)) {
      const kind = old === undefined ? "ADD" : now === undefined ? "DELETE" : "UPDATE";
      found.set(place, { place, kind, replaces, isOfInputs });
    }
  }
  return [...found.values()];
}

interface Place {
  readonly place: string;
  readonly old: unknown;
  readonly now: unknown;
}

function placesOf(path: FieldPath, before: Bag, news: Bag): Place[] {
  // An object that comes, goes, or is not known yet, is one line.
  const groups = path.split(".").map((_, index, parts) => parts.slice(0, index + 1).join("."));
  const isWhole = (value: unknown) => !isBag(value);
  const place = groups.find((group) => isWhole(at(before, group)) || isWhole(at(news, group))) ?? path;
  const [old, now] = [at(before, place), at(news, place)];
  if (path !== "configuration" || !isBag(old) || !isBag(now)) return [{ place, old, now }];
  return [...new Set([...Object.keys(old), ...Object.keys(now)])]
    .filter((key) => old[key] !== now[key])
    .map((key) => ({ place: `configuration[${JSON.stringify(key)}]`, old: old[key], now: now[key] }));
}
