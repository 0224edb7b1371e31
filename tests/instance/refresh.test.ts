import * as lifecycle from "../../provider/dynamic/lifecycle";
import { Platform } from "../support/platform";
import { kept } from "../support/plugin";
import { isSealed, refresh, up, upAgain } from "../support/story";

let now: Date;
const platform = new Platform();
const { only } = platform;
beforeEach(() => {
  now = new Date("2026-01-01T00:00:00Z");
  return platform.start({ clock: () => now, tagOrder: "reversed" });
});

test("a refresh of what nobody touched changes nothing, in whichever order tags come", async () => {
  const program = {
    tags: ["b", "a", "c"],
    enabled: false,
    configuration: { "filter.response.nulls": false },
    events: {
      callbackUrl: "https://example.com",
      basicAuth: { username: "u", password: "p" },
      refreshIntervalMinutes: 5,
      poller: { todos: { url: "/todos", idField: "id", datesConfiguration: {}, pageSize: 10 } },
    },
  };
  const applied = await up(program);
  const { inputs, state } = await refresh(applied);
  expect(state).toEqual(applied.state);
  expect({ ...inputs, __provider: "the capsule" }).toEqual(applied.inputs);
});

test("the state's configuration holds what the program sets and what is no default", async () => {
  const applied = await up({ configuration: { "pagination.max": 150 } });
  expect(applied.state.configuration).toEqual({ "pagination.max": "150" });
  platform.simulator.edit(Number(applied.id), ({ configuration }) => {
    configuration["base.url"] = "https://by.hand";
    configuration["pagination.max"] = "20";
  });
  const { state } = await refresh(applied);
  expect(state.configuration).toEqual({ "base.url": "https://by.hand", "pagination.max": "20" });
});

test("a changed token is found, and one that the platform does not tell is kept", async () => {
  const applied = await up();
  const id = Number(applied.id);
  platform.simulator.edit(id, (instance) => {
    instance.token = "another token";
  });
  const refreshed = await refresh(applied);
  expect(refreshed.state.token).toBe("another token");
  platform.simulator.fault({ kind: "answer", status: 200, body: JSON.stringify({ id, name: "crm" }) });
  expect((await refresh(refreshed)).state).toEqual(refreshed.state);
});

test("the masked keys are neither drift nor ever written back", async () => {
  const events = { callbackUrl: "https://example.com", basicAuth: { username: "u", password: "p" } };
  const refreshed = await refresh(await up({ events }));
  expect(refreshed.inputs).toMatchObject({ developerKey: "canary-developer-key", events });
  await upAgain(refreshed, { events, name: "other", apiKey: "k" });
  expect(only().configuration).toMatchObject({
    username: "k",
    password: "canary-developer-key",
    "event.notification.basic.password": "p",
  });
  const mask = "*".repeat(8);
  expect(JSON.stringify(platform.simulator.requests.map(({ body }) => body))).not.toContain(mask);
  expect(JSON.stringify(refreshed)).not.toContain(mask);
});

test("trace logging that ended by itself is no drift", async () => {
  const applied = await up({ traceLogging: true });
  expect(applied.state).toMatchObject({ traceLogging: true, traceLoggingEnabled: true });
  now = new Date("2026-01-02T00:00:00Z");
  const { inputs, state } = await refresh(applied);
  expect(state).toMatchObject({ traceLogging: true, traceLoggingEnabled: false });
  expect(inputs).toMatchObject({ traceLogging: true });
  expect(await lifecycle.diff(applied.id, state, applied.inputs)).toEqual({ changes: false });
});

test("an instance that is only looked up is read without arguments", async () => {
  const configuration = {
    username: "canary",
    password: "canary",
    "event.notification.callback.headers": "canary",
  };
  const { id, token } = platform.simulator.add({ name: "by hand", tags: ["one"], configuration });
  const { props, inputs, ...rest } = await lifecycle.read(String(id), {});
  expect(rest).toEqual({ id: String(id) });
  expect(inputs).toBeUndefined();
  expect(kept(props)).toMatchObject({ instanceId: id, name: "by hand", tags: ["one"], token, valid: true });
  expect(isSealed(props?.token)).toBe(true);
  expect(JSON.stringify(props)).not.toContain("canary");
});

test("a change on the server shows in the inputs, and the next up takes it back", async () => {
  const program = { tags: ["one", "two"], configuration: { "pagination.max": 100, "base.url": "https://a" } };
  const applied = await up(program);
  platform.simulator.edit(Number(applied.id), (instance) => {
    instance.name = "by hand";
    instance.tags = ["two", "three", ...instance.tags.slice(2)];
    instance.configuration.username = "by-hand";
    instance.configuration["pagination.max"] = "7";
    instance.configuration["base.url"] = null;
    // Nobody set this one, so it is the server's own.
    instance.configuration["bulk.relations"] = "added";
    instance.disabled = true;
  });
  const refreshed = await refresh(applied);
  expect({ ...refreshed.inputs, __provider: "the capsule" }).toEqual({
    ...applied.inputs,
    name: "by hand",
    tags: ["two", "three"],
    apiKey: "by-hand",
    enabled: false,
    configuration: { "pagination.max": "7" },
  });
  const { state } = await upAgain(refreshed, program);
  expect(state).toEqual({
    ...applied.state,
    configuration: { ...(applied.state.configuration as object), "bulk.relations": "added" },
  });
  expect(only()).toMatchObject({
    name: "crm",
    disabled: false,
    configuration: { username: "canary-api-key", "pagination.max": "100", "base.url": "https://a" },
  });
  expect(only().tags.toSorted()).toEqual(["one", "pulumi:project/stack/crm", "two"]);
});
