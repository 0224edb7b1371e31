import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Simulator } from "../../provider/simulator";
import { orphansOf } from "../support/orphans";
import { endUnleaked } from "../support/promise";
import {
  changesIn,
  inYaml,
  keys,
  newFolder,
  Stack,
  settingsFor,
  startCanarySimulator,
} from "../support/stack";

let simulator: Simulator;
let stack: Stack;
const settings = () => ({ ...settingsFor(simulator), "act365:settleSeconds": "0" });
const begin = async (program: string) => {
  stack = await Stack.create(program, settings(), { door: "plugin" });
};
beforeEach(async () => {
  simulator = await startCanarySimulator();
});
afterEach(() => endUnleaked(stack, simulator));

const crm = (more = "", options = "") =>
  `new ConnectorInstance("crm", { ${keys}, ${more} }, { ${options} });`;

test("Pulumi's options of a resource do what Pulumi says of them", async () => {
  await begin(crm('name: "one"'));
  await stack.up();
  const id = () => simulator.instances()[0]?.id;
  const made = id();

  await stack.write(crm('name: "two"', 'ignoreChanges: ["name", "apiKey"]'));
  await stack.preview("--expect-no-changes");

  await stack.write(crm('name: "two"', "protect: true"));
  await stack.up();
  const kept = await stack.run("destroy", "--yes", "--skip-preview");
  expect(kept.text).toContain("because it is protected");
  expect(simulator.instances()).toMatchObject([{ id: made, name: "two" }]);

  await stack.write(crm('name: "three"', 'protect: false, replaceOnChanges: ["name"]'));
  expect((await stack.preview()).text).toContain("+-act365:index:ConnectorInstance: (replace)");
  await stack.up();
  expect(simulator.instances()).toMatchObject([{ name: "three", tags: ["pulumi:crm/dev/crm"] }]);
  expect(id()).not.toBe(made);

  await stack.write(
    crm('name: "three"', 'aliases: [{ name: "crm" }]').replace('"crm"', '"sales"').replace("{ }", ""),
  );
  expect(changesIn((await stack.preview()).text)).toEqual([
    "~ act365:index:ConnectorInstance: (update)",
    '~ ownershipTag: "pulumi:crm/dev/crm" => "pulumi:crm/dev/sales"',
  ]);

  await stack.write(crm('name: "three"', 'version: "9.9.9"'));
  expect((await stack.preview()).text).toContain("is expected to have version >=9.9.9");

  await stack.write(crm('name: "three"', "retainOnDelete: true"));
  await stack.up();
  await stack.write("");
  await stack.up();
  expect(simulator.instances()).toMatchObject([{ name: "three", tags: ["pulumi:crm/dev/crm"] }]);
});

test("what deletedWith leaves alive keeps its tag, and orphans finds it", async () => {
  const kept = `new ConnectorInstance("kept", { ${keys} });`;
  await begin(`${kept}
    const first = new ConnectorInstance("first", { ${keys} });
    new ConnectorInstance("crm", { ${keys} }, { deletedWith: first });`);
  await stack.up();
  await stack.write(kept);
  await stack.up();
  const [, left, ...others] = simulator.instances().toSorted(({ name }) => (name === "kept" ? -1 : 1));
  expect([left?.tags, others]).toEqual([["pulumi:crm/dev/crm"], []]);
  expect(await orphansOf(stack, simulator)).toMatchObject({
    code: 3,
    stdout: expect.stringContaining(String(left?.id)),
  });
});

test("a component hands its providers on, and each makes its own instance", async () => {
  const [{ userSecret, organizationSecret }] = simulator.organizations;
  const secrets = `userSecret: "${userSecret}", organizationSecret: "${organizationSecret}"`;
  await begin(`
    const act = new act365.Provider("p", { baseUrl: "${simulator.baseUrl}", settleSeconds: 0, ${secrets} });
    class Sales extends pulumi.ComponentResource {
      constructor() {
        super("my:Sales", "sales", {}, { providers: { act365: act } });
        new ConnectorInstance("crm", { ${keys} }, { parent: this });
      }
    }
    new Sales();`);
  await stack.up();
  expect(simulator.instances()).toMatchObject([{ tags: ["pulumi:crm/dev/my:Sales$crm"] }]);
  await stack.preview("--expect-no-changes");
  await stack.destroy();
  expect(simulator.instances()).toEqual([]);
});

test("a YAML lookup of what is not there yet waits, and a wrong one says what to give", async () => {
  const folder = await newFolder();
  const write = (args: string) =>
    writeFile(
      join(folder, "Pulumi.yaml"),
      inYaml(`
resources: { crm: { type: act365:ConnectorInstance, properties: { apiKey: "$\{apiKey}", developerKey: "$\{developerKey}" } } }
variables: { found: { fn::invoke: { function: act365:getConnectorInstance, arguments: { ${args} } } } }
outputs: { name: "$\{found.name}", token: "$\{found.token}" }
`),
    );
  await write(`id: "$\{crm.id}"`);
  stack = await Stack.at(folder, settings());
  expect((await stack.preview()).text).toMatch(/^ +token: \[unknown\]$/m);
  expect(simulator.requests).toEqual([]);
  await stack.up();
  expect(await stack.outputs()).toEqual({ name: "crm", token: simulator.instances()[0]?.token });
  await write("id: nothing");
  expect((await stack.run("preview")).text).toContain('"nothing" is not an id, a whole number such as');
  await write("name: crm, id: '1'");
  expect((await stack.run("preview")).text).toContain("getConnectorInstance: give either id or name");
});
