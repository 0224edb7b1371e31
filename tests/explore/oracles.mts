/** What must be true whatever went wrong, and what must be true once all is well again. */
import { isDeepStrictEqual } from "node:util";
import type { Simulator, StoredInstance } from "../../provider/simulator/index.ts";
import { canaries } from "./programs.mts";
import { plain, readable } from "./secrets.mts";
import type { Outcome, Resource } from "./stack.mts";
import type { World } from "./world.mts";

export const isOwners = (tag: string): boolean => /^pulumi:/i.test(tag);

/** Where a resource's instance is. */
const platformOf = ({ platforms: [here, there] }: World, { inputs }: Resource): Simulator =>
  inputs.connection === "other" ? there : here;

const recorded = (world: World): { platform: Simulator; resource: Resource }[] =>
  world.stacks.flatMap((stack) =>
    [...stack.resources.values()]
      .filter(({ pendingReplacement }) => !pendingReplacement)
      .map((resource) => ({ platform: platformOf(world, resource), resource })),
  );

/** The instances that were not there in the beginning, and those that a program adopted. */
export function ours(world: World): (StoredInstance & { platform: Simulator })[] {
  const others = new Set(
    world.bystanders.map(([platform, { id }]) => `${world.platforms.indexOf(platform)} ${id}`),
  );
  const free = new Set(world.free.map(({ id }) => id));
  return world.platforms.flatMap((platform, index) =>
    platform
      .instances()
      .filter(({ id, tags }) => !others.has(`${index} ${id}`) && !(free.has(id) && !tags.some(isOwners)))
      .map((instance) => ({ ...instance, platform })),
  );
}

/** The platforms without ids, tokens and dates. */
export const pictureOf = (world: World): unknown[] =>
  world.platforms
    .flatMap((platform, index) =>
      platform.instances().map(({ name, tags, configuration, disabled, elementKey, tracedUntil }) => ({
        platform: index,
        name,
        // A platform may add the name, when it likes.
        tags: tags.filter((tag) => tag !== name).toSorted(),
        configuration: Object.fromEntries(Object.entries(configuration).sort()),
        disabled,
        elementKey,
        isTraced: tracedUntil !== undefined,
      })),
    )
    .sort((one, other) => JSON.stringify(one).localeCompare(JSON.stringify(other)));

/** What is never so: nobody's instance is touched, none is lost or had twice, nothing is shown. */
export function violations(
  world: World,
  { leaves = false, isKilled = false, listsLag = false, losesTags = false } = {},
): string[] {
  const found: string[] = [];
  const everything = new Map(world.platforms.map((platform) => [platform, platform.instances()]));
  for (const [platform, was] of world.bystanders) {
    const is = everything.get(platform)?.find(({ id }) => id === was.id);
    if (!isDeepStrictEqual(is, was)) found.push(`somebody else's instance was ${is ? "changed" : "deleted"}`);
  }
  const printed = world.stacks.flatMap((stack) => stack.printed).join("\n");
  const records = recorded(world);
  const keyOf = (platform: Simulator, id: string | number) => `${world.platforms.indexOf(platform)} ${id}`;
  const ids = records.map(({ platform, resource }) => keyOf(platform, resource.id));
  if (new Set(ids).size < ids.length) found.push("two resources have one instance");
  const tokens = records
    .map(({ resource }) => plain(resource.outputs.token))
    .filter((each) => each !== undefined);
  if (new Set(tokens).size < tokens.length) found.push("two resources have one token");
  const all = ours(world);
  const owned = Map.groupBy(
    all.flatMap(({ id, tags, platform }) =>
      tags.filter(isOwners).map((tag) => ({ id, tag: keyOf(platform, tag) })),
    ),
    ({ tag }) => tag,
  );
  // The next run of a killed one cannot know what a list does not show yet; `orphans` finds it (SECURITY.md).
  // Where tags are not kept two owners may have the same left of theirs.
  for (const [, some] of owned)
    if (
      some.length > 1 &&
      !(isKilled && (listsLag || losesTags)) &&
      !some.some(({ id }) => printed.includes(String(id)))
    )
      found.push("an owner has two instances, and nobody said so");
  for (const { id, platform, tags } of all) {
    const isKnown = ids.includes(keyOf(platform, id));
    const owners = tags.filter(isOwners);
    if (owners.length > 1) found.push("an instance has two owners");
    // Of what was killed nobody can say anything, but `orphans` finds it.
    const isNamed =
      [String(id), ...owners].some((each) => printed.includes(each)) ||
      (isKilled && owners.some((tag) => world.stacks.some((stack) => tag.startsWith(stack.tagPrefix)))) ||
      // Where tags are not kept the next up stops and names it.
      (isKilled && losesTags);
    if (!isKnown && !isNamed && !leaves) found.push("an instance is in no state, and nobody said so");
  }
  for (const { token } of [...everything.values()].flat())
    if (printed.includes(token)) found.push("a token is shown");
  const states = world.stacks.map((stack) => readable([...stack.resources.values()])).join("\n");
  for (const [name, value] of Object.entries(canaries)) {
    if (printed.includes(value)) found.push(`${name} is printed`);
    if (states.includes(value)) found.push(`${name} is plain in the state`);
  }
  return [...new Set(found)];
}

/** What a green command promises: the states say what is there. */
export function disagreements(world: World, { losesTags = false, leaves = false }): string[] {
  const found: string[] = [];
  const records = recorded(world);
  for (const { platform, resource } of records) {
    const instance = platform.instances().find(({ id }) => String(id) === resource.id);
    const { token, ownershipTag } = plain(resource.outputs);
    if (!instance) {
      found.push("a resource in the state has no instance");
      continue;
    }
    if (token !== instance.token) found.push("the state has another token than the platform");
    if (!losesTags && !isDeepStrictEqual(instance.tags.filter(isOwners), [ownershipTag]))
      found.push("an instance does not carry the tag of its owner");
    if (resource.initErrors?.length) found.push("a resource is half made after a green run");
  }
  if (!leaves && ours(world).length > records.length)
    found.push("an instance is in no state after a green run");
  return [...new Set(found)];
}

export const isChange = ({ method }: { method: string }): boolean => method !== "GET";
export const wentWell = (outcomes: readonly Outcome[]): boolean => outcomes.every(({ isGreen }) => isGreen);
