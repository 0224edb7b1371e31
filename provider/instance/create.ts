import type { Arguments } from "../arguments/check";
import { isOwnershipTag, longestTag, remainsOf } from "../arguments/ownership";
import type { Bag } from "../arguments/paths";
import { secretsIn } from "../arguments/secrets";
import { type InstanceResponse, isAct365 } from "../platform/answers";
import type { Client } from "../platform/client";
import { Act365Error, mayHaveWorked } from "../platform/errors";
import { afterwards, lookSeconds, pause, tell, timeLeft } from "../platform/operation";
import { instantOf } from "../platform/settling";
import { createBody } from "./bodies";
import { halfMade } from "./half-made";
import { demandAct365, lookAgain } from "./look";
import { asKept, carriersOf, carries, leftover, leftoversOf, notKept, withOwner, withTags } from "./owner";
import type { Snapshot } from "./state";

/** Makes an instance, unless one carries its ownership tag already. */
export async function make(client: Client, args: Arguments): Promise<Snapshot> {
  const leftovers = await leftoversOf(client, args);
  if (leftovers.length > 0) throw leftover(leftovers, args);
  const made = await postOnce(client, args);
  // The token is the point of an instance, and the tags tell whose it is: a second look completes an answer without.
  const isWhole = made.token !== undefined && made.tags !== undefined;
  const again = isWhole ? undefined : await lookAgain(client, made);
  const instance = { ...again, ...definedIn(made) };
  demandAct365(instance);
  const reached = reachedBy(args, instance);
  const sent = createBody(args).tags as string[];
  client.keepsTags ||= sent.every((tag) => made.tags?.includes(tag));
  const { tags = [] } = instance;
  const lost = sent.filter((tag) => !tags.includes(tag));
  if (lost.length > 0)
    throw halfMade(
      `instance ${instance.id} was created and is in the state, but ${notKept(lost, secretsIn(args))}`,
      {
        instance: { ...instance, tags },
        reached: { ...reached, ownershipTag: asKept(tags, args.ownershipTag) },
      },
    );
  if (!instance.token)
    throw halfMade(
      `instance ${instance.id} was created and is in the state, but the platform's answer had no token; run pulumi refresh, then pulumi up`,
      { instance, reached },
    );
  return { instance, olds: reached, before: {}, isOurs: true };
}

/** What holds once POST was taken: the switches have calls of their own. */
const reachedBy = (args: Arguments, { disabled, traceLoggingEnabled }: InstanceResponse): Bag => ({
  ...args,
  enabled: disabled !== true,
  traceLogging: traceLoggingEnabled === true,
  verify: false,
});

const definedIn = (instance: InstanceResponse): InstanceResponse =>
  Object.fromEntries(
    Object.entries(instance).filter(([, value]) => value !== undefined),
  ) as unknown as InstanceResponse;

/**
 * Sends POST, and a second time only when the first one, whose end was unclear, has left no instance that may be ours
 * after all the time that the platform may take to show it.
 */
async function postOnce(client: Client, args: Arguments): Promise<InstanceResponse> {
  const posted = client.settling.now();
  const post = () => client.createInstance(createBody(args), secretsIn(args));
  try {
    return await post();
  } catch (error) {
    const made = await madeAfterAll(client, args, error, posted);
    if (made) return made;
    if (timeLeft().milliseconds === 0) throw noneMade(error, args);
    tell("none was created, so POST is sent once more");
  }
  const made = await post().catch(async (error) => {
    const found = await madeAfterAll(client, args, error, posted);
    if (found) return found;
    throw noneMade(error, args);
  });
  return alone(client, args, made);
}

/** After a create with an unclear end: the ownership tag tells whether it created an instance. */
async function madeAfterAll(
  client: Client,
  args: Arguments,
  error: unknown,
  posted: number | undefined,
): Promise<InstanceResponse | undefined> {
  if (!mayHaveWorked(error)) throw error;
  const seconds = client.settings.settleSeconds + lookSeconds;
  const look = async () => {
    const found = await seen(client, args);
    return { found, alike: found.length > 0 ? [] : await lookalikes(client, args, posted) };
  };
  const result = await afterwards(seconds, look).catch(() => undefined);
  if (result === undefined)
    throw new Act365Error(
      `${(error as Error).message} It is not known whether an instance was created. Run pulumi up again: it looks for the tag ${args.ownershipTag} before it creates anything.`,
    );
  const { found, alike } = result;
  if (found.length > 1) throw leftover(found, args);
  if (found.length === 1) return found[0];
  // A changed tag may be that of another resource, whose name differs in its case, or lacks what a tag beside it adds.
  if (alike.length > 0)
    throw new Act365Error(
      `${(error as Error).message} It is not known whether an instance was created: none carries the tag ${args.ownershipTag}, but ${alike.map(withOwner).join(", ")} has the same name, and may be the new one: then this platform does not keep tags as they are sent. Nothing more was sent. Look at it on the platform: delete it if nobody uses it, then run pulumi up again`,
    );
  return undefined;
}

/** The instances with our tag as it was sent: the platform may list others too. */
async function surelyOurs(client: Client, args: Arguments): Promise<InstanceResponse[]> {
  return (await carriersOf(client, args)).filter(
    (row) => carries(row, args.ownershipTag) && !client.settling.isJustDeleted(row.id),
  );
}

/** The instances with our tag, as soon as there are any; none once the platform had its time to show them. */
async function seen(client: Client, args: Arguments): Promise<InstanceResponse[]> {
  const { settleSeconds } = client.settings;
  const settled = performance.now() + settleSeconds * 1000;
  for (let seconds = 0.5; ; seconds *= 2) {
    // From before the list is asked for: one that is answered late, or waited for its turn, may be of before.
    const left = (settled - performance.now()) / 1000;
    const found = await surelyOurs(client, args);
    if (found.length > 0 || left <= 0) return found;
    if (seconds === 0.5)
      tell(
        `the answer to POST was lost; looking for up to ${settleSeconds} s whether it created an instance`,
      );
    await pause(Math.min(seconds, left));
  }
}

/**
 * The instances that a POST of ours may have made on a platform that does not keep tags: of our name, without another
 * owner, and not known to be older than the POST.
 */
async function lookalikes(
  client: Client,
  args: Arguments,
  posted: number | undefined,
): Promise<InstanceResponse[]> {
  const all = await client.instances({}, { isProof: true });
  const longest = longestTag(all);
  const namesakes = await withTags(
    client,
    all.filter((row) => row.name === args.name && isAct365(row)),
  );
  return namesakes.filter(({ id, tags = [], createdDate }) => {
    const isOlder = (instantOf(createdDate) ?? Number.POSITIVE_INFINITY) < (posted ?? 0) - clockSlack;
    const isAnothers = tags.some(isOwnershipTag) && remainsOf(args.ownershipTag, tags, longest) === undefined;
    return !isOlder && !isAnothers && !client.settling.isJustDeleted(id);
  });
}

/** Milliseconds by which the platform's creation dates may be before its Date header: both may be cut to seconds. */
const clockSlack = 2000;

/** After a second POST: that of the first one may have shown itself only now. */
async function alone(client: Client, args: Arguments, made: InstanceResponse): Promise<InstanceResponse> {
  const tagged = await surelyOurs(client, args).catch(() => []);
  const others = tagged.filter(({ id }) => id !== made.id).map(({ id }) => id);
  if (others.length === 0) return made;
  throw halfMade(
    `instance ${made.id} was created and is in the state, but instance ${others.join(", ")} carries the ownership tag ${args.ownershipTag} too: ` +
      "the platform showed it only after the second try. This tells which one is left over, and the next step: pulumi stack export | npx pulumi-act365 orphans",
    { instance: made, reached: reachedBy(args, made) },
  );
}

const noneMade = (error: unknown, { ownershipTag }: Arguments): Act365Error =>
  new Act365Error(
    `${(error as Error).message} No instance carries the tag ${ownershipTag}, so none was created; run pulumi up again.`,
  );
