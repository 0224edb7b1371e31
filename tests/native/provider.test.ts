import { UNKNOWN } from "../../provider/arguments/paths";
import { Provider } from "../../provider/native/provider";
import { type Simulator, startSimulator } from "../../provider/simulator";
import { connectionOf, kept } from "../support/plugin";

const urn = "urn:pulumi:dev::crm::act365:index:ConnectorInstance::crm";
const started = (): Provider => {
  const provider = new Provider({ tell: () => undefined, warn: () => undefined } as never);
  provider.configure("", { region: "us", userSecret: "user", organizationSecret: "organization" });
  return provider;
};
const connect = (provider: Provider, simulator: Simulator): void =>
  provider.configure("", { ...connectionOf(simulator), settleSeconds: "0" });
const sent = (bag: Record<string, unknown>) => ({ bag, secrets: [] });

test("a key that the program lacks is missing also once a refresh found the tag gone", () => {
  const provider = started();
  const bag = { apiKey: "api", developerKey: "developer" };
  const { ownershipTag: _, ...olds } = kept(provider.check(urn, {}, sent(bag)).inputs);
  const { problems } = provider.check(urn, olds, sent({ apiKey: "api" }));
  expect(problems).toMatchObject([expect.stringContaining("developerKey: is missing")]);
});

test("the keys that no import can read are no problem of what it has read", () => {
  const read = { name: "by hand", adopt: "12" };
  const { inputs, problems } = started().check(urn, read, sent(read));
  expect(problems).toEqual([]);
  expect(inputs).not.toHaveProperty("apiKey");
});

test("the preview of an adopted instance's update keeps the name and tags it has", async () => {
  const provider = started();
  const bag = { apiKey: "api", developerKey: "developer", adopt: "12" };
  const olds = kept(provider.check(urn, {}, sent(bag)).inputs);
  const state = {
    ...olds,
    instanceId: 12,
    token: "token",
    name: "by hand",
    tags: ["sales"],
    configuration: {},
  };
  const news = kept(provider.check(urn, olds, sent({ ...bag, verify: true })).inputs);
  const previewed = await provider.update({ urn }, "12", { state, olds, news, preview: true });
  expect(kept(previewed)).toMatchObject({ name: "by hand", tags: ["sales"], verify: true });
});

test("a secret that a preview does not know yet is no change of what is secret", () => {
  const provider = started();
  const poller = { url: "/x", idField: "id", datesConfiguration: {} };
  const program = (value: string) => ({
    apiKey: "api",
    developerKey: "developer",
    tags: ["a", value],
    events: { callbackUrl: "https://a.example", poller: { todos: { ...poller, url: value } } },
    configuration: { "base.url": value },
  });
  const secrets = ["tags", "events.poller.todos.url", "configuration.base.url"];
  const olds = kept(provider.check(urn, {}, { bag: program("/known"), secrets }).inputs);
  const news = kept(provider.check(urn, olds, sent(program(UNKNOWN))).inputs);
  expect(news.secretPaths).toEqual(olds.secretPaths);
});

test("a default provider is one too where only its download URL is in its name", () => {
  const provider = started();
  const environment = { ACT365_USER_SECRET: "canary", ACT365_ORGANIZATION_SECRET: "canary" };
  const problemsOf = (name: string) =>
    provider.checkConfig(`urn:pulumi:dev::crm::pulumi:providers:act365::${name}`, { region: "us" }).problems;
  Object.assign(process.env, environment);
  try {
    for (const name of [
      "default",
      "default_0_1_0",
      "default_https_/example.com/act365",
      "default_1_2_3_https_/a.example",
    ])
      expect([name, problemsOf(name)]).toEqual([name, []]);
    for (const name of ["defaultEu", "default_eu"])
      expect(problemsOf(name)).toMatchObject([
        expect.stringContaining(`of the provider "${name}" is missing`),
      ]);
  } finally {
    for (const name of Object.keys(environment)) delete process.env[name];
  }
});

test("an import leaves out what no program may say, and the next preview keeps it", async () => {
  await using simulator = await startSimulator();
  const provider = started();
  connect(provider, simulator);
  const configuration = {
    username: "u",
    password: "p",
    "event.poller.refresh_interval": "often",
    "event.notification.enabled": "true",
    "event.notification.callback.url": "http://user:word@example.com",
    "odd key": "1",
    "base.url": "https://b.example",
  };
  const { id } = simulator.add({ name: " by hand ", tags: ["a<b", "c"], configuration });
  const read = await provider.read({ urn }, String(id), {}, undefined);
  const inputs = kept(read?.inputs);
  expect(provider.check(urn, inputs, sent(inputs)).problems).toEqual([]);
  expect(inputs).toEqual({
    adopt: String(id),
    configuration: { "base.url": "https://b.example" },
    home: expect.anything(),
  });
  const bag = { ...inputs, apiKey: "u", developerKey: "p" };
  const { inputs: news, problems } = provider.check(urn, inputs, sent(bag));
  expect(problems).toEqual([]);
  const changed = provider
    .diff(urn, String(id), kept(read?.properties), inputs, kept(news))
    .map(({ place }) => place);
  expect(changed.sort()).toEqual(["apiKey", "developerKey", "ownershipTag"]);
});

describe("a deletion in a run", () => {
  const told: string[] = [];
  let simulator: Simulator;
  let provider: Provider;
  beforeEach(async () => {
    simulator = await startSimulator();
    told.length = 0;
    provider = new Provider({ tell: (_: string, words: string) => told.push(words) } as never);
    connect(provider, simulator);
  });
  afterEach(() => simulator.close());

  const program = { apiKey: "api", developerKey: "developer", name: "crm" };
  const check = (olds: Record<string, unknown>, more: Record<string, unknown> = {}) =>
    kept(provider.check(urn, olds, sent({ ...program, ...more })).inputs);
  /** A resource that an earlier run has adopted. */
  async function adopted() {
    const { id } = simulator.add({ name: "crm", configuration: { username: "api", password: "d" } });
    const inputs = check({}, { adopt: String(id), onDestroy: "delete" });
    const { properties } = await provider.create({ urn }, inputs, false);
    connect(provider, simulator);
    return { id: String(id), inputs, state: kept(properties) };
  }

  test("of what the same run keeps is of an old copy: the instance stays, said so", async () => {
    const { id, inputs, state } = await adopted();
    expect(provider.diff(urn, id, state, inputs, check(inputs, { onDestroy: "delete" }))).toEqual([]);
    await provider.delete({ urn }, id, state, inputs);
    expect(told).toMatchObject([
      expect.stringContaining(`instance ${id} was adopted again by its own replacement`),
    ]);
    expect(simulator.instances()).toHaveLength(1);
  });

  test("of what the same run has adopted is of an old copy: the instance stays, said so", async () => {
    const { id, state } = await adopted();
    const inputs = check({}, { adopt: id, onDestroy: "delete" });
    expect((await provider.create({ urn }, inputs, false)).id).toBe(id);
    await provider.delete({ urn }, id, state, inputs);
    expect(told).toMatchObject([expect.stringContaining("so it was not deleted, and its token is valid")]);
    expect(simulator.instances()).toHaveLength(1);
  });

  test.each([
    [
      "is to be replaced",
      async (inputs: Record<string, unknown>) => void check({}, { ...inputs, adopt: undefined }),
    ],
    ["depends on one that is", undefined],
  ])("of a resource that %s deletes the instance", async (_, announce) => {
    const { id, inputs, state } = await adopted();
    const news = check(inputs, announce ? {} : { name: UNKNOWN });
    provider.diff(urn, id, state, inputs, news);
    await announce?.(program);
    await provider.delete({ urn }, id, state, inputs);
    expect(simulator.instances()).toEqual([]);
  });

  test("before its own adoption is refused also where the tag names an organization", async () => {
    const { id, inputs, state } = await adopted();
    const ownershipTag = String(state.ownershipTag).replace("pulumi:", "pulumi:@acme/");
    simulator.edit(Number(id), (instance) => {
      instance.tags = [ownershipTag];
    });
    check({}, { adopt: id });
    await expect(
      provider.delete({ urn }, id, { ...state, ownershipTag }, { ...inputs, ownershipTag }),
    ).rejects.toThrow(`instance ${id} would be adopted again by its own replacement`);
    expect(simulator.instances()).toHaveLength(1);
  });
});
