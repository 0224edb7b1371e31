import * as lifecycle from "../../provider/dynamic/lifecycle";
import type { HalfMadeError } from "../../provider/instance/half-made";
import { differencesOf } from "../../provider/native/differences";
import { Provider } from "../../provider/native/provider";
import { type Simulator, startSimulator } from "../../provider/simulator";
import { failureOf } from "../support/client";
import { checked, connectionOf, connectPlugin, given, kept, settingsOf } from "../support/plugin";
import { type Bag, isSealed, up, upAgain } from "../support/story";

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator({ echoBodies: true });
  await connectPlugin(simulator, { "act365:maxAttempts": "1" });
});
afterEach(() => simulator.close());

/** A set of properties with everything that the engine keeps as a secret taken out. */
const inClear = (properties: unknown): string =>
  JSON.stringify(properties, (_, value) => (isSealed(value) ? "sealed" : (value ?? "nothing")));

const program = {
  name: "canary-name",
  tags: ["canary-tag"],
  events: {
    callbackUrl: "https://canary.example",
    callbackHeaders: "A: canary",
    basicAuth: { username: "canary-user", password: "canary-password" },
    signatureKey: "canary-signature",
    poller: { todos: { url: "/canary", idField: "id", datesConfiguration: {} } },
  },
  configuration: { "instance.variables": "canary-variable", "base.url": "https://open.example" },
  secretPaths: [
    "name",
    "tags",
    "events.callbackUrl",
    "events.basicAuth.username",
    "events.poller.todos.url",
    "configuration.instance.variables",
  ],
};

test("what the program made secret stays so in inputs, outputs and after a refresh", async () => {
  const inputs = await checked(program);
  const { id, outs } = await lifecycle.create(inputs);
  const read = await lifecycle.read(id, kept(outs));
  const news = await checked({ ...program, enabled: false }, inputs);
  const updated = await lifecycle.update(id, kept(outs), news);
  const check = await lifecycle.check({}, given(program));
  for (const properties of [check.inputs, outs, read.props, read.inputs, updated.outs]) {
    expect(inClear(properties)).not.toMatch(/canary|nothing/);
    for (const words of ["https://open.example", '"apiKey":"sealed"', '"password":"sealed"'])
      expect(inClear(properties)).toContain(words);
  }
  for (const properties of [outs, read.props, updated.outs]) expect(isSealed(properties?.token)).toBe(true);
});

test("what the program made secret stands in no error", async () => {
  const inputs = await checked(program);
  simulator.fault({ kind: "error", status: 400, method: "POST" });
  const error = await failureOf(lifecycle.create(inputs));
  expect(error.message).toMatch(/^creating connector instance: POST .*\[secret\]/);
  expect(error.message).not.toContain("canary");
});

test("a short key of before or after an update stands in no error of its call", async () => {
  const made = await up({ developerKey: "k4y$1" });
  simulator.fault({ kind: "error", status: 400, method: "PATCH", message: "not k4y$1 nor k4y$2" });
  const news = await checked({ developerKey: "k4y$2" }, made.inputs);
  const { message } = await failureOf(lifecycle.update(made.id, made.state, news));
  expect(message).toContain('"not [secret] nor [secret]');
});

test("keys that come past the class as plain text are sealed at check", async () => {
  const { inputs } = await lifecycle.check(
    {},
    given({ events: { callbackHeaders: "canary", enabled: false } }),
  );
  expect(inClear(inputs)).not.toContain("canary");
  expect(kept(inputs)).toMatchObject({ apiKey: "canary-api-key", events: { callbackHeaders: "canary" } });
});

test("a value that a preview does not know yet is not sealed", async () => {
  const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
  const { inputs } = await lifecycle.check({}, given({ apiKey: unknown }));
  expect(inputs).toMatchObject({ apiKey: unknown });
});

test("all that a row of the table says follows from the row", async () => {
  await jest.isolateModulesAsync(async () => {
    const { fieldPaths, fields } =
      require("../../provider/arguments/fields") as typeof import("../../provider/arguments/fields");
    const { z } = require("zod") as typeof import("zod");
    const { schemas } =
      require("../../provider/arguments/rules") as typeof import("../../provider/arguments/rules");
    const add = (path: string, row: object) => {
      Object.assign(fields, { [path]: { type: "string", onChange: "update", about: "", ...row } });
      fieldPaths.push(path as never);
      Object.assign(schemas, { [path]: z.unknown().optional() });
    };
    add("events.extra", { secret: true, wire: { configuration: "extra.key" } });
    add("extraTags", { wire: { ours: true }, unordered: true });
    add("extraDefault", { wire: { ours: true }, default: "one" });
    add("extraPlace", { wire: { ours: true }, onChange: "replace" });
    const fresh =
      require("../../provider/dynamic/lifecycle") as typeof import("../../provider/dynamic/lifecycle");
    const config: Bag = { ...settingsOf(simulator), "act365:settleSeconds": "0" };
    await fresh.configure({ config: { get: (key: string) => config[key] } } as never);
    const check = async (more: Bag, olds: Bag = {}) => (await fresh.check(olds, given(more))).inputs;

    const before = { events: { enabled: false, extra: "canary" }, extraTags: ["a", "b"], extraPlace: "here" };
    const inputs = await check(before);
    expect(inClear(inputs)).not.toContain('"canary"');
    expect(inputs).toMatchObject({ extraDefault: "one" });
    const { id, outs } = await fresh.create(kept(inputs));
    expect(kept(outs)).toMatchObject({ events: { extra: "canary" } });
    const { props } = await fresh.read(id, kept(outs));
    for (const properties of [outs, props]) expect(inClear(properties)).not.toContain('"canary"');
    const diff = async (more: Bag) =>
      fresh.diff(id, kept(outs), kept(await check({ ...before, ...more }, kept(inputs))));
    expect(await diff({ extraTags: ["b", "a"] })).toEqual({ changes: false });
    expect(await diff({ extraPlace: "there" })).toMatchObject({ replaces: ["extraPlace"] });

    // The same through the plugin.
    const { Provider } =
      require("../../provider/native/provider") as typeof import("../../provider/native/provider");
    const { schemaOf } =
      require("../../provider/native/schema") as typeof import("../../provider/native/schema");
    const { types } = schemaOf({ version: "1.0.0", license: "" }) as { types: Record<string, Bag> };
    expect(types["act365:index:Events"]).toMatchObject({ properties: { extra: { secret: true } } });
    const engine = { tell: () => undefined, warn: () => undefined };
    const plugin = new Provider(engine as never);
    plugin.configure("", { ...connectionOf(simulator), settleSeconds: "0" });
    const resource = { urn: "urn:pulumi:dev::crm::act365:index:ConnectorInstance::other" };
    const { __provider: _, ownershipTag: __, ...bag } = given(before);
    const checked = plugin.check(resource.urn, {}, { bag, secrets: [] });
    expect(checked.problems).toEqual([]);
    const args = kept(checked.inputs);
    const previewed = await plugin.create(resource, args, true);
    const made = await plugin.create(resource, args, false);
    const state = kept(made.properties);
    expect(state).toMatchObject({ events: { extra: "canary" } });
    const found = await plugin.read(resource, made.id, state, args);
    const news = { ...args, name: "new" };
    const updated = await plugin.update(resource, made.id, { state, olds: args, news, preview: true });
    for (const properties of [checked.inputs, previewed.properties, made.properties, found, updated])
      expect(inClear(properties)).not.toContain('"canary"');
    expect(plugin.diff(resource.urn, made.id, state, args, { ...args, extraTags: ["b", "a"] })).toEqual([]);
    expect(plugin.diff(resource.urn, made.id, state, args, { ...args, extraPlace: "there" })).toMatchObject([
      { place: "extraPlace", replaces: true },
    ]);
  });
});

test("a secret that stays when the program takes it out stays a secret", async () => {
  const id = String(simulator.add({ name: "by hand", configuration: { username: "u", password: "p" } }).id);
  const secretPaths = ["adopt", "name", "tags"];
  const inputs = await checked({ name: "canary-name", tags: ["canary-tag"], adopt: id, secretPaths });
  const { outs } = await lifecycle.create(inputs);
  const check = await lifecycle.check(inputs, given({ name: undefined, enabled: false }));
  const updated = await lifecycle.update(id, kept(outs), kept(check.inputs) as never);
  for (const properties of [check.inputs, updated.outs]) {
    expect(inClear(properties)).not.toContain("canary");
    expect(properties).toMatchObject({ secretPaths });
  }
});

test("a secret of an update that failed half-way is recorded as one, and stays so", async () => {
  const inputs = await checked({ events: program.events });
  const { id, outs } = await lifecycle.create(inputs);
  simulator.fault({ kind: "error", status: 400, method: "DELETE", path: "/instances/\\d+/enabled" });
  const news = await checked(
    { ...program, events: { ...program.events, callbackUrl: "https://canary-new.example" }, enabled: false },
    inputs,
  );
  const { properties } = (await failureOf(lifecycle.update(id, kept(outs), news))) as HalfMadeError;
  const read = await lifecycle.read(id, kept(properties));
  for (const recorded of [properties, read.props, read.inputs]) {
    expect(kept(recorded)).toMatchObject({ name: "canary-name", enabled: true });
    expect(inClear(recorded)).not.toContain("canary");
  }
});

test("a value that an update makes secret is sealed where the update stops half-way", async () => {
  const made = await up({ configuration: { "instance.variables": "open" } });
  const { configuration, secretPaths } = program;
  const news = await checked({ configuration, secretPaths, enabled: false }, made.inputs);
  simulator.fault({ kind: "error", status: 400, method: "DELETE" });
  const { properties } = (await failureOf(lifecycle.update(made.id, made.state, news))) as HalfMadeError;
  expect(kept(properties).configuration).toMatchObject({ "instance.variables": "canary-variable" });
  expect(inClear(properties)).not.toContain("canary-variable");
});

test.each([
  [
    "changes",
    { name: "open", events: { enabled: false }, configuration: { "base.url": "https://open.example" } },
  ],
  ["takes out", {}],
])("what the program %s stays secret while the platform tells the old value", async (_, news) => {
  const { poller } = program.events;
  const configuration = { "base.url": "https://canary.example" };
  const secretPaths = ["configuration", "events", "name"];
  const made = await up({
    name: "canary-name",
    events: { enabled: false, poller },
    configuration,
    secretPaths,
  });
  const [stored] = simulator.instances();
  const old = { kind: "answer", status: 200, workDone: true, body: JSON.stringify(stored) } as const;
  simulator.fault({ ...old, method: "PATCH" }, { ...old, method: "GET", path: "/instances/\\d+", nth: 2 });
  const inputs = await checked(news, made.inputs);
  const { outs } = await lifecycle.update(made.id, made.state, inputs);
  const { props, inputs: read } = await lifecycle.read(made.id, kept(outs));
  for (const properties of [outs, props])
    expect(kept(properties)).toMatchObject({ name: "canary-name", configuration });
  const plugin = new Provider({ tell: () => undefined, warn: () => undefined } as never);
  const resource = { urn: "urn:pulumi:stack::project::act365:index:ConnectorInstance::crm" };
  const step = { state: kept(props), olds: kept(read), news: inputs, preview: true };
  for (const properties of [outs, props, read, await plugin.update(resource, made.id, step)]) {
    expect(inClear(properties)).not.toMatch(/canary-name|canary.example|\/canary/);
  }
  // Once the platform tells the new values, nothing of it is left.
  const { state } = await upAgain({ ...made, inputs: kept(read), state: kept(props) }, news);
  expect(JSON.stringify(state)).not.toMatch(/canary-name|canary.example|\/canary/);
  expect(state).not.toHaveProperty("secretPaths");
});

test("a taken out secret of what no answer tells ends in an empty preview", async () => {
  const path = "configuration.pagination.max";
  const made = await up({ configuration: { "pagination.max": "canary" }, secretPaths: [path] });
  simulator.fault({ kind: "keys-missing", keys: ["configuration"], times: 0, path: "/instances.*" });
  const { state, inputs } = await upAgain(made);
  expect(differencesOf(made.id, state, inputs, await checked({}, inputs))).toEqual([]);
});

test("a tag that the program made secret stands in no message about tags", async () => {
  const { failures } = await lifecycle.check({}, given({ ...program, tags: ["canary", "canary"] }));
  expect(failures?.map(({ reason }) => reason)).toEqual([
    "tags[1]: is the same as a tag before it; take one out",
  ]);
  await simulator.close();
  simulator = await startSimulator({ tags: { folded: true } });
  await connectPlugin(simulator);
  const error = await failureOf(lifecycle.create(await checked({ ...program, tags: ["Canary-Tag"] })));
  expect(error.message).toContain("([secret] came back changed or not at all)");
});
