import { isDeepStrictEqual } from "node:util";
import { defaultOf, same } from "./compare";
import { connectorKeys } from "./connector-keys";
import { type FieldPath, field, fieldPaths, groups, isFieldPath } from "./fields";
import type { Home } from "./home";
import { isOwnershipTag, resourceNameIn } from "./ownership";
import { at, type Bag, isBag, nested, UNKNOWN } from "./paths";
import { kind, schemas, wayOutOf } from "./rules";
import { unknownAmong } from "./secrets";

/**
 * The arguments as the plugin works with them: complete, with every default filled in. Only of an adopted instance the
 * name and the tags may be missing: then they stay as they are.
 */
export interface Arguments extends Bag {
  readonly apiKey: string;
  readonly developerKey: string;
  readonly name?: string;
  readonly tags?: readonly string[];
  readonly ownershipTag: string;
  readonly enabled?: boolean;
  readonly traceLogging?: boolean;
  readonly configuration?: Readonly<Record<string, string>>;
  readonly verify?: boolean;
  readonly adopt?: string;
  readonly onDestroy?: "delete" | "release";
  readonly connection?: string;
  readonly secretPaths?: readonly string[];
  readonly home?: Home;
}

/**
 * Checks a program's arguments and fills in the defaults. A value that means the same as the one before keeps the form
 * that it had, so that the engine's own comparison shows only what differs in meaning; an argument that a state from an
 * earlier release lacks stays out while it has its default.
 *
 * @param home where the settings point; undefined when they do not say.
 */
export function checkArguments(
  olds: Bag,
  given: Bag,
  home?: Home | typeof UNKNOWN,
): { inputs: Record<string, unknown>; problems: string[] } {
  // `pulumi import --file` compares what a file brings with itself; the keys come with the next `pulumi up`.
  if (given.apiKey === undefined && isDeepStrictEqual(olds, given))
    return { inputs: { ...given }, problems: [] };
  const { home: givenHome, ...others } = given;
  const problems = unknownArguments(isDeepStrictEqual(givenHome, home) ? others : given, "");
  const news = { ...others, secretPaths: secretPathsAfter(olds, others), home };
  const exists = Object.keys(olds).length > 0;
  const values: [string, unknown][] = [];
  for (const path of fieldPaths) {
    const group = path.slice(0, Math.max(0, path.lastIndexOf(".")));
    if (group && at(news, group) === UNKNOWN) continue;
    const value = at(news, path) ?? fallback(path, olds, news);
    if (value === undefined && isLeftAlone(path, olds, news)) continue;
    // What a preview does not know yet gets through, whatever its type will be.
    const { data, error } =
      value === UNKNOWN ? { data: value, error: undefined } : schemas[path].safeParse(value);
    if (error) {
      for (const { path: inside, message } of error.issues)
        problems.push(`${path}${inside.map((part) => `[${JSON.stringify(part)}]`).join("")}: ${message}`);
      continue;
    }
    const keeps = exists && same(path, olds, nested([[path, data]]));
    values.push([path, keeps ? at(olds, path) : data]);
  }
  for (const group of groups)
    if (at(news, group) === UNKNOWN && !hasUnknownParent(news, group)) values.push([group, UNKNOWN]);
  const inputs = nested(values);
  if (
    at(inputs, "events.enabled") === true &&
    at(inputs, "events.callbackUrl") === undefined &&
    problems.length === 0
  )
    problems.push(
      "events.callbackUrl: is missing; enabled events need an address to notify, such as https://example.com/hook (or set events.enabled to false)",
    );
  if (problems.length === 0) problems.push(...tooLarge(inputs));
  return { inputs, problems };
}

/**
 * Where the program makes values secret, and where it had: what a preview does not know yet nobody can tell to be secret,
 * and what stays as it was when the program takes it out stays a secret.
 */
function secretPathsAfter(olds: Bag, news: Bag): unknown {
  const [before, now] = [olds.secretPaths, news.secretPaths];
  if (!Array.isArray(before) || !(now === undefined || Array.isArray(now))) return now;
  const stays = (path: FieldPath) => at(news, path) === undefined && keepsOld(path, olds, news);
  const kept = [...unknownAmong(before, news), ...before.filter(stays)].filter(
    (path) => !now?.includes(path),
  );
  return kept.length > 0 ? [...(now ?? []), ...kept] : now;
}

/** The platform takes requests of at most 8 MB, and says 429 to others, as if they came too fast (PLATFORM.md, section 9). */
function tooLarge(inputs: Bag): string[] {
  const sizes = Object.entries(inputs).map(([name, value]) => ({
    name,
    size: Buffer.byteLength(JSON.stringify(value)),
  }));
  const [largest, ...others] = sizes.sort((one, other) => other.size - one.size);
  const total = others.reduce((sum, { size }) => sum + size, largest?.size ?? 0);
  return total > 8_000_000
    ? [`${largest?.name}: makes the request larger than the 8 MB that the platform takes; make it smaller`]
    : [];
}

const hasUnknownParent = (bag: Bag, path: string): boolean =>
  path.includes(".") && at(bag, path.slice(0, path.lastIndexOf("."))) === UNKNOWN;

/** What an argument is when the program leaves it out. */
function fallback(path: FieldPath, olds: Bag, news: Bag): unknown {
  if (keepsOld(path, olds, news)) return at(olds, path);
  if (path === "name") return nameBy(at(news, "ownershipTag"));
  return defaultOf(path, { ...news, adopt: adoptIn(olds, news) });
}

/** Taking `adopt` out of the program must change nothing, and least of all what destroy does. */
const keepsOld = (path: FieldPath, olds: Bag, news: Bag): boolean =>
  path === "adopt" || isLeftAlone(path, olds, news);

const adoptIn = (olds: Bag, news: Bag): unknown => at(news, "adopt") ?? at(olds, "adopt");

/** An adopted instance keeps the name and the tags that the program does not say. */
const isLeftAlone = (path: FieldPath, olds: Bag, news: Bag): boolean =>
  (path === "name" || path === "tags") && adoptIn(olds, news) !== undefined;

const nameBy = (ownershipTag: unknown): unknown =>
  typeof ownershipTag === "string" && isOwnershipTag(ownershipTag)
    ? resourceNameIn(ownershipTag)
    : ownershipTag === UNKNOWN
      ? UNKNOWN
      : undefined;

function unknownArguments(bag: Bag, prefix: string): string[] {
  return Object.keys(bag).flatMap((key) => {
    const path = prefix + key;
    const value = bag[key];
    if (path === "__provider" || value === undefined) return [];
    if (isFieldPath(path) && path !== "home") return [];
    if (groups.has(path)) {
      if (value === UNKNOWN || value === null) return [];
      return isBag(value)
        ? unknownArguments(value, `${path}.`)
        : [`${path}: must be an object, not ${kind(value)}; write { ... }`];
    }
    const ofProgram = fieldPaths.filter((each) => field(each).setBy === undefined);
    const here = [...new Set([...ofProgram, ...groups])].filter(
      (each) => each.startsWith(prefix) && !each.slice(prefix.length).includes("."),
    );
    const wayOut = connectorKeys.has(key)
      ? `put it into configuration: { "${key}": ... }`
      : wayOutOf(path, here);
    return [`unknown argument ${JSON.stringify(path)}; ${wayOut}`];
  });
}
