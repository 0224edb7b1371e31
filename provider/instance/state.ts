import { connectorKeys } from "../arguments/connector-keys";
import { field, fieldPaths } from "../arguments/fields";
import { isOwnershipTag } from "../arguments/ownership";
import { at, type Bag, isBag, nested } from "../arguments/paths";
import { serverFacts } from "../arguments/shapes";
import { type InstanceResponse, isMask } from "../platform/answers";

/** What is known of an instance, be it the platform's whole answer or only which one it is. */
export type Seen = Partial<InstanceResponse> & { readonly id: number; readonly name: string };
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

/** An instance on the platform, and what is known of it. */
export interface Snapshot {
  /** The last answer of the platform about it. */
  readonly instance: Seen;
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
