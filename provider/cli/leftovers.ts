import { homeOf } from "../arguments/home";
import {
  isOwnershipTag,
  organizationIn,
  othersAmong,
  parentTypesIn,
  resourceNameIn,
  stackTagPrefix,
} from "../arguments/ownership";
import { DYNAMIC_TYPE, NATIVE_TYPE } from "../arguments/resource-type";
import { withTags } from "../instance/owner";
import { ownerIn } from "../instance/state";
import type { InstanceResponse } from "../platform/answers";
import type { Client } from "../platform/client";
import type { Place } from "./connection";
import type { Import } from "./import-file";
import { connectionOf, type Recorded, type State } from "./state";

/** An instance that carries a tag of the stack, but that the stack's state does not know. */
export interface Leftover {
  readonly instance: InstanceResponse;
  readonly tag: string;
  readonly place: Place;
  readonly client: Client;
  /** Whether the interrupted run had begun to adopt it, so that it was there before. */
  readonly isAdopted: boolean;
  /** Why it cannot be taken over with the others; absent when it can. */
  readonly obstacle?: string;
  /** How it is taken over. */
  readonly entry?: Import;
}

/** The connections of one organization on one platform: an instance is the same one through all of them. */
export interface Platform {
  readonly client: Client;
  readonly places: readonly Place[];
}

export type Whose = Readonly<Record<"project" | "stack", string>>;

/** Every instance of a platform that is the stack's by its tag, and in no resource of the state. */
export async function leftoversAt(
  { client, places }: Platform,
  whose: Whose,
  state: State,
): Promise<Leftover[]> {
  const connections = places.map(({ connection }) => connection);
  const here = (each: Recorded) => connections.includes(connectionOf(each));
  const known = new Set(state.managed.filter(here).map(({ id }) => id));
  const isOurs = ownTags(whose, state);
  const found = (await withTags(client, await client.instances({}))).flatMap((instance) => {
    const tag = instance.tags?.find(isOurs);
    return tag === undefined || known.has(String(instance.id)) ? [] : [{ instance, tag }];
  });
  return found.map(({ instance, tag }): Leftover => {
    const begun = state.begun.find((each) => here(each) && tagIn(each) === tag);
    const place =
      places.find(({ connection }) => begun && connection === connectionOf(begun)) ?? places[0] ?? {};
    const isAdopted = mayAdopt(begun, instance);
    const leftover = { instance, tag, place, client, isAdopted };
    const twin = state.managed.find((each) => tagIn(each) === tag);
    const others = found.filter((each) => each.tag === tag && each.instance !== instance);
    const [owner] = othersAmong(instance.tags ?? [], [tag]);
    if (owner !== undefined)
      return { ...leftover, obstacle: `carries the tag of another owner too, ${owner}` };
    if (twin) return { ...leftover, obstacle: `the state has the resource as instance ${twin.id}` };
    if (others.length > 0)
      return {
        ...leftover,
        obstacle: `instance ${others.map((each) => each.instance.id).join(", ")} carries the same tag`,
      };
    const entry = entryOf(leftover, begun, state);
    // The plugin tells what it imports by the tag alone, and so would take it for one that the stack made.
    if (isAdopted && entry?.type === NATIVE_TYPE)
      return {
        ...leftover,
        obstacle: "an interrupted run began to adopt it, and pulumi up with the same program goes on",
      };
    return entry ? { ...leftover, entry } : { ...leftover, obstacle: "its parent is not in the state" };
  });
}

/** A secret, as what a lookup answers is, stands in the state as an object, so that it may name any instance. */
function mayAdopt(begun: Recorded | undefined, { id }: InstanceResponse): boolean {
  const adopt = begun?.inputs.adopt ?? undefined;
  return typeof adopt === "object" || adopt === String(id);
}

/** Whether a tag is one of the stack's: in the same Pulumi organization, where the state's instances tell it. */
function ownTags({ project, stack }: Whose, { managed, begun }: State): (tag: string) => boolean {
  const tags = [...managed, ...begun].flatMap((each) => tagIn(each) ?? []);
  const known = new Set(tags.map(organizationIn));
  return (tag) => {
    const organization = organizationIn(tag);
    return (
      isOwnershipTag(tag) &&
      tag.startsWith(stackTagPrefix(project, stack, organization)) &&
      (known.size === 0 || known.has(organization))
    );
  };
}

function tagIn({ inputs, outputs }: Recorded): string | undefined {
  const tag = ownerIn(outputs) ?? inputs.ownershipTag;
  return typeof tag === "string" ? tag : undefined;
}

/** As what an instance comes into the state: what the interrupted run had begun tells it, else the tag does. */
function entryOf(
  { instance, tag, place, client }: Leftover,
  begun: Recorded | undefined,
  state: State,
): Import | undefined {
  const [types, name] = [parentTypesIn(tag), resourceNameIn(tag)];
  const type = begun?.type ?? typeOf(state);
  const { connection } = place;
  const args = {
    ownershipTag: tag,
    // `retainOnDelete` may have kept it, and somebody use its token. Only an `up` shows that the program has it, and
    // then writes what the program says.
    onDestroy: "release",
    home: homeOf(client.settings),
    ...(type === DYNAMIC_TYPE && connection !== undefined && { connection }),
  };
  if (begun)
    return {
      type,
      name: begun.urn.split("::").slice(3).join("::"),
      instance,
      args,
      parent: parentOf(begun, state),
      provider: begun.provider?.replace(/::[^:]*$/, ""),
    };
  if (types === "") return { type, name, instance, args };
  // Any resource of the parents' types makes the same URN; the next `pulumi up` records the right one.
  const parents = state.resources.filter(({ urn }) => urn.split("::")[2] === types);
  const parent = parents.find(({ urn }) => urn.endsWith(`::${name}`)) ?? parents[0];
  return parent && { type, name, instance, args, parent: parent.urn };
}

/** The stack itself is every resource's parent, unless another is. */
const parentOf = ({ parent }: Recorded, { resources }: State): string | undefined =>
  resources.find(({ urn, type }) => urn === parent && type !== "pulumi:pulumi:Stack")?.urn;

const typeOf = ({ managed }: State): string =>
  managed.some(({ type }) => type === NATIVE_TYPE) && !managed.some(({ type }) => type === DYNAMIC_TYPE)
    ? NATIVE_TYPE
    : DYNAMIC_TYPE;
