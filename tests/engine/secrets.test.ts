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

const program = (secret: string) => `
  const hidden = (key, text = (value) => value) => ${secret}.apply(text);
  exports.crm = new ConnectorInstance("crm", {
    ${keys},
    tags: ["a", hidden("variablesKey")],
    events: {
      callbackUrl: hidden("urlKey", (value) => "https://a.example/" + value),
      basicAuth: { username: hidden("userKey"), password: "p" },
      poller: { todos: { url: hidden("pollKey", (value) => "/" + value), idField: "id", datesConfiguration: {} } },
    },
    configuration: { "instance.variables": hidden("variablesKey"), "pagination.max": 99 },
  });
`;
const listed = [
  "configuration.instance.variables",
  "events.basicAuth.username",
  "events.callbackUrl",
  "events.poller",
  "tags",
];

describe("values that the program makes secret", () => {
  test("stay secret in the preview, the state, the outputs and after a refresh", async () => {
    await stack.write(program("config.requireSecret(key)"));
    await stack.preview();
    await stack.up();
    expect(leaksIn(await stack.stateText(), simulator)).toEqual([]);
    const [crm] = await stack.instances();
    expect(crm?.inputs.secretPaths).toEqual(listed);
    await stack.refresh();
    expect(leaksIn(await stack.stateText(), simulator)).toEqual([]);
    await stack.must("stack", "output");
    await stack.preview("--expect-no-changes");
  });

  test("stay secret when somebody changes them on the platform", async () => {
    const [instance] = simulator.instances();
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
});
