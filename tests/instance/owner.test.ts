import { setTimeout as wait } from "node:timers/promises";
import * as lifecycle from "../../provider/dynamic/lifecycle";
import { failureOf, toldDuring } from "../support/client";
import { Platform } from "../support/platform";
import { checked } from "../support/plugin";
import { type Applied, refresh, up, upAgain } from "../support/story";

const tag = "pulumi:project/stack/crm";
const another = "pulumi:other/stack/crm";

const platform = new Platform();
const { start, only, held, writes, tagged } = platform;

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
    platform.simulator.fault({ kind: "reset-after", method: "POST" });
    const second = await up({ ownershipTag: "pulumi:project/stack/my:Service$crm" });
    expect(platform.simulator.instances().map(({ id, token }) => [String(id), token])).toEqual(
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
      expect(platform.simulator.instances()).toMatchObject([
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
        platform.simulator.clearRequests();
        const told = await toldDuring(() => lifecycle.delete(made.id, made.state));
        expect(told).toContain(
          `instance ${made.id} is left alone: another resource has taken it over, by its tag ${another}`,
        );
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
    expect(platform.simulator.instances().map(({ tags }) => tags)).toEqual(left);
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

  test.each([
    ["an instance", async (made: Applied) => made],
    [
      "one whose tag a refresh found gone",
      async (made: Applied) => {
        tagged(made);
        return refresh(made);
      },
    ],
  ])("%s whose tags are not told is not changed", async (_, seen) => {
    await start();
    const { id, inputs, state } = await seen(await up());
    tagged({ id }, another);
    const news = await checked({ name: "other" }, inputs);
    platform.simulator.clearRequests();
    platform.simulator.fault({ kind: "keys-missing", keys: ["tags"], method: "GET", times: 0 });
    for (const attempt of [() => lifecycle.update(id, state, news), () => lifecycle.delete(id, state)])
      await expect(attempt()).rejects.toThrow(
        `the platform's answer about instance ${id} has no tags, so it is not known whose the instance is`,
      );
    expect(writes()).toEqual([]);
  });

  test("a release whose answer is lost does not write over who took it over meanwhile", async () => {
    await start({}, { "act365:maxAttempts": "5" });
    const made = await up({ onDestroy: "release" });
    platform.simulator.fault({ kind: "reset-after", method: "PATCH" });
    const deleting = lifecycle.delete(made.id, made.state);
    while (only().tags.length > 0) await new Promise(setImmediate);
    tagged(made, another);
    await deleting;
    expect(only().tags).toEqual([another]);
  });

  test("a release that the platform fails to do is sent again", async () => {
    await start({}, { "act365:maxAttempts": "2" });
    const made = await up({ onDestroy: "release" });
    platform.simulator.fault({ kind: "error", status: 500, method: "PATCH" });
    await lifecycle.delete(made.id, made.state);
    expect(only().tags).toEqual([]);
  });

  test("an instance of which one answer tells no tags is asked for again, and changed", async () => {
    await start();
    const made = await up();
    platform.simulator.fault({ kind: "keys-missing", keys: ["tags"], method: "GET" });
    await lifecycle.update(made.id, made.state, await checked({ name: "other" }, made.inputs));
    expect(only().name).toBe("other");
  });

  test("an update of an instance that somebody else has taken over changes nothing", async () => {
    await start();
    const made = await up();
    tagged(made, another);
    platform.simulator.clearRequests();
    const news = await checked({ name: "other" }, made.inputs);
    await expect(lifecycle.update(made.id, made.state, news)).rejects.toThrow(
      `instance ${made.id} belongs to another resource, by its tag ${another}; nothing was changed`,
    );
    expect(writes()).toEqual([]);
  });

  test("of two resources that adopt one instance at the same time the second is refused", async () => {
    await start();
    const { id } = held({ name: "by hand", apiKey: "old" });
    const ends = await Promise.allSettled([
      up({ adopt: String(id) }),
      up({ adopt: String(id), ownershipTag: another, apiKey: "of the second" }),
    ]);
    expect(ends.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    expect(only()).toMatchObject({ tags: [tag], configuration: { username: "canary-api-key" } });
  });

  test("a takeover overwritten half a second later is refused and changes no more", async () => {
    await start();
    const { id } = held({ name: "by hand", apiKey: "old" });
    const adopting = failureOf(up({ adopt: String(id) }));
    while (!only().tags.includes(tag)) await new Promise(setImmediate);
    await wait(500);
    platform.simulator.edit(id, (instance) => {
      instance.tags = [another];
    });
    const error = await adopting;
    expect(error.message).toContain(`instance ${id} was not taken over`);
    expect(error).not.toHaveProperty("properties");
    expect(only()).toMatchObject({ tags: [another], configuration: { username: "old" } });
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
    platform.simulator.fault({
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
