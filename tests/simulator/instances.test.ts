import { type Simulator, startSimulator } from "../../provider/simulator";
import { type Call, callsTo, draft } from "./calls";

let simulator: Simulator;
let call: Call;
const mask = "*".repeat(8);

beforeEach(async () => {
  simulator = await startSimulator();
  call = callsTo(simulator);
});
afterEach(() => simulator.close());

describe("create", () => {
  test("answers 200 with an integer id and a token that works", async () => {
    const { status, body } = await call("POST", "/instances", draft());
    expect(status).toBe(200);
    expect(Number.isInteger(body.id)).toBe(true);
    expect((await callsTo(simulator, body.token)("GET", "/contacts")).status).toBe(200);
  });

  test("answers every field of the contract's schema", async () => {
    const { body } = await call("POST", "/instances", draft());
    expect(body).toEqual({
      id: expect.any(Number),
      name: "crm",
      token: expect.any(String),
      element: expect.objectContaining({ id: body.elementId, key: "actessentials", hub: "crm" }),
      elementId: expect.any(Number),
      valid: true,
      disabled: false,
      cachingEnabled: expect.any(Boolean),
      maxCacheSize: expect.any(Number),
      cacheTimeToLive: expect.any(Number),
      createdDate: new Date(body.createdDate).toISOString(),
      tags: ["crm"],
      configuration: expect.any(Object),
      provisionInteractions: [],
      eventsEnabled: false,
      traceLoggingEnabled: false,
      externalAuthentication: "none",
      user: expect.objectContaining({ id: expect.any(Number), emailAddress: expect.any(String) }),
      authenticationType: "basic",
      organizationId: simulator.organizations[0].id,
      accountId: expect.any(Number),
    });
  });

  test("fills in the connector's defaults, and answers every value as a string or null", async () => {
    const sent = { "event.notification.enabled": true, "event.poller.refresh_interval": 5, own: { a: 1 } };
    const { body } = await call("POST", "/instances", draft({ configuration: sent }));
    expect(body.configuration).toMatchObject({
      "event.notification.enabled": "true",
      "event.poller.refresh_interval": "5",
      own: '{"a":1}',
      "filter.response.nulls": "true",
      "event.notification.callback.url": null,
    });
    expect(
      Object.values(body.configuration).every((value) => value === null || typeof value === "string"),
    ).toBe(true);
    const element = await call("GET", "/elements/actessentials");
    const keys = element.body.configuration.map(({ key }: { key: string }) => key);
    expect(Object.keys(body.configuration)).toEqual(expect.arrayContaining(keys));
    expect(body.eventsEnabled).toBe(true);
  });

  test("masks passwords and nothing else", async () => {
    const basic = {
      "event.notification.basic.username": "ada",
      "event.notification.basic.password": "secret",
    };
    const { body } = await call("POST", "/instances", draft({ configuration: basic }));
    expect(body.configuration).toMatchObject({
      username: "an-api-key",
      password: mask,
      "event.notification.basic.username": "ada",
      "event.notification.basic.password": mask,
    });
  });

  test("adds the name as a tag when no tags are sent, and leaves tags alone that are", async () => {
    expect((await call("POST", "/instances", draft())).body.tags).toEqual(["crm"]);
    expect((await call("POST", "/instances", draft({ tags: ["a", "b"] }))).body.tags).toEqual(["a", "b"]);
  });

  test("strips HTML from the name and the tags, as PATCH does", async () => {
    const link = (text: string) => `<a href="http://example.com">${text}</a>`;
    const { body } = await call("POST", "/instances", draft({ name: link("crm"), tags: [link("sales")] }));
    expect(body).toMatchObject({ name: "crm", tags: ["sales"] });
    const change = { name: link("new"), tags: [link("other")] };
    expect((await call("PATCH", `/instances/${body.id}`, change)).body).toMatchObject({
      name: "new",
      tags: ["other"],
    });
  });

  test("takes a name that is taken", async () => {
    await call("POST", "/instances", draft());
    expect((await call("POST", "/instances", draft())).status).toBe(200);
    expect(simulator.instances()).toHaveLength(2);
  });

  test("needs no element below /elements/{key}, and takes the element's id too", async () => {
    const { element, ...rest } = draft();
    const { status, body } = await call("POST", `/elements/${element.key}/instances`, rest);
    expect(status).toBe(200);
    const again = await call("POST", "/instances", { ...rest, element: { id: body.elementId } });
    expect(again.status).toBe(200);
  });

  test("refuses missing configuration with a list of it", async () => {
    const { status, body } = await call("POST", "/instances", { ...draft(), configuration: {} });
    expect(status).toBe(400);
    expect(body.message).toMatch(/password.*username|username.*password/);
    expect(simulator.instances()).toEqual([]);
  });

  test("refuses a missing name, tags that are no list, and another element", async () => {
    const { name: _, ...nameless } = draft();
    expect((await call("POST", "/instances", nameless)).status).toBe(400);
    expect((await call("POST", "/instances", { ...draft(), tags: "a" })).status).toBe(400);
    expect((await call("POST", "/instances", { ...draft(), element: { key: "sfdc" } })).status).toBe(404);
    expect((await call("GET", "/elements/sfdc")).status).toBe(404);
  });
});

describe("list", () => {
  test("answers 404 when nothing matches", async () => {
    expect((await call("GET", "/instances")).status).toBe(404);
    simulator.add(draft());
    const { status, body } = await call("GET", "/instances?tags[]=other");
    expect(status).toBe(404);
    expect(body.message).toMatch(/^No .* found/);
  });

  test("filters by tags, and by text in the name or the element's key", async () => {
    const a = simulator.add(draft({ name: "Sales", tags: ["red", "blue"] }));
    const b = simulator.add(draft({ name: "support", tags: ["red"] }));
    const found = async (query: string) =>
      (await call("GET", `/instances?${query}`)).body.map(({ id }: { id: number }) => id);
    expect(await found("tags[]=red")).toEqual([a.id, b.id]);
    expect(await found("tags[]=red&tags[]=blue")).toEqual([a.id]);
    expect(await found(`tags${encodeURIComponent("[]")}=blue`)).toEqual([a.id]);
    expect(await found("searchText=sales")).toEqual([a.id]);
    expect(await found("searchText=actess")).toEqual([a.id, b.id]);
    expect((await callsTo(simulator)("GET", "/elements/actessentials/instances")).body).toHaveLength(2);
  });

  test("gives pages with a token for the next, skipping nothing when one is deleted", async () => {
    const ids = Array.from({ length: 5 }, () => simulator.add(draft()).id);
    const first = await call("GET", "/instances?pageSize=2");
    expect(first.headers.get("elements-returned-count")).toBe("2");
    expect(first.headers.get("elements-total-count")).toBe("5");
    simulator.remove(first.body[0].id);
    const seen: number[] = first.body.map(({ id }: { id: number }) => id);
    let token = first.headers.get("elements-next-page-token");
    while (token) {
      const next = await call("GET", `/instances?pageSize=2&nextPage=${token}`);
      seen.push(...next.body.map(({ id }: { id: number }) => id));
      token = next.headers.get("elements-next-page-token");
    }
    expect(seen).toEqual(ids);
  });

  test("gives at most 200 to a page, whatever is asked for", async () => {
    for (let count = 0; count < 201; count++) simulator.add(draft());
    const { body, headers } = await call("GET", "/instances?pageSize=1000");
    expect(body).toHaveLength(200);
    expect(headers.has("elements-next-page-token")).toBe(true);
  });

  test("refuses a page token that it did not give", async () => {
    simulator.add(draft());
    expect((await call("GET", "/instances?nextPage=nonsense")).status).toBe(400);
  });

  test("gives light rows without configuration for hydrate=false", async () => {
    const { id, token } = simulator.add(draft());
    const [row] = (await call("GET", "/instances?hydrate=false")).body;
    expect(row).toMatchObject({ id, token, name: "crm" });
    expect(row).not.toHaveProperty("configuration");
  });

  test("is the list with a token too", async () => {
    const { token } = simulator.add(draft());
    expect((await callsTo(simulator, token)("GET", "/instances")).body).toHaveLength(1);
  });
});

describe("update", () => {
  test("PATCH merges the configuration and replaces the tags", async () => {
    const { id } = simulator.add(draft({ tags: ["a"], configuration: { "pagination.max": 7 } }));
    const before = (await call("GET", `/instances/${id}`)).body;
    const change = { name: "new", tags: ["b", "c"], configuration: { "event.poller.refresh_interval": 1 } };
    const { status, body } = await call("PATCH", `/instances/${id}`, change);
    expect(status).toBe(200);
    const configuration = { ...before.configuration, "event.poller.refresh_interval": "1" };
    expect(body).toEqual({ ...before, ...change, configuration });
  });

  test("PATCH with a name alone leaves the tags, and empty tags clear them", async () => {
    const { id } = simulator.add(draft());
    expect((await call("PATCH", `/instances/${id}`, { name: "new" })).body.tags).toEqual(["crm"]);
    expect((await call("PATCH", `/instances/${id}`, { tags: [] })).body.tags).toEqual([]);
  });

  test("PUT with a name and tags alone keeps the configuration", async () => {
    const { id } = simulator.add(draft());
    const { status } = await call("PUT", `/instances/${id}`, { name: "new", tags: [] });
    expect(status).toBe(200);
    expect(simulator.instances()[0]).toMatchObject({
      name: "new",
      tags: [],
      configuration: { password: "a-developer-key" },
    });
  });

  test("neither id nor dates nor flags can be changed", async () => {
    const { id, createdDate } = simulator.add(draft());
    const change = { id: 1, createdDate: "2000-01-01T00:00:00.000Z", disabled: true, token: "mine" };
    await call("PATCH", `/instances/${id}`, change);
    expect(simulator.instances()[0]).toMatchObject({ id, createdDate, disabled: false });
    expect(simulator.instances()[0]?.token).not.toBe("mine");
  });

  test("required configuration cannot be cleared, and another element is refused", async () => {
    const { id } = simulator.add(draft());
    expect((await call("PATCH", `/instances/${id}`, { configuration: { username: null } })).status).toBe(400);
    expect((await call("PATCH", `/instances/${id}`, { element: { key: "sfdc" } })).status).toBe(404);
    expect((await call("PATCH", `/instances/${id}`, { element: { key: "actessentials" } })).status).toBe(200);
  });

  test("there is no PATCH below an element", async () => {
    const { id } = simulator.add(draft());
    const { status, headers } = await call("PATCH", `/elements/actessentials/instances/${id}`, { name: "x" });
    expect(status).toBe(405);
    expect(headers.get("allow")).toBe("GET, PUT, DELETE");
  });
});

describe("delete", () => {
  test("is for good: the id answers 404 and the token 401", async () => {
    const { id, token } = simulator.add(draft());
    expect((await call("DELETE", `/instances/${id}`)).status).toBe(200);
    expect((await call("GET", `/instances/${id}`)).status).toBe(404);
    expect((await call("DELETE", `/instances/${id}`)).status).toBe(404);
    expect((await callsTo(simulator, token)("GET", "/hubs/crm/contacts")).status).toBe(401);
  });

  test("works below an element too", async () => {
    const { id } = simulator.add(draft());
    expect((await call("DELETE", `/elements/actessentials/instances/${id}`)).status).toBe(200);
    expect(simulator.instances()).toEqual([]);
  });
});

describe("with a token and no id", () => {
  test("PATCH, PUT and DELETE act on the token's instance alone", async () => {
    const other = simulator.add(draft());
    const { token } = simulator.add(draft());
    const through = callsTo(simulator, token);
    expect((await through("PATCH", "/instances", { name: "patched" })).body.name).toBe("patched");
    expect((await through("PUT", "/instances", { name: "put" })).body.name).toBe("put");
    expect((await through("DELETE", "/instances")).status).toBe(200);
    expect(simulator.instances()).toEqual([other]);
  });

  test("the switches and the configuration have their forms without an id", async () => {
    const { token } = simulator.add(draft());
    const through = callsTo(simulator, token);
    await through("DELETE", "/instances/enabled");
    await through("PUT", "/instances/trace-logging");
    expect(simulator.instances()[0]).toMatchObject({ disabled: true, tracedUntil: expect.any(String) });
    const [row] = (await through("GET", "/instances/configuration")).body;
    expect((await through("GET", `/instances/configuration/${row.id}`)).body).toEqual(row);
  });

  test("without a token they are refused, and nothing is deleted", async () => {
    simulator.add(draft());
    expect((await call("DELETE", "/instances")).status).toBe(401);
    expect(simulator.instances()).toHaveLength(1);
  });
});

describe("the switches", () => {
  test("a disabled instance refuses calls through it with 403, and management goes on", async () => {
    const { id, token } = simulator.add(draft());
    const through = callsTo(simulator, token);
    expect((await call("DELETE", `/instances/${id}/enabled`)).status).toBe(200);
    expect((await through("GET", "/contacts")).status).toBe(403);
    expect((await call("GET", `/instances/${id}`)).body.disabled).toBe(true);
    await call("PUT", `/instances/${id}/enabled`);
    expect((await through("GET", "/contacts")).status).toBe(200);
  });

  test("trace logging ends by itself, sooner with a duration, at once when deleted", async () => {
    let now = new Date("2026-01-01T00:00:00Z");
    const pass = (minutes: number) => {
      now = new Date(now.getTime() + minutes * 60_000);
    };
    await using timed = await startSimulator({ clock: () => now, traceLoggingMinutes: 30 });
    const { id } = timed.add(draft());
    const at = callsTo(timed);
    const isTraced = async () => (await at("GET", `/instances/${id}`)).body.traceLoggingEnabled;
    expect((await at("PUT", `/instances/${id}/trace-logging`)).status).toBe(200);
    pass(29);
    expect(await isTraced()).toBe(true);
    pass(1);
    expect(await isTraced()).toBe(false);
    await at("PUT", `/instances/${id}/trace-logging`, { duration: 5 });
    pass(4);
    expect(await isTraced()).toBe(true);
    pass(1);
    expect(await isTraced()).toBe(false);
    await at("PUT", `/instances/${id}/trace-logging`);
    expect(await isTraced()).toBe(true);
    await at("DELETE", `/instances/${id}/trace-logging`);
    expect(await isTraced()).toBe(false);
  });
});

describe("the configuration", () => {
  test("is rows by number, masked, of which one can be patched", async () => {
    const { id } = simulator.add(draft());
    const path = `/instances/${id}/configuration`;
    const rows: { id: number; key: string }[] = (await call("GET", path)).body;
    const rowOf = (key: string) => rows.find((row) => row.key === key);
    expect(rowOf("password")).toMatchObject({ propertyValue: mask, required: true, type: "PASSWORD" });
    expect(rowOf("base.url")).toMatchObject({ hideFromConsole: true, required: false, active: true });
    const row = rowOf("event.poller.refresh_interval");
    const { status, body } = await call("PATCH", `${path}/${row?.id}`, { ...row, propertyValue: 1 });
    expect({ status, body }).toEqual({ status: 200, body: { ...row, propertyValue: "1" } });
    expect((await call("GET", `${path}/${row?.id}`)).body).toEqual(body);
  });

  test("rows are not found by key or another instance's number, nor changed otherwise", async () => {
    const { id } = simulator.add(draft());
    const other = simulator.add(draft());
    const [row] = (await call("GET", `/instances/${other.id}/configuration`)).body;
    expect((await call("GET", `/instances/${id}/configuration/${row.id}`)).status).toBe(404);
    expect((await call("GET", `/instances/${id}/configuration/username`)).status).toBe(404);
    expect((await call("DELETE", `/instances/${other.id}/configuration/${row.id}`)).status).toBe(405);
    expect((await call("PATCH", `/instances/${other.id}/configuration/${row.id}`, {})).status).toBe(400);
  });
});

test("the connector tells its definition and its keys' defaults, by key and by id", async () => {
  const { body } = await call("GET", "/elements/actessentials");
  expect(body).toMatchObject({ key: "actessentials", name: "Act! 365", hub: "crm" });
  expect((await call("GET", `/elements/${body.id}`)).body).toEqual(body);
  const { configuration, providerData } = (await call("GET", "/elements/actessentials/configuration")).body;
  expect({ configuration, providerData }).toEqual({ configuration: body.configuration, providerData: [] });
  const required = configuration.filter((each: { required: boolean }) => each.required);
  expect(required.map(({ key, name }: { key: string; name: string }) => [key, name])).toEqual(
    expect.arrayContaining([
      ["username", "API Key"],
      ["password", "Developer Key"],
    ]),
  );
});
