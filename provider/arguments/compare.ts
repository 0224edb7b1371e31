import { isDeepStrictEqual } from "node:util";
import { type FieldPath, field, fieldPaths } from "./fields";
import { at, type Bag } from "./paths";

/**
 * What an argument is when the program leaves it out. Of an adopted instance the program need not say the name and the
 * tags, and those that it does not say stay as they are: they have no default.
 */
export function defaultOf(path: FieldPath, args: Bag): unknown {
  const isAdopted = at(args, "adopt") !== undefined;
  if (path === "onDestroy") return isAdopted ? "release" : "delete";
  if (path === "tags" && isAdopted) return undefined;
  const group = path.slice(0, Math.max(0, path.indexOf(".")));
  return group && at(args, group) === undefined ? undefined : field(path).default;
}

/** What destroying does with an instance, by its arguments or by its properties in state. */
export const onDestroyIn = (args: Bag): unknown => at(args, "onDestroy") ?? defaultOf("onDestroy", args);

const saidOrDefault = (path: FieldPath, args: Bag): unknown =>
  // In a group an argument that is left out is one that is not set.
  at(args, path) ?? (path.includes(".") ? undefined : defaultOf(path, args));

export function same(path: FieldPath, one: Bag, other: Bag): boolean {
  const [left, right] = [saidOrDefault(path, one), saidOrDefault(path, other)];
  if (field(path).unordered) {
    const [these, those] = [left ?? [], right ?? []];
    if (Array.isArray(these) && Array.isArray(those))
      return isDeepStrictEqual([...these].sort(), [...those].sort());
  }
  if (path === "configuration") return isDeepStrictEqual(left ?? {}, right ?? {});
  return isDeepStrictEqual(left, right);
}

/** The arguments in which two sets of them differ in meaning. */
export const differences = (olds: Bag, news: Bag): FieldPath[] =>
  fieldPaths.filter((path) => !isUnsaid(path, news) && !same(path, olds, news));

/** Whether an adopted instance keeps what it has, since the program does not say. */
const isUnsaid = (path: FieldPath, news: Bag): boolean =>
  (path === "name" || path === "tags") && at(news, "adopt") !== undefined && at(news, path) === undefined;
