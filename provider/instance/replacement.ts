/**
 * A replacement as the engine brings it: it checks the new arguments without old ones, deletes the old instance, and
 * creates the new one, each a call by itself; or creates first, with the plugin, and deletes what the state then has for
 * an old copy, in a later run if this one is killed. What this process remembers of the calls makes one story of them.
 */
import type { Arguments } from "../arguments/check";
import { onDestroyIn } from "../arguments/compare";
import { homeOf } from "../arguments/home";
import { withoutOrganization } from "../arguments/ownership";
import { type Bag, holdsUnknown } from "../arguments/paths";
import type { Client } from "../platform/client";
import { Act365Error, findingOut, UnclearEndError } from "../platform/errors";
import { tell } from "../platform/operation";
import { HalfMadeError } from "./half-made";
import { carries } from "./owner";
import { ownerIn } from "./state";
import * as story from "./story";

type Made = Awaited<ReturnType<typeof story.create>>;

/** What is to be created, by its owner; also first instances, which nothing is deleted for. */
const announced = new Map<string, Arguments>();
/** What was created before the old instance was deleted, until the engine asks for it. */
const made = new Map<string, Made>();
/** The id that a resource has and keeps, by its owner, as this run has shown: what else is said to be it is an old copy. */
const kept = new Map<string, string>();

/** To be called before a run: what an earlier one in this process has left does not concern it. */
export function forget(): void {
  announced.clear();
  made.clear();
  kept.clear();
}

/** Whose a tag is, for a door that learns the Pulumi organization from the old arguments only. */
const ownerBy = (tag: unknown): string => withoutOrganization(String(tag));

const placeOf = ({ ownershipTag, connection = "" }: Bag): string =>
  JSON.stringify([ownerBy(ownershipTag), connection]);

/** To be told of arguments that were checked without old ones. */
export function announce(args: Bag): void {
  if (typeof args.ownershipTag !== "string") return;
  const owner = ownerBy(args.ownershipTag);
  announced.set(owner, args as Arguments);
  kept.delete(owner);
}

/** To be told of a resource in the state that is not to be replaced. */
export function keep(id: string, args: Bag): void {
  // Of one whose arguments are not known yet the engine only asks whether to delete it before another one.
  if (!holdsUnknown(args)) kept.set(ownerBy(args.ownershipTag), id);
}

/** Creates an instance, unless it was created already in the course of a move. */
export async function create(connect: (props: Bag) => Client, args: Arguments): Promise<Made> {
  const owner = ownerBy(args.ownershipTag);
  announced.delete(owner);
  const place = placeOf(args);
  const early = made.get(place);
  made.delete(place);
  if (early) return early;
  const created = await story.create(connect(args), args);
  kept.set(owner, created.id);
  return created;
}

/**
 * Deletes an instance, which may be the first half of its replacement.
 *
 * @param tag the resource's own, which the platform need not have told yet.
 */
export async function remove(
  connect: (props: Bag) => Client,
  id: string,
  props: Bag,
  tag: unknown = ownerIn(props),
): Promise<void> {
  const owner = ownerBy(tag);
  const args = announced.get(owner);
  if (!args) {
    await removeKnown(connect(props), id, props, tag);
    return;
  }
  announced.delete(owner);
  const isMove = placeOf(args) !== placeOf({ ...props, ownershipTag: tag });
  if (isMove && !(await isOneOrganization(connect(props), connect(args), id, props)))
    return move(connect, id, props, args);
  if (args.adopt === id && isMove && onDestroyIn(props) === "delete")
    throw new Act365Error(
      `instance ${id} would be deleted, and its own replacement could not adopt it; nothing was changed. Go back to the connection before, set onDestroy: "release" and run pulumi up, then change the connection`,
    ).during(`replacing connector instance ${id}`);
  if (args.adopt === id && !isMove)
    throw new Act365Error(
      `instance ${id} would be adopted again by its own replacement, and keep its token; nothing was changed. ${forAnotherToken}`,
    ).during(`replacing connector instance ${id}`);
  if (args.adopt !== undefined) await story.demandAdoptable(connect(args), id, args, args.adopt);
  const isFree = await removeKnown(connect(props), id, props, tag);
  if (isFree && args.adopt !== id)
    tell(
      `instance ${id} was released and not deleted, so its token is valid as before; to end it, delete the instance on the platform`,
    );
}

/** Deletes, or releases, what stands in the state, which a refresh therefore sets right. */
const removeKnown = (...args: Parameters<typeof story.remove>): Promise<boolean> =>
  story.remove(...args).catch(findingOut("Run pulumi refresh to find out."));

const forAnotherToken =
  'For another token take adopt out of the program and set onDestroy: "delete", run pulumi up, then pulumi up --replace URN';

/**
 * Whether what is to be deleted is an old copy of a resource whose replacement has adopted the same instance, in this run
 * or in one that was killed: that has to stay. Says so.
 */
export function isOldCopy(id: string, ownershipTag: unknown): boolean {
  if (kept.get(ownerBy(ownershipTag)) !== id) return false;
  tell(
    `instance ${id} was adopted again by its own replacement, so it was not deleted, and its token is valid as before. ${forAnotherToken}`,
  );
  return true;
}

/**
 * Replaces an instance by one in another organization: that has its own tags, so the new one comes first, and the old
 * one goes only when the new one is there.
 */
async function move(connect: (props: Bag) => Client, id: string, props: Bag, args: Arguments): Promise<void> {
  const [from, to] = [connect(props), connect(args)];
  const name = args.connection === undefined ? "the default connection" : `the connection ${args.connection}`;
  const moving = `moving connector instance ${id} to ${name}`;
  const fail = (error: Error, what: string) =>
    new Act365Error(`${what}, so instance ${id} stays as it is: ${error.message}`).during(moving);
  const unclear = (what: string, error: Error) =>
    new Act365Error(`${what}. The reason: ${error.message}`).during(moving);
  // The state will not know of an instance that is there too early.
  const takeBack = (tooEarly: string, reason: Error) => {
    const onDestroy = args.adopt === undefined ? "delete" : "release";
    const known = { ...args, onDestroy, ownershipTag: undefined };
    return story.remove(to, tooEarly, known, args.ownershipTag).catch((error) => {
      const what = `instance ${tooEarly} was created there and could not be taken back`;
      if (reason instanceof UnclearEndError) throw unclear(`${what} (${error.message})`, reason);
      throw fail(error, what);
    });
  };
  const successor = await story.create(to, args).catch(async (error) => {
    if (error instanceof HalfMadeError) await takeBack(error.id, error);
    throw fail(error, "no new instance could be created");
  });
  await removeKnown(from, id, props).catch(async (error) => {
    await takeBack(successor.id, error);
    if (error instanceof UnclearEndError) throw unclear("the new instance was taken back", error);
    throw fail(error, "it could not be deleted here, and the new one was taken back");
  });
  made.set(placeOf(args), successor);
}

/** Whether two connections lead to one organization, where an instance cannot be there twice. */
async function isOneOrganization(from: Client, to: Client, id: string, props: Bag): Promise<boolean> {
  const [here, there] = [homeOf(from.settings), homeOf(to.settings)];
  if (here.host !== there.host) return false;
  if (here.organization === there.organization) return true;
  const seen = await to.getInstance(id);
  return seen !== undefined && carries(seen, ownerIn(props));
}
