import { type Simulator, startSimulator } from "../../provider/simulator";
import { authorizationOf, type Call, callsTo, draft } from "./calls";

let simulator: Simulator;
let call: Call;

beforeEach(async () => {
  simulator = await startSimulator({ organizations: [{ name: "One" }, { name: "Two" }] });
  call = callsTo(simulator);
});
afterEach(() => simulator.close());

test("an error has a message and a request id that is in a header too", async () => {
  const { headers, body } = await call("GET", "/instances/1");
  expect(body).toEqual({ requestId: expect.stringMatching(/^[0-9a-f]{24}$/), message: expect.any(String) });
  expect(headers.get("elements-request-id")).toBe(body.requestId);
});

test("an answer that is no error has a request id of its own", async () => {
  const ids = new Set<string | null>();
  for (const path of ["/organizations/me", "/organizations/me"])
    ids.add((await call("GET", path)).headers.get("elements-request-id"));
  expect(ids.size).toBe(2);
  expect(ids.has(null)).toBe(false);
});

test("/organizations/me tells whose the secrets are, and 401 when they are nobody's", async () => {
  const [one, two] = simulator.organizations;
  expect((await call("GET", "/organizations/me")).body).toMatchObject({ id: one.id, name: "One" });
  expect((await callsTo(simulator, undefined, two)("GET", "/organizations/me")).body.name).toBe("Two");
  const wrong = [
    "",
    "Bearer x",
    `User ${one.userSecret}`,
    `Organization ${one.organizationSecret}`,
    `User ${one.userSecret}, Organization ${two?.organizationSecret}`,
    `${authorizationOf(one)}, Element nonsense`,
  ];
  for (const authorization of wrong) {
    const { status, body } = await call("GET", "/organizations/me", undefined, { authorization });
    expect({ authorization, status, body }).toEqual({
      authorization,
      status: 401,
      body: { requestId: expect.any(String), message: expect.any(String) },
    });
  }
});

test("Authorization's parts come in any order; User and token need no Organization", async () => {
  const [{ userSecret, organizationSecret }] = simulator.organizations;
  const { token } = simulator.add(draft());
  for (const authorization of [
    `Organization ${organizationSecret}, User ${userSecret}`,
    `Element ${token},Organization ${organizationSecret},User ${userSecret}`,
    `User ${userSecret}, Element ${token}`,
  ])
    expect((await call("GET", "/organizations/me", undefined, { authorization })).status).toBe(200);
});

test("another organization sees neither instance nor list, and cannot use the token", async () => {
  const [, two] = simulator.organizations;
  const { id, token } = simulator.add(draft());
  const theirs = callsTo(simulator, undefined, two);
  for (const method of ["GET", "DELETE"]) expect((await theirs(method, `/instances/${id}`)).status).toBe(404);
  expect((await theirs("PATCH", `/instances/${id}`, { name: "theirs" })).status).toBe(404);
  expect((await theirs("GET", "/instances")).status).toBe(404);
  expect((await callsTo(simulator, token, two)("GET", "/contacts")).status).toBe(401);
  expect(simulator.instances(two)).toEqual([]);
  expect(simulator.instances()).toMatchObject([{ id, name: "crm" }]);
});

test.each(["{", "", "[]", "7", "null"])("a body of %j is 400", async (text) => {
  expect((await call("POST", "/instances", text)).status).toBe(400);
});

test("a body that is not called JSON is 415", async () => {
  const { status } = await call("POST", "/instances", draft(), { "content-type": "text/plain" });
  expect(status).toBe(415);
  expect(simulator.instances()).toEqual([]);
});

test("wrong secrets are told before a wrong body", async () => {
  const { status } = await call("POST", "/instances", "{", { authorization: "User x, Organization y" });
  expect(status).toBe(401);
});

test("a path that does not exist is 401 without an Element token", async () => {
  expect((await call("GET", "/nonsense")).status).toBe(401);
});

test("a known path with another method is 405 and names those there are", async () => {
  const { status, headers } = await call("PATCH", "/organizations/me", {});
  expect(status).toBe(405);
  expect(headers.get("allow")).toBe("GET");
});

test("an unknown path is 404 in the platform's form, below its base path and elsewhere", async () => {
  const { token } = simulator.add(draft());
  const { status, body } = await callsTo(simulator, token)("GET", "/nonsense");
  expect({ status, body }).toEqual({
    status: 404,
    body: { requestId: expect.any(String), message: expect.any(String) },
  });
  const elsewhere = await fetch(`${simulator.url}/instances`);
  expect(elsewhere.status).toBe(404);
  expect(await elsewhere.json()).toMatchObject({ requestId: expect.any(String) });
});

test("a body of more than 8 MB is 429", async () => {
  const { status } = await call("POST", "/instances", { ...draft(), padding: "x".repeat(8 * 2 ** 20) });
  expect(status).toBe(429);
  expect(simulator.instances()).toEqual([]);
});

test("with echoBodies, errors repeat the body and the Authorization header", async () => {
  await using echoing = await startSimulator({ echoBodies: true });
  const { status, body } = await callsTo(echoing)("POST", "/instances", {
    ...draft({ configuration: { password: "a-secret" } }),
    name: "",
  });
  expect(status).toBe(400);
  expect(body.message).toContain("a-secret");
  expect(body.message).toContain(authorizationOf(echoing.organizations[0]));
  echoing.fault({ kind: "error", status: 500 });
  const planned = await callsTo(echoing)("POST", "/instances", draft());
  expect(planned.body.message).toContain("an-api-key");
});
