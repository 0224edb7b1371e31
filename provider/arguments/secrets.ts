import { field, fieldPaths } from "./fields";
import { at, type Bag, holdsUnknown, isBag, UNKNOWN } from "./paths";

/** Where secrets stand in every set of properties. */
export const secretPaths: readonly string[] = [...fieldPaths.filter((path) => field(path).secret), "token"];

/** Where the program made values secret. */
export const madeSecret = ({ secretPaths: paths }: Bag): string[] =>
  Array.isArray(paths) ? paths.filter(isText) : [];

/** Both. A path stands for all that is below it. */
const secretPathsOf = (properties: Bag): string[] => [...secretPaths, ...madeSecret(properties)];

/** Paths as the argument `secretPaths` has them: each once, in one order; undefined for none. */
export const asSecretPaths = (paths: readonly string[]): string[] | undefined =>
  paths.length > 0 ? [...new Set(paths)].sort() : undefined;

const isText = (value: unknown): value is string => typeof value === "string";

/** Whether the value at a path is a secret, or holds one. */
export const holdsSecret = (properties: Bag, path: string): boolean =>
  secretPathsOf(properties).some((secret) => isWithin(path, secret) || isWithin(secret, path));

const isWithin = (path: string, above: string): boolean => path === above || path.startsWith(`${above}.`);

/** What the engine takes for a secret value in what a provider answers. */
export const secretOf = (value: unknown) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});

export const isSecretValue = (value: unknown): value is { value: unknown } =>
  isBag(value) && value["4dabf18193072939515e22adb298388d"] === "1b47061264138c4ac30d75fd1eb44270";

/** Marks every secret of a set of properties, and leaves out what is undefined, which the plugin host cannot carry. */
export const sealed = (properties: Bag): Record<string, unknown> =>
  sealedBelow(properties, "", secretPathsOf(properties));

function sealedBelow(bag: Bag, prefix: string, secrets: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(bag)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => {
        const path = prefix + key;
        // What a preview does not know yet the engine has marked itself.
        if (value === UNKNOWN) return [key, value];
        if (secrets.includes(path)) return [key, secretOf(value)];
        if (isBag(value)) return [key, sealedBelow(value, `${path}.`, secrets)];
        // A secret stands further down than the value goes: a poller that is no JSON, say.
        return [key, secrets.some((secret) => isWithin(secret, path)) ? secretOf(value) : value];
      }),
  );
}

/** Every secret text in a set of properties: what no error may show. */
export const secretsIn = (properties: Bag): string[] =>
  secretPathsOf(properties).flatMap((path) => textsIn(valueAt(properties, path)));

/** Those of the secret paths of before at which a preview does not know yet what stands, or a part of it. */
export const unknownAmong = (before: readonly unknown[], news: Bag): string[] =>
  before.filter(isText).filter((path) => holdsUnknown(valueAt(news, path)));

/** The value at a path; the keys of `configuration` have dots of their own. */
export function valueAt(properties: Bag, path: string): unknown {
  const key = /^configuration\.(.+)$/.exec(path)?.[1];
  const { configuration } = properties;
  if (key === undefined || configuration === UNKNOWN) return at(properties, path);
  return isBag(configuration) ? configuration[key] : undefined;
}

function textsIn(value: unknown): string[] {
  if (isText(value)) return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
