import { checkArguments } from "../../provider/arguments/check";
import { UNKNOWN } from "../../provider/arguments/paths";
import { given } from "../support/plugin";

const problemsOf = (more: Record<string, unknown>, olds = {}) => checkArguments(olds, given(more)).problems;
const inputsOf = (more: Record<string, unknown>, olds = {}) => checkArguments(olds, given(more)).inputs;

const events = { callbackUrl: "https://example.com/hook" };
const poller = { url: "/hubs/crm/todos", idField: "id", datesConfiguration: {} };

test("values that a preview does not know yet are let through at every depth", () => {
  const unknown = [
    {
      apiKey: UNKNOWN,
      developerKey: UNKNOWN,
      name: UNKNOWN,
      tags: UNKNOWN,
      enabled: UNKNOWN,
      verify: UNKNOWN,
    },
    { tags: ["one", UNKNOWN, UNKNOWN], adopt: UNKNOWN, onDestroy: UNKNOWN, connection: UNKNOWN },
    { events: UNKNOWN, configuration: UNKNOWN },
    {
      events: { callbackUrl: UNKNOWN, basicAuth: UNKNOWN, poller: UNKNOWN, refreshIntervalMinutes: UNKNOWN },
    },
    { events: { ...events, enabled: true, basicAuth: { username: UNKNOWN, password: UNKNOWN } } },
    {
      events: { ...events, enabled: true, poller: { todos: { ...poller, url: UNKNOWN, pageSize: UNKNOWN } } },
    },
    { configuration: { "base.url": UNKNOWN } },
  ];
  for (const more of unknown) {
    expect(problemsOf(more)).toEqual([]);
    expect(inputsOf(more)).toMatchObject(more);
  }
});

test("what is known beside an unknown value is still checked", () => {
  expect(problemsOf({ tags: ["", UNKNOWN] })).toEqual([expect.stringMatching(/^tags\[0\]/)]);
  expect(problemsOf({ events: { callbackUrl: UNKNOWN, refreshIntervalMinutes: 0 } })).toEqual([
    expect.stringMatching(/^events.refreshIntervalMinutes/),
  ]);
});

test("a value of the same meaning keeps the form that it had", () => {
  const olds = inputsOf({ tags: ["one", "two"], configuration: { "pagination.max": "1" } });
  const news = inputsOf({ tags: ["two", "one"], configuration: { "pagination.max": 1 } }, olds);
  expect(news).toEqual(olds);
});

test("an argument that a state does not know stays out of it at its default", () => {
  const { enabled, traceLogging, verify, onDestroy, ...olds } = inputsOf({});
  expect(inputsOf({ enabled: true }, olds)).toEqual(olds);
  expect(inputsOf({ enabled: false }, olds)).toEqual({ ...olds, enabled: false });
});

test("adopt may be taken out of the program, and what destroy does stays", () => {
  const olds = inputsOf({ adopt: "7" });
  expect(olds).toMatchObject({ adopt: "7", onDestroy: "release" });
  expect(inputsOf({}, olds)).toEqual(olds);
});

test("a secret that a preview does not know yet is no change of what is secret", () => {
  const secretPaths = ["configuration.base.url", "events.poller", "tags"];
  const program = (value: string) => ({
    tags: ["one", value],
    events: { ...events, poller: { todos: { ...poller, url: value } } },
    configuration: { "base.url": value },
  });
  const olds = inputsOf({ ...program("/known"), secretPaths });
  expect(inputsOf(program(UNKNOWN), olds)).toMatchObject({ secretPaths });
  expect(inputsOf(program("/known"), olds)).not.toHaveProperty("secretPaths");
});
