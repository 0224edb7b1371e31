import { inNode, registeredBy } from "../support/node";
import { isSealed } from "../support/story";

const keys = 'apiKey: "canary-api-key", developerKey: "canary-developer-key"';

test("a tag holds the project, the stack, the types of the parents and the name", async () => {
  const registered = await registeredBy(`
    new ConnectorInstance("crm", { ${keys} });
    new ConnectorInstance("other", { ${keys}, name: "by a name", tags: ["one"] });
    const sales = new pulumi.ComponentResource("my:crm/sales:Sales", "sales");
    const region = new pulumi.ComponentResource("my:Region", "region", {}, { parent: sales });
    new ConnectorInstance("in a region", { ${keys} }, { parent: region });
    new ConnectorInstance("100%$sure", { ${keys} });
  `);
  expect(registered).toMatchObject({
    crm: { id: "", inputs: { ownershipTag: "pulumi:project/stack/crm" } },
    other: { inputs: { name: "by a name", ownershipTag: "pulumi:project/stack/other", tags: ["one"] } },
    "in a region": {
      inputs: { ownershipTag: "pulumi:project/stack/my:crm/sales:Sales$my:Region$in a region" },
    },
    "100%$sure": { inputs: { ownershipTag: "pulumi:project/stack/100%25%24sure" } },
  });
});

test("a tag names the organization where Pulumi has one, under mocks too", async () => {
  const said = await inNode(`
    const pulumi = require("@pulumi/pulumi");
    const { ConnectorInstance } = require("pulumi-act365");
    const tags = [];
    const newResource = ({ inputs }) => { tags.push(inputs.ownershipTag); return { id: "12", state: inputs }; };
    const name = async (organization) => {
      await pulumi.runtime.setMocks({ newResource, call: () => ({}) }, "project", "stack", false, organization);
      const { name } = new ConnectorInstance("crm", { ${keys} });
      return new Promise((resolve) => name.apply(resolve));
    };
    return [await name("acme"), await name("organization"), ...tags];
  `);
  expect(said).toEqual(["crm", "crm", "pulumi:@acme/project/stack/crm", "pulumi:project/stack/crm"]);
});

test("keys and the secrets of events are secret although passed as plain strings", async () => {
  const { plain, later } = await registeredBy(`
    const events = {
      callbackUrl: "https://a.example",
      callbackHeaders: "canary-headers",
      basicAuth: { username: "u", password: "canary-password" },
      signatureKey: "canary-signature",
    };
    new ConnectorInstance("plain", { ${keys}, events });
    new ConnectorInstance("later", { ${keys}, events: pulumi.output(events) });
  `);
  for (const inputs of [plain?.inputs, later?.inputs]) {
    expect([inputs?.apiKey, inputs?.developerKey].map(isSealed)).toEqual([true, true]);
    expect(JSON.stringify(inputs, (_, value) => (isSealed(value) ? "sealed" : value))).not.toContain(
      "canary",
    );
  }
});

test("get reads by id, with no arguments but the connection", async () => {
  const registered = await registeredBy(`
    ConnectorInstance.get("one", "12345");
    ConnectorInstance.get("two", pulumi.output("12345"), { connection: "eu" });
  `);
  const __provider = expect.any(String);
  expect(registered).toEqual({
    one: { id: "12345", inputs: { __provider } },
    two: { id: "12345", inputs: { __provider, connection: "eu" } },
  });
});

test("get refuses what is not the id of an instance by name, at once", async () => {
  const ids = ["abc", "", "0", "1.5", "12 ", "../12"];
  const errors = await inNode(
    `
    const { ConnectorInstance } = require("pulumi-act365");
    return input.map((id) => {
      try {
        ConnectorInstance.get("crm", id);
      } catch (error) {
        return [error.constructor.name, error.message];
      }
    });
  `,
    ids,
  );
  // Pulumi shows a RunError without its stack.
  const message = (id: string) =>
    `ConnectorInstance.get("crm"): "${id}" is not the id of an instance, which is a whole number such as "12345"`;
  expect(errors).toEqual(ids.map((id) => ["RunError", message(id)]));
});

/** What a program warns of, under Pulumi's mocks. */
const warningsOf = (program: string): Promise<string[]> =>
  inNode(`
    const pulumi = require("@pulumi/pulumi");
    const { ConnectorInstance } = require("pulumi-act365");
    const warnings = [];
    pulumi.log.warn = async (message) => { warnings.push(message); };
    await pulumi.runtime.setMocks({ newResource: ({ inputs }) => ({ id: "12", state: inputs }), call: () => ({}) });
    ${program}
    await pulumi.runtime.waitForRPCs();
    return warnings;
  `);

test("a key that the connector is not known to have draws a warning", async () => {
  const program = `
    new ConnectorInstance("crm", { ${keys}, configuration: { "pagination.max": 100, "pagination.maxx": 1, x: 1 } });
    new ConnectorInstance("two", { ${keys}, configuration: { "pagination.max": 100 } });`;
  expect(await warningsOf(program)).toEqual([
    "configuration: pagination.maxx is sent as it is, but the connector's list of keys, of 2020, lacks it; perhaps pagination.max is meant",
    "configuration: the connector's list of keys, of 2020, lacks x; it is sent as it is",
  ]);
});

test("a misspelt setting draws one warning with the right name, a program's own none", async () => {
  const program = `
    pulumi.runtime.setAllConfig({
      "act365:timeoutSecond": "canary",
      "act365:baseURL": "canary",
      "act365:maxAttempts": "3",
      "act365:regions": '{"userSecret":"canary"}',
      "act365:apiKey": "canary",
      "other:regoin": "canary",
    });
    for (const name of ["one", "two"]) new ConnectorInstance(name, { ${keys} });`;
  expect(await warningsOf(program)).toEqual([
    "act365:timeoutSecond is not a setting and does nothing; did you mean act365:timeoutSeconds?",
    "act365:baseURL is not a setting and does nothing; did you mean act365:baseUrl?",
  ]);
});

test("declaring an instance, well or not, leaves the program's own stack traces alone", async () => {
  const limits = await inNode<(number | boolean | string)[]>(`
    const pulumi = require("@pulumi/pulumi");
    const { ConnectorInstance } = require("pulumi-act365");
    await pulumi.runtime.setMocks({ newResource: ({ inputs }) => ({ id: "12", state: inputs }), call: () => ({}) });
    Error.stackTraceLimit = 7;
    const { prepareStackTrace } = Error;
    const limits = [];
    for (const name of ["crm", ""]) {
      try {
        new ConnectorInstance(name, { ${keys} });
      } catch (error) {
        limits.push(error.message);
      }
      limits.push(Error.stackTraceLimit, Error.prepareStackTrace === prepareStackTrace);
    }
    await pulumi.runtime.waitForRPCs();
    return limits;
  `);
  expect(limits).toEqual([7, true, expect.stringContaining("name"), 7, true]);
});
