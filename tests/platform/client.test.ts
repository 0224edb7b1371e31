import { operate } from "../../provider/instance/in-flight";
import { Client } from "../../provider/platform/client";
import { mayHaveWorked } from "../../provider/platform/errors";
import { type Fault, type Simulator, startSimulator } from "../../provider/simulator";
import { allFail, body, clientOf, draft, failureOf, organizations } from "../support/client";
import { closedPort } from "../support/hosts";

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator({ organizations });
});
afterEach(() => simulator.close());
const received = () => simulator.requests.map(({ method, path }) => `${method} ${path}`);

// Each: the call, then its method, path, query and body as the platform got them.
const calls: [string, (client: Client, id: string) => Promise<unknown>, string, string, unknown][] = [
  ["createInstance", (client) => client.createInstance(body, []), "POST /instances", "", body],
  ["getInstance", (client, id) => client.getInstance(id), "GET /instances/ID", "", undefined],
  [
    "instances",
    (client) => client.instances({ searchText: "c r&m" }),
    "GET /instances",
    "searchText=c+r%26m",
    undefined,
  ],
  [
    "instancesTagged",
    (client) => client.instancesTagged("a:b/c&d"),
    "GET /instances",
    "tags%5B%5D=a%3Ab%2Fc%26d",
    undefined,
  ],
  [
    "updateInstance",
    (client, id) => client.updateInstance(id, { name: "é" }, []),
    "PATCH /instances/ID",
    "",
    { name: "é" },
  ],
  [
    "claimInstance",
    (client, id) => client.claimInstance(id, ["é"], {}),
    "PATCH /instances/ID",
    "",
    { tags: ["é"] },
  ],
  [
    "enabling",
    (client, id) => client.switchInstance(id, "enabled", true),
    "PUT /instances/ID/enabled",
    "",
    undefined,
  ],
  [
    "disabling",
    (client, id) => client.switchInstance(id, "enabled", false),
    "DELETE /instances/ID/enabled",
    "",
    undefined,
  ],
  [
    "tracing",
    (client, id) => client.switchInstance(id, "trace-logging", true),
    "PUT /instances/ID/trace-logging",
    "",
    undefined,
  ],
  ["deleteInstance", (client, id) => client.deleteInstance(id), "DELETE /instances/ID", "", undefined],
  ["organization", (client) => client.organization(), "GET /organizations/me", "", undefined],
  [
    "connectorDefaults",
    (client) => client.connectorDefaults(),
    "GET /elements/actessentials/configuration",
    "",
    undefined,
  ],
];

test.each(calls)(
  "%s sends its method, path, headers and body, and no Element token",
  async (_, call, line, query, sent) => {
    const { id } = simulator.add(draft);
    await call(clientOf(simulator.baseUrl), String(id));
    expect(received()).toEqual([line.replace("ID", String(id))]);
    const [request] = simulator.requests;
    expect(request).toMatchObject({ query, organizationId: 1 });
    expect(request?.body).toEqual(sent);
    expect(request?.headers).toMatchObject({
      authorization: "User user-1, Organization organization-1",
      accept: "application/json",
    });
    expect(request?.headers["content-type"]).toBe(sent === undefined ? undefined : "application/json");
  },
);

test("verifyInstance reads one contact with the instance's token", async () => {
  const { token } = simulator.add(draft);
  await clientOf(simulator.baseUrl).verifyInstance(token, []);
  expect(received()).toEqual(["GET /hubs/crm/contacts"]);
  expect(simulator.requests[0]).toMatchObject({
    query: "pageSize=1",
    headers: { authorization: `User user-1, Organization organization-1, Element ${token}` },
  });
});

test("every call has its row here", () => {
  const methods = Object.getOwnPropertyNames(Client.prototype).filter((name) => name !== "constructor");
  const covered = [
    ...calls.map(([, call]) => /client\.(\w+)/.exec(String(call))?.[1]),
    "verifyInstance",
    "hide",
  ];
  expect(methods.filter((name) => !covered.includes(name))).toEqual([]);
});

test("a list is read to its last page", async () => {
  const ids = Array.from(
    { length: 401 },
    (_, index) => simulator.add({ ...draft, tags: index % 200 === 7 ? ["one", "other"] : ["one"] }).id,
  );
  const found = await clientOf(simulator.baseUrl).instances({ tags: ["one"] });
  expect(found.map(({ id }) => id)).toEqual(ids);
  expect(simulator.requests.map(({ query }) => /nextPage=/.test(query))).toEqual([false, true, true]);
  expect(simulator.requests.every(({ query }) => query.startsWith("tags%5B%5D=one"))).toBe(true);
});

test("the platform's 404 for a list without a match is an empty list", async () => {
  expect(await clientOf(simulator.baseUrl).instances({ tags: ["none"] })).toEqual([]);
});

const unclear: Fault[] = [
  { kind: "reset-before" },
  { kind: "reset-after" },
  { kind: "reset-in-body" },
  { kind: "error", status: 500 },
  { kind: "bad-gateway" },
  { kind: "hang", workDone: true },
  { kind: "truncated-json" },
];

test.each(unclear)("POST is sent once when it meets $kind", async (fault) => {
  simulator.fault({ ...fault, method: "POST" });
  const client = clientOf(simulator.baseUrl, { "act365:timeoutSeconds": "1", "act365:maxAttempts": "5" });
  await expect(client.createInstance(body, [])).rejects.toThrow("POST /instances");
  expect(received()).toEqual(["POST /instances"]);
});

test("a call that sets a state is repeated after a drop, an error and a gateway's page", async () => {
  const repeated = (["reset-after", "error", "bad-gateway"] as const).flatMap((kind) =>
    (["GET", "PATCH", "DELETE"] as const).map(async (method) => {
      await using its = await startSimulator({ organizations });
      const id = String(its.add(draft).id);
      its.fault(kind === "error" ? { kind, method, status: 500 } : { kind, method });
      const client = clientOf(its.baseUrl);
      if (method === "GET") expect(await client.getInstance(id)).toMatchObject({ name: "crm" });
      else if (method === "PATCH")
        expect(await client.updateInstance(id, { name: "other" }, [])).toMatchObject({ name: "other" });
      else await client.deleteInstance(id);
      expect(its.requests.filter((request) => request.method === method)).toHaveLength(2);
      expect(its.instances().map(({ name }) => name)).toEqual(
        method === "DELETE" ? [] : [method === "PATCH" ? "other" : "crm"],
      );
    }),
  );
  await Promise.all(repeated);
});

test.each([500, 503])("a call is tried no more often than maxAttempts says (%d)", async (status) => {
  const { id } = simulator.add(draft);
  simulator.fault({ kind: "error", status, message: "Out of order.", times: 0 });
  const attempt = clientOf(simulator.baseUrl).getInstance(String(id));
  await expect(attempt).rejects.toThrow(
    new RegExp(`^GET /instances/${id} was answered ${status} .*"Out of order."`),
  );
  expect(received()).toHaveLength(2);
});

test("a change without time for another try may have been done, unless it never left", async () => {
  const { id } = simulator.add(draft);
  const change = (url: string) =>
    failureOf(operate("trying", 5, () => clientOf(url).updateInstance(String(id), { name: "other" }, [])));
  simulator.fault({ kind: "reset-after", method: "PATCH" });
  // The first wait is then of 5.5 s.
  const random = jest.spyOn(Math, "random").mockReturnValue(10);
  const [lost, unsent] = [await change(simulator.baseUrl), await change(await closedPort())];
  random.mockRestore();
  for (const error of [lost, unsent]) expect(error.message).toContain("not finished after 5 seconds");
  expect([mayHaveWorked(lost), mayHaveWorked(unsent)]).toEqual([true, false]);
});

test.each(["", "0", "07", "-1", "1.5", "12/..", "12?x=1", "%31", "12 "])(
  "nothing is sent for the id %j",
  async (id) => {
    const client = clientOf(simulator.baseUrl);
    await allFail(
      [
        client.getInstance(id),
        client.updateInstance(id, {}, []),
        client.deleteInstance(id),
        client.switchInstance(id, "enabled", true),
      ],
      "whole number",
    );
    expect(simulator.requests).toEqual([]);
  },
);
