import { connect } from "node:net";
import { startSimulator } from "../../provider/simulator";
import { authorizationOf, callsTo, draft } from "./calls";

test("it listens on this machine alone, at a free port or the given one", async () => {
  await using simulator = await startSimulator();
  const { hostname, port } = new URL(simulator.url);
  expect(hostname).toBe("127.0.0.1");
  expect(simulator.baseUrl).toBe(`${simulator.url}/elements/api-v2`);
  await expect(startSimulator({ port: Number(port) })).rejects.toMatchObject({ code: "EADDRINUSE" });
  await simulator.close();
  await using again = await startSimulator({ port: Number(port) });
  expect(again.url).toBe(simulator.url);
});

test("one organization is the default; with none, or two alike, it does not start", async () => {
  await using one = await startSimulator();
  await using other = await startSimulator();
  expect(one.organizations).toHaveLength(1);
  expect(one.organizations[0].userSecret).not.toBe(other.organizations[0].userSecret);
  const { userSecret, organizationSecret } = one.organizations[0];
  await expect(startSimulator({ organizations: [] })).rejects.toThrow(/organization/);
  const twins = [
    { userSecret, organizationSecret },
    { userSecret, organizationSecret },
  ];
  await expect(startSimulator({ organizations: twins })).rejects.toThrow(/same secrets/);
});

test("every request is recorded with what it carried and what it was answered", async () => {
  await using simulator = await startSimulator();
  const call = callsTo(simulator);
  simulator.fault({ kind: "reset-after", method: "DELETE" });
  const { body } = await call("POST", "/instances", draft());
  await call("GET", "/instances?pageSize=1", undefined, { authorization: "User x, Organization y" });
  await call("DELETE", `/instances/${body.id}`).catch(() => undefined);
  await call("PATCH", "/instances", "{");
  const [organization] = simulator.organizations;
  expect(simulator.requests).toMatchObject([
    {
      method: "POST",
      path: "/instances",
      query: "",
      body: draft(),
      headers: { authorization: authorizationOf(organization), "content-type": "application/json" },
      status: 200,
      organizationId: organization.id,
    },
    { method: "GET", query: "pageSize=1", status: 401, organizationId: undefined, body: undefined },
    { method: "DELETE", path: `/instances/${body.id}`, fault: "reset-after" },
    { method: "PATCH", body: "{", status: 401 },
  ]);
  expect(simulator.requests[2]).not.toHaveProperty("status");
  simulator.clearRequests();
  expect(simulator.requests).toEqual([]);
});

test("instances shows the server's own view, unmasked, and copies of it", async () => {
  await using simulator = await startSimulator({ organizations: [{}, {}] });
  const [one, two] = simulator.organizations;
  const mine = simulator.add(draft());
  const theirs = simulator.add(draft(), two);
  expect(simulator.instances()).toEqual([mine, theirs]);
  expect(simulator.instances(two)).toEqual([theirs]);
  const [copy] = simulator.instances(one);
  expect(copy?.configuration.password).toBe("a-developer-key");
  copy?.tags.push("mine alone");
  mine.name = "mine alone";
  expect(simulator.instances(one)[0]).toMatchObject({ name: "crm", tags: ["crm"] });
});

test("instances are made, changed and deleted as by hand", async () => {
  await using simulator = await startSimulator();
  const { id } = simulator.add(draft());
  simulator.edit(id, (instance) => {
    instance.tags.push("by hand");
    instance.configuration["pagination.max"] = "9";
  });
  const call = callsTo(simulator);
  const { tags, configuration } = (await call("GET", `/instances/${id}`)).body;
  expect([tags, configuration["pagination.max"]]).toEqual([["crm", "by hand"], "9"]);
  simulator.remove(id);
  expect((await call("GET", `/instances/${id}`)).status).toBe(404);
  expect(() => simulator.edit(id, () => undefined)).toThrow(String(id));
  expect(() => simulator.remove(id)).toThrow(String(id));
  expect(() => simulator.add({ name: "incomplete" })).toThrow(/username/);
  expect(simulator.requests).toHaveLength(2);
});

test("the latency is waited for before every answer", async () => {
  const latencyMilliseconds = 30;
  await using simulator = await startSimulator({ latencyMilliseconds });
  const start = performance.now();
  await callsTo(simulator)("GET", "/organizations/me");
  // A timer may fire within the last millisecond.
  expect(performance.now() - start).toBeGreaterThan(latencyMilliseconds - 1);
});

test("close ends idle connections, may be called twice, and refuses what comes later", async () => {
  const simulator = await startSimulator();
  const socket = connect(Number(new URL(simulator.url).port), "127.0.0.1");
  await new Promise((resolve) => socket.once("connect", resolve));
  await callsTo(simulator)("GET", "/organizations/me");
  const ended = new Promise((resolve) => socket.once("close", resolve));
  expect(simulator.connections).toBe(2);
  await Promise.all([simulator.close(), simulator.close()]);
  await simulator.close();
  await ended;
  await expect(fetch(simulator.url)).rejects.toMatchObject({ cause: { code: "ECONNREFUSED" } });
});

test("a known instance is added once by its id and token; the next gets its own", async () => {
  await using simulator = await startSimulator();
  const [organization] = simulator.organizations;
  const known = { id: 999_999, token: "a token" };
  expect(simulator.add(draft(), organization, known)).toMatchObject(known);
  expect(() => simulator.add(draft(), organization, known)).toThrow("holds an instance 999999 already");
  expect(simulator.add(draft()).id).toBe(1_000_000);
});
