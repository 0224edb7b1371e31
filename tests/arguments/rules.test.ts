import { checkArguments } from "../../provider/arguments/check";
import { fieldPaths } from "../../provider/arguments/fields";
import { nested } from "../../provider/arguments/paths";
import { secretPaths } from "../../provider/arguments/secrets";
import { given } from "../support/plugin";

const problemsOf = (more: Record<string, unknown>, olds = {}) => checkArguments(olds, given(more)).problems;
const inputsOf = (more: Record<string, unknown>, olds = {}) => checkArguments(olds, given(more)).inputs;

const events = { callbackUrl: "https://example.com/hook" };
const poller = { url: "/hubs/crm/todos", idField: "id", datesConfiguration: {} };

test("the least that a program says is complete with the defaults", () => {
  expect(inputsOf({})).toEqual({
    apiKey: "canary-api-key",
    developerKey: "canary-developer-key",
    name: "crm",
    tags: [],
    ownershipTag: "pulumi:project/stack/crm",
    enabled: true,
    traceLogging: false,
    verify: false,
    onDestroy: "delete",
  });
  expect(problemsOf({})).toEqual([]);
});

test("everything that a program can say is taken", () => {
  const all = {
    tags: ["one", "two"],
    enabled: false,
    traceLogging: true,
    events: {
      enabled: true,
      callbackUrl: "http://127.0.0.1:8080/hook",
      callbackHeaders: "X-A: b",
      basicAuth: { username: "u", password: "p" },
      refreshIntervalMinutes: 5,
      poller: { todos: { ...poller, datesConfiguration: { createdDateField: "created" }, pageSize: 10 } },
      signatureKey: "k",
    },
    configuration: { "pagination.max": 100, "filter.response.nulls": false, "base.url": "https://a.example" },
    verify: true,
    adopt: "12345",
    onDestroy: "delete",
    connection: "eu",
  };
  expect(problemsOf(all)).toEqual([]);
  expect(inputsOf(all)).toMatchObject({
    ...all,
    configuration: {
      "pagination.max": "100",
      "filter.response.nulls": "false",
      "base.url": "https://a.example",
    },
  });
});

// Each: what the program says, and what the message must say: the field, what is wrong, and the way out.
const bad: [string, Record<string, unknown>, RegExp][] = [
  ["no API key", { apiKey: undefined }, /^apiKey: is missing; give the Act! 365 API key/],
  ["null for a key", { developerKey: null }, /^developerKey: is missing; give the Act! 365 developer key/],
  ["an empty key", { apiKey: "" }, /^apiKey: must not be empty; give/],
  ["a blank key", { developerKey: " \n" }, /^developerKey: must not be empty; give/],
  ["a key with a line break behind it", { apiKey: "canary\n" }, /^apiKey: begins or ends with white space/],
  ["a key with a control character", { apiKey: "can\u0000ary" }, /^apiKey: holds line breaks/],
  ["a key with half a character in it", { developerKey: "can\ud800ary" }, /^developerKey: holds .*Unicode/],
  ["an API key that is too long", { apiKey: "k".repeat(33) }, /^apiKey: is longer than the 32 characters/],
  ["a number for a key", { apiKey: 12345 }, /^apiKey: must be a string, not a number; give/],
  ["a list for a key", { developerKey: ["canary"] }, /^developerKey: must be a string, not a list; give/],
  ["an unknown argument", { apikey: "canary" }, /^unknown argument "apikey"; did you mean "apiKey"\?/],
  ["one far from all", { zzzzzz: 1 }, /^unknown argument "zzzzzz"; known are apiKey, developerKey/],
  ["a prototype's name", { constructor: 1 }, /^unknown argument "constructor"/],
  ["__proto__ as a name", JSON.parse('{"__proto__": {"a": 1}}'), /^unknown argument "__proto__"/],
  ["a key of the connector", { "base.url": "x" }, /put it into configuration: \{ "base.url": ... \}/],
  ["an unknown argument inside", { events: { ...events, url: "x" } }, /^unknown argument "events.url"; /],
  ["an empty name", { name: "" }, /^name: must not be empty; give a name/],
  ["a name with HTML", { name: "<b>crm</b>" }, /^name: holds < or >, and the platform strips HTML/],
  ["a number for the name", { name: 7 }, /^name: must be a string, not a number/],
  [
    "one tag for a list",
    { tags: "one" },
    /^tags: must be a list of strings, not a string; write \["one", "two"\]/,
  ],
  ["an empty tag", { tags: ["one", ""] }, /^tags\[1\]: must not be empty/],
  ["a tag with <", { tags: ["a<b"] }, /^tags\[0\]: holds < or >/],
  ["a number for a tag", { tags: [1] }, /^tags\[0\]: must be a string, not a number/],
  [
    "a tag twice",
    { tags: ["one", "two", "one"] },
    /^tags\[2\]: is the same as a tag before it; take one out/,
  ],
  ["an ownership tag", { tags: ["pulumi:a/b/c"] }, /^tags\[0\]: has the form pulumi:/],
  ["a text for enabled", { enabled: "true" }, /^enabled: must be true or false, not a string/],
  ["a number for traceLogging", { traceLogging: 1 }, /^traceLogging: must be true or false, not a number/],
  ["a text for verify", { verify: "yes" }, /^verify: must be true or false, not a string/],
  ["a text for events", { events: "on" }, /^events: must be an object, not a string/],
  ["a list for events", { events: [] }, /^events: must be an object, not a list/],
  ["enabled events without an address", { events: {} }, /^events.callbackUrl: is missing; /],
  [
    "plain http to elsewhere",
    { events: { callbackUrl: "http://example.com" } },
    /^events.callbackUrl: must be an https/,
  ],
  [
    "an address that is none",
    { events: { callbackUrl: "example" } },
    /^events.callbackUrl: must be an https/,
  ],
  [
    "too long an address",
    { events: { callbackUrl: `https://a.example/${"x".repeat(1000)}` } },
    /^events.callbackUrl: is longer than the 1000/,
  ],
  [
    "too long headers",
    { events: { ...events, callbackHeaders: "x".repeat(129) } },
    /^events.callbackHeaders: is longer than the 128/,
  ],
  [
    "an empty password",
    { events: { ...events, basicAuth: { password: "" } } },
    /^events.basicAuth.password: must not be empty/,
  ],
  [
    "a text for basicAuth",
    { events: { ...events, basicAuth: "u:p" } },
    /^events.basicAuth: must be an object/,
  ],
  [
    "an empty user name",
    { events: { ...events, basicAuth: { username: "" } } },
    /^events.basicAuth.username: must not be empty/,
  ],
  [
    "no minutes",
    { events: { ...events, refreshIntervalMinutes: 0 } },
    /^events.refreshIntervalMinutes: must be a whole number from 1/,
  ],
  [
    "half a minute",
    { events: { ...events, refreshIntervalMinutes: 0.5 } },
    /^events.refreshIntervalMinutes: must be a whole/,
  ],
  [
    "a text for minutes",
    { events: { ...events, refreshIntervalMinutes: "5" } },
    /^events.refreshIntervalMinutes: must be a number, not a string/,
  ],
  [
    "a poller of JSON",
    { events: { ...events, poller: "{}" } },
    /^events.poller: must be an object of resources/,
  ],
  [
    "a poller without a url",
    { events: { ...events, poller: { todos: { ...poller, url: "" } } } },
    /^events.poller\["todos"\]\["url"\]: must not be empty/,
  ],
  [
    "a typo in a poller",
    { events: { ...events, poller: { todos: { ...poller, pagesize: 1 } } } },
    /^events.poller\["todos"\].*pagesize/,
  ],
  [
    "too long a signature key",
    { events: { ...events, signatureKey: "x".repeat(129) } },
    /^events.signatureKey: is longer than the 128/,
  ],
  [
    "an owned key in the map",
    { configuration: { username: "canary" } },
    /^configuration\["username"\]: is what the argument apiKey sets/,
  ],
  [
    "an object in the map",
    { configuration: { "base.url": {} } },
    /^configuration\["base.url"\]: must be a string, a number or true or false/,
  ],
  [
    "no key in the map",
    { configuration: { "a b": "x" } },
    /^configuration\["a b"\]: is not a configuration key/,
  ],
  ["a text for the map", { configuration: "x" }, /^configuration: must be an object of keys and values/],
  ["a number for adopt", { adopt: 12345 }, /^adopt: must be a string, not a number; write the id in quotes/],
  ["a path for adopt", { adopt: "../1" }, /^adopt: must be the id of an instance/],
  ["another word for onDestroy", { onDestroy: "keep" }, /^onDestroy: must be "delete" or "release"/],
  ["a path for connection", { connection: "a.b" }, /^connection: must be a name/],
  ["a number for connection", { connection: 1 }, /^connection: must be a string/],
];

test.each(bad)("%s is refused with the field's name and a way out", (_, more, message) => {
  const problems = problemsOf(more);
  expect(problems.join("\n")).toMatch(message);
  expect(problems.join("\n")).not.toContain("canary");
});

test.each(secretPaths.filter((path) => path !== "token"))("no problem shows the value of %s", (path) => {
  for (const value of ["canary ", "can\ncanary", "\ud800canary", ["canary"], { canary: "canary" }, 7]) {
    const problems = problemsOf(
      nested([
        ["events.callbackUrl", events.callbackUrl],
        [path, value],
      ]),
    );
    expect(problems.join("\n")).toMatch(new RegExp(`^${path}: `, "m"));
    expect(problems.join("\n")).not.toMatch(/canary|7/);
  }
});

test.each(["constructor", "__proto__", "toString", "hasOwnProperty", "valueOf"])(
  "an argument named %s is an unknown one, at the top and inside",
  (name) => {
    const named = JSON.parse(`{ "${name}": "x" }`);
    expect(problemsOf(named).join()).toContain(`unknown argument "${name}"; `);
    const inside = JSON.parse(`{ "events": { "callbackUrl": "https://a.example", "${name}": "x" } }`);
    expect(problemsOf(inside).join()).toContain(`unknown argument "events.${name}"; `);
  },
);

test("each bound itself is taken", () => {
  const most = {
    apiKey: "k".repeat(32),
    events: {
      callbackUrl: `https://a.example/${"x".repeat(1000 - 18)}`,
      callbackHeaders: "x".repeat(128),
      basicAuth: { username: "x".repeat(1000) },
      signatureKey: "x".repeat(128),
      refreshIntervalMinutes: 1,
    },
  };
  expect(problemsOf(most)).toEqual([]);
});

test("every argument has a bad input among these", () => {
  const covered = bad.map(([, , message]) => message.source.replace(/^\^/, ""));
  const missing = fieldPaths.filter((path) => !covered.some((text) => text.startsWith(path)));
  expect(missing).toEqual(["ownershipTag", "events.enabled", "secretPaths", "home"]);
});
