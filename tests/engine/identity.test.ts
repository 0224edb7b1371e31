import { type Simulator, type SimulatorOptions, startSimulator } from "../../provider/simulator";
import { endUnleaked } from "../support/promise";
import { canaries, keys, Stack, settingsFor } from "../support/stack";

const tag = "pulumi:crm/dev/crm";
const { userSecret, organizationSecret } = canaries;

let simulator: Simulator;
let stack: Stack;
const begin = async (program: string, options: SimulatorOptions = {}) => {
  simulator = await startSimulator({ organizations: [{ userSecret, organizationSecret }], ...options });
  stack = await Stack.create(program, settingsFor(simulator));
};
afterEach(() => endUnleaked(stack, simulator));

const crm = (more = "", options = "{}") => `new ConnectorInstance("crm", { ${keys}, ${more} }, ${options});`;
const components = `
  class Sales extends pulumi.ComponentResource { constructor(name) { super("my:Sales", name); } }
  class Service extends pulumi.ComponentResource { constructor(name) { super("my:Service", name); } }
`;

const idsOn = (platform: Simulator) =>
  platform
    .instances()
    .map(({ id }) => id)
    .sort();
const idsInState = async () => (await stack.instances()).map(({ id }) => Number(id)).sort();

describe("an instance is a resource's", () => {
  test("two of one name under components of two types are two, also with lost answers", async () => {
    await begin(`${components}
      const parents = [new Sales("a"), new Service("b")];
      const [one, two] = parents.map((parent) => new ConnectorInstance("crm", { ${keys} }, { parent }));
      exports.one = one.token;
      exports.two = two.token;
    `);
    simulator.fault({ kind: "reset-after", method: "POST", times: 2 });
    await stack.up();
    const tokens = simulator.instances().map(({ token }) => token);
    expect(new Set(tokens).size).toBe(2);
    const { one, two } = await stack.outputs();
    expect([one, two].sort()).toEqual(tokens.sort());
    expect(
      simulator
        .instances()
        .flatMap(({ tags }) => tags)
        .sort(),
    ).toEqual(["pulumi:crm/dev/my:Sales$crm", "pulumi:crm/dev/my:Service$crm"]);
    await stack.preview("--expect-no-changes");
  });

  test("one that moves into a component is the same with an alias, else another one", async () => {
    await begin(crm());
    await stack.up();
    const [first] = idsOn(simulator);
    const moved = (options: string) => `${components} const parent = new Sales("a"); ${crm("", options)}`;
    await stack.write(moved("{ parent, aliases: [{ parent: pulumi.rootStackResource }] }"));
    const { text } = await stack.preview();
    expect(text).toContain(`~ ownershipTag: "${tag}" => "pulumi:crm/dev/my:Sales$crm"`);
    await stack.up();
    expect(simulator.instances()).toMatchObject([{ id: first, tags: ["pulumi:crm/dev/my:Sales$crm"] }]);
    await stack.write(crm());
    await stack.up();
    const [second, ...others] = idsOn(simulator);
    expect(others).toEqual([]);
    expect(second).not.toBe(first);
    expect(await idsInState()).toEqual([second]);
  });

  test("one that another stack took over survives the first one's destroy, which says so", async () => {
    await begin(crm());
    await stack.up();
    const [id = 0] = idsOn(simulator);
    simulator.edit(id, (instance) => {
      instance.tags = ["pulumi:other/dev/crm"];
    });
    await stack.refresh();
    expect(await stack.upFails()).toContain("belongs to another resource, by its tag pulumi:other/dev/crm");
    const { text } = await stack.destroy();
    expect(text).toContain(`instance ${id} is left alone`);
    expect(text).toContain("pulumi:other/dev/crm");
    expect(idsOn(simulator)).toEqual([id]);
    expect(await idsInState()).toEqual([]);
  });
});

describe("a stack that is pointed elsewhere", () => {
  const two = `for (const name of ["crm", "two"]) new ConnectorInstance(name, { ${keys} });`;

  test("shows it for each resource, and drops, deletes and makes nothing", async () => {
    await begin(two);
    await stack.up();
    const ids = idsOn(simulator);
    const [{ id }] = simulator.organizations;
    await using other = await startSimulator({ organizations: [{ id, userSecret, organizationSecret }] });
    await stack.configure({ "act365:baseUrl": other.baseUrl });
    const { text } = await stack.preview();
    expect(text.match(/~ host *: "http/g)).toHaveLength(2);
    expect(text).toContain("2 to update");
    expect(await stack.upFails()).toContain("The state saw it elsewhere");
    for (const command of ["refresh", "destroy"])
      expect(await stack.fails(command, "--yes", "--skip-preview", "--run-program")).toContain(
        "The state saw it elsewhere",
      );
    expect(await idsInState()).toEqual(ids);
    expect([idsOn(simulator), idsOn(other)]).toEqual([ids, []]);
  });
});

test("a gate that is shut fails --expect-no-changes, before a refresh and after", async () => {
  let keysWork = false;
  await begin(crm("verify: true"), { credentials: () => keysWork });
  expect(await stack.upFails()).toContain("Invalid API key");
  await stack.fails("preview", "--expect-no-changes");
  await stack.refresh();
  expect(await stack.fails("preview", "--diff", "--expect-no-changes")).toContain("~ verify: false => true");
  expect(await stack.upFails()).toContain("Invalid API key");
  keysWork = true;
  await stack.up();
  await stack.preview("--expect-no-changes");
});
