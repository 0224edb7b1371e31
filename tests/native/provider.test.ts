import { UNKNOWN } from "../../provider/arguments/paths";
import { Provider } from "../../provider/native/provider";
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
