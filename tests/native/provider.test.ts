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
