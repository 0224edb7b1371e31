import * as lifecycle from "../../provider/dynamic/lifecycle";
import { type LagOptions, startSimulator } from "../../provider/simulator";
import { toldDuring } from "../support/client";
import { Platform } from "../support/platform";
import { checked, configurePlugin, settingsOf } from "../support/plugin";
import { callsTo, refresh, up, upAgain } from "../support/story";

const platform = new Platform();
const { only } = platform;
const start = (settleSeconds: number, lag: LagOptions = {}) =>
  platform.start({ lag }, { "act365:settleSeconds": String(settleSeconds) });
const count = (call: string) => callsTo(platform.simulator).filter((each) => each === call).length;

test("a long look for what a lost answer made is told once to the person who watches", async () => {
  await start(20, { listCalls: 2 });
  platform.simulator.fault({ kind: "reset-after", method: "POST" });
  expect(await toldDuring(up)).toBe(
    'act365: creating connector instance "crm": the answer to POST was lost; looking for up to 20 s whether it created an instance\n',
  );
  only();
  expect(count("POST /instances")).toBe(1);
});

test("a 404 that comes after the time to settle is asked for once more", async () => {
  await start(1, { getCalls: 1 });
  const made = await up();
  platform.simulator.fault({ kind: "delay", method: "GET", path: "/instances/\\d+", milliseconds: 1200 });
  expect((await refresh(made)).id).toBe(made.id);
});

test("switches and a change of an instance just made wait until it is seen", async () => {
  await start(20, { changeMilliseconds: 300 });
  const made = await up({ enabled: false, traceLogging: true });
  expect(count("DELETE /instances/ID/enabled")).toBeGreaterThan(1);
  expect(only()).toMatchObject({ disabled: true, tracedUntil: expect.anything() });
  expect(made.state).toMatchObject({ enabled: false, traceLogging: true });
  platform.simulator.fault({
    kind: "error",
    status: 404,
    method: "PUT",
    path: "/instances/\\d+/trace-logging",
  });
  platform.simulator.fault({ kind: "error", status: 404, method: "PATCH" });
  const two = await up({ ownershipTag: "pulumi:project/stack/two", traceLogging: true });
  await upAgain(two, { ownershipTag: "pulumi:project/stack/two", traceLogging: true, name: "two" });
  expect([count("PUT /instances/ID/trace-logging"), count("PATCH /instances/ID")]).toEqual([3, 2]);
});

test("the delete of an instance that was just made is tried until the platform sees it", async () => {
  await start(20);
  const made = await up();
  platform.simulator.fault({ kind: "error", status: 404, method: "DELETE", times: 2 });
  await lifecycle.delete(made.id, made.state);
  expect(count("DELETE /instances/ID")).toBe(3);
  expect(platform.simulator.instances()).toEqual([]);
});

test("an instance deleted right after its create is gone after the time to settle", async () => {
  await start(1);
  const made = await up();
  platform.simulator.remove(Number(made.id));
  const begin = performance.now();
  expect(await lifecycle.read(made.id, made.state)).toEqual({});
  // The state's creation date, in whole milliseconds, is a little older than the answer.
  expect(performance.now() - begin).toBeGreaterThan(700);
  expect(count("GET /instances/ID")).toBeGreaterThan(1);
});

test("an instance that was made long ago is gone at its first 404", async () => {
  await start(300);
  const state = { ...(await checked()), createdDate: "2020-01-01T00:00:00.000Z" };
  expect(await lifecycle.read("12", state)).toEqual({});
  await lifecycle.delete("12", state);
  expect(callsTo(platform.simulator)).toEqual([
    "GET /instances/ID",
    "GET /organizations/me",
    "GET /instances/ID",
  ]);
});

test("a list that is answered after the time to settle is asked for once more", async () => {
  await start(1, { listCalls: 1 });
  platform.simulator.fault({ kind: "reset-after", method: "POST" });
  // The first list is the one before the create.
  platform.simulator.fault({ kind: "delay", method: "GET", path: "/instances", nth: 2, milliseconds: 1200 });
  const { id } = await up();
  expect(only().id).toBe(Number(id));
  expect(count("POST /instances")).toBe(1);
});

test("reads and deletes that begin before configure has answered use its settings", async () => {
  platform.simulator = await startSimulator();
  const [{ id: organizationId }] = platform.simulator.organizations;
  const draft = { name: "crm", configuration: { username: "k", password: "d" } };
  const ids = Array.from({ length: 40 }, () => String(platform.simulator.add(draft).id));
  const configured = configurePlugin(settingsOf(platform.simulator));
  const all = ids.map((id, index) =>
    index % 2 === 0
      ? lifecycle.read(id, { organizationId })
      : lifecycle.delete(id, { organizationId, onDestroy: "delete" }),
  );
  await Promise.all([configured, ...all]);
  expect(platform.simulator.instances().map(({ id }) => String(id))).toEqual(
    ids.filter((_, index) => index % 2 === 0),
  );
  // Who deletes looks first.
  expect(platform.simulator.requests).toHaveLength(60);
  // One client, and so one limiter, for all of them.
  expect(platform.simulator.connections).toBeLessThanOrEqual(32);
});
