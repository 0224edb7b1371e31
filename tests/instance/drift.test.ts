import * as lifecycle from "../../provider/dynamic/lifecycle";
import { differencesOf } from "../../provider/native/differences";
import type { StoredInstance } from "../../provider/simulator";
import { Platform } from "../support/platform";
import { checked } from "../support/plugin";
import { refresh, up, upAgain } from "../support/story";

const platform = new Platform();
beforeEach(() => platform.start());

const program = {
  tags: ["sales", "emea"],
  configuration: { "pagination.max": 50, "bulk.relations": "contacts" },
  events: {
    callbackUrl: "https://example.com/hook",
    callbackHeaders: "X: canary",
    refreshIntervalMinutes: 5,
    poller: { lists: { datesConfiguration: {}, idField: "id", url: "/lists" } },
  },
};

type Change = (held: StoredInstance) => void;
const set =
  (key: string, value: string | null): Change =>
  ({ configuration }) => {
    configuration[key] = value;
  };

/** What somebody may do by hand, or the platform by itself, that is no difference from the program. */
const noise: [string, Change][] = [
  ["another order of the tags", ({ tags }) => tags.reverse()],
  ["a key that the program does not set", set("instance.variables", "by hand")],
  ["a key of the server's own", set("server.key", "by hand")],
  ["trace logging", (held) => Object.assign(held, { tracedUntil: "2999-01-01T00:00:00Z" })],
  ["what the platform says of the keys", (held) => Object.assign(held, { valid: !held.valid })],
  [
    "another text of the same poller",
    ({ configuration }) => {
      configuration["event.poller.configuration"] = `\n${configuration["event.poller.configuration"]} `;
    },
  ],
];
/** What the next `up` puts back. The developer key is masked, so that a change of it cannot be seen. */
const changes: [string, Change][] = [
  ["another name", (held) => Object.assign(held, { name: "by hand" })],
  ["a tag more", ({ tags }) => tags.push("by hand")],
  ["a tag less", ({ tags }) => tags.shift()],
  ["our tag less", ({ tags }) => tags.pop()],
  ["no tags", (held) => Object.assign(held, { tags: [] })],
  ["the switch", (held) => Object.assign(held, { disabled: !held.disabled })],
  ["another API key", set("username", "by hand")],
  ["a key that ends in stars", set("username", "by hand***")],
  ["a key that begins with stars", set("username", "***by hand")],
  ["another value of a key", set("pagination.max", "7")],
  ["no value of one with a default", set("pagination.max", null)],
  ["no value of one without", set("bulk.relations", null)],
  ["events off", set("event.notification.enabled", "false")],
  ["another address of the events", set("event.notification.callback.url", "https://by-hand.example")],
  ["other headers of the events", set("event.notification.callback.headers", "X: by hand")],
  ["another interval", set("event.poller.refresh_interval", "60")],
  ["an interval that is no number", set("event.poller.refresh_interval", "often")],
  ["no interval", set("event.poller.refresh_interval", null)],
  ["an empty poller", set("event.poller.configuration", "{}")],
  ["a poller that is no JSON", set("event.poller.configuration", "not JSON")],
  ["no poller", set("event.poller.configuration", null)],
];

/** The instance, whose tags the platform may keep in any order. */
const there = () => {
  const { tags, ...rest } = platform.only();
  return { ...rest, tags: tags.toSorted() };
};

test.each(noise)("%s is no drift", async (_, change) => {
  const applied = await up(program);
  platform.simulator.edit(Number(applied.id), change);
  const { id, inputs, state } = await refresh(applied);
  expect({ ...inputs, __provider: "the capsule" }).toEqual(applied.inputs);
  const news = await checked(program, inputs);
  expect(await lifecycle.diff(id, state, news)).toEqual({ changes: false });
  expect(differencesOf(id, state, inputs, news)).toEqual([]);
});

test("events that the program does not have are no drift", async () => {
  const applied = await up();
  platform.simulator.edit(Number(applied.id), ({ configuration }) => {
    configuration["event.notification.enabled"] = "true";
    configuration["event.poller.configuration"] = "not JSON";
  });
  const { id, inputs, state } = await refresh(applied);
  expect(await lifecycle.diff(id, state, await checked({}, inputs))).toEqual({ changes: false });
});

test.each<[string, Change]>([
  ...changes,
  ["all of it at once", (held) => changes.map(([, change]) => change(held))],
])("%s is found by a refresh, and undone by the next up", async (_, change) => {
  const applied = await up(program);
  const before = there();
  platform.simulator.edit(Number(applied.id), change);
  const seen = await refresh(applied);
  expect({ ...seen.inputs, __provider: "the capsule" }).not.toEqual(applied.inputs);
  const news = await checked(program, seen.inputs);
  expect(differencesOf(seen.id, seen.state, seen.inputs, news)).not.toEqual([]);
  await upAgain(seen, program);
  expect(there()).toEqual(before);
});
