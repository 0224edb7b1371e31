import { inNode, type Registered, registeredBy } from "../support/node";
import { isSealed } from "../support/story";

const keys = 'apiKey: "canary-api-key", developerKey: "canary-developer-key"';

/** What a program makes secret, and the list of paths that the provider is told of. */
const cases: [what: string, args: string, paths: string[] | undefined][] = [
  ["nothing", 'name: "plain", tags: ["a"], events: { callbackUrl: "https://a.example" }', undefined],
  ["nothing, as nothing is given", "", undefined],
  [
    "what the field table makes secret",
    'apiKey: secret("canary"), events: { signatureKey: secret("canary") }',
    undefined,
  ],
  ["an argument", 'name: secret("x")', ["name"]],
  ["an argument that comes later", 'name: secret(Promise.resolve("x"))', ["name"]],
  ["a tag", 'tags: ["a", secret("b")]', ["tags"]],
  ["an argument of events", 'events: { callbackUrl: secret("https://a.example") }', ["events.callbackUrl"]],
  [
    "an argument of a group in a group",
    'events: { basicAuth: { username: secret("u"), password: "p" } }',
    ["events.basicAuth.username"],
  ],
  [
    "part of what to poll",
    'events: { poller: { todos: { url: secret("/x"), idField: "id", datesConfiguration: {} } } }',
    ["events.poller"],
  ],
  ["a whole group", 'events: secret({ callbackUrl: "https://a.example" })', ["events"]],
  [
    "a group inside an output",
    'events: pulumi.output(1).apply(() => ({ callbackUrl: secret("https://a.example") }))',
    ["events"],
  ],
  [
    "keys of the configuration",
    'configuration: { "pagination.max": 1, "instance.variables": secret("v"), "base.url": secret("u") }',
    ["configuration.base.url", "configuration.instance.variables"],
  ],
  ["the whole configuration", 'configuration: secret({ "pagination.max": 1 })', ["configuration"]],
];

describe("secret-inputs", () => {
  let registered: Record<string, Registered>;
  // One Node for all of them: each costs half a second.
  beforeAll(async () => {
    const resources = cases.map(
      ([what, args]) => `new ConnectorInstance(${JSON.stringify(what)}, { ${keys}, ${args} });`,
    );
    registered = await registeredBy(`const secret = pulumi.secret;\n${resources.join("\n")}`);
  });

  test.each(cases)("the paths sent are those made secret: %s", (what, _, paths) => {
    expect(registered[what]).toBeDefined();
    expect(registered[what]?.inputs.secretPaths).toEqual(paths);
  });

  test("an argument that a preview does not know yet is not listed, and the others are", async () => {
    const inputs = await inNode<Record<string, unknown>>(`
      const pulumi = require("@pulumi/pulumi");
      const { ConnectorInstance } = require("pulumi-act365");
      let inputs;
      await pulumi.runtime.setMocks({
        newResource: (args) => {
          if (args.name === "crm") inputs = args.inputs;
          return { id: "12", state: {} };
        },
        call: () => ({}),
      }, "project", "stack", true);
      const other = new ConnectorInstance("other", { ${keys} });
      new ConnectorInstance("crm", { ${keys}, name: other.createdDate, tags: [pulumi.secret("t")] });
      await pulumi.runtime.waitForRPCs();
      return inputs;
    `);
    expect(inputs.secretPaths).toEqual(["tags"]);
  });

  test("an argument that is added to the table as a secret is sent as one", async () => {
    const { inputs, secretOutputs } = await inNode<{
      inputs: Record<string, Record<string, unknown>>;
      secretOutputs: string[];
    }>(`
      const table = require("./dist/arguments/fields.js");
      for (const path of ["added", "events.added"]) {
        table.fields[path] = { type: "string", secret: true, onChange: "update", wire: { ours: true }, about: "" };
        table.fieldPaths.push(path);
      }
      const pulumi = require("@pulumi/pulumi");
      const { ConnectorInstance } = require("pulumi-act365");
      let inputs;
      await pulumi.runtime.setMocks({
        newResource: (args) => {
          inputs = args.inputs;
          return { id: "12", state: {} };
        },
        call: () => ({}),
      });
      const secretOutputs = [];
      new ConnectorInstance("crm", {
        ${keys}, added: "canary", events: { added: "canary", callbackUrl: "https://a.example" },
      }, { transformations: [({ opts }) => { secretOutputs.push(...opts.additionalSecretOutputs); }] });
      await pulumi.runtime.waitForRPCs();
      return { inputs, secretOutputs };
    `);
    // Pulumi's mocks hand over an object that holds a secret as one that is secret.
    expect([inputs.added, inputs.events].map(isSealed)).toEqual([true, true]);
    expect(inputs.events).toMatchObject({ value: { added: "canary", callbackUrl: "https://a.example" } });
    expect(secretOutputs.sort()).toEqual(["added", "apiKey", "developerKey", "token"]);
  });
});
