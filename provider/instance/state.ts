import { isDeepStrictEqual } from "node:util";
import { differences } from "../arguments/compare";
import { connectorKeys } from "../arguments/connector-keys";
import { type FieldPath, field, fieldPaths, isFieldPath } from "../arguments/fields";
import { isOwnershipTag } from "../arguments/ownership";
import { at, type Bag, isBag, nested } from "../arguments/paths";
import { asSecretPaths, holdsSecret, madeSecret, valueAt } from "../arguments/secrets";
import { serverFacts } from "../arguments/shapes";
import { type InstanceResponse, isMask } from "../platform/answers";

/** The arguments that are a key of the configuration each, by that key. */
const pathsByKey = new Map(
  fieldPaths.flatMap((path) => {
    const { wire } = field(path);
    return "configuration" in wire ? [[wire.configuration, path] as const] : [];
  }),
);

/** The configuration keys of the arguments that are secrets, or that the program made secret. */
const secretKeysOf = (args: Bag): Set<string> =>
  new Set([...pathsByKey].flatMap(([key, path]) => (holdsSecret(args, path) ? [key] : [])));

/**
 * The properties that state keeps of an instance: the arguments as the server has them, then what only it knows.
 *
 * @param args the arguments that were applied, or those of an earlier state.
 * @param before the earlier state's properties, for what an answer leaves out.
 */
export function propertiesOf(args: Bag, before: Bag, instance: InstanceResponse): Record<string, unknown> {
  const owner = ownerIn(args) ?? ownerIn(before);
  const managed = argumentsOnServer(args, instance, owner);
  const map = isBag(managed.configuration) ? managed.configuration : {};
  const secretKeys = secretKeysOf(args);
  const telling = Object.entries(instance.configuration ?? (before.configuration as Bag) ?? {}).filter(
    ([key, value]) =>
      value !== null &&
      value !== "" &&
      !secretKeys.has(key) &&
      !isMask(value) &&
      // The connector's defaults are a fifth of a state, all of which a backend of files writes at each step.
      String(value) !== connectorKeys.get(key)?.default,
  );
  const properties = {
    ...Object.fromEntries(serverFacts.map((name) => [name, instance[name] ?? before[name]])),
    ...managed,
    instanceId: instance.id,
    token: instance.token ?? before.token,
    elementId: instance.elementId ?? instance.element?.id ?? before.elementId,
    elementKey: instance.element?.key ?? before.elementKey,
    configuration: { ...Object.fromEntries(telling), ...map },
    managedKeys: isBag(args.configuration) ? Object.keys(args.configuration) : undefined,
    // Other keys than those that Act! has taken, set by whomever, were not tried yet.
    verified: managed.apiKey === args.apiKey ? before.verified : undefined,
    unconfirmed: before.unconfirmed,
    lostTag: isManaged(args) && managed.ownershipTag === undefined ? owner : undefined,
  };
  return { ...properties, secretPaths: secretPathsLeft(before, args, properties) };
}

/**
 * Where properties hold secrets that the program made: where it says so, and where it had, as long as the old value is
 * still there, although the program has another one or none.
 */
export function secretPathsLeft(before: Bag, args: Bag, properties: Bag): unknown {
  const { configuration } = properties;
  // An argument that was taken out may still stand among the keys of the configuration.
  const ofKeys = Object.keys(isBag(configuration) ? configuration : {}).map((key) => {
    const place = `configuration.${key}`;
    const path = pathsByKey.get(key);
    return { place, source: path && valueAt(before, path) !== undefined ? path : place };
  });
  const ofFields = fieldPaths
    .filter((path) => path !== "configuration")
    .map((path) => ({ place: path, source: path }));
  const stays = [...ofFields, ...ofKeys].filter(({ place, source }) => {
    const [old, now] = [valueAt(before, source), valueAt(properties, place)];
    if (now === undefined || isDeepStrictEqual(valueAt(args, source), old)) return false;
    const isOld = isDeepStrictEqual(place === source ? now : valueOnServer(now, old), old);
    return isOld && holdsSecret(before, source) && !holdsSecret(args, place);
  });
  return stays.length > 0
    ? asSecretPaths([...madeSecret(args), ...stays.map(({ place }) => place)])
    : args.secretPaths;
}

/**
 * The ownership tag of the resource whose properties these are. A tag that the last look did not find on the instance is
 * a difference, which the next update mends; whose the instance is stays known.
 */
export const ownerIn = ({ ownershipTag, lostTag }: Bag): unknown => ownershipTag ?? lostTag;

/** What the server has in place of each argument; what it hides, or cannot have, stays as it was. */
function argumentsOnServer(args: Bag, instance: InstanceResponse, owner: unknown): Record<string, unknown> {
  const { configuration, disabled } = instance;
  const values = fieldPaths.map((path): [string, unknown] => {
    const { wire } = field(path);
    const old = at(args, path);
    if ("ours" in wire || old === undefined) return [path, old];
    // The platform ends trace logging by itself (PLATFORM.md, section 1.2): that is no drift.
    if ("call" in wire) return [path, wire.call === "enabled" && disabled !== undefined ? !disabled : old];
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
  return nested([...values, ["name", instance.name], ...tagsOnServer(args, instance, owner)]);
}

/** A value from the server in the form of the one that we keep; undefined when it was cleared. */
function valueOnServer(value: unknown, old: unknown): unknown {
  if (value === undefined || isMask(value)) return old;
  // The platform may tell an empty value in either way.
  if (value === null || value === "") return old === "" ? old : undefined;
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
function tagsOnServer(args: Bag, { name, tags }: InstanceResponse, owner: unknown): [string, unknown][] {
  if (!tags) return [];
  // Of an instance that is only looked up any owner's tag is of interest; a managed one has its own or none.
  const ours = isManaged(args) ? owner : (args.ownershipTag ?? tags.find(isOwnershipTag));
  const old = Array.isArray(args.tags) ? (args.tags as string[]) : [];
  // Whether the server adds the name as a tag when tags are sent is UNKNOWN (PLATFORM.md, section 2.6).
  const byServer = new Set<unknown>([
    ours,
    ...[name, args.name].filter((tag) => !old.includes(tag as string)),
  ]);
  const theirs = tags.filter((tag) => !byServer.has(tag));
  return [
    ["tags", [...old.filter((tag) => theirs.includes(tag)), ...theirs.filter((tag) => !old.includes(tag))]],
    ["ownershipTag", tags.find((tag) => tag === ours)],
  ];
}

/** What was asked of the platform without an answer, so that nobody knows whether it was done. */
export const unconfirmedIn = ({ unconfirmed }: Bag): FieldPath[] =>
  Array.isArray(unconfirmed) ? unconfirmed.filter(isFieldPath) : [];

/** Those of the arguments that the platform's answer does not tell either; undefined for none. */
export function stillUnconfirmed(
  paths: readonly FieldPath[],
  args: Bag,
  instance: InstanceResponse,
): FieldPath[] | undefined {
  const left = paths.filter((path) => !isTold(path, args, instance));
  return left.length > 0 ? left : undefined;
}

/** A state's properties after an answer about the instance, which may tell what was not confirmed. */
export function confirmedBy(properties: Bag, instance: InstanceResponse): Bag {
  const unconfirmed = unconfirmedIn(properties);
  const { traceLoggingEnabled } = instance;
  const isTraced = unconfirmed.includes("traceLogging") && traceLoggingEnabled !== undefined;
  return {
    ...properties,
    ...(isTraced && { traceLogging: traceLoggingEnabled }),
    unconfirmed: stillUnconfirmed(unconfirmed, argumentsIn(properties), instance),
  };
}

function isTold(path: FieldPath, args: Bag, instance: InstanceResponse): boolean {
  const { tags, disabled, traceLoggingEnabled, configuration = {} } = instance;
  const { wire } = field(path);
  if ("instance" in wire) return wire.instance === "name" || tags !== undefined;
  if ("call" in wire) return (wire.call === "enabled" ? disabled : traceLoggingEnabled) !== undefined;
  if ("ours" in wire) return true;
  const keys = wire.configuration === "*" ? Object.keys(Object(args.configuration)) : [wire.configuration];
  return keys.every((key) => {
    const value = configuration[key];
    // Of a secret, that it is empty may be another way to hide it.
    return value !== undefined && !isMask(value) && !(field(path).secret && (value === null || value === ""));
  });
}

/** An instance on the platform, and what is known of it. */
export interface Snapshot {
  /** The last answer of the platform about it. */
  readonly instance: InstanceResponse;
  /** Its arguments as they stand on the platform. */
  readonly olds: Bag;
  /** The properties in state, if any. */
  readonly before: Bag;
  /** Whether it is this stack's already, so that a failure must record it. */
  readonly isOurs: boolean;
}

/** The arguments among a state's properties: of its `configuration`, which is the server's, the keys we manage. */
export function argumentsIn(properties: Bag): Record<string, unknown> {
  const managed = Array.isArray(properties.managedKeys) ? properties.managedKeys : [];
  const map = Object.fromEntries(
    Object.entries(isBag(properties.configuration) ? properties.configuration : {}).filter(([key]) =>
      managed.includes(key),
    ),
  );
  const values = fieldPaths.map((path) => [path, at(properties, path)] as const);
  return nested([
    ...values.filter(([path]) => path !== "configuration"),
    ["configuration", managed.length > 0 ? map : undefined],
  ]);
}

/** Those of them that surely hold: without what is not confirmed, and without a gate that was not passed. */
export function appliedIn(properties: Bag): Record<string, unknown> {
  const args = argumentsIn(properties);
  const unconfirmed = unconfirmedIn(properties);
  return nested([
    ...fieldPaths
      .filter((path) => !unconfirmed.includes(path))
      .map((path) => [path, at(args, path)] as const),
    ...(isShut(properties) ? ([["verify", false]] as const) : []),
  ]);
}

/** Whether the properties are those of an instance that a program manages, and not only looks up. */
export const isManaged = ({ apiKey }: Bag): boolean => apiKey !== undefined;

/** Whether Act! has not taken the keys yet, although the program wants to know. A disabled instance cannot be asked. */
const isShut = ({ verify, verified, enabled }: Bag): boolean =>
  verify === true && verified !== true && enabled !== false;

/** What an update has to change: what differs in meaning, and what nobody knows whether it was done. */
export function changesTo(properties: Bag, args: Bag): FieldPath[] {
  const wanted = { ...args, secretPaths: secretPathsLeft(properties, args, properties) };
  return [...new Set([...differences(appliedIn(properties), wanted), ...unconfirmedIn(properties)])];
}
