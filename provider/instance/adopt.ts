import type { Arguments } from "../arguments/check";
import { isOwnershipTag } from "../arguments/ownership";
import { ELEMENT_KEY } from "../platform/answers";
import type { Client } from "../platform/client";
import { Act365Error } from "../platform/errors";
import { leftover } from "./owner";
import { argumentsIn, propertiesOf, type Snapshot } from "./state";

/** Takes over the instance that the program names; nothing is made, and nothing changed yet. */
export async function takeOver(client: Client, args: Arguments): Promise<Snapshot> {
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
