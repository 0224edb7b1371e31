import * as lifecycle from "../../provider/dynamic/lifecycle";
import { type Simulator, startSimulator } from "../../provider/simulator";
import { failureOf } from "../support/client";
import { checked, connectPlugin, kept } from "../support/plugin";
import { onlyOf } from "../support/promise";
import { callsTo, refresh, up, upAgain } from "../support/story";

const tag = "pulumi:project/stack/crm";
const byHand = { name: "by hand", tags: ["one"], configuration: { username: "old", password: "old" } };

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator();
  await connectPlugin(simulator, { "act365:maxAttempts": "1" });
});
afterEach(() => simulator.close());
const only = () => onlyOf(simulator);
const writes = () => callsTo(simulator).filter((call) => !call.startsWith("GET"));

test("an instance is taken over under its id and token, and nothing is made", async () => {
  const { id, token } = simulator.add(byHand);
  const { state } = await up({ adopt: String(id), tags: ["two"], enabled: false });
  expect(state).toMatchObject({ instanceId: id, token, name: "crm", tags: ["two"], disabled: true });
  expect(only()).toMatchObject({
    id,
    name: "crm",
    tags: ["two", tag],
    disabled: true,
    configuration: { username: "canary-api-key", password: "canary-developer-key" },
  });
  // The tag first, by which others see that it has an owner.
  expect(writes()).toEqual(["PATCH /instances/ID", "PATCH /instances/ID", "DELETE /instances/ID/enabled"]);
});

test("an answer that is too old to build on is asked for again", async () => {
  const { id } = simulator.add(byHand);
  simulator.fault({ kind: "delay", milliseconds: 1500, workDone: true, path: "/instances/\\d+" });
  const adopting = up({ adopt: String(id) });
  while (!callsTo(simulator).includes("GET /instances/ID")) await new Promise(setImmediate);
  await new Promise((resolve) => setTimeout(resolve, 200));
  simulator.edit(id, ({ tags }) => tags.push("pulumi:other/stack/crm"));
  await expect(adopting).rejects.toThrow("belongs to another resource, by its tag pulumi:other/stack/crm");
  expect(writes()).toEqual([]);
});

test("what is as it should be is not written, but for the developer key", async () => {
  const configuration = { username: "canary-api-key", password: "unknown", "pagination.max": 100 };
  const { id } = simulator.add({ name: "crm", tags: ["one", tag], configuration });
  await up({ adopt: String(id), tags: ["one"], configuration: { "pagination.max": 100 } });
  const [patch, ...others] = simulator.requests.filter(({ method }) => method !== "GET");
  expect(others).toEqual([]);
  expect(patch?.body).toEqual({ configuration: { password: "canary-developer-key" } });
});

test("an adopted instance is refreshed and updated, also once adopt is taken out", async () => {
  const { id } = simulator.add(byHand);
  const adopted = await up({ adopt: String(id) });
  const { inputs, state } = await refresh(adopted);
  expect(state).toEqual(adopted.state);
  // The program does not say the tags, so they are as they were found.
  expect({ ...inputs, __provider: "the capsule" }).toEqual({ ...adopted.inputs, tags: ["one"] });
  const updated = await upAgain(adopted, { name: "other" });
  expect(only()).toMatchObject({ id, name: "other" });
  await lifecycle.delete(updated.id, updated.state);
  expect(only()).toMatchObject({ id, tags: ["one"] });
});

test("an instance that was only imported is let go without a wait for a tag", async () => {
  await connectPlugin(simulator, { "act365:settleSeconds": "60" });
  const { id } = simulator.add(byHand);
  await lifecycle.delete(String(id), { instanceId: id, adopt: String(id), ownershipTag: tag });
  expect(callsTo(simulator)).toEqual(["GET /instances/ID"]);
});

test("destroying deletes an adopted instance only when the program says so", async () => {
  const { id } = simulator.add(byHand);
  const { state } = await up({ adopt: String(id), onDestroy: "delete" });
  await lifecycle.delete(String(id), state);
  expect(simulator.instances()).toEqual([]);
});

test("an instance of another stack is not taken over, and not changed", async () => {
  const { id } = simulator.add({ ...byHand, tags: ["pulumi:project/production/crm"] });
  await expect(up({ adopt: String(id) })).rejects.toThrow(
    `adopt: instance ${id} belongs to another resource, by its tag pulumi:project/production/crm; release it there first`,
  );
  expect(writes()).toEqual([]);
});

test("an instance that the platform does not have is not taken over", async () => {
  await expect(up({ adopt: "12" })).rejects.toThrow(
    /adopt: the platform has no instance 12; .* adopt --search/,
  );
  expect(writes()).toEqual([]);
});

test("an instance that is to be replaced by one that cannot be adopted stays", async () => {
  const { id, state } = await up();
  const another = simulator.add({ ...byHand, tags: ["pulumi:project/production/crm"] });
  for (const adopt of ["12", String(another.id)]) {
    await checked({ adopt });
    await expect(lifecycle.delete(id, state)).rejects.toThrow(`replacing connector instance ${id}: adopt: `);
  }
  expect(simulator.instances().map((instance) => String(instance.id))).toEqual([id, String(another.id)]);
});

test("an instance of another connector is not taken over, and not changed", async () => {
  const body = JSON.stringify({ id: 12, name: "x", element: { key: "salesforce" } });
  simulator.fault({ kind: "answer", status: 200, path: "/instances/12", body });
  await expect(up({ adopt: "12" })).rejects.toThrow("adopt: instance 12 belongs to the connector salesforce");
  expect(writes()).toEqual([]);
});

test("a leftover of ours beside the instance to take over stops it", async () => {
  const leftover = simulator.add({ ...byHand, tags: [tag] });
  const { id } = simulator.add(byHand);
  await expect(up({ adopt: String(id) })).rejects.toThrow(
    `instance ${leftover.id} carries the ownership tag ${tag}`,
  );
  expect(writes()).toEqual([]);
});

test("a takeover that fails at once changes and records nothing", async () => {
  const { id } = simulator.add(byHand);
  simulator.fault({ kind: "error", status: 400, method: "PATCH" });
  const error = await up({ adopt: String(id) }).catch((reason) => reason);
  expect(error.message).toMatch(/^creating connector instance "crm": PATCH .* 400/);
  expect(error).not.toHaveProperty("properties");
  expect(only()).toMatchObject(byHand);
});

test("a takeover that goes wrong after its tag was put on is recorded", async () => {
  const { id, token } = simulator.add(byHand);
  simulator.fault({ kind: "error", status: 400, method: "PATCH", nth: 2 });
  const error = await failureOf(up({ adopt: String(id) }));
  expect(error).toMatchObject({ id: String(id), properties: { instanceId: id, name: "by hand" } });
  expect(kept((error as unknown as { properties: unknown }).properties)).toMatchObject({ token });
  expect(only().tags).toEqual(["one", tag]);
});

test("a takeover that changed nothing, since the tag was there, records nothing", async () => {
  const { id } = simulator.add({ ...byHand, tags: [tag] });
  simulator.fault({ kind: "error", status: 400, method: "PATCH" });
  expect(await failureOf(up({ adopt: String(id) }))).not.toHaveProperty("properties");
});

test("an instance whose tags are not told is not taken over, and not changed", async () => {
  const { id } = simulator.add(byHand);
  simulator.fault({ kind: "keys-missing", keys: ["tags"], method: "GET", times: 0 });
  await expect(up({ adopt: String(id) })).rejects.toThrow(`the platform tells no tags of instance ${id}`);
  expect(writes()).toEqual([]);
});

test("trace logging of an adopted instance is ended where the program says so", async () => {
  const { id } = simulator.add({ ...byHand, tags: [tag] });
  simulator.edit(id, (instance) => {
    instance.tracedUntil = "9999-01-01T00:00:00Z";
  });
  await up({ adopt: String(id), traceLogging: false });
  expect(writes()).toContain("DELETE /instances/ID/trace-logging");
});
