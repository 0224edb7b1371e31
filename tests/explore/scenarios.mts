/** What a pipeline does: from one program to another, by one command that is disturbed. */

import { astray } from "./astray.mts";
import { changes } from "./changes.mts";
import { eachUp } from "./pipeline.mts";
import { urnOf } from "./plugin.mts";
import { canaries, crm, events, one, two } from "./programs.mts";
import type { Scenario } from "./scenario.mts";
import type { AnyStack, Outcome } from "./stack.mts";
import { freeIds, type World } from "./world.mts";

const refreshed = async ({ stacks: [stack] }: World): Promise<Outcome[]> =>
  stack ? [await stack.refresh()] : [];

/** Arguments that adopt one and want it as it is. */
const [free, otherFree] = freeIds.map((id) => ({ adopt: String(id), name: `free ${id}`, tags: ["free"] }));
const component = (name: string) => `my:parts:${name}`;

/** Somebody else's stack adopts the instance: from then on it is theirs, and nobody of us touches it. */
function takeOver({ platforms: [here], stacks: [stack], bystanders }: World): void {
  for (const { id } of stack?.resources.values() ?? []) {
    here.edit(Number(id), (instance) => {
      instance.tags = ["pulumi:Other/Prod/theirs"];
    });
    const taken = here.instances().find((each) => String(each.id) === id);
    if (taken) bystanders.push([here, taken]);
  }
}

/** Somebody changes the one instance, or puts it back. */
function alter({ platforms: [here], stacks: [stack] }: World, isBack = false): void {
  for (const { id } of stack?.resources.values() ?? [])
    here.edit(Number(id), (instance) => {
      instance.name = isBack ? "Crm,EU" : "by hand";
      instance.disabled = !isBack;
      instance.configuration.username = isBack ? canaries.apiKey : "by hand";
    });
}

/** Somebody takes the tag off, which a refresh sees, and puts it back before the destroy. */
async function destroyTaggedAgain({ platforms: [here], stacks: [stack] }: World): Promise<Outcome[]> {
  if (!stack) return [];
  const before = here.instances();
  const ids = new Set([...stack.resources.values()].map(({ id }) => Number(id)));
  const tagged = (isOn: boolean) => {
    for (const { id, tags } of before.filter((each) => ids.has(each.id)))
      here.edit(id, (instance) => {
        instance.tags = tags.filter((tag) => isOn || !tag.startsWith("pulumi:"));
      });
  };
  tagged(false);
  const seen = await stack.refresh();
  tagged(true);
  return [seen, await stack.destroy()];
}

export const moved = one({}, { parents: [component("Other")] });

/** `pulumi state move`, there or back. */
async function moveAndUp(world: World): Promise<readonly Outcome[]> {
  const [from, to] = world.stacks as [AnyStack, AnyStack];
  for (const [urn, resource] of from.resources) {
    from.resources.delete(urn);
    const there = urnOf(to.project, to.name, [], "Crm,EU");
    to.resources.set(there, { ...resource, urn: there });
  }
  return eachUp(world, [[], one()]);
}

export const scenarios: readonly Scenario[] = [
  { name: "create", before: [[]], after: [one()] },
  {
    name: "create with a check",
    before: [[]],
    after: [one({ verify: true, traceLogging: true, ...events() })],
  },
  {
    name: "create with everything",
    before: [[]],
    after: [one({ tags: ["t"], enabled: false, traceLogging: true, verify: true, ...events() })],
  },
  { name: "create two", before: [[]], after: [two()] },
  {
    name: "create below two parents",
    before: [[]],
    after: [[crm({}, { parents: [component("A")] }), crm({}, { parents: [component("B")] })]],
  },
  { name: "create in two stacks", before: [[], []], after: [one(), one()] },
  { name: "adopt", before: [[]], after: [one(free)] },
  { name: "adopt one twice", isRace: true, before: [[], []], after: [one(free), one(free)], isRefused: true },
  { name: "adopt another connector's", before: [[]], after: [one({ adopt: "104" })], isRefused: true },
  ...changes,
  { name: "replace by adopting", before: [one()], after: [one(free)], isFinal: true },
  { name: "replace what was adopted", before: [one(free)], after: [one(otherFree)] },
  { name: "replace on another platform", before: [one()], after: [one({ connection: "other" })] },
  {
    name: "replace because it is asked for",
    before: [one()],
    after: [one()],
    act: async ({ stacks: [stack] }) =>
      stack ? [await stack.up(one(), { replace: [...stack.resources.keys()] })] : [],
  },
  { name: "rename", before: [one()], after: [one({}, { name: "Sales" })] },
  {
    name: "rename with an alias",
    before: [one()],
    after: [one({}, { name: "Sales", aliases: [{ name: "Crm,EU" }] })],
    keeps: true,
    isFinal: true,
  },
  { name: "move below a parent", before: [one()], after: [moved] },
  {
    name: "move below a parent with an alias",
    before: [one()],
    after: [one({}, { parents: [component("Other")], aliases: [{ parents: [] }] })],
    keeps: true,
    isFinal: true,
  },
  {
    name: "move to another stack",
    before: [one(), []],
    after: [[], one()],
    act: moveAndUp,
    keeps: true,
    isFinal: true,
  },
  { name: "take out", before: [two()], after: [[crm()]] },
  { name: "take out what was adopted", before: [one(free)], after: [[]] },
  {
    name: "take adopt out of the program",
    before: [one(free)],
    after: [one({ name: "free 9001", tags: ["free"] })],
    keeps: true,
    leaves: true,
  },
  {
    name: "take out and release",
    before: [one({ onDestroy: "release" })],
    after: [[]],
    isFinal: true,
    leaves: true,
  },
  {
    name: "take out and retain",
    before: [one({}, { retainOnDelete: true })],
    after: [[]],
    isFinal: true,
    leaves: true,
  },
  {
    name: "take out what another has taken over",
    before: [one()],
    after: [[]],
    arrange: takeOver,
    isFinal: true,
    leaves: true,
  },
  {
    name: "change what another has taken over",
    before: [one()],
    after: [one({ name: "Renamed" })],
    arrange: takeOver,
    isRefused: true,
    isFinal: true,
  },
  {
    name: "destroy",
    before: [two()],
    after: [[]],
    act: async ({ stacks: [stack] }) => (stack ? [await stack.destroy()] : []),
  },
  {
    name: "destroy what has its tag again",
    before: [one({ tags: ["a"] })],
    after: [[]],
    isFinal: true,
    act: destroyTaggedAgain,
  },
  {
    name: "refresh",
    refreshes: true,
    before: [two({ tags: ["a"] })],
    after: [two({ tags: ["a"] })],
    keeps: true,
    isFinal: true,
    act: refreshed,
  },
  {
    name: "refresh after a change by hand",
    refreshes: true,
    before: [two()],
    after: [two()],
    keeps: true,
    isFinal: true,
    arrange: ({ platforms: [here], stacks: [stack] }) => {
      const [first, second] = [...(stack?.resources.values() ?? [])].map(({ id }) => Number(id));
      here.edit(Number(first), (instance) => {
        instance.name = "by hand";
        instance.disabled = true;
      });
      here.edit(Number(second), (instance) => {
        instance.tags = instance.tags.filter((tag) => tag.startsWith("pulumi:"));
        instance.configuration.username = "by hand";
      });
    },
    act: refreshed,
  },
  {
    name: "refresh after a deletion by hand",
    refreshes: true,
    before: [two()],
    after: [two()],
    isFinal: true,
    arrange: ({ platforms: [here], stacks: [stack] }) => {
      const [id] = [...(stack?.resources.values() ?? [])].map((each) => Number(each.id));
      here.remove(Number(id));
    },
    act: refreshed,
  },
  {
    name: "a change by hand that is undone",
    refreshes: true,
    before: [one()],
    after: [one()],
    keeps: true,
    isStill: true,
    isFinal: true,
    arrange: (world) => alter(world),
    undo: (world) => alter(world, true),
    act: refreshed,
  },
  {
    name: "a change by hand that nobody saw",
    refreshes: true,
    before: [one()],
    after: [one()],
    keeps: true,
    isStill: true,
    isFinal: true,
    arrange: (world) => {
      alter(world);
      alter(world, true);
    },
    act: refreshed,
  },
  ...astray,
];
