import { UNKNOWN } from "../../provider/arguments/paths";
import { Provider } from "../../provider/native/provider";
import { type Simulator, startSimulator } from "../../provider/simulator";
import { kept } from "../support/plugin";

const urn = "urn:pulumi:dev::crm::act365:index:ConnectorInstance::crm";
const started = (): Provider => {
  const provider = new Provider({ tell: () => undefined, warn: () => undefined } as never);
  provider.configure("", { region: "us", userSecret: "user", organizationSecret: "organization" });
  return provider;
};

const sent = (inputs: Record<string, unknown>) => ({ bag: inputs, secrets: [] });

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

describe("an import of what no program may say", () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator();
  });
  afterAll(() => simulator.close());

  test("leaves it out, and the next preview is without a problem and keeps it", async () => {
    const [{ userSecret, organizationSecret }] = simulator.organizations;
    const provider = started();
    provider.configure("", {
      baseUrl: simulator.baseUrl,
      userSecret,
      organizationSecret,
      settleSeconds: "0",
    });
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
});
