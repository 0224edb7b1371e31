import { z } from "zod";
import type { Arguments } from "./arguments";
import { connectorKeys } from "./connector-keys";
import { at, type Bag, type FieldPath, field, fieldPaths, isBag, nested, serverFacts } from "./fields";
import { isOwnershipTag } from "./ownership";

/** The platform's key of the Act! 365 connector (contract, section 6). */
export const ELEMENT_KEY = "actessentials";

/** What the connector sets a configuration key to when nobody else does; null for nothing. */
export type Defaults = ReadonlyMap<string, string | null>;

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

const optional = <T extends z.ZodType>(schema: T) =>
  schema.nullish().transform((value) => value ?? undefined);

/** An instance in a response: loose, since keys may be added and most may be missing (contract, section 1.7). */
export const instanceResponse = z.looseObject({
  id: z.int().positive(),
  name: z.string(),
  token: optional(z.string().min(1)),
  element: optional(z.looseObject({ id: optional(z.int()), key: optional(z.string()) })),
  elementId: optional(z.int()),
  // A sample of 2014 shows tags as objects (contract, section 1.7).
  tags: optional(
    z.array(z.union([z.string(), z.looseObject({ name: z.string() }).transform(({ name }) => name)])),
  ),
  configuration: optional(z.record(z.string(), z.unknown())),
  createdDate: optional(z.string()),
  valid: optional(z.boolean()),
  disabled: optional(z.boolean()),
  maxCacheSize: optional(z.number()),
  cacheTimeToLive: optional(z.number()),
  authenticationType: optional(z.string()),
  eventsEnabled: optional(z.boolean()),
  cachingEnabled: optional(z.boolean()),
  traceLoggingEnabled: optional(z.boolean()),
  organizationId: optional(z.int()),
  accountId: optional(z.int()),
});
export type InstanceResponse = z.infer<typeof instanceResponse>;

/** What is known of an instance, be it the platform's whole answer or only which one it is. */
export type Seen = Partial<InstanceResponse> & { readonly id: number; readonly name: string };

/** `GET /organizations/me`: its shape beyond being an object is not documented (contract, section 1.4). */
export const organizationResponse = z.looseObject({ id: optional(z.int()) });

/** `GET /elements/{key}/configuration` (contract, section 1.4). */
export const elementConfigurationResponse = z.looseObject({
  configuration: z.array(z.looseObject({ key: z.string(), defaultValue: optional(z.coerce.string()) })),
});

export const isMask = (value: unknown): boolean => typeof value === "string" && /^\*+$/.test(value);

const secretKeys = new Set(
  fieldPaths.flatMap((path) => {
    const { secret, wire } = field(path);
    return secret && "configuration" in wire ? [wire.configuration] : [];
  }),
);

/**
 * The properties that state keeps of an instance: the arguments as the server has them, then what only it knows.
 *
 * @param args the arguments that were applied, or those of an earlier state.
 * @param before the earlier state's properties, for what an answer leaves out.
 */
export function propertiesOf(args: Bag, before: Bag, instance: Seen): Record<string, unknown> {
  const managed = argumentsOnServer(args, instance);
  const map = isBag(managed.configuration) ? managed.configuration : {};
  const telling = Object.entries(instance.configuration ?? (before.configuration as Bag) ?? {}).filter(
    ([key, value]) =>
      value !== null &&
      value !== "" &&
      !secretKeys.has(key) &&
      !isMask(value) &&
      // The connector's defaults are a fifth of a state, all of which a backend of files writes at each step.
      String(value) !== connectorKeys.get(key)?.default,
  );
  return {
    ...Object.fromEntries(serverFacts.map((name) => [name, instance[name] ?? before[name]])),
    ...managed,
    instanceId: instance.id,
    token: instance.token ?? before.token,
    elementId: instance.elementId ?? instance.element?.id ?? before.elementId,
    elementKey: instance.element?.key ?? before.elementKey,
    configuration: { ...Object.fromEntries(telling), ...map },
    managedKeys: isBag(args.configuration) ? Object.keys(args.configuration) : undefined,
    verified: before.verified,
  };
}

/** What the server has in place of each argument; what it hides, or cannot have, stays as it was. */
function argumentsOnServer(args: Bag, instance: Seen): Record<string, unknown> {
  const { configuration, disabled } = instance;
  const values = fieldPaths.map((path): [string, unknown] => {
    const { wire } = field(path);
    const old = at(args, path);
    if ("ours" in wire || old === undefined) return [path, old];
    if ("call" in wire)
      // The platform ends trace logging by itself (contract, section 1.2): that is no drift.
      return [path, wire.call === "enabled" && disabled !== undefined ? !disabled : old];
    if ("instance" in wire) return [path, instance.tags && wire.instance === "tags" ? undefined : old];
    if (!configuration) return [path, old];
    if (wire.configuration === "*")
      return [
        path,
        Object.fromEntries(
          Object.entries(old as Bag)
            .map(([key, value]) => [key, valueOnServer(configuration[key], value)])
            .filter(([, value]) => value !== undefined),
        ),
      ];
    const value = valueOnServer(configuration[wire.configuration], old);
    // A password that the platform does not tell at all is as hidden as one that it masks.
    return [path, value ?? (field(path).secret ? old : undefined)];
  });
  return nested([...values, ["name", instance.name], ...tagsOnServer(args, instance)]);
}

/** A value from the server in the form of the one that we keep; undefined when it was cleared. */
function valueOnServer(value: unknown, old: unknown): unknown {
  if (value === undefined || isMask(value)) return old;
  if (value === null || value === "") return undefined;
  const text = String(value);
  if (typeof old === "boolean") return text === "true" || text === "false" ? text === "true" : text;
  if (typeof old === "number") return Number.isNaN(Number(text)) ? text : Number(text);
  if (isBag(old))
    try {
      return JSON.parse(text);
    } catch {
      return text;
    }
  return text;
}

/** The user's tags in the order they had, then what was added on the server; our own tag beside them. */
function tagsOnServer(args: Bag, { name, tags }: Seen): [string, unknown][] {
  if (!tags) return [];
  const ours = args.ownershipTag ?? tags.find(isOwnershipTag);
  const old = Array.isArray(args.tags) ? (args.tags as string[]) : [];
  // Whether the server adds the name as a tag when tags are sent is UNKNOWN (contract, section 2.6).
  const theirs = tags.filter((tag) => tag !== ours && (tag !== name || old.includes(tag)));
  return [
    ["tags", [...old.filter((tag) => theirs.includes(tag)), ...theirs.filter((tag) => !old.includes(tag))]],
    ["ownershipTag", tags.find((tag) => tag === ours)],
  ];
}
