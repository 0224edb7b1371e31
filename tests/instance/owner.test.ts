import { setTimeout as wait } from "node:timers/promises";
import * as lifecycle from "../../provider/dynamic/lifecycle";
import {
  type Simulator,
  type SimulatorOptions,
  startSimulator,
  type TagReadings,
} from "../../provider/simulator";
import { failureOf } from "../support/client";
import { checked, connectPlugin, kept } from "../support/plugin";
import { onlyOf } from "../support/promise";
import { type Applied, type Bag, callsTo, refresh, up, upAgain } from "../support/story";

const tag = "pulumi:project/stack/crm";
const another = "pulumi:other/stack/crm";

let simulator: Simulator;
afterEach(() => simulator.close());
async function start(options: SimulatorOptions = {}, settings: Record<string, string> = {}): Promise<void> {
  simulator = await startSimulator(options);
  await connectPlugin(simulator, { "act365:maxAttempts": "1", ...settings });
}
const only = () => onlyOf(simulator);
const writes = () => callsTo(simulator).filter((call) => !call.startsWith("GET"));
const tagged = ({ id }: Applied, ...tags: string[]) =>
  simulator.edit(Number(id), (instance) => {
    instance.tags = tags;
  });

/** What a person who watches is told while something is done. */
async function toldDuring(work: () => Promise<unknown>): Promise<string> {
  const written = jest.spyOn(process.stderr, "write").mockReturnValue(true);
  await work();
  const told = written.mock.calls.map(([text]) => text).join("");
  written.mockRestore();
  return told;
}

describe("an instance's owner", () => {
  test("another tag of ours is written in place, as after a move with an alias", async () => {
    await start();
    const made = await up({ tags: ["one"] });
    const moved = await upAgain(made, { tags: ["one"], ownershipTag: "pulumi:project/stack/my:Sales$crm" });
    expect(only()).toMatchObject({
      id: Number(made.id),
      tags: ["one", "pulumi:project/stack/my:Sales$crm"],
      token: moved.state.token,
    });
  });

  test("a second resource of one name is another one, also made later, by a lost POST", async () => {
    await start({}, { "act365:settleSeconds": "1" });
    const first = await up({ ownershipTag: "pulumi:project/stack/my:Sales$crm" });
    simulator.fault({ kind: "reset-after", method: "POST" });
    const second = await up({ ownershipTag: "pulumi:project/stack/my:Service$crm" });
    expect(simulator.instances().map(({ id, token }) => [String(id), token])).toEqual(
      [first, second].map(({ id, state }) => [id, state.token]),
    );
  });

  test.each([["delete"], ["release"]])(
    "an instance that another owner has by now survives its replacement: %s",
    async (onDestroy) => {
      await start();
      const made = await up({ onDestroy });
      tagged(made, another);
      // The engine checks a replacement's arguments without old ones, before it deletes.
      const inputs = await checked({ onDestroy });
      const told = await toldDuring(() => lifecycle.delete(made.id, made.state));
      expect(told).toContain(`instance ${made.id} is left alone`);
      // Whoever followed that would end another owner's instance.
      expect(told).not.toContain("to end it, delete the instance");
      const { id } = await lifecycle.create(inputs);
      expect(simulator.instances()).toMatchObject([
        { id: Number(made.id), tags: [another], token: made.state.token },
        { id: Number(id), tags: [tag] },
      ]);
    },
  );

  test.each([["delete"], ["release"]])(
    "an instance that somebody else has taken over survives our %s",
    async (onDestroy) => {
      await start();
      const made = await up({ onDestroy });
      for (const tags of [[another], [tag, another]]) {
        tagged(made, ...tags);
        simulator.clearRequests();
        const told = await toldDuring(() => lifecycle.delete(made.id, made.state));
        expect(told).toContain(`instance ${made.id} is left alone`);
        expect(told).toContain(another);
        expect([only().tags, writes()]).toEqual([tags, []]);
      }
    },
  );

  test("an instance that another took over, seen by a refresh, survives our destroy", async () => {
    await start();
    const made = await up();
    tagged(made);
    const without = await refresh(made);
    tagged(made, another);
    const seen = await refresh(without);
    await toldDuring(() => lifecycle.delete(seen.id, seen.state));
    expect(only().tags).toEqual([another]);
  });

  test.each([
    ["delete", []],
    ["release", [["by", "hand"]]],
  ])("our tag that was taken off, and put back after a refresh, is ours: %s", async (onDestroy, left) => {
    await start();
    const made = await up({ onDestroy, tags: ["by", "hand"] });
    tagged(made, "by", "hand");
    const without = await refresh(made);
    tagged(made, "by", "hand", tag);
    await lifecycle.delete(without.id, without.state);
    expect(simulator.instances().map(({ tags }) => tags)).toEqual(left);
  });

  test("a tag that was taken off is drift, and none once it is back", async () => {
    await start();
    const made = await up({ tags: ["one"] });
    tagged(made, "one");
    const without = await refresh(await refresh(made));
    expect(without.inputs).toMatchObject({ tags: ["one"] });
    expect(without.inputs).not.toHaveProperty("ownershipTag");
    tagged(made, "one", tag);
    const back = await refresh(without);
    expect(await lifecycle.diff(back.id, back.state, made.inputs)).toEqual({ changes: false });
    expect(back.state).not.toHaveProperty("lostTag", expect.anything());
    tagged(made, "one");
    await upAgain(await refresh(back), { tags: ["one"] });
    expect(only().tags).toEqual(["one", tag]);
  });

  test("a tag put back after a refresh is written over by a new one, as after a move", async () => {
    await start();
    const made = await up();
    tagged(made);
    const without = await refresh(made);
    tagged(made, tag);
    const ownershipTag = "pulumi:project/stack/my:Sales$crm";
    await upAgain(without, { ownershipTag });
    expect(only().tags).toEqual([ownershipTag]);
  });

  test("an instance whose tags no answer tells is not changed and not deleted", async () => {
    await start();
    const made = await up();
    tagged(made, another);
    const news = await checked({ name: "other" }, made.inputs);
    simulator.clearRequests();
    simulator.fault({ kind: "keys-missing", keys: ["tags"], method: "GET", times: 0 });
    for (const attempt of [
      () => lifecycle.update(made.id, made.state, news),
      () => lifecycle.delete(made.id, made.state),
    ])
      await expect(attempt()).rejects.toThrow(
        `the platform's answer about instance ${made.id} has no tags, so it is not known whose the instance is`,
      );
    expect(writes()).toEqual([]);
  });

  test("one whose tag a refresh found gone is not deleted when no answer tells its tags", async () => {
    await start();
    const made = await up();
    tagged(made);
    const without = await refresh(made);
    tagged(made, another);
    const news = await checked({}, without.inputs);
    simulator.clearRequests();
    simulator.fault({ kind: "keys-missing", keys: ["tags"], method: "GET", times: 0 });
    for (const attempt of [
      () => lifecycle.update(without.id, without.state, news),
      () => lifecycle.delete(without.id, without.state),
    ])
      await expect(attempt()).rejects.toThrow("has no tags, so it is not known whose the instance is");
    expect(writes()).toEqual([]);
  });

  test("a release whose answer is lost does not write over who took it over meanwhile", async () => {
    await start({}, { "act365:maxAttempts": "5" });
    const made = await up({ onDestroy: "release" });
    simulator.fault({ kind: "reset-after", method: "PATCH" });
    const deleting = lifecycle.delete(made.id, made.state);
    while (only().tags.length > 0) await new Promise(setImmediate);
    tagged(made, another);
    await deleting;
    expect(only().tags).toEqual([another]);
  });

  test("a release that the platform fails to do is sent again", async () => {
    await start({}, { "act365:maxAttempts": "2" });
    const made = await up({ onDestroy: "release" });
    simulator.fault({ kind: "error", status: 500, method: "PATCH" });
    await lifecycle.delete(made.id, made.state);
    expect(only().tags).toEqual([]);
  });

  test("an instance of which one answer tells no tags is asked for again, and changed", async () => {
    await start();
    const made = await up();
    simulator.fault({ kind: "keys-missing", keys: ["tags"], method: "GET" });
    await lifecycle.update(made.id, made.state, await checked({ name: "other" }, made.inputs));
    expect(only().name).toBe("other");
  });

  test("an update of an instance that somebody else has taken over changes nothing", async () => {
    await start();
    const made = await up();
    tagged(made, another);
    simulator.clearRequests();
    const news = await checked({ name: "other" }, made.inputs);
    await expect(lifecycle.update(made.id, made.state, news)).rejects.toThrow(
      `instance ${made.id} belongs to another resource, by its tag ${another}; nothing was changed`,
    );
    expect(writes()).toEqual([]);
  });

  test("of two resources that adopt one instance at the same time the second is refused", async () => {
    await start();
    const { id } = simulator.add({ name: "by hand", configuration: { username: "old", password: "old" } });
    const ends = await Promise.allSettled([
      up({ adopt: String(id) }),
      up({ adopt: String(id), ownershipTag: another, apiKey: "of the second" }),
    ]);
    expect(ends.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    expect(only()).toMatchObject({ tags: [tag], configuration: { username: "canary-api-key" } });
  });

  test("a takeover overwritten half a second later is refused and changes no more", async () => {
    await start();
    const { id } = simulator.add({ name: "by hand", configuration: { username: "old", password: "old" } });
    const adopting = failureOf(up({ adopt: String(id) }));
    while (!only().tags.includes(tag)) await new Promise(setImmediate);
    await wait(500);
    simulator.edit(id, (instance) => {
      instance.tags = [another];
    });
    const error = await adopting;
    expect(error.message).toContain(`instance ${id} was not taken over`);
    expect(error).not.toHaveProperty("properties");
    expect(only()).toMatchObject({ tags: [another], configuration: { username: "old" } });
  });
});

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
      expect(state).toMatchObject({ instanceId: only().id, token: only().token, apiKey: "canary-api-key" });
      expect(state.ownershipTag).toBe(left);
      const news = await checked(program, state);
      const again = (await failureOf(lifecycle.update(error.id, state, news))) as typeof error;
      expect(again.message).toContain("does not keep tags");
      expect(callsTo(simulator).filter((call) => call.startsWith("POST"))).toHaveLength(1);
      await lifecycle.delete(error.id, kept(again.properties));
      expect(simulator.instances()).toEqual([]);
    },
  );

  test.each(readings)(
    "%s them: a create whose answer is lost makes no second one",
    async (_, tags, ownershipTag) => {
      await start({ tags });
      simulator.fault({ kind: "reset-after", method: "POST" });
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
    simulator.fault({ kind: "reset-before", method: "POST" });
    const error = await failureOf(up({ ownershipTag }));
    expect(error).not.toHaveProperty("id");
    expect(error.message).toContain(`${only().id} (tag ${tag}) has the same name`);
  });

  test("a POST that is answered with another instance records none but its own", async () => {
    await start();
    const { id, name } = simulator.add({ name: "x", configuration: { username: "k", password: "d" } });
    const body = JSON.stringify({ id, name, tags: [], token: "another's" });
    simulator.fault({ kind: "answer", status: 200, method: "POST", body, workDone: true });
    const made = await up();
    expect(made.id).not.toBe(String(id));
    await lifecycle.delete(made.id, made.state);
    expect(only()).toMatchObject({ id });
  });

  test.each(readings)(
    "%s them: a create of a run that was killed is found by the next one",
    async (how, tags, ownershipTag) => {
      await start({ tags });
      if (how !== "hides")
        simulator.add({
          name: "crm",
          tags: ["by", "hand"],
          configuration: { username: "canary-api-key", password: "d" },
        });
      simulator.add({ name: "crm", tags: [], configuration: { username: "another", password: "d" } });
      const configuration = { username: "canary-api-key", password: "d" };
      const { id } = simulator.add({
        name: "crm",
        tags: how === "hides" ? [] : [ownershipTag],
        configuration,
      });
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
    simulator.clearRequests();
    simulator.add({ name: "crm", tags: [], configuration: { username: "canary-api-key", password: "d" } });
    await up();
    expect(callsTo(simulator)).toEqual(["GET /instances", "POST /instances"]);
  });

  test("creates at the same time share one further list", async () => {
    await start({ latencyMilliseconds: 50 });
    await Promise.all(
      Array.from({ length: 20 }, (_, n) => up({ name: `crm ${n}`, ownershipTag: `${tag}-${n}-` })),
    );
    expect(callsTo(simulator).filter((call) => call === "GET /instances")).toHaveLength(22);
  });

  test("another resource's tag that ours begins with does not stop a create", async () => {
    await start();
    const configuration = { username: "canary-api-key", password: "d" };
    simulator.add({ name: "crm", tags: [tag], configuration });
    await up({ ownershipTag: `${tag}-eu` });
    expect(simulator.instances()).toHaveLength(2);
  });

  test("lists what it was not asked for: a longer tag proves that none was cut off", async () => {
    await start({ tags: { filter: "ignored" } }, { "act365:settleSeconds": "0" });
    const configuration = { username: "k", password: "d" };
    simulator.add({ name: "crm", tags: [tag], configuration });
    simulator.add({ name: "other", tags: [`${tag}-and-more`], configuration });
    simulator.fault({ kind: "reset-before", method: "POST" });
    await up({ ownershipTag: `${tag}-eu` });
    expect(simulator.instances().map(({ tags }) => tags)).toEqual([
      [tag],
      [`${tag}-and-more`],
      [`${tag}-eu`],
    ]);
  });

  test("lists what it was not asked for: a create goes on under another name", async () => {
    await start({ tags: { filter: "ignored" } });
    const { id } = simulator.add({
      name: "crm",
      tags: [tag],
      configuration: { username: "k", password: "d" },
    });
    const theirs = only();
    const { message } = await failureOf(up({ ownershipTag: `${tag}-eu` }));
    expect(message).toContain(`instance ${id} (tag ${tag}) may be this resource's`);
    expect(message).toContain("set this resource's argument name to another text and run pulumi up");
    const made = await up({ ownershipTag: `${tag}-eu`, name: "for now" });
    await upAgain(made, { ownershipTag: `${tag}-eu`, name: "crm" });
    expect(simulator.instances()).toMatchObject([theirs, { name: "crm", tags: [`${tag}-eu`] }]);
  });

  test("lists what it was not asked for: a lost create takes nobody else's instance", async () => {
    await start({ tags: { filter: "ignored" } }, { "act365:settleSeconds": "1" });
    simulator.fault({ kind: "reset-before", method: "POST" });
    const creating = failureOf(up({ ownershipTag: `${tag}-eu` }));
    while (!writes().includes("POST /instances")) await new Promise(setImmediate);
    const { id } = simulator.add({
      name: "crm",
      tags: [tag],
      configuration: { username: "k", password: "d" },
    });
    const error = await creating;
    expect(error).not.toHaveProperty("id");
    expect(error.message).toContain(`${id} (tag ${tag}) has the same name`);
    expect(only().tags).toEqual([tag]);
  });

  test("an instance that this run has released does not stop its replacement", async () => {
    await start();
    const made = await up({ onDestroy: "release" });
    await connectPlugin(simulator, { "act365:maxAttempts": "1", "act365:timeoutSeconds": "60" });
    await lifecycle.delete(made.id, made.state);
    await up();
    expect(simulator.instances()).toHaveLength(2);
  });

  test.each(readings)(
    "%s them: a refused takeover leaves the tags as they were",
    async (how, tags, ownershipTag) => {
      for (const fault of [undefined, { kind: "reset-after", method: "PATCH" } as const]) {
        await start({ tags });
        const { id } = simulator.add({
          name: "x",
          tags: ["by", "hand"],
          configuration: { username: "k", password: "d" },
        });
        if (fault) simulator.fault(fault);
        const error = await failureOf(up({ adopt: String(id), ownershipTag }));
        expect(error).not.toHaveProperty("id");
        if (how !== "hides") expect(only().tags).toEqual(["by", "hand"]);
        await simulator.close();
      }
    },
  );

  test("leaves them out of its lists: each row is read, and the leftover is found", async () => {
    for (const filter of ["exact", "ignored", "prefix"] as const) {
      await start({ tags: { shownIn: "all-but-lists", filter } });
      const draft = { configuration: { username: "k", password: "d" } };
      simulator.add({ ...draft, name: "crm", tags: [`${tag}-2`] });
      const { id } = simulator.add({ ...draft, name: "crm", tags: [tag] });
      await expect(up()).rejects.toThrow(`instance ${id} carries the ownership tag ${tag}`);
      expect(writes()).toEqual([]);
      await simulator.close();
    }
  });

  test("an instance of the same name, older than a lost create, is not taken for it", async () => {
    const clock = { now: new Date(Date.now() - 60_000) };
    await start({ clock: () => clock.now });
    simulator.add({ name: "crm", tags: [], configuration: { username: "k", password: "d" } });
    clock.now = new Date();
    simulator.fault({ kind: "reset-before", method: "POST" });
    await up();
    expect(simulator.instances()).toHaveLength(2);
  });
});

describe("an answer", () => {
  test.each([
    ["another instance", { id: 13, name: "crm" }, "it is another instance's"],
    [
      "another connector",
      { id: 12, name: "crm", element: { key: "salesforce" } },
      "instance 12 belongs to the connector salesforce",
    ],
  ])("about %s is an error of read, get, update, delete and adopt", async (_, body, message) => {
    await start();
    simulator.fault({
      kind: "answer",
      status: 200,
      path: "/instances/12",
      body: JSON.stringify(body),
      times: 0,
    });
    const state = await checked();
    for (const attempt of [
      lifecycle.read("12", state),
      lifecycle.read("12", {}),
      lifecycle.update("12", state, await checked({ name: "other" })),
      lifecycle.delete("12", state),
      up({ adopt: "12" }),
    ])
      await expect(attempt).rejects.toThrow(message);
    expect(writes()).toEqual([]);
  });
});
