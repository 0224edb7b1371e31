import { operate } from "../../provider/instance/in-flight";
import { Client, clientFor } from "../../provider/platform/client";
import { mayHaveWorked } from "../../provider/platform/errors";
import { settingsFrom } from "../../provider/settings/stack";
import { type Simulator, startSimulator } from "../../provider/simulator";
import { allFail, body, clientOf, draft, failureOf, organizations } from "../support/client";
import { closedPort } from "../support/hosts";
import { inNode } from "../support/node";
import { settingsOf } from "../support/plugin";

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator({ organizations });
});
afterEach(() => simulator.close());
const received = () => simulator.requests.map(({ method, path }) => `${method} ${path}`);

// Each: the call, its method and path as the platform got them, and the body or the query.
const calls: [string, (client: Client, id: string) => Promise<unknown>, string, (object | string)?][] = [
  ["createInstance", (client) => client.createInstance(body, []), "POST /instances", body],
  ["getInstance", (client, id) => client.getInstance(id), "GET /instances/ID"],
  [
    "instances",
    (client) => client.instances({ searchText: "c r&m" }),
    "GET /instances",
    "searchText=c+r%26m",
  ],
  [
    "instancesTagged",
    (client) => client.instancesTagged("a:b/c&d"),
    "GET /instances",
    "tags%5B%5D=a%3Ab%2Fc%26d",
  ],
  [
    "updateInstance",
    (client, id) => client.updateInstance(id, { name: "é" }, []),
    "PATCH /instances/ID",
    { name: "é" },
  ],
  [
    "claimInstance",
    (client, id) => client.claimInstance(id, ["é"], {}),
    "PATCH /instances/ID",
    { tags: ["é"] },
  ],
  ["enabling", (client, id) => client.switchInstance(id, "enabled", true), "PUT /instances/ID/enabled"],
  ["disabling", (client, id) => client.switchInstance(id, "enabled", false), "DELETE /instances/ID/enabled"],
  [
    "tracing",
    (client, id) => client.switchInstance(id, "trace-logging", true),
    "PUT /instances/ID/trace-logging",
  ],
  ["deleteInstance", (client, id) => client.deleteInstance(id), "DELETE /instances/ID"],
  ["organization", (client) => client.organization(), "GET /organizations/me"],
  ["connectorDefaults", (client) => client.connectorDefaults(), "GET /elements/actessentials/configuration"],
];

test.each(calls)(
  "%s sends its method, path, headers and body, and no Element token",
  async (_, call, line, given = "") => {
    const { id } = simulator.add(draft);
    await call(clientOf(simulator.baseUrl), String(id));
    expect(received()).toEqual([line.replace("ID", String(id))]);
    const [request] = simulator.requests;
    const [query, sent] = typeof given === "string" ? [given, undefined] : ["", given];
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

test("clients of the same settings are one, and of other settings another one", () => {
  const config = (more: Record<string, string> = {}): Record<string, string> => ({
    "act365:baseUrl": "https://host.example",
    "act365:userSecret": "user",
    "act365:organizationSecret": "organization",
    ...more,
  });
  const client = (given: Record<string, string>) => clientFor(settingsFrom((key) => given[key], {}));
  expect(client(config())).toBe(client(config()));
  expect(client(config())).not.toBe(client(config({ "act365:userSecret": "other" })));
});

test("200 lookups of one program share 32 connections and the pace", async () => {
  await using simulator = await startSimulator({ rateLimit: { perSecond: 100 } });
  const { id } = simulator.add({ name: "crm", configuration: { username: "k", password: "d" } });
  const names = await inNode(
    `
    const pulumi = require("@pulumi/pulumi");
    const { getConnectorInstance } = require("pulumi-act365");
    pulumi.runtime.setAllConfig(input.config);
    const lookups = Array.from({ length: 200 }, () => getConnectorInstance({ id: input.id }));
    return (await Promise.all(lookups)).map(({ name }) => name);
  `,
    { id: String(id), config: settingsOf(simulator) },
  );
  expect(names).toEqual(Array(200).fill("crm"));
  expect(simulator.connections).toBeLessThanOrEqual(32);
  expect(simulator.requests.length).toBeLessThan(2 * 200);
});
