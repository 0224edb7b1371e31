import { isDeepStrictEqual } from "node:util";
import { type FieldPath, field, fieldPaths } from "./fields";
import { at, type Bag } from "./paths";

const topDefault = (path: FieldPath): unknown =>
  path === "onDestroy" ? "delete" : path.includes(".") ? undefined : field(path).default;

export function same(path: FieldPath, one: Bag, other: Bag): boolean {
  const [left, right] = [at(one, path) ?? topDefault(path), at(other, path) ?? topDefault(path)];
  if (field(path).unordered && Array.isArray(left) && Array.isArray(right))
    return isDeepStrictEqual([...left].sort(), [...right].sort());
  if (path === "configuration") return isDeepStrictEqual(left ?? {}, right ?? {});
  return isDeepStrictEqual(left, right);
}

/** The arguments in which two sets of them differ in meaning. */
export const differences = (olds: Bag, news: Bag): FieldPath[] =>
  fieldPaths.filter((path) => !same(path, olds, news));
