import type { Arguments } from "../arguments/check";
import { isOwnershipTag, longestTag, othersAmong, remainsOf } from "../arguments/ownership";
import { type InstanceResponse, isAct365 } from "../platform/answers";
import type { Client } from "../platform/client";
import { Act365Error } from "../platform/errors";
import { pause, quietSeconds, tell } from "../platform/operation";

/** Whether the instance has the tag as it is. */
export const carries = ({ tags = [] }: Pick<InstanceResponse, "tags">, ownershipTag: unknown): boolean =>
  tags.some((tag) => tag === ownershipTag);

/** @throws when the platform has told our tag before, and now does not say by any tag whose the instance is. */
export function demandTags({ id, tags }: InstanceResponse, ownershipTag: unknown): void {
  if (tags === undefined && ownershipTag !== undefined)
    throw new Act365Error(
      `the platform's answer about instance ${id} has no tags, so it is not known whose the instance is by now, and nothing was changed; run the same command again. If it stays so, put the tag ${ownershipTag} on the instance in the platform's user interface`,
    );
}

/** @throws when the instance carries the tag of an owner that is none of the given. */
export function demandOurs({ id, tags = [] }: InstanceResponse, ours: readonly unknown[]): void {
  const [other] = othersAmong(tags, ours);
  if (other !== undefined)
    throw new Act365Error(
      `instance ${id} belongs to another resource, by its tag ${other}; nothing was changed. Release it there (onDestroy: "release"), or take that tag off on the platform`,
    );
}

/** The tag that the platform has made of ours, where it does not keep it as it is. */
export const asKept = (tags: readonly string[], ours: string): string | undefined =>
  tags.find((tag) => tag === ours) ?? tags.find((tag) => isOwnershipTag(tag) && remainsOf(ours, [tag]));

/** The tags that were sent and are not there as they were; an answer that tells none is completed by a second look. */
export async function tagsLost(
  client: Client,
  instance: InstanceResponse,
  sent: readonly string[],
): Promise<string[]> {
  const tags = instance.tags ?? (await client.getInstance(String(instance.id), instance))?.tags ?? [];
  return sent.filter((tag) => !tags.includes(tag));
}

/** @throws when the platform does not keep the tags that were sent, on which all rests that knows an instance again. */
export async function demandKept(
  client: Client,
  instance: InstanceResponse,
  sent: readonly string[],
): Promise<void> {
  const lost = await tagsLost(client, instance, sent);
  if (lost.length > 0) throw new Act365Error(notKept(lost));
}

/** @param secrets what no message may show. */
export const notKept = (lost: readonly string[], secrets: readonly string[] = []): string =>
  `this platform does not keep tags as they are sent (${lost.map((tag) => (secrets.includes(tag) ? "[secret]" : JSON.stringify(tag))).join(", ")} came back changed or not at all); without its tag pulumi-act365 cannot tell whose an instance is, so it cannot manage any on this platform`;

/** The instances that carry the tag, or what the platform has made of it. */
export async function carriersOf(
  client: Client,
  { ownershipTag, name }: Arguments,
): Promise<InstanceResponse[]> {
  const rows = await client.instancesTagged(ownershipTag);
  const longest = longestTag(rows);
  return rows.filter(
    ({ tags = [], ...row }) =>
      tags.includes(ownershipTag) ||
      (row.name === name && remainsOf(ownershipTag, tags, longest) !== undefined),
  );
}

/** The list of all instances that creates at the same time share, while the first one lists those of its name. */
const shared = new WeakMap<Client, { all?: Promise<InstanceResponse[]> }>();

/** The instances of a name, among others: a hundred creates at once are not a hundred lists more. */
async function namesakesOf(client: Client, name: string): Promise<InstanceResponse[]> {
  const running = shared.get(client);
  if (running) {
    running.all ??= client.instances({}, { isQuiet: true });
    return running.all;
  }
  shared.set(client, {});
  try {
    return await client.instances({ searchText: name }, { isQuiet: true });
  } finally {
    shared.delete(client);
  }
}

/**
 * The instances that an earlier POST of ours may have made on a platform that does not keep tags: of our name, and with
 * what such a platform makes of our tag, or with no tag but those that the program says and with our API key.
 */
async function lookalikesOf(client: Client, args: Arguments): Promise<InstanceResponse[]> {
  const { name, tags: said = [], apiKey, ownershipTag } = args;
  if (client.keepsTags || name === undefined) return [];
  const namesakes = (await namesakesOf(client, name)).filter(
    (row) => row.name === name && isAct365(row) && !client.settling.isReleased(row.id),
  );
  const rows = namesakes.map((row) => {
    const isWhole = row.tags?.length && row.configuration?.username !== undefined;
    return isWhole ? row : client.getInstance(String(row.id), row);
  });
  return (await Promise.all(rows))
    .filter((row) => row !== undefined)
    .filter(({ tags = [], configuration }) => {
      if (tags.every((tag) => [...said, name].includes(tag))) return configuration?.username === apiKey;
      const remains = remainsOf(ownershipTag, tags);
      return remains === "whole" || remains === "cut";
    });
}

export async function withTags(
  client: Client,
  rows: readonly InstanceResponse[],
): Promise<InstanceResponse[]> {
  const whole = await Promise.all(
    rows.map((row) => (row.tags === undefined ? client.getInstance(String(row.id), row) : row)),
  );
  return whole.filter((row) => row !== undefined);
}

/**
 * The instances that carry our tag although nothing was made yet, and before a create also those that look like ours.
 * The list may show what is deleted already, so each is looked at, and one that this process has just deleted is waited
 * for.
 *
 * @param adopted the instance that is not to be made, but taken over.
 */
export async function leftoversOf(
  client: Client,
  args: Arguments,
  adopted?: number,
): Promise<InstanceResponse[]> {
  const { settling, settings } = client;
  const settled = performance.now() + settings.settleSeconds * 1000;
  for (let isFirst = true; ; isFirst = false) {
    const isOver = performance.now() >= settled;
    const lists = await Promise.all([
      adopted === undefined ? lookalikesOf(client, args) : [],
      carriersOf(client, args),
    ]);
    const listed = new Map(lists.flat().map((row) => [row.id, row]));
    if (adopted !== undefined) listed.delete(adopted);
    const seen = await Promise.all(
      [...listed.values()].map(async (row) => {
        const now = await client.getInstance(String(row.id), row);
        // The list may be of before this process has let it go.
        const isFree = settling.isReleased(row.id) && now?.tags?.includes(args.ownershipTag) === false;
        return now && !isFree ? row : undefined;
      }),
    );
    const there = seen.filter((row) => row !== undefined);
    const left = there.filter(({ id }) => !settling.isJustDeleted(id));
    if (left.length > 0 || there.length === 0) return left;
    if (isOver) return there;
    if (isFirst && settings.settleSeconds >= quietSeconds)
      tell(
        `instance ${there.map(({ id }) => id).join(", ")} was deleted and shows still; looking for up to ${settings.settleSeconds} s whether it goes`,
      );
    await pause(0.5);
  }
}

/** An instance's id, with the tag that may be another owner's. */
export function withOwner({ id, tags = [] }: InstanceResponse): string {
  const owner = tags.find(isOwnershipTag);
  return owner === undefined ? String(id) : `${id} (tag ${owner})`;
}

/** Nothing was created, since an instance carries the resource's tag already. */
export class LeftoverError extends Act365Error {
  override name = "LeftoverError";
}

export function leftover(found: readonly InstanceResponse[], { ownershipTag }: Arguments): Act365Error {
  const tagged = found.filter(({ tags = [] }) => tags.includes(ownershipTag));
  if (tagged.length === 0) {
    const all = found.map(withOwner).join(", ");
    const error = new Act365Error(
      `instance ${all} may be this resource's, left by an interrupted run on a platform that does not keep tags, so nothing was made: the name is the same, and the API key or a part of the tag, but not the whole ownership tag ${ownershipTag}. ` +
        "Look at it on the platform: delete it if nobody uses it, or else rename it; then run pulumi up again",
    );
    if (!found.some(({ tags = [] }) => tags.some(isOwnershipTag))) return error;
    return error.adding(
      "(Where the tag is another resource's, leave that instance as it is: set this resource's argument name to another text and run pulumi up; then it may be changed back.)",
    );
  }
  const ids = tagged.map(({ id }) => id);
  const carry = ids.length === 1 ? `instance ${ids} carries` : `instances ${ids.join(", ")} carry`;
  return new LeftoverError(
    `${carry} the ownership tag ${ownershipTag} already, so nothing was created. An interrupted run left it, or a resource of this or another stack owns it. ` +
      "This tells which, and the next step: pulumi stack export | npx pulumi-act365 orphans",
  );
}
