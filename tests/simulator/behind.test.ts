import { type SimulatorOptions, startSimulator } from "../../provider/simulator";
import { callsTo, draft } from "./calls";

/** A platform of which one part is behind the other. */

const started = async (options: SimulatorOptions = {}) => {
  const simulator = await startSimulator(options);
  const call = callsTo(simulator);
  const statusOf = async (method: string, path: string, body?: object) =>
    (await call(method, path, body)).status;
  return Object.assign(simulator, { call, statusOf });
};

test("stale: a get and a list answer as it was before the last requests", async () => {
  await using simulator = await started();
  const { id } = simulator.add(draft());
  await simulator.call("PATCH", `/instances/${id}`, { name: "one" });
  await simulator.call("PATCH", `/instances/${id}`, { name: "two" });
  const nameOf = async (requestsAgo: number) => {
    simulator.fault({ kind: "stale", requestsAgo });
    return (await simulator.call("GET", `/instances/${id}`)).body.name;
  };
  expect(await nameOf(1)).toBe("one");
  expect(await nameOf(3)).toBe("crm");
  await simulator.call("DELETE", `/instances/${id}`);
  simulator.fault({ kind: "stale", requestsAgo: 1 });
  expect((await simulator.call("GET", "/instances")).body).toMatchObject([{ id, name: "two" }]);
  expect(await simulator.statusOf("GET", `/instances/${id}`)).toBe(404);
});

test("stale: what is not known yet is 404, what is gone unknown is answered", async () => {
  await using simulator = await started();
  const { body } = await simulator.call("POST", "/instances", draft());
  simulator.fault({ kind: "stale", requestsAgo: 1, times: 2 });
  expect(await simulator.statusOf("DELETE", `/instances/${body.id}`)).toBe(404);
  expect(simulator.instances()).toHaveLength(1);
  await simulator.call("DELETE", `/instances/${body.id}`);
  simulator.clearFaults();
  simulator.fault({ kind: "stale", requestsAgo: 1 });
  expect(await simulator.statusOf("PATCH", `/instances/${body.id}`, { name: "x" })).toBe(200);
  expect(simulator.instances()).toEqual([]);
});

test("stale: a change does not undo what was changed since", async () => {
  await using simulator = await started();
  const { id } = simulator.add(draft());
  await simulator.call("PATCH", `/instances/${id}`, { tags: ["new"] });
  simulator.fault({ kind: "stale", requestsAgo: 1 });
  await simulator.call("PATCH", `/instances/${id}`, { name: "newer" });
  expect(simulator.instances()).toMatchObject([{ name: "newer", tags: ["new"] }]);
});

test("lag: lists are always behind by a number of requests", async () => {
  await using simulator = await started({ lag: { listsBehind: 2 } });
  await simulator.call("POST", "/instances", draft());
  const seen = [];
  for (let time = 0; time < 3; time += 1) seen.push(await simulator.statusOf("GET", "/instances"));
  expect(seen).toEqual([404, 404, 200]);
});

test("lag: what is older than the limit is known to a list and a get that are behind", async () => {
  let now = 0;
  const lag = { listsBehind: 3, behindMilliseconds: 100 };
  await using simulator = await started({ lag, clock: () => new Date(now) });
  const { id } = (await simulator.call("POST", "/instances", draft())).body;
  const seen = async () => {
    simulator.fault({ kind: "stale", requestsAgo: 3, path: "/instances/\\d+" });
    return [
      await simulator.statusOf("GET", "/instances"),
      await simulator.statusOf("GET", `/instances/${id}`),
    ];
  };
  now = 100;
  expect(await seen()).toEqual([404, 404]);
  await simulator.call("PATCH", `/instances/${id}`, { name: "new" });
  now = 101;
  expect(await seen()).toEqual([200, 200]);
  expect((await simulator.call("GET", `/instances/${id}`)).body.name).toBe("new");
});

test("lag: changes of a new instance are 404 for a while, its switches too", async () => {
  await using simulator = await started({ lag: { changeCalls: 3 } });
  const { id } = (await simulator.call("POST", "/instances", draft())).body;
  expect(await simulator.statusOf("GET", `/instances/${id}`)).toBe(200);
  expect(await simulator.statusOf("PATCH", `/instances/${id}`, { name: "x" })).toBe(404);
  for (const path of ["enabled", "trace-logging"])
    expect(await simulator.statusOf("PUT", `/instances/${id}/${path}`)).toBe(404);
  expect(await simulator.statusOf("PUT", `/instances/${id}/enabled`)).toBe(200);
});

test("lag: a deleted instance is listed and read for a while, and cannot be changed", async () => {
  let now = 0;
  await using simulator = await started({ lag: { deletedMilliseconds: 100 }, clock: () => new Date(now) });
  const { id } = simulator.add(draft({ tags: ["a"] }));
  await simulator.call("DELETE", `/instances/${id}`);
  expect(await simulator.statusOf("GET", `/instances/${id}`)).toBe(200);
  expect(await simulator.statusOf("GET", "/instances?tags[]=a")).toBe(200);
  expect(await simulator.statusOf("GET", "/instances?tags[]=b")).toBe(404);
  expect(await simulator.statusOf("PATCH", `/instances/${id}`, {})).toBe(404);
  now = 100;
  expect(await simulator.statusOf("GET", `/instances/${id}`)).toBe(404);
  expect(await simulator.statusOf("GET", "/instances")).toBe(404);
});

test.each([200, 404, 502])("page: HTML with %d, the work done or not", async (status) => {
  await using simulator = await started();
  const { id } = simulator.add(draft());
  const path = `/instances/${id}/enabled`;
  for (const workDone of [false, true]) {
    simulator.fault({ kind: "page", status, workDone, method: "DELETE", path });
    const answer = await simulator.call("DELETE", path);
    expect(answer.status).toBe(status);
    expect(answer.headers.get("content-type")).toMatch("text/html");
    expect(answer.body).toMatch("<html>");
    expect(simulator.instances()[0]?.disabled).toBe(workDone);
  }
});

test("answers tell the platform's clock", async () => {
  const date = new Date("2020-02-02T02:02:02Z");
  await using simulator = await started({ clock: () => date });
  const { headers, body } = await simulator.call("POST", "/instances", draft());
  expect(headers.get("date")).toBe(date.toUTCString());
  expect(body.createdDate).toBe(date.toISOString());
});
