import type { Simulator } from "../../provider/simulator";
import { endUnleaked } from "../support/promise";
import { canaries, keys, leaksIn, Stack, settingsFor, startCanarySimulator } from "../support/stack";

let simulator: Simulator;
let stack: Stack;
beforeAll(async () => {
  simulator = await startCanarySimulator();
  stack = await Stack.create("", { ...settingsFor(simulator), ...secrets });
});
afterAll(() => endUnleaked(stack, simulator));

/** Values of arguments that the table holds for public, and that the program makes secret. */
const secrets = {
  urlKey: canaries.password,
  userKey: canaries.headers,
  pollKey: canaries.signatureKey,
  variablesKey: canaries.variables,
};

// What depends on another resource is known only in the update.
const program = (from: string) => `
  const first = new ConnectorInstance("first", { ${keys} });
  const hidden = (key, text = (value) => value) =>
    pulumi.secret(${from}).apply(() => config.requireSecret(key)).apply(text);
  exports.crm = new ConnectorInstance("crm", {
    ${keys},
    name: hidden("userKey"),
    tags: ["a", hidden("variablesKey")],
    enabled: hidden("userKey", () => true),
    events: {
      callbackUrl: hidden("urlKey", (value) => "https://a.example/" + value),
      callbackHeaders: hidden("userKey"),
      signatureKey: hidden("pollKey"),
      basicAuth: { username: hidden("userKey"), password: hidden("urlKey") },
      refreshIntervalMinutes: hidden("pollKey", () => 5),
      poller: { todos: { url: hidden("pollKey", (value) => "/" + value), idField: "id", datesConfiguration: {} } },
    },
    configuration: { "instance.variables": hidden("variablesKey"), "pagination.max": hidden("urlKey", () => 99) },
  });
`;
const listed = [
  "configuration.instance.variables",
  "configuration.pagination.max",
  "enabled",
  "events.basicAuth.username",
  "events.callbackUrl",
  "events.poller",
  "events.refreshIntervalMinutes",
  "name",
  "tags",
];

describe("values that the program makes secret", () => {
  test("stay secret in previews, state, outputs and a refresh, known now or later", async () => {
    // The engine hands a plugin the credentials of Pulumi's cloud.
    stack.environment.PULUMI_ACCESS_TOKEN = canaries.rotatedKey;
    await stack.write(program("first.createdDate"));
    expect((await stack.preview()).text).toMatch(/ name +: \[secret\]/);
    await stack.up();
    expect(leaksIn(await stack.stateText(), simulator)).toEqual([]);
    const crm = (await stack.instances()).find(({ urn }) => urn.endsWith("::crm"));
    expect(crm?.inputs.secretPaths).toEqual(listed);
    await stack.must("stack", "output");
    await stack.must("preview", "--json");
    await stack.refresh("--expect-no-changes");
    expect(leaksIn(await stack.stateText(), simulator)).toEqual([]);
    await stack.write(program('"known"'));
    await stack.preview("--expect-no-changes");
  });

  test("stay secret when somebody changes them on the platform", async () => {
    const instance = simulator.instances().find(({ tags }) => tags.includes("pulumi:crm/dev/crm"));
    simulator.edit(instance?.id ?? 0, ({ configuration }) => {
      configuration["event.notification.callback.url"] = `https://b.example/${canaries.password}`;
      configuration["instance.variables"] = `${canaries.variables} too`;
    });
    const { text } = await stack.refresh();
    expect(text).toContain("callbackUrl");
    expect((await stack.preview()).text).toMatch(/callbackUrl\s*: \[secret\] => \[secret\]/);
    await stack.up();
    expect(leaksIn(stack.printed + (await stack.stateText()), simulator)).toEqual([]);
  });

  test("become secret in the state with an update that sends nothing", async () => {
    await using plain = await Stack.create(
      'exports.x = new ConnectorInstance("plain", { KEYS, name: "public-canary" }).name;'.replace(
        "KEYS",
        keys,
      ),
      settingsFor(simulator),
    );
    await plain.up();
    expect(await plain.stateText()).toContain("public-canary");
    await plain.write(
      `exports.x = new ConnectorInstance("plain", { ${keys}, name: pulumi.secret("public-canary") }).name;`,
    );
    expect((await plain.preview()).text).toMatch(/\+ secretPaths/);
    simulator.clearRequests();
    await plain.up();
    expect(simulator.requests.filter(({ method }) => method !== "GET")).toEqual([]);
    expect(await plain.stateText()).not.toContain("public-canary");
    await plain.preview("--expect-no-changes");
    await plain.destroy();
  });

  test("go with their instance when it is destroyed", async () => {
    await stack.destroy();
    expect(simulator.instances()).toEqual([]);
  });
});
