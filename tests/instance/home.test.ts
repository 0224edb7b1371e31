import * as lifecycle from "../../provider/dynamic/lifecycle";
import {
  type Simulator,
  type SimulatorOptions,
  type StoredInstance,
  startSimulator,
  type User,
} from "../../provider/simulator";
import { failureOf } from "../support/client";
import { checked, configurePlugin, connectPlugin, kept, settingsOf } from "../support/plugin";
import { onlyOf } from "../support/promise";
import { type Applied, callsTo, up } from "../support/story";

let simulator: Simulator;
beforeEach(() => start());
afterEach(() => simulator.close());
const only = () => onlyOf(simulator);

async function start(options: SimulatorOptions = {}): Promise<void> {
  await simulator?.close();
  simulator = await startSimulator({ organizations: [{ colleagues: [{}] }], ...options });
  await connectPlugin(simulator, { "act365:maxAttempts": "1" });
}

/** Points the stack to another host, or to another user of the organization. */
const pointTo = (url: string, user: User) =>
  configurePlugin({
    ...settingsOf({ baseUrl: url, organizations: [user] }),
    "act365:maxAttempts": "1",
    "act365:settleSeconds": "0",
  });

const colleague = (): User => {
  const [{ colleagues }] = simulator.organizations;
  return colleagues[0] as User;
};

/** What the next preview of the same program shows. */
async function preview({ id, inputs, state }: Applied) {
  const news = await checked({}, inputs);
  return { news, shown: await lifecycle.diff(id, state, news) };
}

/** Nothing is believed here, and nothing written. */
async function allRefused(made: Applied, message: string): Promise<void> {
  const { news, shown } = await preview(made);
  expect(shown).toMatchObject({ replaces: [] });
  expect(shown.changes).toBeUndefined();
  for (const onDestroy of ["delete", "release"])
    for (const attempt of [
      () => lifecycle.read(made.id, made.state),
      () => lifecycle.update(made.id, made.state, news),
      () => lifecycle.delete(made.id, { ...made.state, onDestroy }),
    ])
      expect((await failureOf(attempt())).message).toContain(message);
}

test("the state tells its home, and neither of the two secrets", async () => {
  const { state } = await up();
  const [{ userSecret, organizationSecret }] = simulator.organizations;
  const fingerprint = expect.stringMatching(/^[0-9a-f]{12}$/);
  expect(state.home).toEqual({ host: simulator.url, organization: fingerprint, user: fingerprint });
  for (const secret of [userSecret, organizationSecret])
    expect(JSON.stringify(state.home)).not.toContain(secret);
});

test("a program cannot say the home", async () => {
  await expect(checked({ home: { host: "https://a.example" } })).rejects.toThrow('unknown argument "home"');
});

test.each([[404], [403]] as const)(
  "a colleague who does not see an instance (%d) neither drops nor changes it",
  async (foreignInstance) => {
    await start({ foreignInstance });
    const made = await up();
    await pointTo(simulator.url, colleague());
    const message = foreignInstance === 404 ? "The state saw it elsewhere: with another user secret" : "403";
    await allRefused(made, message);
    expect(only()).toMatchObject({ id: Number(made.id), tags: ["pulumi:project/stack/crm"] });
  },
);

test("a rotated user secret goes through with one update, which proves the instance", async () => {
  await start({ sight: "organization" });
  const made = await up();
  await pointTo(simulator.url, colleague());
  const { news, shown } = await preview(made);
  expect(shown.changes).toBeUndefined();
  simulator.clearRequests();
  const { outs } = await lifecycle.update(made.id, made.state, news);
  expect(callsTo(simulator)).toEqual(["GET /instances/ID"]);
  expect(kept(outs)).toEqual({ ...made.state, __provider: undefined, home: news.home });
  simulator.remove(Number(made.id));
  expect(await lifecycle.read(made.id, kept(outs))).toEqual({});
});

test("a renamed host goes through with one update, also with a rotated token", async () => {
  const made = await up();
  const renamed = simulator.url.replace("127.0.0.1", "localhost");
  await pointTo(renamed, simulator.organizations[0]);
  const first = await preview(made);
  expect(first.shown.changes).toBeUndefined();
  expect(kept((await lifecycle.update(made.id, made.state, first.news)).outs).home).toMatchObject({
    host: renamed,
  });
  simulator.edit(Number(made.id), (instance) => {
    instance.token = "rotated";
  });
  const { outs } = await lifecycle.update(made.id, made.state, first.news);
  expect(kept(outs)).toMatchObject({ token: "rotated", home: { host: renamed } });
});

test("under another organization's secrets nothing is dropped, changed or deleted", async () => {
  await start({ organizations: [{}, {}] });
  const made = await up();
  await pointTo(simulator.url, simulator.organizations[1] as User);
  await allRefused(made, "so this proves nothing about the instance");
  expect(only()).toMatchObject({ id: Number(made.id), tags: ["pulumi:project/stack/crm"] });
});

test("a renamed host goes through by the token alone, after somebody took our tag off", async () => {
  const made = await up();
  await pointTo(simulator.url.replace("127.0.0.1", "localhost"), simulator.organizations[0]);
  const { news } = await preview(made);
  simulator.edit(Number(made.id), (instance) => {
    instance.tags = [];
  });
  await lifecycle.update(made.id, made.state, news);
  expect(only()).toMatchObject({ id: Number(made.id) });
});

test.each([
  ["another organizationId", { organizationId: 7 }],
  ["another accountId", { accountId: 7 }],
  ["another elementId", { elementId: 7 }],
  ["another createdDate", { createdDate: "2020-01-01T00:00:00Z" }],
  // Dates that neither side tells are not the same date.
  ["no createdDate", { createdDate: undefined }],
])("another token at another host with %s is another instance's", async (_, facts) => {
  const made = await up();
  await pointTo(simulator.url.replace("127.0.0.1", "localhost"), simulator.organizations[0]);
  simulator.edit(Number(made.id), (instance) => {
    instance.token = "rotated";
  });
  if ("createdDate" in facts && facts.createdDate === undefined)
    simulator.fault({ kind: "keys-missing", keys: ["createdDate"], times: 0 });
  await allRefused(
    { ...made, state: { ...made.state, ...facts } },
    "is not the one in the state: its token differs",
  );
  expect(only().tags).toEqual(["pulumi:project/stack/crm"]);
});

test("a 404 of another organization than the state's does not drop an instance", async () => {
  const made = await up();
  simulator.remove(Number(made.id));
  simulator.fault({ kind: "answer", status: 200, path: "/organizations/me", body: '{"id":7}', times: 0 });
  for (const attempt of [
    () => lifecycle.read(made.id, made.state),
    () => lifecycle.update(made.id, made.state, made.inputs),
    () => lifecycle.delete(made.id, made.state),
  ])
    await expect(attempt()).rejects.toThrow("the configured secrets belong to organization 7");
});

describe("another platform", () => {
  let other: Simulator;
  beforeEach(async () => {
    const [{ id, userSecret, organizationSecret }] = simulator.organizations;
    // Two platforms do not make an instance in the same millisecond.
    const clock = () => new Date(Date.now() + 1000);
    other = await startSimulator({ organizations: [{ id, userSecret, organizationSecret }], clock });
  });
  afterEach(() => other.close());

  test("that lacks the instance, with the organization's own secrets, proves nothing", async () => {
    const made = await up();
    await pointTo(other.url, other.organizations[0]);
    await allRefused(made, `at ${simulator.url}, but the settings now name ${other.url}`);
    expect(callsTo(other).every((call) => call.startsWith("GET"))).toBe(true);
  });

  test("with another instance of the number is not changed; its token goes to nobody", async () => {
    const made = await up();
    const tags = ["pulumi:project/stack/crm"];
    const draft = { name: "crm", tags, configuration: { username: "k", password: "d" } };
    const stranger = other.add(draft, undefined, { id: Number(made.id) });
    await pointTo(other.url, other.organizations[0]);
    await allRefused(made, `instance ${made.id} here is not the one in the state: its token differs`);
    expect(onlyOf(other)).toEqual(stranger);
    expect(callsTo(other).every((call) => call.startsWith("GET"))).toBe(true);
  });

  test.each<[string, number, (instance: StoredInstance) => void]>([
    ["another organization", 2, () => {}],
    ["no tag of ours", 1, (instance) => Object.assign(instance, { tags: ["pulumi:project/stack/two"] })],
    ["another date", 1, (instance) => Object.assign(instance, { createdDate: "2026-01-02T00:00:00Z" })],
    ["no token, date or tag", 1, (instance) => Object.assign(instance, { token: undefined, tags: [] })],
  ])("whose instance has the number and date, and %s, is another", async (_, id, edit) => {
    const clock = () => new Date("2026-01-01T00:00:00Z");
    await start({ clock, organizations: [{ id: 1 }] });
    const made = await up();
    const [{ userSecret, organizationSecret }] = simulator.organizations;
    const organizations = [{ id, userSecret, organizationSecret }];
    await using copy = await startSimulator({ clock, organizations });
    const tags = ["pulumi:project/stack/crm"];
    const draft = { name: "crm", tags, configuration: { username: "k", password: "d" } };
    copy.add(draft, undefined, { id: Number(made.id) });
    copy.edit(Number(made.id), edit);
    const state = copy.instances()[0]?.token === undefined ? { ...made.state, token: undefined } : made.state;
    await pointTo(copy.url, copy.organizations[0]);
    await allRefused(
      { ...made, state },
      state.token === undefined
        ? `instance ${made.id} here cannot be proven to be the one in the state: there is no token to compare`
        : `instance ${made.id} here is not the one in the state: its token differs`,
    );
  });
});

test("a preview that does not know the connection yet shows the home as not known", async () => {
  const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
  expect(await checked({ connection: unknown })).toMatchObject({ home: unknown });
});
