import { startSimulator } from "../../provider/simulator";
import { callsTo, draft } from "./calls";

/** What the contract leaves open, read the other way. */

test("wrong credentials are rejected at create and update with the vendor's words", async () => {
  const credentials = (apiKey: string) => apiKey === "an-api-key";
  await using simulator = await startSimulator({ wrongCredentials: "reject", credentials });
  const call = callsTo(simulator);
  const wrong = { configuration: { username: "wrong" } };
  const { status, body } = await call("POST", "/instances", draft(wrong));
  expect(status).toBe(400);
  expect(body).toMatchObject({ message: expect.any(String), providerMessage: expect.any(String) });
  expect(simulator.instances()).toEqual([]);
  const instance = simulator.add(draft());
  expect((await call("PATCH", `/instances/${instance.id}`, wrong)).status).toBe(400);
  expect(simulator.instances()).toEqual([instance]);
});

test("lists leave configuration out, and a get has it still", async () => {
  await using simulator = await startSimulator({ listsConfiguration: false });
  const call = callsTo(simulator);
  const { id } = simulator.add(draft());
  const [row] = (await call("GET", "/instances")).body;
  expect(row).not.toHaveProperty("configuration");
  expect(row).toHaveProperty("eventsEnabled");
  expect((await call("GET", `/instances/${id}`)).body).toHaveProperty("configuration");
});

test("tags come back in another order", async () => {
  await using simulator = await startSimulator({ tagOrder: "reversed" });
  const { body } = await callsTo(simulator)("POST", "/instances", draft({ tags: ["a", "b"] }));
  expect(body.tags).toEqual(["b", "a"]);
});

test("PUT clears the tags and configuration that it leaves out; PATCH does not", async () => {
  await using simulator = await startSimulator({ putClears: true });
  const call = callsTo(simulator);
  const optional = { "pagination.max": 7, own: "x" };
  const { id } = simulator.add(draft({ tags: ["a"], configuration: optional }));
  const patched = await call("PATCH", `/instances/${id}`, { name: "new" });
  expect(patched.body).toMatchObject({ tags: ["a"], configuration: { "pagination.max": "7", own: "x" } });
  const { status, body } = await call("PUT", `/instances/${id}`, { name: "newer" });
  expect(status).toBe(200);
  expect(body).toMatchObject({ tags: [], configuration: { username: "an-api-key" } });
  expect(body.configuration["pagination.max"]).not.toBe("7");
  expect(body.configuration).not.toHaveProperty("own");
});

test.each([
  { clearedBy: [null, ""] as const, cleared: ["null", "empty"] },
  { clearedBy: [null], cleared: ["null"] },
  { clearedBy: [""] as const, cleared: ["empty"] },
  { clearedBy: [], cleared: [] },
])("of null and empty, $clearedBy clear a key", async ({ clearedBy, cleared }) => {
  await using simulator = await startSimulator({ clearedBy });
  const { id } = simulator.add(draft({ configuration: { null: "x", empty: "x" } }));
  const change = { configuration: { null: null, empty: "" } };
  const { configuration } = (await callsTo(simulator)("PATCH", `/instances/${id}`, change)).body;
  expect(["null", "empty"].filter((key) => configuration[key] === null)).toEqual(cleared);
});

test("a mask that is written back replaces the value", async () => {
  await using simulator = await startSimulator({ keepsMaskedValues: false });
  const { id } = simulator.add(draft());
  const call = callsTo(simulator);
  const { body } = await call("GET", `/instances/${id}`);
  await call("PUT", `/instances/${id}`, body);
  expect(simulator.instances()[0]?.configuration.password).toBe(body.configuration.password);
});

test("keys that the connector does not have are dropped", async () => {
  await using simulator = await startSimulator({ keepsUnknownKeys: false });
  const { body } = await callsTo(simulator)("POST", "/instances", draft({ configuration: { own: "x" } }));
  expect(body.configuration).not.toHaveProperty("own");
});

test("changed Act! keys give another token, and other changes do not", async () => {
  await using simulator = await startSimulator({ rotatesToken: true });
  const { id, token } = simulator.add(draft());
  const call = callsTo(simulator);
  expect((await call("PATCH", `/instances/${id}`, { name: "new" })).body.token).toBe(token);
  const { body } = await call("PATCH", `/instances/${id}`, { configuration: { password: "new" } });
  expect(body).toMatchObject({ id, token: expect.any(String) });
  expect(body.token).not.toBe(token);
  expect((await callsTo(simulator, token)("GET", "/contacts")).status).toBe(401);
  expect((await callsTo(simulator, body.token)("GET", "/contacts")).status).toBe(200);
});

test("answers do not name the organization", async () => {
  await using simulator = await startSimulator({ tellsOwner: false });
  const { body } = await callsTo(simulator)("POST", "/instances", draft());
  for (const field of ["authenticationType", "organizationId", "accountId"])
    expect(body).not.toHaveProperty(field);
});

test("an id that nobody has is 403, as for a user without a privilege", async () => {
  await using simulator = await startSimulator({ goneInstance: 403 });
  const call = callsTo(simulator);
  for (const method of ["GET", "DELETE"]) expect((await call(method, "/instances/12")).status).toBe(403);
});

test("masks are of another length, and keep the value when they are written back", async () => {
  await using simulator = await startSimulator({ maskLength: 3 });
  const { id } = simulator.add(draft());
  const call = callsTo(simulator);
  const { body } = await call("GET", `/instances/${id}`);
  expect(body.configuration.password).toBe("***");
  await call("PUT", `/instances/${id}`, body);
  expect(simulator.instances()[0]?.configuration.password).toBe("a-developer-key");
});

test("creation dates come without a zone", async () => {
  const clock = () => new Date("2026-01-01T00:00:00Z");
  await using simulator = await startSimulator({ datesHaveZone: false, clock });
  const { body } = await callsTo(simulator)("POST", "/instances", draft());
  expect(body.createdDate).toBe("2026-01-01T00:00:00.000");
});

test("instances of other connectors are answered by id, and listed", async () => {
  await using simulator = await startSimulator();
  const element = { key: "sfdc" };
  const { id } = simulator.add({ name: "theirs", element, configuration: {} });
  const call = callsTo(simulator);
  expect((await call("GET", `/instances/${id}`)).body).toMatchObject({ id, element });
  expect((await call("GET", "/instances")).body).toMatchObject([{ id, element }]);
});
