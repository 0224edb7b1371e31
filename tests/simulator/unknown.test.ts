import { type SimulatorOptions, startSimulator } from "../../provider/simulator";
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

test("an id that nobody has is 403, as for a user without a privilege", async () => {
  await using simulator = await startSimulator({ goneInstance: 403 });
  const call = callsTo(simulator);
  for (const method of ["GET", "DELETE"]) expect((await call(method, "/instances/12")).status).toBe(403);
});

test("instances of other connectors are answered by id, and listed", async () => {
  await using simulator = await startSimulator();
  const element = { key: "sfdc" };
  const { id } = simulator.add({ name: "theirs", element, configuration: {} });
  const call = callsTo(simulator);
  expect((await call("GET", `/instances/${id}`)).body).toMatchObject({ id, element });
  expect((await call("GET", "/instances")).body).toMatchObject([{ id, element }]);
});

const dated = { datesHaveZone: false, clock: () => new Date("2026-01-01T00:00:00Z") };
test.each<[string, SimulatorOptions, Record<string, unknown>]>([
  ["tags in another order", { tagOrder: "reversed" }, { tags: ["b", "a"] }],
  ["a creation date without a zone", dated, { createdDate: "2026-01-01T00:00:00.000" }],
  [
    "nothing that names the organization",
    { tellsOwner: false },
    { authenticationType: undefined, organizationId: undefined, accountId: undefined },
  ],
])("a create answers %s", async (_, options, expected) => {
  await using simulator = await startSimulator(options);
  const sent = draft({ tags: ["a", "b"] });
  const { body } = await callsTo(simulator)("POST", "/instances", sent);
  for (const [name, value] of Object.entries(expected)) expect(body[name]).toEqual(value);
});

test("a create answers no key that the connector does not have", async () => {
  await using simulator = await startSimulator({ keepsUnknownKeys: false });
  const { body } = await callsTo(simulator)("POST", "/instances", draft({ configuration: { own: "x" } }));
  expect(body.configuration).toHaveProperty("username", "an-api-key");
  expect(body.configuration).not.toHaveProperty("own");
});

test.each<[SimulatorOptions, string, string]>([
  [{}, "********", "a-developer-key"],
  [{ maskLength: 3 }, "***", "a-developer-key"],
  [{ keepsMaskedValues: false }, "********", "********"],
])("%j: a mask that is written back", async (options, mask, kept) => {
  await using simulator = await startSimulator(options);
  const { id } = simulator.add(draft());
  const call = callsTo(simulator);
  const { body } = await call("GET", `/instances/${id}`);
  expect(body.configuration.password).toBe(mask);
  await call("PUT", `/elements/actessentials/instances/${id}`, { ...body, tags: ["new"] });
  expect(simulator.instances()[0]).toMatchObject({ tags: ["new"], configuration: { password: kept } });
});
