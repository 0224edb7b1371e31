/** What a pipeline does after a run that went wrong, and what it must find then. */

import { isChange, isOwners, ours, wentWell } from "./oracles.mts";
import type { Outcome, Program } from "./stack.mts";
import type { World } from "./world.mts";

export type Note = (what: string, outcomes: readonly Outcome[]) => void;

export const eachUp = (world: World, programs: readonly Program[]): Promise<Outcome[]> =>
  Promise.all(world.stacks.map((stack, index) => stack.up(programs[index] ?? [])));

export const idsOf = (world: World): string[] =>
  world.stacks.flatMap((stack) => [...stack.resources.values()].map(({ id }) => id)).sort();

/** What a pipeline does after a run that failed or was killed. */
export async function recover(
  world: World,
  wanted: readonly Program[],
  refreshes: boolean,
  note: Note,
  wait: (seconds: number) => Promise<void>,
  check: () => void,
): Promise<boolean> {
  if (refreshes)
    note("a refresh of what is left", await Promise.all(world.stacks.map((stack) => stack.refresh())));
  for (let time = 0; time < 4; time += 1) {
    const outcomes = await eachUp(world, wanted);
    note("up", outcomes);
    check();
    if (wentWell(outcomes)) {
      deleteOrphans(world);
      return true;
    }
    deleteOrphans(world);
    await wait(30);
  }
  return false;
}

/** Whether a message has named it, with what a platform that does not keep tags has left of a stack's. */
const isNamedDoubtful = ({ stacks }: World, id: number, tags: readonly string[]): boolean =>
  stacks.some(
    ({ tagPrefix, printed }) =>
      printed.some((text) => text.includes(String(id))) &&
      tags.some(
        (tag) =>
          isOwners(tag) && tagPrefix.toLowerCase().startsWith(tag.slice(0, tagPrefix.length).toLowerCase()),
      ),
  );

/** `pulumi stack export | pulumi-act365 orphans --delete` of each stack, which knows what the other one has. */
function deleteOrphans(world: World): void {
  const ids = new Set(idsOf(world));
  for (const { id, tags, platform } of ours(world)) {
    const isOrphan = tags.some((tag) => world.stacks.some(({ tagPrefix }) => tag.startsWith(tagPrefix)));
    if (!(isOrphan || isNamedDoubtful(world, id, tags)) || ids.has(String(id))) continue;
    // One that was there before is only half adopted: whoever knows it takes off what was put on.
    const before = world.free.find((each) => each.id === id);
    if (!before) platform.remove(id);
    else
      platform.edit(id, (instance) => {
        instance.tags = [...before.tags];
      });
  }
}

/** A second `up`, a refresh and a third `up` change nothing. */
export async function stillness(
  world: World,
  wanted: readonly Program[],
  note: Note,
  isBrief: boolean,
): Promise<string[]> {
  const failures: string[] = [];
  const quiet = async (what: string, work: () => Promise<readonly Outcome[]>) => {
    for (const platform of world.platforms) platform.clearRequests();
    const outcomes = await work();
    note(what, outcomes);
    if (!wentWell(outcomes)) failures.push(`${what} fails`);
    else if (outcomes.some(({ changes }) => changes > 0)) failures.push(`${what} is not empty`);
    if (world.platforms.some(({ requests }) => requests.some(isChange)))
      failures.push(`${what} changes something`);
  };
  await quiet("the second up", () => eachUp(world, wanted));
  if (isBrief) return failures;
  await quiet("a refresh", () => Promise.all(world.stacks.map((stack) => stack.refresh())));
  await quiet("the up after a refresh", () => eachUp(world, wanted));
  return failures;
}
