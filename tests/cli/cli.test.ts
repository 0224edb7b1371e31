import ts from "typescript";
import { type Simulator, startSimulator } from "../../provider/simulator";
import { act365, variablesOf } from "../support/cli";
import { problemsIn } from "../support/compile";

let simulator: Simulator;
let environment: Record<string, string>;
beforeAll(async () => {
  simulator = await startSimulator();
  environment = variablesOf(simulator);
});
afterAll(() => simulator.close());
afterEach(() => {
  for (const { id } of simulator.instances()) simulator.remove(id);
  simulator.clearFaults();
});

const configuration = { username: "canary-api-key", password: "canary-developer-key" };
const byHand = (name: string, tags: string[] = ["sales"]) => simulator.add({ name, tags, configuration }).id;
const adopt = (...more: string[]) => act365(["adopt", ...more], environment);

test("adopt prints a program that compiles, with a name of its own for every instance", async () => {
  const names = [
    "Sales Europe",
    "sales-europe",
    "2024",
    "class",
    "config",
    "pulumi",
    "await",
    "arguments",
    "Zürich",
    "日本",
    "日本",
    'quote " \\ $`',
    "ConnectorInstance",
    "// */ comment",
    "__proto__",
    "exports",
    "undefined",
    "require",
  ];
  const ids = names.map((name) => byHand(name, [name, 'a "tag"', "// x"]));
  const { exitCode, stdout, stderr } = await adopt();
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(problemsIn(stdout)).toEqual([]);
  expect([...stdout.matchAll(/adopt: "(\d+)"/g)].map(([, id]) => Number(id))).toEqual(ids);
  const variables = [...stdout.matchAll(/const (\w+) = new ConnectorInstance/g)].map(([, name]) => name);
  expect(new Set(variables).size).toBe(names.length);
  expect(variables.slice(0, 3)).toEqual(["salesEurope", "salesEurope2", "instance2024"]);
  expect(stdout).toContain(`tags: ["a \\"tag\\"","// x"],`);
  expect(stdout).not.toContain("canary");
  expect(simulator.requests.every(({ method }) => method === "GET")).toBe(true);
});

test("adopt searches by text, and comments out another stack's instance", async () => {
  const found = byHand("sales one");
  const claimed = byHand("sales two", ["pulumi:crm/prod/two); alert(1"]);
  byHand("support");
  const { exitCode, stdout } = await adopt("--search", "SALES");
  expect(exitCode).toBe(0);
  expect(problemsIn(stdout)).toEqual([]);
  expect(stdout.match(/adopt: "\d+"/g)).toEqual([`adopt: "${found}"`]);
  expect(stdout).toContain(`// ${claimed} belongs to another stack already: pulumi:crm/prod/two); alert(1\n`);
  expect(stdout).not.toContain("support");
});

test("adopt: a tag or name with line ends or escapes stays a text of the program", async () => {
  const hostile = ["\u2028process.exit(1)//", "\u2029x", "\u202egnp", "\u001b[2J", "*/ `x`", "\u{e0001}"];
  for (const text of hostile) {
    byHand(text, [text, "a"]);
    byHand("claimed", [`pulumi:crm/prod/two${text}`]);
  }
  const { stdout } = await adopt();
  expect(problemsIn(stdout)).toEqual([]);
  for (const invisible of ["\u2028", "\u2029", "\u202e", "\u001b", "\u{e0001}"])
    expect(stdout).not.toContain(invisible);
  // A tag of more than one line no resource has.
  const unowned = hostile.filter((text) => /[\p{Cc}\u2028\u2029]/u.test(text));
  // By the compiler's own reading: imports, the configuration, and one declaration for each instance.
  const { statements } = ts.createSourceFile("index.ts", stdout, ts.ScriptTarget.Latest);
  expect(statements).toHaveLength(3 + hostile.length + unowned.length);
});

test("adopt leaves out a name and tags that no program may say: they stay as they are", async () => {
  const id = byHand(" by hand ", ["a<b", "c", "c"]);
  byHand("whole", ["a<b", "c"]);
  const { stdout } = await adopt();
  expect(stdout).toContain(`  adopt: "${id}",`);
  expect(stdout).toContain('  name: "whole",\n');
  expect(stdout).not.toMatch(/"by hand|a<b|tags:/);
});

test("adopt names the import command of the plugin beside the program", async () => {
  const id = byHand("Sales Europe");
  byHand("claimed", ["pulumi:crm/prod/two"]);
  const { stdout } = await adopt();
  expect(stdout.match(/^\/\/ pulumi import .*$/gm)).toEqual([
    `// pulumi import act365:index:ConnectorInstance salesEurope ${id}`,
  ]);
});

test("adopt --import-file prints an adoption's state without a secret", async () => {
  const id = byHand("Sales Europe");
  const claimed = byHand("claimed", ["pulumi:crm/prod/two"]);
  const { exitCode, stdout, stderr } = await adopt("--import-file");
  expect({ exitCode, stderr }).toEqual({
    exitCode: 0,
    stderr: `left out ${claimed}: it belongs to pulumi:crm/prod/two\n`,
  });
  const type = "pulumi-nodejs:dynamic/act365:ConnectorInstance";
  const inputs = { __provider: expect.any(String), adopt: String(id), onDestroy: "release" };
  expect(JSON.parse(stdout)).toEqual({
    nameTable: {},
    resources: [
      {
        type,
        name: "salesEurope",
        id: String(id),
        inputs,
        outputs: expect.objectContaining({ ...inputs, instanceId: id }),
      },
    ],
  });
  for (const { token } of simulator.instances()) expect(stdout).not.toContain(token);
});

test("adopt --connection asks with its variables and names it in the program", async () => {
  const id = byHand("sales");
  const [{ userSecret, organizationSecret }] = simulator.organizations;
  const missing = await act365(["adopt", "--connection", "eu"]);
  expect(missing.stderr).toContain('does not know the platform of the connection "eu"');
  expect(missing.stderr).toContain(
    "ACT365_EU_REGION or ACT365_EU_BASE_URL is missing, so it is not known which platform",
  );
  const { stdout } = await act365(["adopt", "--connection", "eu"], {
    ACT365_EU_BASE_URL: simulator.baseUrl,
    ACT365_EU_USER_SECRET: userSecret,
    ACT365_EU_ORGANIZATION_SECRET: organizationSecret,
  });
  expect(stdout).toContain(`  adopt: "${id}",`);
  expect(stdout).toContain('  connection: "eu",\n');
  const wrong = { ACT365_EU_USER_SECRET: "wrong", ACT365_EU_ORGANIZATION_SECRET: organizationSecret };
  const refused = await act365(["adopt", "--connection", "eu"], {
    ...wrong,
    ACT365_EU_BASE_URL: simulator.baseUrl,
  });
  expect(refused.stderr).toContain(
    "Check ACT365_EU_USER_SECRET and ACT365_EU_ORGANIZATION_SECRET, and that ",
  );
  expect(refused.stderr).not.toMatch(/undefined|act365:/);
  expect(problemsIn(stdout)).toEqual([]);
});

test("--version tells the package's version, and each command's help its exit codes", async () => {
  const { version } = require("../../package.json");
  expect(await act365(["--version"])).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: "" });
  for (const command of ["adopt", "orphans", "review", "simulate"])
    expect((await act365([command, "--help"])).stdout).toMatch(/\nExit codes:\n {2}0 {2}.+\n {2}1 {2}/);
});

test("adopt leaves another connector's instances out", async () => {
  simulator.add({ name: "elsewhere", element: { key: "salesforce" }, configuration: {} });
  const id = byHand("ours");
  const { stdout } = await adopt();
  expect(stdout).toContain(`adopt: "${id}"`);
  expect(stdout).not.toContain("elsewhere");
});

test("adopt that finds nothing says so, prints no program, and ends with 1", async () => {
  expect(await adopt("--search", "nobody")).toEqual({
    exitCode: 1,
    stdout: "",
    stderr: 'no Act! 365 instance matches "nobody"\n',
  });
});

test("missing settings are one error without a stack, and wrong secrets stay unseen", async () => {
  const bare = await act365(["adopt"]);
  expect(bare.exitCode).toBe(1);
  expect(bare.stdout).toBe("");
  // Not the command that sets it in the stack: what the stack says, this command does not see.
  for (const [name, setting] of [
    ["ACT365_USER_SECRET", "userSecret"],
    ["ACT365_ORGANIZATION_SECRET", "organizationSecret"],
  ])
    expect(bare.stderr).toContain(
      `${name} is missing; set it with: export ${name}="$(pulumi config get act365:${setting})"\n`,
    );
  const both = await act365(["adopt", "--region", "us", "--base-url", "https://host.example"], environment);
  expect(both.stderr).toContain("--region and --base-url are both set; give one of them\n");
  const moon = await act365(["adopt", "--region", "moon"], environment);
  expect(moon.stderr).toMatch(/--region must be one of us, .*give it with: --base-url https:\/\/HOST\n/);
  const wrong = await act365(["adopt"], { ...environment, ACT365_USER_SECRET: "canary-wrong" });
  expect(wrong.exitCode).toBe(1);
  expect(wrong.stderr).toMatch(/GET \/instances was answered 401/);
  expect(bare.stderr + wrong.stderr).not.toMatch(/^\s+at |canary/m);
});
