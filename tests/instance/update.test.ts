import * as lifecycle from "../../provider/dynamic/lifecycle";
import { failureOf } from "../support/client";
import { Platform } from "../support/platform";
import { checked, kept } from "../support/plugin";
import { type Bag, up, upAgain } from "../support/story";

const platform = new Platform();
const { start, only, held } = platform;
const patches = () =>
  platform.simulator.requests.filter(({ method }) => method === "PATCH").map(({ body }) => body);

test("another token that the answer to new keys leaves out is looked up twice", async () => {
  await start({ rotatesToken: true });
  const made = await up();
  platform.simulator.fault(
    { kind: "keys-missing", keys: ["token"], method: "PATCH" },
    { kind: "error", status: 400, method: "GET", nth: 2 },
  );
  const { state } = await upAgain(made, { apiKey: "another", name: "other" });
  expect(state.token).toBe(only().token);
  expect(state.token).not.toBe(made.state.token);
});

test("new keys whose answer has no token, and whose looks fail, keep the known token", async () => {
  await start({});
  const made = await up();
  platform.simulator.fault(
    { kind: "keys-missing", keys: ["token"], method: "PATCH" },
    { kind: "error", status: 400, method: "GET", nth: 2, times: 2 },
  );
  expect((await upAgain(made, { apiKey: "another" })).state.token).toBe(made.state.token);
});

const configuration: Bag = { "bulk.relations": "x", "pagination.max": 10 };

test("a key that null does not clear is cleared by an empty text", async () => {
  await start({ clearedBy: [""] });
  const made = await up({ configuration });
  platform.simulator.clearRequests();
  await upAgain(made, {});
  expect(only().configuration["bulk.relations"] ?? "").toBe("");
  expect(patches()).toEqual([
    { configuration: { "bulk.relations": null, "pagination.max": "150" } },
    { configuration: { "bulk.relations": "" } },
  ]);
});

test("a key that nothing clears is an error, and the state keeps it", async () => {
  await start({ clearedBy: [] });
  const made = await up({ configuration });
  const attempt = lifecycle.update(
    made.id,
    made.state,
    await checked({ developerKey: "another" }, made.inputs),
  );
  const error = await attempt.catch((reason) => reason);
  expect(error.message).toContain("the platform keeps the value of bulk.relations although it was cleared");
  expect(error.properties.configuration).toMatchObject({ "bulk.relations": "x" });
  // What went along was taken.
  expect(kept(error.properties).developerKey).toBe("another");
});

test("a hidden key that is shown as hidden after it was cleared is no error", async () => {
  await start({ clearedBy: [] });
  const events = (basicAuth: Bag) => ({ events: { callbackUrl: "https://a.example", basicAuth } });
  const made = await up(events({ username: "u", password: "canary" }));
  await upAgain(made, events({ username: "u" }));
  expect(patches()).toHaveLength(2);
});

test("an answer without configuration, completed by a look, keeps what else it tells", async () => {
  await start({});
  const made = await up({ configuration });
  platform.simulator.fault({ kind: "keys-missing", keys: ["configuration"], method: "PATCH" });
  const { state } = await upAgain(made, { name: "other" });
  expect(state).toMatchObject({ instanceId: only().id, token: only().token, name: "other", tags: [] });
});

test("a cleared key of which neither the answer nor a look tells anything is an error", async () => {
  await start({});
  const made = await up({ configuration });
  platform.simulator.fault(
    { kind: "keys-missing", keys: ["configuration"], method: "PATCH" },
    { kind: "error", status: 500, method: "GET", path: "/instances/\\d+", nth: 2 },
  );
  const error = await failureOf(lifecycle.update(made.id, made.state, await checked({}, made.inputs)));
  expect(error.message).toContain("it is not known whether bulk.relations was cleared; run pulumi up again");
  expect(error).toMatchObject({ id: made.id, properties: { instanceId: Number(made.id) } });
});

test("defaults that cannot be read, but for want of a privilege, change nothing", async () => {
  await start({});
  const made = await up({ configuration });
  platform.simulator.fault({ kind: "error", status: 500, path: "/elements/actessentials/configuration" });
  await expect(lifecycle.update(made.id, made.state, await checked({}, made.inputs))).rejects.toThrow(
    "/elements/actessentials/configuration was answered 500",
  );
  expect(patches()).toEqual([]);
});

test("a switch refused after another change is not recorded, and the next up does it", async () => {
  await start({});
  const made = await up();
  const program = { name: "other", traceLogging: true };
  const inputs = await checked(program, made.inputs);
  platform.simulator.fault({ kind: "error", status: 400, method: "PUT" });
  const { properties } = (await failureOf(lifecycle.update(made.id, made.state, inputs))) as Error & Bag;
  expect(properties).toMatchObject({ name: "other", traceLogging: false });
  await upAgain({ id: made.id, inputs, state: kept(properties) }, program);
  expect(only().tracedUntil).toBeDefined();
});

describe("keys that Act! has taken (verify)", () => {
  let keysWork = true;
  const verifications = () => platform.simulator.requests.filter(({ path }) => path.startsWith("/hubs"));
  const verified = async () => {
    keysWork = true;
    await start({ credentials: () => keysWork });
    const made = await up({ verify: true });
    keysWork = false;
    return made;
  };

  test("are not tried again for what is no key", async () => {
    await upAgain(await verified(), { verify: true, name: "other" });
    expect(verifications()).toHaveLength(1);
  });

  test.each<[string, Bag]>([
    ["API key", { apiKey: "another", name: "other" }],
    ["developer key", { developerKey: "another" }],
  ])("are tried again after another %s, and the refusal is recorded", async (_, change) => {
    const made = await verified();
    const program = { verify: true, onDestroy: "release", ...change };
    const inputs = await checked(program, made.inputs);
    const error = (await failureOf(lifecycle.update(made.id, made.state, inputs))) as Error & Bag;
    expect(error.message).toContain("Invalid API key");
    const state = kept(error.properties);
    expect(state).toMatchObject({ onDestroy: "release", ...change });
    expect((await lifecycle.diff(made.id, state, inputs)).changes).toBeUndefined();
    keysWork = true;
    await upAgain({ id: made.id, inputs, state }, program);
    expect(verifications()).toHaveLength(3);
  });

  test("are tried when verify comes back, also after another key", async () => {
    const made = await upAgain(await verified(), { apiKey: "another" });
    await expect(
      lifecycle.update(made.id, made.state, await checked({ verify: true, apiKey: "another" }, made.inputs)),
    ).rejects.toThrow("Invalid API key");
  });
});

test("keys cannot be tried through an instance whose token nobody tells", async () => {
  await start({});
  const made = await up();
  platform.simulator.fault({ kind: "keys-missing", keys: ["token"], times: 0 });
  const state = { ...made.state, token: undefined };
  await expect(
    lifecycle.update(made.id, state, await checked({ verify: true }, made.inputs)),
  ).rejects.toThrow("the keys cannot be tried (verify), since the platform's answer had no token");
});

test("an answer to PATCH that tells no tags is completed by a look", async () => {
  await start({});
  const made = await up();
  platform.simulator.fault({ kind: "keys-missing", keys: ["tags"], method: "PATCH" });
  await upAgain(made, { tags: ["two"] });
  expect(only().tags).toEqual(["two", "pulumi:project/stack/crm"]);
});

test("tags that the program does not say stay, but for the old name and our tag before", async () => {
  await start({});
  const [before, after] = ["pulumi:project/stack/crm", "pulumi:project/stack/two"];
  const { id } = held({ name: "old", tags: ["old", "new", "one", before], apiKey: "canary-api-key" });
  const adopted = await up({ adopt: String(id), name: "old" });
  const moved = await upAgain(adopted, { adopt: String(id), name: "old", ownershipTag: after });
  expect(only().tags).toEqual(["old", "new", "one", after]);
  await upAgain(moved, { adopt: String(id), name: "new", ownershipTag: after });
  expect(only().tags).toEqual(["new", "one", after]);
});
