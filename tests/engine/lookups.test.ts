import type { Organization, Simulator } from "../../provider/simulator";
import { endUnleaked } from "../support/promise";
import { canaries, leaksIn, Stack, settingsFor, startCanarySimulator } from "../support/stack";

let simulator: Simulator;
let first: Organization;
let second: Organization;
let stack: Stack;
beforeAll(async () => {
  const other = { userSecret: "canary-other-user", organizationSecret: "canary-other-organization" };
  simulator = await startCanarySimulator({
    organizations: [
      { userSecret: canaries.userSecret, organizationSecret: canaries.organizationSecret },
      other,
    ],
  });
  [first, second] = simulator.organizations as unknown as [Organization, Organization];
  stack = await Stack.create("", {
    ...settingsFor(simulator),
    "act365:settleSeconds": "0",
    "act365:eu.userSecret": second.userSecret,
    "act365:eu.organizationSecret": second.organizationSecret,
    "act365:eu.baseUrl": simulator.baseUrl,
    "act365:eu.settleSeconds": "0",
    "act365:half.region": "eu",
    "act365:half.userSecret": "a secret with spaces",
  });
});
afterEach(() => {
  for (const { id } of simulator.instances()) simulator.remove(id);
  simulator.clearRequests();
});
afterAll(() => endUnleaked(stack, simulator));

const configuration = { username: canaries.apiKey, password: canaries.developerKey };
const byHand = (name: string, tags: string[], organization = first) =>
  simulator.add({ name, tags, configuration }, organization);

test("lookups by id, name, tags and text read all pages and manage no instance", async () => {
  const only = byHand("only", ["sales", "pulumi:crm/prod/crm"]);
  const twins = [byHand("twin", ["sales"]), byHand("twin", [])];
  for (let index = 0; index < 203; index++) byHand(`bulk ${index}`, ["bulk", ...(index < 3 ? ["few"] : [])]);
  const elsewhere = byHand("elsewhere", [], second);
  const before = simulator.instances();
  await stack.write(`
    const { getConnectorInstance, getConnectorInstances, getConnectorInstanceOutput, getConnectorInstancesOutput } = act365;
    const told = (lookup) => lookup.then(() => "found", ({ message }) => message);
    const names = async (args) => (await getConnectorInstances(args)).map(({ name }) => name);
    const later = (value) => pulumi.output(Promise.resolve(value));
    exports.byId = getConnectorInstance({ id: "${only.id}" });
    exports.byName = getConnectorInstance({ name: "only" }).then(({ id }) => id);
    exports.token = getConnectorInstance({ name: "only" }).then(({ token }) => token);
    exports.tagged = names({ tags: ["few", "bulk"] });
    exports.pages = getConnectorInstances({ searchText: "bulk" }).then(({ length }) => length);
    exports.all = getConnectorInstances().then(({ length }) => length);
    exports.none = names({ tags: ["nobody's"] });
    exports.elsewhere = names({ connection: "eu" });
    exports.output = getConnectorInstanceOutput({ name: later("only") }).id;
    exports.outputs = getConnectorInstancesOutput({ tags: [later("sales")] }).apply((found) => found.map(({ name }) => name));
    exports.errors = Promise.all([
      { name: "twin" }, { name: "nobody" }, { id: "1" }, { id: "x" }, { id: "${elsewhere.id}" }, { name: "only", id: "2" }, {},
      { name: "only", connection: "half" },
    ].map((args) => told(getConnectorInstance(args))));
    try { ConnectorInstance.get("it", "x"); } catch ({ message }) { exports.bad = message; }
  `);
  await stack.up();
  const outputs = await stack.outputs();
  const shown = {
    id: String(only.id),
    instanceId: only.id,
    name: "only",
    tags: ["sales"],
    ownershipTag: "pulumi:crm/prod/crm",
    token: only.token,
    valid: true,
    disabled: false,
    createdDate: only.createdDate,
  };
  const none = (what: string) =>
    `getConnectorInstance: the platform has no ${what}; npx pulumi-act365 adopt lists those that it has`;
  expect(outputs).toEqual({
    byId: shown,
    byName: String(only.id),
    token: only.token,
    tagged: ["bulk 0", "bulk 1", "bulk 2"],
    pages: 203,
    all: 206,
    none: [],
    elsewhere: ["elsewhere"],
    output: String(only.id),
    outputs: ["only", "twin"],
    errors: [
      `getConnectorInstance: 2 instances are named "twin": ${twins.map(({ id }) => id).join(", ")}; give the id of one`,
      none('Act! 365 instance named "nobody"'),
      none("instance 1"),
      'getConnectorInstance: "x" is not an id, a whole number such as "12345"',
      none(`instance ${elsewhere.id}`),
      "getConnectorInstance: give either id or name",
      "getConnectorInstance: give either id or name",
      expect.stringMatching(
        /act365:half.userSecret holds a space[\s\S]*act365:half.organizationSecret is missing; set it with: pulumi config set --path --secret act365:half.organizationSecret/,
      ),
    ],
    bad: 'ConnectorInstance.get("it"): "x" is not the id of an instance, which is a whole number such as "12345"',
  });
  expect(await stack.instances()).toEqual([]);
  expect((await stack.must("stack", "output", "--json")).stdout).not.toContain(only.token);
  await stack.destroy();
  expect(simulator.instances()).toEqual(before);
  expect(simulator.requests.every(({ method }) => method === "GET")).toBe(true);
  expect(leaksIn(stack.printed + (await stack.stateText()), simulator)).toEqual([]);
});

test("a lookup that fails ends the program with its message and no stack", async () => {
  await stack.write('exports.it = act365.getConnectorInstance({ name: "nobody" });');
  const { exitCode, text } = await stack.run("preview");
  expect(exitCode).not.toBe(0);
  expect(text).toContain('error: getConnectorInstance: the platform has no Act! 365 instance named "nobody"');
  expect(text).not.toMatch(/^\s+at /m);
});

test("get says that the platform has no such instance, or that an id is none", async () => {
  await stack.write('ConnectorInstance.get("gone", "12");');
  const gone = await stack.fails("preview");
  expect(gone).toContain("reading connector instance 12: the platform has no such instance");
  await stack.write('ConnectorInstance.get("wrong", pulumi.output("no id"));');
  const wrong = await stack.fails("preview");
  expect(wrong).toContain('"no id" is not the id of an instance, which is a whole number');
  expect(gone + wrong).not.toMatch(/^\s+at /m);
});
