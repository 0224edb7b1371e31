import type { Arguments } from "../arguments/check";
import { fieldPaths } from "../arguments/fields";
import { othersAmong, remainsOf } from "../arguments/ownership";
import { at } from "../arguments/paths";
import type { InstanceResponse } from "../platform/answers";
import { TooLateError } from "../platform/call";
import type { Client } from "../platform/client";
import { Act365Error, mayHaveWorked, UnclearEndError } from "../platform/errors";
import { afterwards, lookSeconds, pause, tell, timeLeft } from "../platform/operation";
import { demandAct365, lookAgain, originOf } from "./look";
import { carries, demandKept, leftover, leftoversOf } from "./owner";
import { argumentsIn, propertiesOf, type Snapshot, stillUnconfirmed } from "./state";

/** Takes over the instance that the program names: first its tag, by which others see that it has an owner. */
export async function takeOver(client: Client, args: Arguments): Promise<Snapshot> {
  const id = args.adopt as string;
  return oneAtATime(`${client.settings.baseUrl} ${id}`, async () => {
    // The list first: what is claimed must be fresh.
    const others = await leftoversOf(client, args, Number(id));
    if (others.length > 0) throw leftover(others, args);
    const { found, instance } = await claimed(client, id, args);
    // Its developer key cannot be read back (PLATFORM.md, section 2.5), so the program's is written whatever it was.
    const { developerKey: _, ...olds } = argumentsIn(
      propertiesOf({ ...args, developerKey: "" }, {}, instance),
    );
    const traceLogging = instance.traceLoggingEnabled === true;
    const said = fieldPaths.filter((path) => path !== "traceLogging" && at(args, path) !== undefined);
    return {
      instance,
      olds: { ...olds, traceLogging, verify: false },
      // So is what else the platform hides or leaves out: that it is as the program says nobody knows.
      before: { unconfirmed: stillUnconfirmed(said, args, instance) },
      isOurs: instance !== found,
    };
  });
}

/** Seconds after which somebody who looked before our tag was there has written theirs. */
const claimSeconds = 1;
/** The same on a platform whose answers are slow. */
const mostClaimSeconds = 10;

/** The instance as it was found, and with our tag on it; the two are one when it carries the tag already. */
async function claimed(client: Client, id: string, args: Arguments) {
  const claimWithin = async (seconds: number) => {
    const fresh = await freshly(client, id, args);
    const until = performance.now() + seconds * 1000;
    return { found: fresh.found, instance: await claim(client, fresh, args, until) };
  };
  return claimWithin(claimSeconds / 2).catch((error) => {
    // A limit of the rate held the tag back; more than two looks would only be more requests that wait.
    if (error instanceof TooLateError) return claimWithin(Number.POSITIVE_INFINITY);
    throw error;
  });
}

/** An answer so fresh that nobody can have claimed the instance and been content meanwhile, unless all are slow. */
async function freshly(client: Client, id: string, args: Arguments) {
  const look = async () => {
    const asked = performance.now();
    const found = await adoptable(client, id, args);
    return { found, seconds: (performance.now() - asked) / 1000 };
  };
  const first = await look();
  return first.seconds < claimSeconds ? first : look();
}

/** The instance that is to be taken over. @throws when there is none, or it cannot be. */
export async function adoptable(client: Client, id: string, args: Arguments): Promise<InstanceResponse> {
  const instance = await client.getInstance(id);
  if (!instance)
    throw new Act365Error(
      `adopt: the platform has no instance ${id}; npx pulumi-act365 adopt --search TEXT lists those that can be adopted`,
    );
  demandAct365(instance, "adopt: ");
  // Without a word about tags nobody could see whose it is, before or after.
  if (instance.tags === undefined)
    throw new Act365Error(
      `adopt: the platform tells no tags of instance ${id}, and pulumi-act365 knows its instances by a tag; it cannot be taken over there, and nothing was changed`,
    );
  const [other] = othersAmong(instance.tags, [args.ownershipTag]);
  if (other !== undefined)
    throw new Act365Error(
      `adopt: instance ${id} belongs to another resource, by its tag ${other}; release it there first (onDestroy: "release"), or take the tag off on the platform`,
    );
  return instance;
}

/**
 * Puts our tag on, and looks whether it stays: somebody else may take the same instance over at the same time.
 *
 * @param seconds how long the answer took by which nobody has it.
 * @throws TooLateError when it was not sent `until` then, by `performance.now()`.
 */
async function claim(
  client: Client,
  { found: instance, seconds }: { found: InstanceResponse; seconds: number },
  args: Arguments,
  until: number,
): Promise<InstanceResponse> {
  if (carries(instance, args.ownershipTag)) return instance;
  const id = String(instance.id);
  const tags = [...(instance.tags ?? []), args.ownershipTag];
  const answer = await client.claimInstance(id, tags, { until }).catch((error) => {
    // The look below tells whether it worked.
    if (mayHaveWorked(error)) return undefined;
    throw error;
  });
  const demandOurTag = async (now: InstanceResponse) => {
    await demandKept(client, now, [args.ownershipTag]).catch(async (error) => {
      // What the platform has made of our tag would say for ever that somebody owns it.
      await client.updateInstance(id, { tags: instance.tags ?? [] }, []).catch(() => undefined);
      throw error;
    });
  };
  if (answer) await demandOurTag(answer);
  await pause(Math.min(Math.max(claimSeconds, claimSeconds / 2 + 2 * seconds), mostClaimSeconds));
  const now = await client.getInstance(id, originOf(instance));
  const remains = remainsOf(args.ownershipTag, now?.tags ?? []);
  if (!answer && now?.tags && (remains === "whole" || remains === "cut")) await demandOurTag(now);
  const [other] = othersAmong(now?.tags ?? [], [args.ownershipTag]);
  if (now && carries(now, args.ownershipTag)) {
    if (other === undefined) return now;
    await client.updateInstance(id, { tags: without(now, args.ownershipTag) }, []);
  }
  throw new Act365Error(
    `adopt: instance ${id} was not taken over: ${other === undefined ? "the ownership tag did not stay on it" : `another resource took it over at the same time, by its tag ${other}`}; adopt it in one program only`,
  );
}

const running = new Map<string, Promise<unknown>>();

/** Lets the takeovers of one instance wait for each other within this process. */
async function oneAtATime<T>(key: string, work: () => Promise<T>): Promise<T> {
  const turn = (running.get(key) ?? Promise.resolve()).then(work, work);
  running.set(key, turn);
  try {
    return await turn;
  } finally {
    if (running.get(key) === turn) running.delete(key);
  }
}

/** Takes our ownership tag off, and leaves the instance alive. @returns whether it is nobody's now. */
export async function release(
  client: Client,
  instance: InstanceResponse,
  ownershipTag: unknown,
): Promise<boolean> {
  if (isAnothers(instance, ownershipTag)) return false;
  if (!carries(instance, ownershipTag)) return true;
  const released = await withoutTag(client, instance, ownershipTag);
  if (carries(released, ownershipTag))
    throw new Act365Error(
      `the platform keeps the ownership tag on instance ${instance.id}; take it off in its user interface`,
    );
  client.settling.released(instance.id);
  return othersAmong(released.tags ?? [], []).length === 0;
}

const without = ({ tags = [] }: InstanceResponse, ownershipTag: unknown): string[] =>
  tags.filter((tag) => tag !== ownershipTag);

/** Sends the tags without ours; again only after a look that still shows it, since somebody else may have come in between. */
async function withoutTag(
  client: Client,
  known: InstanceResponse,
  ownershipTag: unknown,
): Promise<InstanceResponse> {
  const id = String(known.id);
  let instance = known;
  for (let attempts = client.settings.maxAttempts; ; attempts -= 1) {
    try {
      return await client.claimInstance(id, without(instance, ownershipTag), { origin: originOf(instance) });
    } catch (error) {
      if (!mayHaveWorked(error)) throw error;
      const now = await afterwards(lookSeconds, () => lookAgain(client, instance));
      if (now?.tags && !carries(now, ownershipTag)) return now;
      if (!now?.tags || attempts <= 1 || timeLeft().milliseconds === 0)
        throw new UnclearEndError(error as Act365Error, id, "released");
      await pause(0.5);
      instance = now;
    }
  }
}

/** The instance as soon as it carries our tag: an answer may be of before that was put on. Undefined when it is gone. */
export async function onceTagged(
  client: Client,
  known: InstanceResponse,
  ownershipTag: unknown,
): Promise<InstanceResponse | undefined> {
  const settled = performance.now() + client.settings.settleSeconds * 1000;
  for (let now: InstanceResponse | undefined = known; ; ) {
    const isOver = ownershipTag === undefined || performance.now() >= settled;
    if (isOver || !now || carries(now, ownershipTag)) return now;
    if (now === known)
      tell(
        `the ownership tag is not on the instance; looking for up to ${client.settings.settleSeconds} s whether it shows`,
      );
    await pause(0.5);
    now = await client.getInstance(String(known.id), originOf(known));
  }
}

/**
 * Whether an instance that is to go must stay, since it carries the tag of somebody who has taken it over meanwhile.
 * Says so.
 */
export function isAnothers({ id, tags = [] }: InstanceResponse, ownershipTag: unknown): boolean {
  const [other] = othersAmong(tags, [ownershipTag]);
  if (other !== undefined)
    tell(`instance ${id} is left alone: another resource has taken it over, by its tag ${other}`);
  return other !== undefined;
}
