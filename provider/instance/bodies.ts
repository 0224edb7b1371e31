import type { Arguments } from "../arguments/check";
import { type FieldPath, field, fieldPaths } from "../arguments/fields";
import { at, type Bag } from "../arguments/paths";
import { type Defaults, ELEMENT_KEY } from "../platform/answers";

/** The body of POST. */
export const createBody = (args: Arguments): Record<string, unknown> => ({
  element: { key: ELEMENT_KEY },
  ...changeBody({}, args, fieldPaths, new Map()),
});

/**
 * The body of PATCH for the given changes, empty when none of them is sent this way. `tags` always go whole (contract,
 * section 2.3), and a key that is no longer set goes back to the connector's default.
 */
export function changeBody(
  olds: Bag,
  news: Arguments,
  changed: readonly FieldPath[],
  defaults: Defaults,
): Record<string, unknown> {
  const [before, after] = [configurationOf(olds), configurationOf(news)];
  const keys = new Set(changed.flatMap((path) => keysOf(path, before, after)));
  const configuration = Object.fromEntries(
    [...keys]
      .filter((key) => before[key] !== after[key])
      .map((key) => [key, after[key] ?? defaults.get(key) ?? null]),
  );
  const sends = (name: "name" | "tags") =>
    changed.some((path) => {
      const { wire } = field(path);
      return "instance" in wire && wire.instance === name;
    });
  return {
    ...(sends("name") && { name: news.name }),
    ...(sends("tags") && { tags: [...news.tags, news.ownershipTag] }),
    ...(Object.keys(configuration).length > 0 && { configuration }),
  };
}

/** The configuration keys that were set before and are not any more. */
export const keysTakenOut = (olds: Bag, news: Bag): string[] => {
  const after = configurationOf(news);
  return Object.keys(configurationOf(olds)).filter((key) => after[key] === undefined);
};

function keysOf(path: FieldPath, before: Bag, after: Bag): string[] {
  const { wire } = field(path);
  if (!("configuration" in wire)) return [];
  return wire.configuration === "*" ? [...Object.keys(before), ...Object.keys(after)] : [wire.configuration];
}

/** A set of arguments as the platform's configuration: every value a string, as it comes back (contract, 2.7). */
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
