import type { Simulator } from "../../provider/simulator";
import { endUnleaked } from "../support/promise";
import { canaries, changesIn, keys, Stack, startCanarySimulator } from "../support/stack";

// Two organizations on one platform.
const organizations = [
  {
    name: "One",
    userSecret: canaries.userSecret,
    organizationSecret: canaries.organizationSecret,
    colleagues: [{ name: "Ann", userSecret: "canary-colleague" }],
  },
  { name: "Two", userSecret: "canary-user-two", organizationSecret: "canary-organization-two" },
];
let simulator: Simulator;
let stack: Stack;
beforeEach(async () => {
  simulator = await startCanarySimulator({ organizations });
  const config = {
    apiKey: canaries.apiKey,
    developerKey: canaries.developerKey,
    baseUrl: simulator.baseUrl,
    userSecret: canaries.userSecret,
    organizationSecret: canaries.organizationSecret,
  };
  stack = await Stack.create("", config, { door: "plugin" });
});
afterEach(() => endUnleaked(stack, simulator));

// The program marks none of the secrets, and the plugin does.
const providers = `
  const baseUrl = config.require("baseUrl");
  const settings = { baseUrl, timeoutSeconds: 20, settleSeconds: 0 };
  const one = new act365.Provider("one", { ...settings, userSecret: "${canaries.userSecret}", organizationSecret: "${canaries.organizationSecret}" });
  const two = new act365.Provider("two", { ...settings, userSecret: "canary-user-two", organizationSecret: "canary-organization-two" });`;
const namesByOrganization = () =>
  Object.fromEntries(simulator.instances().map(({ name, organizationId }) => [name, organizationId]));

test("a resource that moves to the provider of another organization is replaced", async () => {
  const program = (where: string) => `${providers}
    new ConnectorInstance("kept", { ${keys} }, { provider: one });
    new ConnectorInstance("moved", { ${keys} }, { provider: ${where} });`;
  await stack.write(program("one"));
  await stack.up();
  const [first, second] = [simulator.organizations[0]?.id, simulator.organizations[1]?.id];
  expect(namesByOrganization()).toEqual({ kept: first, moved: first });

  await stack.write(program("two"));
  const { text } = await stack.preview();
  expect(text).toMatch(/\+-act365:index:ConnectorInstance: \(replace\)\n(.*\n)*.*::moved\]/);
  await stack.up();
  expect(namesByOrganization()).toEqual({ kept: first, moved: second });
  await stack.preview("--expect-no-changes");
  await stack.destroy();
  expect(simulator.instances()).toEqual([]);
});

test("another user of the same organization, or an unknown secret, replaces nothing", async () => {
  const program = (userSecret: string) => `
    const settings = { baseUrl: config.require("baseUrl"), settleSeconds: 0, organizationSecret: config.requireSecret("organizationSecret") };
    const one = new act365.Provider("one", { ...settings, userSecret: ${userSecret} });
    new ConnectorInstance("crm", { ${keys} }, { provider: one });`;
  // Known only after another resource is there.
  const later = `new (class extends pulumi.dynamic.Resource {
    constructor() {
      const create = async ({ from }) => ({ id: "1", outs: { from, value: from } });
      const secrets = { additionalSecretOutputs: ["from", "value"] };
      super({ create }, "later", { from: config.requireSecret("userSecret"), value: undefined }, secrets);
    }
  })().value`;
  await stack.write(program(later));
  const { text } = await stack.preview();
  expect(text).toContain("act365:index:ConnectorInstance: (create)");
  await stack.up();
  await stack.preview("--expect-no-changes");

  const { id, organizationId } = simulator.instances()[0] ?? {};
  simulator.clearRequests();
  await stack.write(program('config.requireSecret("colleagueSecret")'));
  await stack.configure({ colleagueSecret: "canary-colleague" });
  const changes = changesIn((await stack.preview()).text);
  expect(changes.map((line) => line.replaceAll(/"\w+"/g, '"..."'))).toEqual([
    "~ pulumi:providers:act365: (update)",
    "~ act365:index:ConnectorInstance: (update)",
    "~ home: {",
    '~ user : "..." => "..."',
    "- pulumi-nodejs:dynamic:Resource: (delete)",
  ]);
  // This platform shows an instance to whoever made it alone.
  expect(await stack.upFails()).toMatch(
    /has no instance \d+ here. The state saw it elsewhere: with another user secret/,
  );
  expect(simulator.requests.filter(({ method }) => method !== "GET")).toEqual([]);
  expect(simulator.instances()).toMatchObject([{ id, organizationId }]);
});

test("what is wrong with a provider is told in its own words, before anything is sent", async () => {
  await stack.write(`
    const two = new act365.Provider("two", { region: "mars", userSecret: "a b", timeoutSecond: 20 });
    new ConnectorInstance("crm", { ${keys}, connection: "eu" }, { provider: two });`);
  const explicit = await stack.warm("preview");
  expect(problemsIn(explicit.text)).toEqual([
    'the provider "two" has incomplete or wrong settings:',
    '- userSecret of the provider "two" holds a space',
    '- organizationSecret of the provider "two" is missing; give organizationSecret in the program',
    '- region of the provider "two" must be one of us',
  ]);

  await stack.write(`new ConnectorInstance("crm", { ${keys} });`);
  await stack.configure({ "act365:timeoutSecond": "20", "act365:eu.userSecret": "x" });
  const byDefault = await stack.warm("preview");
  expect(byDefault.text).toContain("did you mean act365:timeoutSeconds?");
  expect(problemsIn(byDefault.text)).toEqual([
    "the act365 settings of this stack are incomplete or wrong:",
    "- act365:userSecret is missing; set it with: pulumi config set --secret act365:userSecret (or the environment variable ACT365_USER_SECRET)",
    "- act365:organizationSecret is missing; set it with: pulumi config set --secret act365:organizationSecret (or the environment variable ACT365_ORGANIZATION_SECRET)",
    "- act365:region or act365:baseUrl is missing",
  ]);

  await stack.configure({
    "act365:baseUrl": simulator.baseUrl,
    "act365:userSecret": canaries.userSecret,
    "act365:organizationSecret": canaries.organizationSecret,
  });
  await stack.write(
    `new ConnectorInstance("crm", { ${keys}, connection: "eu", enabled: "no", evnets: {} });`,
  );
  const argument = await stack.warm("preview");
  expect(problemsIn(argument.text)).toEqual([
    'unknown argument "evnets"; did you mean "events"?',
    "enabled: must be true or false",
    "connection: is an argument of the class for Node.js; give the resource a provider of its own instead",
  ]);
  expect(simulator.requests).toEqual([]);
});

/** What the diagnostics say that is wrong, each as far as its first comma. */
const problemsIn = (text: string): string[] =>
  text
    .split("Diagnostics:")
    .at(-1)
    ?.match(/(?<=has a problem: ).*|(?<=^ {6,})- .*/gm)
    ?.map((line) => line.replace(/,.*/, "")) ?? [];
