import { inspect } from "node:util";
import * as lifecycle from "../../provider/dynamic/lifecycle";
import { type Fault, type Simulator, startSimulator } from "../../provider/simulator";
import { failureOf } from "../support/client";
import { closedPort } from "../support/hosts";
import { checked, configurePlugin, connectPlugin, kept } from "../support/plugin";

// With every character that one of the forms below writes in another way.
const settings = {
  userSecret: `canary-user"\\%+/='`,
  organizationSecret: `canary-organization<"\\%&?`,
};
const keys = { apiKey: `canary api "é\\ü%+/🔑`, developerKey: `canary developer "é\\ü%+/` };
const rotated = { apiKey: `canary-rotated "é\\ü%+/`, developerKey: `canary-rotated developer "é\\` };
const events = {
  callbackUrl: "https://example.com",
  callbackHeaders: `X: canary "headers"`,
  basicAuth: { username: "u", password: `canary "password"` },
  signatureKey: `canary "signature"`,
};
const inEvents = [events.callbackHeaders, events.basicAuth.password, events.signatureKey];

const forms: readonly ((secret: string) => string)[] = [
  (secret) => secret,
  (secret) => JSON.stringify(secret).slice(1, -1),
  encodeURIComponent,
  (secret) => Buffer.from(secret).toString("base64"),
];

/** Every way in which an error may be shown. */
function shown(error: Error): string {
  const inspected = inspect(error, {
    depth: Number.POSITIVE_INFINITY,
    // Pulumi needs the properties of what is half made, so these are kept, but not shown.
    showHidden: !("properties" in error),
    maxStringLength: null,
  });
  return [
    error.message,
    error.stack,
    String(error),
    JSON.stringify(error),
    inspected,
    ...textsIn(error),
  ].join("\n");
}

/** Every text that can be reached from a value, hidden properties and `cause` included. */
function textsIn(value: unknown, seen = new Set<unknown>()): string[] {
  if (typeof value !== "object" || value === null || seen.has(value)) return [String(value)];
  seen.add(value);
  const keys = Reflect.ownKeys(value).filter((key) => key !== "properties");
  return keys.flatMap((key) => [String(key), ...textsIn(Reflect.get(value, key), seen)]);
}

const leaksIn = (text: string, secrets: readonly string[]): string[] =>
  secrets
    .flatMap((secret) => forms.map((form) => form(secret)))
    .filter((form) => text.includes(form) || text.includes(JSON.stringify(form).slice(1, -1)));

let simulator: Simulator;
let plain: Record<string, unknown>;
beforeAll(async () => {
  simulator = await startSimulator({ organizations: [settings] });
  await connectPlugin(simulator, { "act365:maxAttempts": "1" });
  plain = await checked({ ...keys, events, ownershipTag: "pulumi:project/stack/plain" });
});
afterAll(() => simulator.close());
afterEach(() => {
  simulator.clearFaults();
  for (const { id } of simulator.instances()) simulator.remove(id);
});

async function made(): Promise<[id: string, properties: Record<string, unknown>]> {
  const { id, outs } = await lifecycle.create(plain);
  return [String(id), { ...kept(outs), __provider: "the capsule" }];
}
const create = async (more = {}) => lifecycle.create({ ...plain, ...more });
const update = async (more = {}) => lifecycle.update(...(await made()), { ...plain, ...more });

// Each: which request is answered badly, what is done, and further secrets that this knows.
const known = [...Object.values(settings), ...Object.values(keys), ...inEvents];
const operations: [string, Pick<Fault, "method" | "path">, () => Promise<unknown>, string[]?][] = [
  ["the search before a create", { method: "GET", path: "/instances" }, create],
  ["a create", { method: "POST", path: "/instances" }, create],
  ["a switch after a create", { method: "DELETE", path: ".*/enabled" }, () => create({ enabled: false })],
  ["the verification", { path: "/hubs/crm/contacts" }, () => create({ verify: true })],
  ["an update", { method: "PATCH" }, () => update(rotated), Object.values(rotated)],
  ["a read", { method: "GET", path: "/instances/\\d+" }, async () => lifecycle.read(...(await made()))],
  ["a delete", { method: "DELETE" }, async () => lifecycle.delete(...(await made()))],
];

type Answer = { status: number; body: string; headers?: Record<string, string> };
const answers: [string, (text: string) => Answer][] = [
  ["the message of a 400", (text) => ({ status: 400, body: JSON.stringify({ message: text }) })],
  ["the message of a 401", (text) => ({ status: 401, body: JSON.stringify({ message: text }) })],
  [
    "Act!'s message in a 500",
    (text) => ({ status: 500, body: JSON.stringify({ message: "Failed.", providerMessage: text }) }),
  ],
  ["the request id of a 409", (text) => ({ status: 409, body: JSON.stringify({ requestId: text }) })],
  [
    "the request id of the header",
    (text) => ({
      status: 400,
      body: '{"message":"no"}',
      headers: { "elements-request-id": encodeURI(text) },
    }),
  ],
  ["a page with 502", (text) => ({ status: 502, body: `<html>${text}</html>` })],
  ["a redirect", (text) => ({ status: 302, body: text, headers: { location: `/?${encodeURI(text)}` } })],
];

describe.each(operations)("%s", (_, where, operation, more = []) => {
  test.each(answers)("shows no secret that comes back in %s", async (_, answer) => {
    const secrets = [...known, ...more];
    for (const secret of secrets) {
      const text = `before ${forms.map((form) => form(secret)).join(" between ")} after`;
      simulator.fault({ ...where, kind: "answer", times: 0, ...answer(text) });
      const error = await failureOf(operation());
      simulator.clearFaults();
      expect(error.message).toMatch(/ \/(instances|hubs).* was answered \d+/);
      expect(leaksIn(shown(error), secrets)).toEqual([]);
      for (const { id } of simulator.instances()) simulator.remove(id);
    }
  });
});

test("what state and program know stands in no error of the first GET of a process", async () => {
  const [id, state] = await made();
  const news = { ...plain, ...rotated };
  const attempts: [() => Promise<unknown>, unknown[]][] = [
    [() => lifecycle.create(news), Object.values(rotated)],
    [() => lifecycle.read(id, state), [...known, state.token]],
    [() => lifecycle.update(id, state, news), [...known, state.token, ...Object.values(rotated)]],
    [() => lifecycle.delete(id, state), [...known, state.token]],
    [
      async () => {
        await checked({ ...rotated, adopt: "12", ownershipTag: plain.ownershipTag });
        await lifecycle.delete(id, state);
      },
      Object.values(rotated),
    ],
  ];
  for (const [attempt, secrets] of attempts as [() => Promise<unknown>, string[]][]) {
    // Without what this client has learned from earlier calls.
    await connectPlugin(simulator, { "act365:maxAttempts": "1" });
    const body = JSON.stringify({ requestId: "1", message: secrets.join(" and ") });
    simulator.fault({ kind: "answer", status: 500, method: "GET", times: 0, body });
    const error = await failureOf(attempt());
    simulator.clearFaults();
    expect(error.message).toContain('was answered 500 (request 1): "[secret] and [secret]');
    expect(leaksIn(shown(error), secrets)).toEqual([]);
  }
});

test("what the server says around a secret is still told", async () => {
  const message = `The key ${keys.apiKey} of ${settings.userSecret} is not known`;
  simulator.fault({ kind: "error", method: "POST", status: 400, message });
  const error = await failureOf(create());
  expect(error.message).toContain(
    'creating connector instance "crm": POST /instances was answered 400 (request ',
  );
  expect(error.message).toContain('): "The key [secret] of [secret] is not known". Correct the arguments');
});

test("a body and an Authorization header that the server repeats whole show no secret", async () => {
  await using echoing = await startSimulator({ organizations: [settings], echoBodies: true });
  await connectPlugin(echoing, { "act365:maxAttempts": "1" });
  echoing.fault({ kind: "error", method: "POST", status: 400 });
  const error = await failureOf(create());
  expect(error.message).toContain("Sent: {");
  expect(leaksIn(shown(error), known)).toEqual([]);
  await connectPlugin(simulator, { "act365:maxAttempts": "1" });
});

test("an answer that is not the platform's shows no value of it", async () => {
  for (const secret of known) {
    const body = JSON.stringify({ id: secret, name: [secret], configuration: secret, [secret]: secret });
    simulator.fault({ kind: "answer", method: "POST", status: 200, body, times: 0 });
    expect(leaksIn(shown(await failureOf(create())), [secret])).toEqual([]);
    simulator.clearFaults();
    const headers = { "content-type": `text/html; for=${encodeURIComponent(secret)}` };
    simulator.fault({
      kind: "answer",
      method: "POST",
      status: 200,
      body: `<html>${secret}`,
      headers,
      times: 0,
    });
    const error = await failureOf(create());
    simulator.clearFaults();
    expect(error.message).toContain("the body is not JSON (text/html; for=[secret],");
    expect(leaksIn(shown(error), [secret])).toEqual([]);
  }
});

test("a connection that fails shows no secret and keeps nothing of the request", async () => {
  simulator.fault({ kind: "reset-before", method: "POST", times: 0 });
  const dropped = await failureOf(create());
  await configurePlugin({
    "act365:baseUrl": await closedPort(),
    "act365:userSecret": settings.userSecret,
    "act365:organizationSecret": settings.organizationSecret,
    "act365:maxAttempts": "1",
    "act365:settleSeconds": "0",
  });
  const refused = await failureOf(create());
  await connectPlugin(simulator, { "act365:maxAttempts": "1" });
  for (const error of [dropped, refused]) {
    expect(error.message).toMatch(/ECONN(RESET|REFUSED)/);
    expect(leaksIn(shown(error), known)).toEqual([]);
    expect(shown(error)).not.toMatch(/authorization|got/i);
    expect(error.cause).toBeUndefined();
  }
});
