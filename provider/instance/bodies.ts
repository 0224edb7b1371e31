import type { Arguments } from "../arguments/check";
import { type FieldPath, field, fieldPaths } from "../arguments/fields";
import { at, type Bag } from "../arguments/paths";
import { type Defaults, ELEMENT_KEY } from "../platform/answers";

/** A change of an instance: its arguments before and after, and what the two differ in. */
export interface Change {
  readonly olds: Bag;
  readonly news: Arguments;
  readonly paths: readonly FieldPath[];
  /** Those of the paths that are sent although they look the same, since nobody knows whether they were. */
  readonly unconfirmed: readonly FieldPath[];
  /** Every tag that it has on the platform. */
  readonly tags: readonly string[];
  /** The names that it has there or had: the platform may have added them as tags (PLATFORM.md, section 2.6). */
  readonly names: readonly unknown[];
}

/** The body of POST. */
export const createBody = (news: Arguments): Record<string, unknown> => ({
  element: { key: ELEMENT_KEY },
  ...changeBody({ olds: {}, news, paths: fieldPaths, unconfirmed: [], tags: [], names: [] }, new Map()),
});

/**
 * The body of PATCH for a change, empty when none of it is sent this way. `tags` always go whole (PLATFORM.md, section
 * 2.3), and a key that is no longer set goes back to the connector's default.
 */
export function changeBody(change: Change, defaults: Defaults): Record<string, unknown> {
  const { olds, news } = change;
  const [before, after] = [configurationOf(olds), configurationOf(news)];
  const configuration = Object.fromEntries(
    [...keysToSend(change)].map((key) => [key, after[key] ?? defaults.get(key) ?? null]),
  );
  const sends = (name: "name" | "tags") =>
    change.paths.some((path) => {
      const { wire } = field(path);
      return "instance" in wire && wire.instance === name;
    });
  const renames = sends("name") && news.name !== undefined;
  return {
    ...(renames && { name: news.name }),
    ...((sends("tags") || (renames && hasNameAsTag(change))) && { tags: tagsAfter(change) }),
    ...(Object.keys(configuration).length > 0 && { configuration }),
  };

  function keysToSend({ paths, unconfirmed }: Change): Set<string> {
    const keys = (path: FieldPath) => keysOf(path, before, after);
    const anyway = new Set(unconfirmed.flatMap(keys));
    return new Set(paths.flatMap(keys).filter((key) => anyway.has(key) || before[key] !== after[key]));
  }
}

/** Whether a name that goes stands there as a tag. */
const hasNameAsTag = ({ news, tags, names }: Change): boolean =>
  tags.some((tag) => names.includes(tag) && tag !== news.name && !news.tags?.includes(tag));

/** The tags that an instance is to have: those that the program says, or else those that it has, and ours. */
function tagsAfter({ olds, news, tags, names }: Change): string[] {
  const gone = news.name === undefined ? [] : names.filter((name) => name !== news.name);
  const kept = tags.filter((tag) => ![olds.ownershipTag, news.ownershipTag, ...gone].includes(tag));
  return [...(news.tags ?? kept), news.ownershipTag];
}

/** The configuration keys that go back to their defaults. */
export function keysTakenOut({ olds, news, paths, unconfirmed }: Change): string[] {
  const [before, after] = [configurationOf(olds), configurationOf(news)];
  const candidates = [...Object.keys(before), ...unconfirmed.flatMap((path) => keysOf(path, before, after))];
  const changed = new Set(paths.flatMap((path) => keysOf(path, before, after)));
  return [...new Set(candidates)].filter((key) => after[key] === undefined && changed.has(key));
}

function keysOf(path: FieldPath, before: Bag, after: Bag): string[] {
  const { wire } = field(path);
  if (!("configuration" in wire)) return [];
  return wire.configuration === "*" ? [...Object.keys(before), ...Object.keys(after)] : [wire.configuration];
}

/** A set of arguments as the platform's configuration: every value a string, as it comes back (PLATFORM.md, section 2.7). */
function configurationOf(args: Bag): Record<string, string> {
  const typed = fieldPaths.flatMap((path): [string, string][] => {
    const { wire } = field(path);
    const value = at(args, path);
    if (!("configuration" in wire) || wire.configuration === "*" || value === undefined) return [];
    return [[wire.configuration, typeof value === "object" ? JSON.stringify(value) : String(value)]];
  });
  return {
    ...(at(args, "configuration") as Record<string, string> | undefined),
    ...Object.fromEntries(typed),
  };
}
