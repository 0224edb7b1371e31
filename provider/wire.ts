import { z } from "zod";
import { type Arguments, type Bag, type FieldName, fieldNames, isOwnershipTag, row } from "./schema";

/** The platform's key of the Act! 365 connector (contract, section 6). */
const ELEMENT_KEY = "actessentials";

/** The body for POST, or for PATCH with the given fields only; `tags` always go whole (contract, section 2.3). */
export function toWire(args: Arguments, changed?: readonly FieldName[]): Record<string, unknown> {
  const body: Record<string, unknown> = changed ? {} : { element: { key: ELEMENT_KEY } };
  const configuration: Record<string, unknown> = {};
  for (const name of changed ?? fieldNames) {
    const { wire } = row(name);
    if ("configuration" in wire) configuration[wire.configuration] = args[name];
    else if (wire.top === "tags") body.tags = [...args.tags, args.ownershipTag];
    else body[wire.top] = args[name];
  }
  if (Object.keys(configuration).length > 0) body.configuration = configuration;
  return body;
}

const optional = <T extends z.ZodType>(schema: T) =>
  schema.nullish().transform((value) => value ?? undefined);

// What only the server knows, under the server's own names; absent where it may leave them out (contract, 1.7).
const facts = {
  createdDate: optional(z.string()),
  elementId: optional(z.int()),
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
};
const factNames = Object.keys(facts) as (keyof typeof facts)[];

/** An instance in a response: loose, since keys may be added and most may be missing (contract, section 1.7). */
export const instanceResponse = z.looseObject({
  id: z.int().positive(),
  name: z.string(),
  token: optional(z.string().min(1)),
  element: optional(z.looseObject({ id: optional(z.int()), key: optional(z.string()) })),
  // A sample of 2014 shows tags as objects (contract, section 1.7).
  tags: optional(
    z.array(z.union([z.string(), z.looseObject({ name: z.string() }).transform(({ name }) => name)])),
  ),
  configuration: optional(z.record(z.string(), z.unknown())),
  ...facts,
});
export type InstanceResponse = z.infer<typeof instanceResponse>;

/** `GET /organizations/me`: its shape beyond being an object is not documented (contract, section 1.4). */
export const organizationResponse = z.looseObject({ id: optional(z.int()) });

const isMask = (value: unknown): boolean => typeof value === "string" && /^\*+$/.test(value);

// Besides what arrives masked: the API key comes back in plain (contract, section 2.5), and so may callback secrets.
const secretKeys = new Set([
  "username",
  "password",
  "event.notification.basic.password",
  "event.notification.callback.headers",
  "event.notification.signature.key",
]);

/**
 * The properties that state keeps of an instance: the arguments as the server has them, then what only it knows.
 *
 * @param before the arguments, or the properties of an earlier state; what the server masks or leaves out comes from
 *   there.
 */
export function propertiesOf(before: Bag, instance: InstanceResponse): Record<string, unknown> {
  const configuration = instance.configuration ?? {};
  return {
    ...argumentsOnServer(before, instance),
    ...Object.fromEntries(factNames.map((name) => [name, instance[name] ?? before[name]])),
    instanceId: instance.id,
    token: instance.token ?? before.token,
    elementId: instance.elementId ?? instance.element?.id ?? before.elementId,
    elementKey: instance.element?.key ?? before.elementKey,
    configuration: Object.fromEntries(
      Object.entries(configuration).filter(
        ([key, value]) => value !== null && !secretKeys.has(key) && !isMask(value),
      ),
    ),
  };
}

function argumentsOnServer(before: Bag, instance: InstanceResponse): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const name of fieldNames) {
    const { wire } = row(name);
    const kept = before[name];
    if (!("configuration" in wire)) continue;
    const value = instance.configuration?.[wire.configuration];
    // Only what the program set: an instance that is merely looked up has no arguments to compare.
    const isReadable = kept !== undefined && value !== undefined && value !== null && !isMask(value);
    result[name] = isReadable ? String(value) : kept;
  }
  return { ...result, name: instance.name, ...tagsOnServer(before, instance) };
}

/** The user's tags in the order they had, then what was added on the server; our own tag beside them. */
function tagsOnServer(before: Bag, { name, tags }: InstanceResponse): Record<string, unknown> {
  if (!tags) return { tags: before.tags, ownershipTag: before.ownershipTag };
  const ours = before.ownershipTag ?? tags.find(isOwnershipTag);
  const old = Array.isArray(before.tags) ? (before.tags as string[]) : [];
  // Whether the server adds the name as a tag when tags are sent is UNKNOWN (contract, section 2.6).
  const theirs = tags.filter((tag) => tag !== ours && (tag !== name || old.includes(tag)));
  return {
    tags: [...old.filter((tag) => theirs.includes(tag)), ...theirs.filter((tag) => !old.includes(tag))],
    ownershipTag: tags.find((tag) => tag === ours),
  };
}
