import * as lifecycle from "../../provider/dynamic/lifecycle";
import { startSimulator } from "../../provider/simulator";
import { failureOf } from "../support/client";
import { Platform } from "../support/platform";
import { checked, connectPlugin } from "../support/plugin";
import { type Bag, callsTo, refresh, up, upAgain } from "../support/story";

const platform = new Platform();
beforeEach(() => platform.start());
const { only } = platform;

test("an instance is created, read, updated and deleted", async () => {
  const created = await up({ tags: ["sales"] });
  const { id, inputs, state } = created;
  const instance = only();
  expect(id).toBe(String(instance.id));
  expect(instance).toMatchObject({
    name: "crm",
    tags: ["sales", "pulumi:project/stack/crm"],
    configuration: { username: "canary-api-key", password: "canary-developer-key" },
  });
  expect(state).toMatchObject({
    ...inputs,
    instanceId: instance.id,
    token: instance.token,
    createdDate: instance.createdDate,
    elementKey: "actessentials",
    valid: true,
    disabled: false,
    organizationId: platform.simulator.organizations[0].id,
    accountId: 1000 + platform.simulator.organizations[0].id,
  });

  const read = await refresh(created);
  expect({ ...read.inputs, __provider: "the capsule" }).toEqual(inputs);
  expect(read.state).toEqual(state);

  const updated = await upAgain(created, { tags: ["sales"], name: "crm 2", apiKey: "rotated" });
  expect(updated.state).toMatchObject({ name: "crm 2", token: instance.token });
  expect(only()).toMatchObject({ name: "crm 2", configuration: { username: "rotated" } });
  await lifecycle.delete(id, updated.state);
  expect(platform.simulator.instances()).toEqual([]);
  expect(callsTo(platform.simulator)).toEqual([
    // By the tag, and by the name, until the platform has shown that it keeps tags.
    "GET /instances",
    "GET /instances",
    "POST /instances",
    "GET /instances/ID",
    "GET /instances/ID",
    "PATCH /instances/ID",
    "GET /instances/ID",
    "DELETE /instances/ID",
  ]);
});

test("PATCH carries only what changed, tags whole; nothing is sent when nothing did", async () => {
  let last = await up({ tags: ["one"] });
  const body = async (program: Bag) => {
    platform.simulator.clearRequests();
    last = await upAgain(last, { tags: ["one"], ...program });
    expect(callsTo(platform.simulator)).toEqual(["GET /instances/ID", "PATCH /instances/ID"]);
    return platform.simulator.requests[1]?.body;
  };
  expect(await body({ name: "other" })).toEqual({ name: "other" });
  expect(await body({ tags: ["one", "two"] })).toEqual({
    name: "crm",
    tags: ["one", "two", "pulumi:project/stack/crm"],
  });
  expect(await body({ apiKey: "k" })).toEqual({
    tags: ["one", "pulumi:project/stack/crm"],
    configuration: { username: "k" },
  });
  expect(await body({ apiKey: "k", developerKey: "d" })).toEqual({ configuration: { password: "d" } });
  const two = { "pagination.max": 100, "filter.response.nulls": false };
  await body({ apiKey: "k", developerKey: "d", configuration: two });
  const one = { ...two, "pagination.max": 99 };
  expect(await body({ apiKey: "k", developerKey: "d", configuration: one })).toEqual({
    configuration: { "pagination.max": "99" },
  });
  platform.simulator.clearRequests();
  await lifecycle.update(last.id, last.state, last.inputs);
  expect(callsTo(platform.simulator)).toEqual(["GET /instances/ID"]);
});

test("a deleted instance is gone: read answers no id, delete succeeds, update says so", async () => {
  const { id, state, inputs } = await up();
  platform.simulator.remove(Number(id));
  expect(await lifecycle.read(id, state)).toEqual({});
  await lifecycle.delete(id, state);
  const news = await checked({ name: "other" }, inputs);
  await expect(lifecycle.update(id, state, news)).rejects.toThrow(
    `updating connector instance "other" ${id}: the platform has no instance ${id} any more; run pulumi refresh`,
  );
  expect(platform.simulator.instances()).toEqual([]);
});

test("a looked-up id that is none is an error, and one that went is gone", async () => {
  await expect(lifecycle.read("12", {})).rejects.toThrow(
    "reading connector instance 12: the platform has no such instance",
  );
  expect(await lifecycle.read("12", { instanceId: 12 })).toEqual({});
});

test.each(["abc", "", "12/../13", "-1"])("the id %j is refused by name, and nothing is sent", async (id) => {
  const inputs = await checked();
  const message = `"${id}" is not the id of an instance, which is a whole number`;
  await expect(lifecycle.read(id, {})).rejects.toThrow(message);
  await expect(lifecycle.update(id, inputs, inputs)).rejects.toThrow(message);
  await expect(lifecycle.delete(id, inputs)).rejects.toThrow(message);
  expect(callsTo(platform.simulator)).toEqual([]);
});

test("wrong secrets fail every step with the settings to check, and change nothing", async () => {
  const { id, state, inputs } = await up();
  await connectPlugin(platform.simulator, { "act365:userSecret": "wrong" });
  const news = await checked({ name: "other" }, inputs);
  const another = await checked({ ownershipTag: "pulumi:project/stack/another" });
  const steps = [
    () => lifecycle.create(another),
    () => lifecycle.read(id, state),
    () => lifecycle.update(id, state, news),
    () => lifecycle.delete(id, state),
  ];
  for (const step of steps)
    expect((await failureOf(step())).message).toMatch(
      /^(creating|reading|updating|deleting) connector instance .* 401 .*act365:userSecret and act365:organizationSecret/,
    );
  expect(only()).toMatchObject({ name: "crm", disabled: false });
});

test("destroying what is to be released takes our tag off and leaves the instance", async () => {
  const { id, state } = await up({ tags: ["one"], onDestroy: "release" });
  await lifecycle.delete(id, state);
  expect(only().tags).toEqual(["one"]);
  platform.simulator.remove(Number(id));
  await lifecycle.delete(id, state);
});

test("what is configured last counts", async () => {
  await using another = await startSimulator();
  await up();
  await connectPlugin(another);
  await up();
  expect([platform.simulator, another].map((each) => each.instances().length)).toEqual([1, 1]);
});
