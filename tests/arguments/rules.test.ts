import { checkArguments } from "../../provider/arguments/check";
import { given } from "../support/plugin";

const problemsOf = (more: Record<string, unknown>) => checkArguments({}, given(more)).problems;
const inputsOf = (more: Record<string, unknown>) => checkArguments({}, given(more)).inputs;

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

test.each<[string, Record<string, unknown>]>([
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
    { events: { ...events, poller: { constructor: poller, toString: poller, "Öl ": poller } } },
  ],
  ["keys that only look like secrets' names", { configuration: { "user.name": 0, "x-y_z.1": false, A: "" } }],
])("%s are taken", (_, program) => {
  expect(problemsOf(program)).toEqual([]);
});
