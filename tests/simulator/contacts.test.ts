import { type Simulator, startSimulator } from "../../provider/simulator";
import { type Call, callsTo, draft } from "./calls";

let simulator: Simulator;
let call: Call;
let id: number;

beforeEach(async () => {
  simulator = await startSimulator({
    credentials: (apiKey, developerKey) => apiKey === "an-api-key" && developerKey === "a-developer-key",
  });
  const instance = simulator.add(draft());
  id = instance.id;
  call = callsTo(simulator, instance.token);
});
afterEach(() => simulator.close());

test("a contact is made, listed, read and updated, whatever the hub is called", async () => {
  expect((await call("GET", "/hubs/crm/contacts")).body).toEqual([]);
  const made = await call("POST", "/hubs/crm/contacts", { firstName: "Ada", company: "Engines" });
  expect(made).toMatchObject({ status: 200, body: { id: expect.any(String), firstName: "Ada" } });
  const updated = await call("PATCH", `/hubs/any/contacts/${made.body.id}`, {
    firstName: "Augusta",
    id: "mine",
  });
  expect(updated.body).toEqual({ ...made.body, firstName: "Augusta" });
  expect((await call("GET", `/contacts/${made.body.id}`)).body).toEqual(updated.body);
  expect((await call("GET", "/contacts")).body).toEqual([updated.body]);
});

test("the answer names the instance that was called through", async () => {
  const { headers } = await call("GET", "/contacts");
  expect(headers.get("elements-element-instance-id")).toBe(String(id));
});

test("contacts outlive the instance, and another API key has its own", async () => {
  await call("POST", "/contacts", { firstName: "Ada" });
  simulator.remove(id);
  const contactsBy = (token: string) => callsTo(simulator, token)("GET", "/contacts");
  expect((await contactsBy(simulator.add(draft()).token)).body).toHaveLength(1);
  await using open = await startSimulator();
  const other = open.add(draft({ configuration: { username: "another" } }));
  await callsTo(open, other.token)("POST", "/contacts", { firstName: "Bea" });
  expect((await callsTo(open, open.add(draft()).token)("GET", "/contacts")).body).toEqual([]);
});

test("pages are numbered from 1", async () => {
  for (const firstName of ["a", "b", "c"]) await call("POST", "/contacts", { firstName });
  const namesOn = async (query: string) =>
    (await call("GET", `/contacts?${query}`)).body.map(({ firstName }: { firstName: string }) => firstName);
  expect(await namesOn("pageSize=2")).toEqual(["a", "b"]);
  expect(await namesOn("pageSize=2&page=2")).toEqual(["c"]);
  await callsTo(simulator)("PATCH", `/instances/${id}`, { configuration: { "pagination.max": 1 } });
  expect(await namesOn("pageSize=2")).toEqual(["a"]);
});

test("nulls are left out while filter.response.nulls is true", async () => {
  const { body } = await call("POST", "/contacts", { firstName: "Ada", company: null });
  expect(body).not.toHaveProperty("company");
  await callsTo(simulator)("PATCH", `/instances/${id}`, {
    configuration: { "filter.response.nulls": false },
  });
  expect((await call("GET", `/contacts/${body.id}`)).body).toHaveProperty("company", null);
});

test("no token is 401, an unknown contact 404, a filter that it cannot evaluate 400", async () => {
  expect((await callsTo(simulator)("GET", "/hubs/crm/contacts")).status).toBe(401);
  expect((await call("GET", "/contacts/nobody")).status).toBe(404);
  expect((await call("GET", "/contacts?where=firstName='Ada'")).status).toBe(400);
});

test("keys that Act! does not take are 401 with Act!'s words on a valid instance", async () => {
  const made = await callsTo(simulator)(
    "POST",
    "/instances",
    draft({ configuration: { password: "wrong" } }),
  );
  expect(made).toMatchObject({ status: 200, body: { valid: true } });
  const { status, body } = await callsTo(simulator, made.body.token)("GET", "/contacts");
  expect(status).toBe(401);
  expect(body).toMatchObject({ message: expect.any(String), providerMessage: expect.any(String) });
});

test("a contact is deleted, and gone then", async () => {
  const { status, body } = await call("POST", "/contacts", { firstName: "Ada" });
  expect(status).toBe(200);
  expect((await call("DELETE", `/contacts/${body.id}`)).status).toBe(200);
  expect((await call("DELETE", `/contacts/${body.id}`)).status).toBe(404);
});

test("the connector's objects are told while the instance is disabled", async () => {
  simulator.edit(id, (instance) => {
    instance.disabled = true;
  });
  expect((await call("GET", "/hubs/crm/contacts")).status).toBe(403);
  expect((await call("GET", "/objects")).body).toContain("contacts");
  expect((await callsTo(simulator)("GET", "/objects")).status).toBe(401);
});
