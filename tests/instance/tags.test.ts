import * as lifecycle from "../../provider/dynamic/lifecycle";
import type { TagReadings } from "../../provider/simulator";
import { failureOf } from "../support/client";
import { Platform } from "../support/platform";
import { checked, connectPlugin, kept } from "../support/plugin";
import { type Bag, callsTo, half, up, upAgain } from "../support/story";

const tag = "pulumi:project/stack/crm";
const another = "pulumi:other/stack/crm";

const platform = new Platform();
const { start, only, held, writes } = platform;
/** The key of `up`'s program. */
const apiKey = "canary-api-key";

/** What is made of tags, our tag, and what of it still tells an owner. */
const readings: [string, TagReadings, string, string | undefined][] = [
  ["folds", { folded: true }, "pulumi:project/stack/Crm", tag],
  ["cuts", { cutAt: 20 }, tag, undefined],
  ["splits", { splitAtCommas: true }, "pulumi:project/stack/a,b", "pulumi:project/stack/a"],
  ["hides", { shownIn: "none" }, tag, undefined],
];

describe("a platform that does not keep tags", () => {
  test.each(readings)(
    "%s them: a create keeps its id, and no second one is made",
    async (_, tags, ownershipTag, left) => {
      await start({ tags });
      const program = { tags: ["one"], ownershipTag };
      const error = (await failureOf(up(program))) as Error & { id: string; properties: Bag };
      expect(error.message).toContain(`instance ${only().id} was created and is in the state`);
      expect(error.message).toContain("this platform does not keep tags");
      const state = kept(error.properties);
      expect(state).toMatchObject({ instanceId: only().id, token: only().token, apiKey });
      expect(state.ownershipTag).toBe(left);
      const news = await checked(program, state);
      const again = (await failureOf(lifecycle.update(error.id, state, news))) as typeof error;
      expect(again.message).toContain("does not keep tags");
      expect(callsTo(platform.simulator).filter((call) => call.startsWith("POST"))).toHaveLength(1);
      await lifecycle.delete(error.id, kept(again.properties));
      expect(platform.simulator.instances()).toEqual([]);
    },
  );

  test.each<[string, TagReadings, string]>([
    ["folds", { folded: true }, "pulumi:project/stack/Renamed"],
    ["cuts", { cutAt: 28 }, "pulumi:project/stack/crm-production"],
    ["splits", { splitAtCommas: true }, "pulumi:project/stack/a,b"],
  ])("%s them: a rename records what is left of its tag, so destroy deletes", async (_, tags, renamed) => {
    await start({ tags });
    const made = await up();
    const news = await checked({ ownershipTag: renamed, developerKey: "rotated" }, made.inputs);
    const first = await half(lifecycle.update(made.id, made.state, news), news);
    expect(first.error.message).toContain("this platform does not keep tags");
    const second = await half(lifecycle.update(made.id, first.state, news), news);
    expect(second.error.message).toContain("this platform does not keep tags");
    await lifecycle.delete(made.id, second.state);
    expect(platform.simulator.instances()).toEqual([]);
  });

  test.each(readings)(
    "%s them: a create whose answer is lost makes no second one",
    async (_, tags, ownershipTag) => {
      await start({ tags });
      platform.simulator.fault({ kind: "reset-after", method: "POST" });
      const error = await failureOf(up({ ownershipTag }));
      // Nobody can tell whose it is.
      expect(error.message).toContain(String(only().id));
      expect(error.message).toContain("has the same name, and may be the new one");
      expect(error).not.toHaveProperty("id");
    },
  );

  test.each([
    ["a name of another case", [], "pulumi:project/stack/CRM"],
    ["a name that a tag completes", ["2"], `${tag}2`],
  ])("a lost create takes no instance of a resource with %s", async (_, tags, ownershipTag) => {
    await start();
    await up({ tags });
    platform.simulator.fault({ kind: "reset-before", method: "POST" });
    const error = await failureOf(up({ ownershipTag }));
    expect(error).not.toHaveProperty("id");
    expect(error.message).toContain(`${only().id} (tag ${tag}) has the same name`);
  });

  test("a POST that is answered with another instance records none but its own", async () => {
    await start();
    const { id, name } = held({ name: "x" });
    const body = JSON.stringify({ id, name, tags: [], token: "another's" });
    platform.simulator.fault({ kind: "answer", status: 200, method: "POST", body, workDone: true });
    const made = await up();
    expect(made.id).not.toBe(String(id));
    await lifecycle.delete(made.id, made.state);
    expect(only()).toMatchObject({ id });
  });

  test.each(readings)(
    "%s them: a create of a run that was killed is found by the next one",
    async (how, tags, ownershipTag) => {
      await start({ tags });
      if (how !== "hides") held({ tags: ["by", "hand"], apiKey });
      held({ apiKey: "another" });
      const { id } = held({ tags: how === "hides" ? [] : [ownershipTag], apiKey });
      for (let run = 0; run < 2; run++) {
        const error = await failureOf(up({ ownershipTag }));
        expect(error.message).toMatch(
          new RegExp(`instance ${id}( \\(tag \\S+\\))? may be this resource's, left by an interrupted run`),
        );
        expect(error.message).not.toContain("canary");
      }
      expect(writes()).toEqual([]);
    },
  );

  test("an instance of the same name and key is no leftover once POST has kept tags", async () => {
    await start();
    await up({ name: "first", ownershipTag: another });
    platform.simulator.clearRequests();
    held({ apiKey });
    await up();
    expect(callsTo(platform.simulator)).toEqual(["GET /instances", "POST /instances"]);
  });

  test("creates at the same time share one further list", async () => {
    await start({ latencyMilliseconds: 50 });
    await Promise.all(
      Array.from({ length: 20 }, (_, n) => up({ name: `crm ${n}`, ownershipTag: `${tag}-${n}-` })),
    );
    expect(callsTo(platform.simulator).filter((call) => call === "GET /instances")).toHaveLength(22);
  });

  test.each([
    ["exact", "crm"],
    ["ignored", "another"],
  ] as const)("another's tag that ours begins with stops no create: filter %s", async (filter, name) => {
    await start({ tags: { filter } });
    held({ name, tags: [tag], apiKey });
    await up({ ownershipTag: `${tag}-eu` });
    expect(callsTo(platform.simulator).filter((call) => call.startsWith("POST"))).toHaveLength(1);
    expect(platform.simulator.instances()).toHaveLength(2);
  });

  test("lists what it was not asked for: a longer tag proves that none was cut off", async () => {
    await start({ tags: { filter: "ignored" } }, { "act365:settleSeconds": "0" });
    held({ tags: [tag] });
    held({ name: "other", tags: [`${tag}-and-more`] });
    platform.simulator.fault({ kind: "reset-before", method: "POST" });
    await up({ ownershipTag: `${tag}-eu` });
    expect(platform.simulator.instances().map(({ tags }) => tags)).toEqual([
      [tag],
      [`${tag}-and-more`],
      [`${tag}-eu`],
    ]);
  });

  test("lists what it was not asked for: a create goes on under another name", async () => {
    await start({ tags: { filter: "ignored" } });
    const { id } = held({ tags: [tag] });
    const theirs = only();
    const { message } = await failureOf(up({ ownershipTag: `${tag}-eu` }));
    expect(message).toContain(`instance ${id} (tag ${tag}) may be this resource's`);
    expect(message).toContain("set this resource's argument name to another text and run pulumi up");
    const made = await up({ ownershipTag: `${tag}-eu`, name: "for now" });
    await upAgain(made, { ownershipTag: `${tag}-eu`, name: "crm" });
    expect(platform.simulator.instances()).toMatchObject([theirs, { name: "crm", tags: [`${tag}-eu`] }]);
  });

  test("lists what it was not asked for: a lost create takes nobody else's instance", async () => {
    await start({ tags: { filter: "ignored" } }, { "act365:settleSeconds": "1" });
    platform.simulator.fault({ kind: "reset-before", method: "POST" });
    const creating = failureOf(up({ ownershipTag: `${tag}-eu` }));
    while (!writes().includes("POST /instances")) await new Promise(setImmediate);
    const { id } = held({ tags: [tag] });
    const error = await creating;
    expect(error).not.toHaveProperty("id");
    expect(error.message).toContain(`${id} (tag ${tag}) has the same name`);
    expect(only().tags).toEqual([tag]);
  });

  test("an instance that this run has released does not stop its replacement", async () => {
    await start();
    const made = await up({ onDestroy: "release" });
    await connectPlugin(platform.simulator, { "act365:maxAttempts": "1", "act365:timeoutSeconds": "60" });
    await lifecycle.delete(made.id, made.state);
    await up();
    expect(platform.simulator.instances()).toHaveLength(2);
  });

  test.each(readings)(
    "%s them: a refused takeover leaves the tags as they were",
    async (how, tags, ownershipTag) => {
      for (const fault of [undefined, { kind: "reset-after", method: "PATCH" } as const]) {
        await start({ tags });
        const { id } = held({ name: "x", tags: ["by", "hand"] });
        if (fault) platform.simulator.fault(fault);
        const error = await failureOf(up({ adopt: String(id), ownershipTag }));
        expect(error).not.toHaveProperty("id");
        if (how !== "hides") expect(only().tags).toEqual(["by", "hand"]);
        await platform.simulator.close();
      }
    },
  );

  test("leaves them out of its lists: each row is read, and the leftover is found", async () => {
    for (const filter of ["exact", "ignored", "prefix"] as const) {
      await start({ tags: { shownIn: "all-but-lists", filter } });
      held({ tags: [`${tag}-2`] });
      const { id } = held({ tags: [tag] });
      await expect(up()).rejects.toThrow(`instance ${id} carries the ownership tag ${tag}`);
      expect(writes()).toEqual([]);
      await platform.simulator.close();
    }
  });

  test("an instance of the same name, older than a lost create, is not taken for it", async () => {
    const clock = { now: new Date(Date.now() - 60_000) };
    await start({ clock: () => clock.now });
    held();
    clock.now = new Date();
    platform.simulator.fault({ kind: "reset-before", method: "POST" });
    await up();
    expect(platform.simulator.instances()).toHaveLength(2);
  });
});

test("a name that looks like another's tag, added to the tags, loses no instance", async () => {
  await platform.start({ addsNameTag: "always" });
  const made = await up({ name: "pulumi:project/stack/other", enabled: false });
  expect(only()).toMatchObject({ id: Number(made.id), disabled: true });
});
