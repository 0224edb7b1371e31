import { type Simulator, startSimulator } from "../../provider/simulator";
import { allFail, body, clientOf, draft, failureOf, organizations } from "../support/client";
import { always, closedPort, startHost } from "../support/hosts";

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator({ organizations });
});
afterEach(() => simulator.close());

const once = { "act365:maxAttempts": "1" };
const html = { "content-type": "text/html" };
const json = { "content-type": "application/json" };

const wrongHosts: [string, Parameters<typeof startHost>[0]][] = [
  ["a page as its 404", always(404, "<html></html>", html)],
  ["a page of HTML", always(200, "<html></html>", html)],
  ["nothing but JSON of its own", always(200, '{"hello":"world"}', json)],
  ["404 with JSON of its own", always(404, '{"error":"not found"}', json)],
  ["an empty page", always(200, "")],
  ["204", always(204, "")],
];

test.each(wrongHosts)("at a host with %s nothing is found, made or gone", async (_, answer) => {
  await using host = await startHost(answer);
  const client = clientOf(host.url);
  await allFail(
    [
      client.getInstance("12"),
      client.instances({}),
      client.createInstance(body, []),
      client.updateInstance("12", {}, []),
      client.connectorDefaults(),
    ],
    /^(GET|POST|PATCH) \/\S+ was answered \d+.*act365:baseUrl/,
  );
});

test("a port at which nothing listens is named, and what to check", async () => {
  const url = await closedPort();
  await expect(clientOf(url, once).createInstance(body, [])).rejects.toThrow(
    `POST /instances failed: no answer from ${new URL(url).host} (ECONNREFUSED). Check act365:baseUrl`,
  );
});

test("a host that never answers is given up after the time limit", async () => {
  await using host = await startHost(() => {});
  const attempt = clientOf(host.url, { ...once, "act365:timeoutSeconds": "1" }).getInstance("12");
  await expect(attempt).rejects.toThrow(/^GET \/instances\/12 failed: .* 1 seconds.*act365:baseUrl/);
  expect(host.requests).toHaveLength(1);
});

test.each([301, 302, 303, 307, 308])("the secrets do not follow a redirect (%d)", async (status) => {
  await using elsewhere = await startHost(always(200, "{}"));
  await using host = await startHost(always(status, "", { location: `${elsewhere.url}/stolen` }));
  const client = clientOf(host.url, once);
  await allFail(
    [client.getInstance("12"), client.createInstance(body, []), client.deleteInstance("12")],
    /redirects to another address.*act365:baseUrl/,
  );
  // The last one looks whether the delete worked after all.
  expect(host.requests.map(({ method }) => method)).toEqual(["GET", "POST", "DELETE", "GET"]);
  expect(elsewhere.requests).toEqual([]);
});

test.each([
  ["without an id", '{"name":"canary"}', "id:"],
  ["with a text for the id", '{"id":"canary","name":"crm"}', "id:"],
  ["with an id of 0", '{"id":0,"name":"crm"}', "id:"],
  ["with a number for the name", '{"id":12,"name":7}', "name:"],
  ["with an object for a tag", '{"id":12,"name":"crm","tags":[{"canary":1}]}', "tags.0:"],
  [
    "with a list for the configuration",
    '{"id":12,"name":"crm","configuration":["canary"]}',
    "configuration:",
  ],
  ["of a list", "[]", "body:"],
  ["of null", "null", "body:"],
  ["cut off", '{"id":12,"name":"canary', "not JSON"],
])("an answer %s is refused with its place, no value", async (_, text, place) => {
  await using host = await startHost(always(200, text, json));
  const error = await failureOf(clientOf(host.url).createInstance(body, []));
  expect(error.message).toMatch(new RegExp(`^POST /instances was answered 200, but .*${place}`));
  expect(error.message).not.toContain("canary");
  expect(host.requests).toHaveLength(1);
});

test("an answer without a token, and one with more than is known, are taken", async () => {
  await using host = await startHost(
    always(
      200,
      '{"id":12,"name":"crm","token":null,"tags":[{"id":1,"name":"old"}],"added":{"later":1}}',
      json,
    ),
  );
  expect(await clientOf(host.url).getInstance("12")).toMatchObject({
    id: 12,
    token: undefined,
    tags: ["old"],
  });
});

test("an answer that is called HTML but is not is taken", async () => {
  const { id } = simulator.add(draft);
  simulator.fault({ kind: "wrong-content-type" });
  expect(await clientOf(simulator.baseUrl).getInstance(String(id))).toMatchObject({ id });
});

test.each([401, 403])("%d is an error, and never a gone instance or an empty list", async (status) => {
  const id = String(simulator.add(draft).id);
  simulator.fault({ kind: "error", status, times: 0 });
  const client = clientOf(simulator.baseUrl);
  await allFail(
    [client.getInstance(id), client.deleteInstance(id), client.instances({})],
    `was answered ${status}`,
  );
  expect(simulator.requests).toHaveLength(3);
});

test("a 404 means gone only once the host has shown to be the platform", async () => {
  const client = clientOf(simulator.baseUrl);
  expect(await client.getInstance("12", { organizationId: 1 })).toBeUndefined();
  await client.deleteInstance("13", { organizationId: 1 });
  expect(simulator.requests.map(({ path }) => path)).toContain("/organizations/me");
});

test("an instance of another organization is not gone", async () => {
  const id = String(simulator.add(draft).id);
  const other = { "act365:userSecret": "user-2", "act365:organizationSecret": "organization-2" };
  const client = clientOf(simulator.baseUrl, other);
  await allFail(
    [client.getInstance(id, { organizationId: 1 }), client.deleteInstance(id, { organizationId: 1 })],
    /belong to organization 2 and the instance to organization 1, [^.]*\. Set the secrets of its organization\.$/,
  );
  expect(simulator.instances()).toHaveLength(1);
});

test.each([401, 404, 500])(
  "a %d of the organization leaves open whether an instance is gone",
  async (status) => {
    simulator.fault({ kind: "error", status, path: "/organizations/me", times: 0 });
    const client = clientOf(simulator.baseUrl, once);
    await allFail([client.getInstance("12"), client.deleteInstance("12")], `was answered ${status}`);
  },
);

test("a 404 is believed of a platform whose user may not see the organization", async () => {
  simulator.fault({ kind: "error", status: 403, path: "/organizations/me", times: 0 });
  expect(await clientOf(simulator.baseUrl).getInstance("12", { organizationId: 1 })).toBeUndefined();
});

test("an organization that could not be asked for is asked for again", async () => {
  simulator.fault({ kind: "error", status: 500, path: "/organizations/me" });
  const client = clientOf(simulator.baseUrl, { "act365:maxAttempts": "1" });
  await expect(client.getInstance("12")).rejects.toThrow("GET /organizations/me");
  expect(await client.getInstance("12")).toBeUndefined();
});

test("tags that say whose an instance is are sent once, however that ends", async () => {
  const { id } = simulator.add(draft);
  const client = clientOf(simulator.baseUrl, { "act365:maxAttempts": "3" });
  simulator.fault({ kind: "reset-after", method: "PATCH" });
  await expect(client.claimInstance(String(id), ["a"], {})).rejects.toThrow(`PATCH /instances/${id}`);
  expect(simulator.requests).toHaveLength(1);
});

test("one 404 of an instance whose age nobody knows does not prove that there is none", async () => {
  const { id } = simulator.add(draft);
  simulator.fault({ kind: "error", status: 404, path: `/instances/${id}` });
  const client = clientOf(simulator.baseUrl, { "act365:settleSeconds": "20" });
  expect(await client.getInstance(String(id))).toMatchObject({ id });
});
