import { Provider } from "../../provider/native/provider";
import { type Simulator, startSimulator } from "../../provider/simulator";
import { kept } from "../support/plugin";

const urn = "urn:pulumi:dev::crm::act365:index:ConnectorInstance::crm";
const started = (): Provider => {
  const provider = new Provider({ tell: () => undefined, warn: () => undefined } as never);
  provider.configure("", { region: "us", userSecret: "user", organizationSecret: "organization" });
  return provider;
};

test("a key that the program lacks is missing also once a refresh found the tag gone", () => {
  const provider = started();
  const bag = { apiKey: "api", developerKey: "developer" };
  const { ownershipTag: _, ...olds } = kept(provider.check(urn, {}, { bag, secrets: [] }).inputs);
  const { problems } = provider.check(urn, olds, { bag: { apiKey: "api" }, secrets: [] });
  expect(problems).toMatchObject([expect.stringContaining("developerKey: is missing")]);
});

test("the keys that no import can read are no problem of what it has read", () => {
  const read = { name: "by hand", adopt: "12" };
  const { inputs, problems } = started().check(urn, read, { bag: read, secrets: [] });
  expect(problems).toEqual([]);
  expect(inputs).not.toHaveProperty("apiKey");
});

describe("a deletion in a run", () => {
  const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
  const told: string[] = [];
  let simulator: Simulator;
  let provider: Provider;
  beforeEach(async () => {
    simulator = await startSimulator();
    told.length = 0;
    const [{ userSecret, organizationSecret }] = simulator.organizations;
    provider = new Provider({ tell: (_: string, words: string) => told.push(words) } as never);
    provider.configure("", {
      baseUrl: simulator.baseUrl,
      userSecret,
      organizationSecret,
      settleSeconds: "0",
    });
  });
  afterEach(() => simulator.close());

  const program = { apiKey: "api", developerKey: "developer", name: "crm" };
  const check = (olds: Record<string, unknown>, more: Record<string, unknown> = {}) =>
    kept(provider.check(urn, olds, { bag: { ...program, ...more }, secrets: [] }).inputs);
  /** A resource that an earlier run has adopted. */
  async function adopted() {
    const { id } = simulator.add({ name: "crm", configuration: { username: "api", password: "d" } });
    const inputs = check({}, { adopt: String(id), onDestroy: "delete" });
    const { properties } = await provider.create({ urn }, inputs, false);
    const { baseUrl } = simulator;
    const [{ userSecret, organizationSecret }] = simulator.organizations;
    provider.configure("", { baseUrl, userSecret, organizationSecret, settleSeconds: "0" });
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
    const news = check(inputs, announce ? {} : { name: unknown });
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
