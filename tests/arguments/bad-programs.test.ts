import * as lifecycle from "../../provider/dynamic/lifecycle";
import { type Simulator, startSimulator } from "../../provider/simulator";
import { inNode } from "../support/node";
import { configurePlugin, connectPlugin, given } from "../support/plugin";

type Bag = Record<string, unknown>;

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
beforeEach(() => connectPlugin(simulator));
afterEach(() => expect(simulator.requests).toEqual([]));
afterAll(() => simulator.close());

/** What the preview reports for a program. */
async function problemsOf(program: Bag): Promise<string[]> {
  const { failures = [] } = await lifecycle.check({}, given(program));
  return failures.map(({ reason }) => reason);
}

const url = "https://example.com/hook";
const events = (more: Bag): Bag => ({ events: { callbackUrl: url, ...more } });
const todos = { url: "/hubs/crm/todos", idField: "id", datesConfiguration: {} };
const poller = (more: Bag): Bag => events({ poller: { todos: { ...todos, ...more } } });

/** Where a value can stand: the field's name in messages, and the program with the value there. */
type Place = [field: string, program: (value: unknown) => Bag];

const texts: Place[] = [
  ["apiKey", (apiKey) => ({ apiKey })],
  ["developerKey", (developerKey) => ({ developerKey })],
  ["name", (name) => ({ name })],
  ["tags[1]", (tag) => ({ tags: ["one", tag] })],
  ["events.callbackUrl", (callbackUrl) => events({ callbackUrl })],
  ["events.callbackHeaders", (callbackHeaders) => events({ callbackHeaders })],
  ["events.basicAuth.username", (username) => events({ basicAuth: { username } })],
  ["events.basicAuth.password", (password) => events({ basicAuth: { password } })],
  ["events.signatureKey", (signatureKey) => events({ signatureKey })],
  ['events.poller["todos"]["url"]', (path) => poller({ url: path })],
  ['events.poller["todos"]["idField"]', (idField) => poller({ idField })],
  ["adopt", (adopt) => ({ adopt })],
  ["onDestroy", (onDestroy) => ({ onDestroy })],
  ["connection", (connection) => ({ connection })],
];
const noTexts: unknown[] = [
  7,
  -1.5,
  Number.NaN,
  true,
  [],
  ["canary"],
  {},
  { canary: "canary" },
  "",
  " \t",
  "canary\n",
  "\u00a0canary",
  "can\0ary",
  "can\u0085ary",
  "canary\r\nX-Injected: canary",
  "can\ud800ary",
  "\udfffcanary",
];

const flags: Place[] = [
  ["enabled", (enabled) => ({ enabled })],
  ["traceLogging", (traceLogging) => ({ traceLogging })],
  ["verify", (verify) => ({ verify })],
  ["events.enabled", (enabled) => events({ enabled })],
  ['events.poller["todos"]["filterByUpdatedDate"]', (on) => poller({ filterByUpdatedDate: on })],
];
const noFlags: unknown[] = ["true", "canary", "", 1, 0, [], {}];

const counts: Place[] = [
  ["events.refreshIntervalMinutes", (minutes) => events({ refreshIntervalMinutes: minutes })],
  ['events.poller["todos"]["pageSize"]', (pageSize) => poller({ pageSize })],
  ['events.poller["todos"]["pollDelay"]', (pollDelay) => poller({ pollDelay })],
];
const noCounts: unknown[] = ["5", "canary", Number.NaN, Infinity, -Infinity, -1, 0.5, 2 ** 53, true, [], {}];

const objects: Place[] = [
  ["events", (value) => ({ events: value })],
  ["events.basicAuth", (basicAuth) => events({ basicAuth })],
  ["events.poller", (value) => events({ poller: value })],
  ['events.poller["todos"]', (value) => events({ poller: { todos: value } })],
  ['events.poller["todos"]["datesConfiguration"]', (value) => poller({ datesConfiguration: value })],
  ["configuration", (configuration) => ({ configuration })],
];
const noObjects: unknown[] = ["canary", "{}", 7, Number.NaN, true, ["canary"]];

const named = (name: string, value: unknown = "canary"): Bag =>
  JSON.parse(`{${JSON.stringify(name)}: ${JSON.stringify(value)}}`);
const prototypes = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"];

const each = (places: Place[], values: unknown[]): [field: string, program: Bag][] =>
  places.flatMap(([field, program]) => values.map((value): [string, Bag] => [field, program(value)]));

const bad: [field: string, program: Bag][] = [
  ...each(texts, noTexts),
  ...each(flags, noFlags),
  ...each(counts, noCounts),
  ...each(objects, noObjects),
  // Sizes.
  ["apiKey", { apiKey: "c".repeat(33) }],
  ["apiKey", { apiKey: "🔑".repeat(17) }],
  ["events.callbackHeaders", events({ callbackHeaders: "c".repeat(129) })],
  ["events.signatureKey", events({ signatureKey: "c".repeat(129) })],
  ["events.basicAuth.username", events({ basicAuth: { username: "c".repeat(1001) } })],
  ["events.callbackUrl", events({ callbackUrl: `${url}?${"c".repeat(1000)}` })],
  ["tags", { tags: Array.from({ length: 80_000 }, (_, index) => `${index} ${"t".repeat(100)}`) }],
  ["developerKey", { developerKey: "c".repeat(9_000_000) }],
  // What the platform would strip, or what marks whose an instance is.
  ...["<", ">", "<script>alert(1)</script>", "a > b"].flatMap((html): [string, Bag][] => [
    ["name", { name: html }],
    ["tags[0]", { tags: [html] }],
  ]),
  ["tags[0]", { tags: ["pulumi:other/stack/crm"] }],
  ["tags", { tags: ["twice", "one", "twice"] }],
  ["tags", { tags: "one" }],
  ["tags", { tags: { 0: "one" } }],
  ["tags[1]", { tags: ["one", null] }],
  // Addresses.
  ...[
    "example.com",
    "http://example.com",
    "http://localhost.example.com",
    "ftp://example.com",
    "javascript:alert(1)",
    "file:///etc/passwd",
    "https://",
    "https://user:canary@example.com",
    "https://canary@example.com",
    "//example.com",
  ].map((callbackUrl): [string, Bag] => ["events.callbackUrl", events({ callbackUrl })]),
  ["events.callbackUrl", { events: {} }],
  // Ids that would name something else.
  ...[
    "0",
    "-1",
    "1.5",
    "1e3",
    "0x10",
    "../1",
    "12/../13",
    "12/token",
    "12?canary",
    "12#",
    "%31",
    "１２",
    "9".repeat(17),
  ].map((adopt): [string, Bag] => ["adopt", { adopt }]),
  ...["Delete", "keep", "retain"].map((onDestroy): [string, Bag] => ["onDestroy", { onDestroy }]),
  ...["../eu", "a.b", "a b", "1", "eu\r\nx", ...prototypes].map((connection): [string, Bag] => [
    "connection|act365:",
    { connection },
  ]),
  // Names that are none.
  ...prototypes.flatMap((name): [string, Bag][] => [
    [`unknown argument "${name}"`, named(name)],
    [`unknown argument "events.${name}"`, { events: named(name) }],
    [`unknown argument "events.basicAuth.${name}"`, events({ basicAuth: named(name) })],
    [`configuration["${name}"]`, { configuration: named(name) }],
  ]),
  ['events.poller["__proto__"]', events({ poller: named("__proto__", todos) })],
  ['events.poller[""]', events({ poller: { "": todos } })],
  ...["username", "password", "event.notification.enabled", "event.poller.configuration"].map(
    (key): [string, Bag] => [`configuration["${key}"]`, { configuration: { [key]: "canary" } }],
  ),
  ...["a b", "", "a/b", "a\nb", "é"].map((key): [string, Bag] => [
    `configuration[${JSON.stringify(key)}]`,
    { configuration: { [key]: "canary" } },
  ]),
  ...[Number.NaN, {}, ["canary"]].map((value): [string, Bag] => [
    'configuration["pagination.max"]',
    { configuration: { "pagination.max": value } },
  ]),
];

// What tells the person what to do.
const wayOut =
  /; (give|write|name|set|make|keys are|known are|did you mean|put|take|choose|change|trim|use|leave|for example|http)|such as|trim it|take them out|take one out|must be "delete" or "release"|set it with:/;

test("there are at least two hundred bad programs", () => {
  expect(bad.length).toBeGreaterThanOrEqual(200);
});

test.each(bad.map(([field, program], index): [number, string, Bag] => [index, field, program]))(
  "bad program %i is refused: %s",
  async (_, field, program) => {
    const problems = await problemsOf(program);
    const names = field.split("|");
    expect(problems).toHaveLength(1);
    const text = problems.join("\n");
    expect(names.some((name) => text.replace(/^the act365 .*\n *- /, "").startsWith(name))).toBe(true);
    expect(text).toMatch(wayOut);
    expect(text).not.toMatch(/canary|c{20}|\n\s+at |\[object|undefined/);
    expect(text.length).toBeLessThan(700);
  },
);

test.each<[string, Bag, string]>([
  ["at the top", { apikey: "canary" }, 'unknown argument "apikey"; did you mean "apiKey"?'],
  [
    "in events",
    events({ callbackURL: "canary" }),
    'unknown argument "events.callbackURL"; did you mean "events.callbackUrl"?',
  ],
  [
    "in basicAuth",
    events({ basicAuth: { user: "u", pasword: "canary" } }),
    'unknown argument "events.basicAuth.pasword"; did you mean "events.basicAuth.password"?',
  ],
  [
    "in a resource of the poller",
    poller({ pagesize: 5 }),
    'events.poller["todos"]: has an unknown argument "pagesize"; did you mean "pageSize"?',
  ],
  [
    "in its dates",
    poller({ datesConfiguration: { createdField: "canary" } }),
    'events.poller["todos"]["datesConfiguration"]: has an unknown argument "createdField"; did you mean "createdDateField"?',
  ],
])("a typo %s is answered with the nearest right name", async (_, program, message) => {
  expect(await problemsOf(program)).toContain(message);
});

test("everything that is wrong with a program is told at once", async () => {
  const program = { apiKey: "", developerKey: 7, nam: "x", tags: ["a", "a"], events: { enabled: "yes" } };
  expect((await problemsOf(program)).map((line) => line.split(":")[0])).toEqual([
    'unknown argument "nam"; did you mean "name"?',
    "apiKey",
    "developerKey",
    "tags[1]",
    "events.enabled",
  ]);
});

test.each<[string, Bag]>([
  ["emoji and other scripts in names and tags", { name: "🔑 ключ 顧客 e\u0301", tags: ["🏷️", "ярлык"] }],
  // How long a name or tag may be is not known.
  [
    "a long name and many tags",
    { name: "n".repeat(5000), tags: Array.from({ length: 2000 }, (_, i) => `t${i}`) },
  ],
  ["a quote, a backslash and a percent sign", { name: `a "b" \\ %s %00 $& {{c}}`, developerKey: `"\\%'` }],
  ["tags that differ in case and in inner space", { tags: ["a", "A", "a  b", "a b"] }],
  ["null for what may be left out", { tags: null, events: null, configuration: null, adopt: null }],
  [
    "a poller of resources with odd names",
    events({ poller: { constructor: todos, toString: todos, "Öl ": todos } }),
  ],
  ["keys that only look like secrets' names", { configuration: { "user.name": 0, "x-y_z.1": false, A: "" } }],
  [
    "the longest texts",
    {
      apiKey: "k".repeat(32),
      ...events({ callbackHeaders: "h".repeat(128), signatureKey: "s".repeat(128) }),
    },
  ],
])("%s are taken", async (_, program) => {
  expect(await problemsOf(program)).toEqual([]);
});

test("two resources may have the same name on the server", async () => {
  const inputs = await Promise.all(
    ["one", "two"].map((resource) =>
      lifecycle.check({}, given({ name: "same", ownershipTag: `pulumi:project/stack/${resource}` })),
    ),
  );
  expect(inputs.map(({ failures }) => failures)).toEqual([[], []]);
});

const secrets = { "act365:userSecret": "u", "act365:organizationSecret": "o" };
const complete = { ...secrets, "act365:region": "us" };
const injections = [
  "canary\r\nX-Injected: 1",
  "canary\n",
  "canary\0",
  "can ary",
  "canary, Organization x",
  "canary\u2028",
  "canary🔑",
];
test.each<[string, Record<string, string>]>([
  ...injections.flatMap((value): [string, Record<string, string>][] => [
    ["act365:userSecret", { ...secrets, "act365:userSecret": value }],
    ["act365:organizationSecret", { ...secrets, "act365:organizationSecret": value }],
  ]),
  ...[
    "canary",
    "http://example.com",
    "https://u:canary@example.com",
    "https://canary@example.com",
    "ftp://example.com",
    "https://example.com/?canary",
    "https://example.com/#canary",
    "http://127.0.0.1.example.com",
    "http://[::2]",
    "https://",
    "javascript:canary",
  ].map((value): [string, Record<string, string>] => [
    "act365:baseUrl",
    { ...secrets, "act365:baseUrl": value },
  ]),
  ...["act365:timeoutSeconds", "act365:maxAttempts", "act365:settleSeconds"].flatMap((setting) =>
    ["-1", "0.5", "1e1", "canary", "NaN", "Infinity", "99999", " 5", "0x5", "５"].map(
      (value): [string, Record<string, string>] => [setting, { ...complete, [setting]: value }],
    ),
  ),
  ...[...prototypes, "canary", "US"].map((value): [string, Record<string, string>] => [
    "act365:region",
    { ...secrets, "act365:region": value },
  ]),
])("%s is refused by name with its command, no value", async (setting, config) => {
  await configurePlugin(config);
  const problems = await problemsOf({});
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(
    new RegExp(`^the act365 settings .*\n  - ${setting} .*pulumi config (set|rm) `),
  );
  expect(problems[0]).not.toMatch(/canary|\n\s+at /);
});

test("the bounds of settleSeconds are taken", async () => {
  for (const settleSeconds of ["0", "300"]) {
    await configurePlugin({ ...complete, "act365:settleSeconds": settleSeconds });
    expect(await problemsOf({})).toEqual([]);
  }
});

test("lookups refuse what is no id, no text and no list, and send nothing", async () => {
  const messages = await inNode<string[]>(
    `
    const pulumi = require("@pulumi/pulumi");
    const act365 = require("pulumi-act365");
    pulumi.runtime.setAllConfig({ "act365:baseUrl": input.baseUrl });
    const said = async (work) => { try { await work(); return "fine"; } catch (error) {
      return (pulumi.RunError.isInstance(error) ? "" : "not plain: ") + error.message; } };
    const messages = [];
    for (const id of ["../1", "", "0", "12/../13", "canary\\r\\n", {}, ["12"]]) {
      messages.push(await said(() => act365.getConnectorInstance({ id })));
      if (typeof id === "string") messages.push(await said(() => act365.ConnectorInstance.get("it", id)));
    }
    for (const args of [{}, { id: "1", name: "a" }, { name: 7 }, { nam: "x" }, { name: "x", connection: "a.b" }, { name: "" }])
      messages.push(await said(() => act365.getConnectorInstance(args)));
    for (const args of [{ tags: "one" }, { tags: [7] }, { searchText: {} }, { tag: ["x"] }])
      messages.push(await said(() => act365.getConnectorInstances(args)));
    return messages;
  `,
    { baseUrl: simulator.baseUrl },
  );
  for (const message of messages) {
    expect(message).toMatch(
      /^(getConnectorInstances?: |ConnectorInstance\.get\("it"\): |the act365 settings )/,
    );
    expect(message).not.toMatch(/is not a function|\n\s+at |not plain|TypeError/);
  }
});
