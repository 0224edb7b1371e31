import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import ts from "typescript";
import { type Simulator, startSimulator } from "../../provider/simulator";
import { act365 } from "../support/cli";

let simulator: Simulator;
let environment: Record<string, string>;
beforeAll(async () => {
  simulator = await startSimulator();
  const [{ userSecret, organizationSecret }] = simulator.organizations;
  environment = {
    ACT365_BASE_URL: simulator.baseUrl,
    ACT365_USER_SECRET: userSecret,
    ACT365_ORGANIZATION_SECRET: organizationSecret,
  };
});
afterAll(() => simulator.close());
afterEach(() => {
  for (const { id } of simulator.instances()) simulator.remove(id);
  simulator.clearFaults();
});

const configuration = { username: "canary-api-key", password: "canary-developer-key" };
const byHand = (name: string, tags: string[] = ["sales"]) => simulator.add({ name, tags, configuration }).id;
const adopt = (...more: string[]) => act365(["adopt", ...more], environment);

/** What the compiler says of a program. */
async function problemsIn(program: string): Promise<string[]> {
  const root = resolve(__dirname, "../..");
  await mkdir(join(root, ".cache"), { recursive: true });
  const folder = await mkdtemp(join(root, ".cache/adopt-"));
  try {
    const file = join(folder, "index.ts");
    await writeFile(file, program);
    const options = {
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      types: ["node"],
    };
    const { getSourceFiles } = ts.createProgram([file], options);
    expect(getSourceFiles().some(({ fileName }) => fileName === file)).toBe(true);
    return ts
      .getPreEmitDiagnostics(ts.createProgram([file], options))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

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
  expect(await problemsIn(stdout)).toEqual([]);
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
  const claimed = byHand("sales two", ["pulumi:crm/prod/two\n); alert(1"]);
  byHand("support");
  const { exitCode, stdout } = await adopt("--search", "SALES");
  expect(exitCode).toBe(0);
  expect(await problemsIn(stdout)).toEqual([]);
  expect(stdout.match(/adopt: "\d+"/g)).toEqual([`adopt: "${found}"`]);
  expect(stdout).toContain(
    `// ${claimed} belongs to another stack already: pulumi:crm/prod/two\\n); alert(1\n`,
  );
  expect(stdout).not.toContain("support");
});

test("adopt leaves another connector's instances out", async () => {
  const rows = [
    { id: 1, name: "other", element: { key: "salesforce" } },
    { id: 2, name: "ours", element: { key: "actessentials" } },
  ];
  simulator.fault({ kind: "answer", status: 200, path: "/instances", body: JSON.stringify(rows) });
  const { stdout } = await adopt();
  expect(stdout).toContain('adopt: "2"');
  expect(stdout).not.toContain("other");
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
