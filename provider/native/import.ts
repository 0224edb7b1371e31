import { type FieldPath, field, fieldPaths } from "../arguments/fields";
import { isOwnershipTag } from "../arguments/ownership";
import { type Bag, isBag, nested } from "../arguments/paths";
import { partsOf } from "../arguments/resource-type";
import { isSayable } from "../arguments/rules";

/**
 * The arguments that an instance has, for a program that is to manage it from now on: those that are not as they are
 * by default, and no secrets, which would stand in clear in the program that Pulumi prints. Imported is adopted: what the
 * program does not say stays as it is, also what no program may say, and destroy releases it. Only what carries our tag
 * is, from the first `up` on, as if it had never been lost.
 *
 * @param properties those of an instance that is looked up.
 */
export function importedArguments(
  id: string,
  ownershipTag: string,
  properties: Bag,
): Record<string, unknown> {
  const left = new Map(Object.entries(isBag(properties.configuration) ? properties.configuration : {}));
  const values: [FieldPath, unknown][] = [
    ["name", properties.name],
    ["tags", Array.isArray(properties.tags) && properties.tags.length > 0 ? properties.tags : undefined],
    ["enabled", properties.disabled === true ? false : undefined],
    ["adopt", properties.ownershipTag === ownershipTag ? undefined : id],
  ];
  for (const path of fieldPaths) {
    const { wire, type } = field(path);
    if (!("configuration" in wire) || wire.configuration === "*" || !left.has(wire.configuration)) continue;
    values.push([path, typed(String(left.get(wire.configuration)), type)]);
    left.delete(wire.configuration);
  }
  const map = [...left]
    .map(([key, value]): [string, string] => [key, String(value)])
    .filter(([key, value]) => isSayable("configuration", { [key]: value }));
  if (map.length > 0) values.push(["configuration", Object.fromEntries(map)]);
  const refused = values.filter(([path, value]) => value !== undefined && !isSayable(path, value));
  // Events that are said only in part would not be those that are there.
  const hasEvents = !refused.some(([path]) => path.startsWith("events."));
  const args = nested(
    values.filter((each) => !refused.includes(each) && (hasEvents || !each[0].startsWith("events."))),
  );
  // What is said of events at all turns them on, unless it is said that they are off.
  if (isBag(args.events) && args.events.enabled === undefined)
    args.events = { ...args.events, enabled: false };
  return args;
}

function typed(text: string, type: string): unknown {
  if (type === "boolean") return text === "true";
  if (type === "number") return Number(text);
  if (type === "string") return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** `exists` of a program (CLI 3.274) reads by a name that is made up, and takes an empty answer for a no. */
export const isQuestion = (urn: string): boolean => partsOf(urn).name.startsWith("__exists__");

/** The ownership tag of an instance that is not ours. */
export const otherOwnerIn = ({ ownershipTag }: Bag, ours: string): string | undefined =>
  typeof ownershipTag === "string" && isOwnershipTag(ownershipTag) && ownershipTag !== ours
    ? ownershipTag
    : undefined;
