import type { Arguments } from "../arguments/check";
import { sealed, secretsIn } from "../arguments/secrets";
import type { InstanceResponse } from "../platform/answers";
import type { Client } from "../platform/client";
import { Act365Error, mayHaveWorked } from "../platform/errors";
import { afterwards, lookSeconds, pause, tell, timeLeft } from "../platform/operation";
import { createBody } from "./bodies";
import { HalfMadeError } from "./half-made";
import { leftover } from "./owner";
import { propertiesOf, type Snapshot } from "./state";

/** Makes an instance, unless one carries its ownership tag already. */
export async function make(client: Client, args: Arguments): Promise<Snapshot> {
  const leftovers = await client.instancesTagged(args.ownershipTag);
  if (leftovers.length > 0) throw leftover(leftovers, args);
  const made = await postOnce(client, args);
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

/**
 * Sends POST, and a second time only when the first one, whose end was unclear, has left no instance with our tag after
 * all the time that the platform may take to show it.
 */
async function postOnce(client: Client, args: Arguments): Promise<InstanceResponse> {
  const post = () => client.createInstance(createBody(args), secretsIn(args));
  try {
    return await post();
  } catch (error) {
    const made = await madeAfterAll(client, args, error);
    if (made) return made;
    if (timeLeft().milliseconds === 0) throw noneMade(error, args);
    tell("none was made, so POST is sent once more");
  }
  const made = await post().catch(async (error) => {
    const found = await madeAfterAll(client, args, error);
    if (found) return found;
    throw noneMade(error, args);
  });
  return alone(client, args, made);
}

/** After a create with an unclear end: the ownership tag tells whether it made an instance. */
async function madeAfterAll(
  client: Client,
  args: Arguments,
  error: unknown,
): Promise<InstanceResponse | undefined> {
  if (!mayHaveWorked(error)) throw error;
  const seconds = client.settings.settleSeconds + lookSeconds;
  const found = await afterwards(seconds, () => seen(client, args)).catch(() => undefined);
  if (found === undefined)
    throw new Act365Error(
      `${(error as Error).message} Whether an instance was made could not be found out. Run pulumi up again: it looks for the tag ${args.ownershipTag} before it makes anything.`,
    );
  if (found.length > 1) throw leftover(found, args);
  return found[0];
}

/** The instances with our tag, as soon as there are any; none once the platform had its time to show them. */
async function seen(client: Client, args: Arguments): Promise<InstanceResponse[]> {
  const { settleSeconds } = client.settings;
  const settled = performance.now() + settleSeconds * 1000;
  for (let seconds = 0.5; ; seconds *= 2) {
    // From before the list is asked for: one that is answered late, or waited for its turn, may be of before.
    const left = (settled - performance.now()) / 1000;
    const found = await client.instancesTagged(args.ownershipTag);
    if (found.length > 0 || left <= 0) return found;
    if (seconds === 0.5)
      tell(`the answer to POST was lost; looking for up to ${settleSeconds} s whether it made an instance`);
    await pause(Math.min(seconds, left));
  }
}

/** After a second POST: that of the first one may have shown itself only now. */
async function alone(client: Client, args: Arguments, made: InstanceResponse): Promise<InstanceResponse> {
  const tagged = await client.instancesTagged(args.ownershipTag).catch(() => []);
  const others = tagged.filter(({ id }) => id !== made.id).map(({ id }) => id);
  if (others.length === 0) return made;
  throw new HalfMadeError(
    `instance ${made.id} was made and is recorded, but instance ${others.join(", ")} carries the ownership tag ${args.ownershipTag} too: ` +
      "the platform showed it only after a second try. Delete it on the platform, or with: pulumi stack export | npx pulumi-act365 orphans --delete; then run pulumi up again",
    String(made.id),
    { ...sealed(propertiesOf(args, {}, made)), __provider: args.__provider },
  );
}

const noneMade = (error: unknown, { ownershipTag }: Arguments): Act365Error =>
  new Act365Error(
    `${(error as Error).message} No instance carries the tag ${ownershipTag}, so none was made; run pulumi up again.`,
  );
