import { fieldPaths } from "../../provider/arguments/fields";
import * as lifecycle from "../../provider/dynamic/lifecycle";
import { type Simulator, startSimulator } from "../../provider/simulator";
import { connectPlugin, given } from "../support/plugin";

type Bag = Record<string, unknown>;

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
  await connectPlugin(simulator);
});
afterEach(() => expect(simulator.requests).toEqual([]));
afterAll(() => simulator.close());

/** What the preview reports for a program. */
async function problemsOf(program: Bag): Promise<string[]> {
  const { failures = [] } = await lifecycle.check({}, given(program));
  // With a property the engine would print the value beside the reason.
  return failures.map(({ property, reason }) => property + reason);
}

const url = "https://example.com/hook";
const events = (more: Bag): Bag => ({ events: { callbackUrl: url, ...more } });
const todos = { url: "/hubs/crm/todos", idField: "id", datesConfiguration: {} };
const poller = (more: Bag): Bag => events({ poller: { todos: { ...todos, ...more } } });

/** A program, and how the one problem with it begins: the field's name, and what is wrong with it. */
type Bad = [problem: string, program: Bag];
/** Where a value can stand: the field's name in messages, and the program with the value there. */
type Place = [field: string, program: (value: unknown) => Bag];
/** A value, and what is wrong with it. */
type Wrong = [problem: string, value: unknown];

const each = (places: Place[], values: Wrong[]): Bad[] =>
  places.flatMap(([field, program]) =>
    values.map(([problem, value]): Bad => [`${field}: ${problem}`, program(value)]),
  );

/** Values of every type that is not the right one. */
const others = (be: string, ...values: [kind: string, value: unknown][]): Wrong[] =>
  values.map(([kind, value]) => [`must be ${be}, not ${kind}; `, value]);
const numbers: [string, unknown][] = [
  ["a number", 7],
  ["a number", -1.5],
  ["NaN", Number.NaN],
];
const lists: [string, unknown][] = [
  ["a list", []],
  ["a list", ["canary"]],
];
const noScalars: [string, unknown][] = [...lists, ["an object", {}], ["an object", { canary: "canary" }]];
const strings: [string, unknown][] = [
  ["a string", ""],
  ["a string", "true"],
  ["a string", "5"],
  ["a string", "{}"],
  ["a string", "canary"],
];
const noTexts = others("a string", ...numbers, ["a boolean", true], ...noScalars);
const control = "holds line breaks, other control characters or broken Unicode; ";
const badTexts: Wrong[] = [
  ["must not be empty; ", ""],
  ["must not be empty; ", " \t"],
  ["begins or ends with white space", "canary\n"],
  ["begins or ends with white space", "\u00a0canary"],
  [control, "can\0ary"],
  [control, "can\u0085ary"],
  [control, "canary\r\nX-Injected: canary"],
  [control, "can\ud800ary"],
  [control, "\udfffcanary"],
];

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
];
const names: Place[] = [
  ["adopt", (adopt) => ({ adopt })],
  ["connection", (connection) => ({ connection })],
];
const flags: Place[] = [
  ["enabled", (enabled) => ({ enabled })],
  ["traceLogging", (traceLogging) => ({ traceLogging })],
  ["verify", (verify) => ({ verify })],
  ["events.enabled", (enabled) => events({ enabled })],
  ['events.poller["todos"]["filterByUpdatedDate"]', (on) => poller({ filterByUpdatedDate: on })],
];
const counts: [least: number, Place][] = [
  [1, ["events.refreshIntervalMinutes", (minutes) => events({ refreshIntervalMinutes: minutes })]],
  [1, ['events.poller["todos"]["pageSize"]', (pageSize) => poller({ pageSize })]],
  [0, ['events.poller["todos"]["pollDelay"]', (pollDelay) => poller({ pollDelay })]],
];
const objects: [be: string, Place][] = [
  ["an object", ["events", (value) => ({ events: value })]],
  ["an object", ["events.basicAuth", (basicAuth) => events({ basicAuth })]],
  ["an object of resources", ["events.poller", (value) => events({ poller: value })]],
  ["an object", ['events.poller["todos"]', (value) => events({ poller: { todos: value } })]],
  [
    "an object",
    ['events.poller["todos"]["datesConfiguration"]', (value) => poller({ datesConfiguration: value })],
  ],
  ["an object of keys and values", ["configuration", (configuration) => ({ configuration })]],
];

const named = (name: string, value: unknown = "canary"): Bag =>
  JSON.parse(`{${JSON.stringify(name)}: ${JSON.stringify(value)}}`);
const prototypes = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"];
const notName = "connection: must be a name of letters, digits, underscores and hyphens, such as eu";
const notId = 'adopt: must be the id of an instance, a whole number in quotes such as "12345"';
const notHttps = "events.callbackUrl: must be an https address";
const noUser = "events.callbackUrl: must not hold a user name";
const html = "holds < or >, and the platform strips HTML; ";

const bad: Bad[] = [
  ["apiKey: is missing; give the Act! 365 API key", { apiKey: undefined }],
  ["developerKey: is missing; give the Act! 365 developer key", { developerKey: null }],
  ["apiKey: must be a string, not a number; give the Act! 365 API key", { apiKey: 12345 }],
  ["name: must not be empty; give a name", { name: "" }],
  ["adopt: must be a string, not a number; write the id in quotes", { adopt: 12345 }],
  ...each(texts, [...noTexts, ...badTexts]),
  ...each(names, noTexts),
  ...badTexts.flatMap(([, text]): Bad[] => [
    [notId, { adopt: text }],
    [notName, { connection: text }],
  ]),
  ...[...noTexts, ...badTexts].map(
    ([, value]): Bad => ['onDestroy: must be "delete" or "release"', { onDestroy: value }],
  ),
  ...each(flags, others("true or false", ...strings, ["a number", 1], ["a number", 0], ...noScalars)),
  ...counts.flatMap(([least, place]) => [
    ...each([place], others("a number", ...strings, ["NaN", Number.NaN], ["a boolean", true], ...noScalars)),
    ...each([place], others("a number", ["Infinity", Infinity], ["-Infinity", -Infinity])),
    ...each(
      [place],
      [-1, 0.5, 2 ** 53, ...(least > 0 ? [0] : [])].map(
        (value): Wrong => [`must be a whole number from ${least}; `, value],
      ),
    ),
  ]),
  ...objects.flatMap(([be, place]) =>
    each([place], others(be, ...strings, ...numbers, ["a boolean", true], ...lists)),
  ),
  // Sizes.
  ["apiKey: is longer than the 32 characters", { apiKey: "c".repeat(33) }],
  ["apiKey: is longer than the 32 characters", { apiKey: "🔑".repeat(17) }],
  ["events.callbackHeaders: is longer than the 128 characters", events({ callbackHeaders: "c".repeat(129) })],
  ["events.signatureKey: is longer than the 128 characters", events({ signatureKey: "c".repeat(129) })],
  [
    "events.basicAuth.username: is longer than the 1000 characters",
    events({ basicAuth: { username: "c".repeat(1001) } }),
  ],
  [
    "events.callbackUrl: is longer than the 1000 characters",
    events({ callbackUrl: `${url}?${"c".repeat(1000)}` }),
  ],
  ["tags: ", { tags: Array.from({ length: 80_000 }, (_, index) => `${index} ${"t".repeat(100)}`) }],
  ["developerKey: ", { developerKey: "c".repeat(9_000_000) }],
  // What the platform would strip, or what marks whose an instance is.
  ...["<", ">", "<script>alert(1)</script>", "a > b"].flatMap((text): Bad[] => [
    [`name: ${html}`, { name: text }],
    [`tags[0]: ${html}`, { tags: [text] }],
  ]),
  ["tags[0]: has the form pulumi:", { tags: ["pulumi:other/stack/crm"] }],
  ["tags[2]: is the same as a tag before it; take one out", { tags: ["twice", "one", "twice"] }],
  ['tags: must be a list of strings, not a string; write ["one", "two"]', { tags: "one" }],
  ["tags: must be a list of strings, not an object; ", { tags: { 0: "one" } }],
  ["tags[1]: must be a string, not null; ", { tags: ["one", null] }],
  // Addresses.
  ...[
    "example.com",
    "http://example.com",
    "http://localhost.example.com",
    "ftp://example.com",
    "javascript:alert(1)",
    "file:///etc/passwd",
    "https://",
    "//example.com",
  ].map((callbackUrl): Bad => [notHttps, events({ callbackUrl })]),
  ...["https://user:canary@example.com", "https://canary@example.com"].map(
    (callbackUrl): Bad => [noUser, events({ callbackUrl })],
  ),
  ["events.callbackUrl: is missing; ", { events: {} }],
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
  ].map((adopt): Bad => [notId, { adopt }]),
  ...["Delete", "keep", "retain"].map(
    (onDestroy): Bad => ['onDestroy: must be "delete" or "release"', { onDestroy }],
  ),
  ...["../eu", "a.b", "a b", "eu\r\nx", "1", "__proto__"].map((connection): Bad => [notName, { connection }]),
  // Names that are none.
  ...prototypes.slice(1).map((connection): Bad => ["the act365 settings of this stack ", { connection }]),
  ['unknown argument "apikey"; did you mean "apiKey"?', { apikey: "canary" }],
  ['unknown argument "zzzzzz"; known are apiKey, developerKey', { zzzzzz: 1 }],
  ['unknown argument "base.url"; put it into configuration: { "base.url": ... }', { "base.url": "x" }],
  ['unknown argument "events.url"; ', events({ url: "x" })],
  [
    'unknown argument "events.callbackURL"; did you mean "events.callbackUrl"?',
    events({ callbackURL: "canary" }),
  ],
  [
    'unknown argument "events.basicAuth.pasword"; did you mean "events.basicAuth.password"?',
    events({ basicAuth: { pasword: "canary" } }),
  ],
  [
    'events.poller["todos"]: has an unknown argument "pagesize"; did you mean "pageSize"?',
    poller({ pagesize: 5 }),
  ],
  [
    'events.poller["todos"]["datesConfiguration"]: has an unknown argument "createdField"; did you mean "createdDateField"?',
    poller({ datesConfiguration: { createdField: "canary" } }),
  ],
  ...prototypes.flatMap((name): Bad[] => [
    [`unknown argument "${name}"; `, named(name)],
    [`unknown argument "events.${name}"; `, events(named(name))],
    [`unknown argument "events.basicAuth.${name}"; `, events({ basicAuth: named(name) })],
    [`configuration["${name}"]: `, { configuration: named(name) }],
  ]),
  ['events.poller["__proto__"]: ', events({ poller: named("__proto__", todos) })],
  ['events.poller[""]: is not the name of a resource; ', events({ poller: { "": todos } })],
  [
    'configuration["username"]: is what the argument apiKey sets; ',
    { configuration: { username: "canary" } },
  ],
  ...["password", "event.notification.enabled", "event.poller.configuration"].map(
    (key): Bad => [`configuration["${key}"]: is what the argument `, { configuration: { [key]: "canary" } }],
  ),
  ...["a b", "", "a/b", "a\nb", "é"].map(
    (key): Bad => [
      `configuration[${JSON.stringify(key)}]: is not a configuration key; `,
      { configuration: { [key]: "canary" } },
    ],
  ),
  ...[Number.NaN, {}, ["canary"]].map(
    (value): Bad => [
      'configuration["pagination.max"]: must be a string, a number or true or false, not ',
      { configuration: { "pagination.max": value } },
    ],
  ),
];

// What tells the person what to do.
const wayOut =
  /; (give|write|name|set|make|keys are|known are|did you mean|put|take|choose|change|trim|use|leave|for example|http)|such as|trim it|take them out|take one out|must be "delete" or "release"|set it with:/;

test.each(bad.map(([problem, program], index) => [index, problem.slice(0, 45), problem, program] as const))(
  "bad program %i is refused: %s",
  async (_, _start, problem, program) => {
    const [text = "", ...others] = await problemsOf(program);
    expect(others).toEqual([]);
    expect(text.slice(0, problem.length)).toBe(problem);
    expect(text).toMatch(wayOut);
    expect(text).not.toMatch(/canary|c{20}|\n\s+at |\[object|undefined/);
    expect(text.length).toBeLessThan(700);
  },
);

test("every argument has a bad input among these", () => {
  const missing = fieldPaths.filter((path) => !bad.some(([problem]) => problem.startsWith(`${path}: `)));
  expect(missing).toEqual(["ownershipTag", "secretPaths", "home"]);
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
