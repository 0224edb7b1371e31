import type { Arguments } from "./arguments";
import { argumentsIn } from "./arguments";
import type { Known } from "./changes";
import type { Client } from "./client";
import { Act365Error, HalfMadeError, mayHaveWorked } from "./errors";
import { isOwnershipTag } from "./fields";
import { sealed, secretsIn } from "./secrets";
import { createBody, ELEMENT_KEY, type InstanceResponse, propertiesOf } from "./wire";

/** Makes an instance. The ownership tag is looked up first, and POST is sent once. */
export async function make(client: Client, args: Arguments): Promise<Known> {
  const leftovers = await client.instancesTagged(args.ownershipTag);
  if (leftovers.length > 0) throw leftover(leftovers, args);
  const made = await client
    .createInstance(createBody(args), secretsIn(args))
    .catch((error) => madeAfterAll(client, args, error));
  const id = String(made.id);
  // The token is the point of an instance: an answer without it is completed by a second look.
  const instance = made.token ? made : ((await client.getInstance(id).catch(() => undefined)) ?? made);
  if (!instance.token)
    throw new HalfMadeError(
      `instance ${id} was made and is recorded, but the platform did not tell its token; run pulumi refresh, then pulumi up`,
      id,
      { ...sealed(propertiesOf(args, {}, instance)), __provider: args.__provider },
    );
  return { instance, olds: { ...args, enabled: true, traceLogging: false }, before: {}, isOurs: true };
}

/** After a create with an unclear end: the ownership tag tells whether it made an instance. */
async function madeAfterAll(client: Client, args: Arguments, error: unknown): Promise<InstanceResponse> {
  if (!mayHaveWorked(error)) throw error;
  const found = await client.instancesTagged(args.ownershipTag).catch(() => undefined);
  if (found?.length === 1) return found[0] as InstanceResponse;
  const words = (error as Error).message;
  if (found === undefined)
    throw new Act365Error(
      `${words} Whether an instance was made could not be found out. Run pulumi up again: it looks for the tag ${args.ownershipTag} before it makes anything.`,
    );
  if (found.length > 1) throw leftover(found, args);
  throw new Act365Error(`${words} No instance carries the tag ${args.ownershipTag}, so none was made.`);
}

function leftover(found: readonly InstanceResponse[], { ownershipTag }: Arguments): Act365Error {
  const ids = found.map(({ id }) => id);
  const carry = ids.length === 1 ? `instance ${ids} carries` : `instances ${ids.join(", ")} carry`;
  return new Act365Error(
    `${carry} the ownership tag ${ownershipTag} on the platform, but this stack's state knows of none. ` +
      "That is what an interrupted run leaves behind, or another stack's of the same name on another backend. Nothing was made. " +
      `Either take it over with adopt: "${ids[0]}", or delete it on the platform; then run pulumi up again.`,
  );
}

/** Takes over the instance that the program names; nothing is made, and nothing changed yet. */
export async function takeOver(client: Client, args: Arguments): Promise<Known> {
  const id = args.adopt as string;
  const instance = await client.getInstance(id);
  if (!instance)
    throw new Act365Error(
      `adopt: the platform has no instance ${id}; npx pulumi-act365 adopt --search TEXT lists those that can be adopted`,
    );
  const element = instance.element?.key;
  if (element !== undefined && element !== ELEMENT_KEY)
    throw new Act365Error(
      `adopt: instance ${id} is one of the connector ${element}, and only ${ELEMENT_KEY} (Act! 365) can be adopted`,
    );
  const foreign = instance.tags?.find((tag) => isOwnershipTag(tag) && tag !== args.ownershipTag);
  if (foreign)
    throw new Act365Error(
      `adopt: instance ${id} belongs to another stack, by its tag ${foreign}; release it there first (onDestroy: "release"), or take the tag off on the platform`,
    );
  const others = (await client.instancesTagged(args.ownershipTag)).filter((each) => each.id !== instance.id);
  if (others.length > 0) throw leftover(others, args);
  // Its developer key cannot be read back (contract, section 2.5), so the program's is written whatever it was.
  const { developerKey: _, ...olds } = argumentsIn(propertiesOf({ ...args, developerKey: "" }, {}, instance));
  return { instance, olds: { ...olds, traceLogging: false }, before: {}, isOurs: false };
}

/** Takes our ownership tag off and leaves the instance alive; one that is gone already is fine. */
export async function release(client: Client, id: string, ownershipTag: unknown): Promise<void> {
  const instance = await client.getInstance(id);
  if (!instance?.tags?.some((tag) => tag === ownershipTag)) return;
  await client.updateInstance(id, { tags: instance.tags.filter((tag) => tag !== ownershipTag) }, []);
}
