import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { canaries, leaksIn, Stack, settingsFor, startCanarySimulator } from "../support/stack";

const root = resolve(__dirname, "../..");
let place: string;
let tarball: string;
let packed: string[];

/** npm's output; what it prints on failure is in the error. */
const npm = async (cwd: string, ...args: string[]): Promise<string> =>
  (await promisify(execFile)("npm", args, { cwd })).stdout;

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "act365-package-"));
  // The build is that of the present source (see capsule.test.ts), and other tests use it at this moment.
  const json = await npm(root, "pack", "--ignore-scripts", "--json", "--pack-destination", place);
  const [{ filename, files }] = Object.values(JSON.parse(json)) as [
    { filename: string; files: { path: string }[] },
  ];
  tarball = join(place, filename);
  packed = files.map(({ path }) => path);
});
afterAll(() => rm(place, { recursive: true, force: true }));

test("the package holds the compiled provider with its types, the licence and the texts, and nothing else", () => {
  const others = packed.filter((path) => !/^dist\/[\w/-]+\.(js|d\.ts)$/.test(path));
  expect(others.toSorted()).toEqual(["CHANGELOG.md", "LICENSE", "README.md", "SECURITY.md", "package.json"]);
  for (const path of ["dist/index.js", "dist/lifecycle.d.ts", "dist/simulator/index.js", "dist/cli.js"])
    expect(packed).toContain(path);
});

/** What `pulumi new typescript` writes beside the program. */
const tsconfig = {
  compilerOptions: {
    strict: true,
    outDir: "bin",
    target: "es2020",
    module: "commonjs",
    moduleResolution: "node",
    sourceMap: true,
    experimentalDecorators: true,
    pretty: true,
    noFallthroughCasesInSwitch: true,
    noImplicitReturns: true,
    forceConsistentCasingInFileNames: true,
  },
  files: ["index.ts"],
};

test("installed from its tarball beside the oldest Pulumi it promises, it serves a stack as `pulumi new` makes one", async () => {
  const { peerDependencies } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const oldest = peerDependencies["@pulumi/pulumi"].replace("^", "");
  const folder = join(place, "stack");
  await mkdir(folder);
  const files = {
    "Pulumi.yaml": "name: foreign\nruntime: nodejs\n",
    "package.json": JSON.stringify({ name: "foreign", main: "index.ts" }),
    "tsconfig.json": JSON.stringify(tsconfig),
    "index.ts": `
      import * as pulumi from "@pulumi/pulumi";
      import { ConnectorInstance, type ConnectorInstanceArgs, getConnectorInstancesOutput } from "pulumi-act365";
      const config = new pulumi.Config();
      const args: ConnectorInstanceArgs = {
        apiKey: config.requireSecret("apiKey"),
        developerKey: config.requireSecret("developerKey"),
        name: config.get("name"),
      };
      const crm = new ConnectorInstance("crm", args);
      export const { token } = crm;
      export const days: pulumi.Output<number> = crm.instanceId;
      export const others = getConnectorInstancesOutput({ tags: [pulumi.getStack()] }).apply((all) => all.length);
    `,
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  await npm(folder, "install", tarball, `@pulumi/pulumi@${oldest}`, "typescript@5", "@types/node@22");
  const installed = JSON.parse(
    await readFile(join(folder, "node_modules/@pulumi/pulumi/package.json"), "utf8"),
  );
  expect(installed.version).toBe(oldest);
  await promisify(execFile)("npx", ["tsc", "--noEmit"], { cwd: folder });
  expect(await npm(folder, "exec", "--offline", "pulumi-act365", "--", "--help")).toContain("simulate");

  await using simulator = await startCanarySimulator();
  const stack = await Stack.at(folder, settingsFor(simulator));
  await stack.up();
  const [instance] = simulator.instances();
  expect(await stack.outputs()).toMatchObject({ token: instance?.token, others: 0 });
  await stack.up("--expect-no-changes");
  await stack.configure({ developerKey: canaries.rotatedKey, name: "other" });
  expect((await stack.preview()).text).toMatch(/~ developerKey: \[secret\] => \[secret\]/);
  await stack.up();
  simulator.edit(instance?.id ?? 0, (held) => {
    held.name = "by hand";
  });
  await stack.refresh();
  // Without the inputs that a read may answer since the oldest Pulumi, this would not be seen.
  expect((await stack.preview()).text).toContain('~ name: "by hand" => "other"');
  await stack.destroy();
  expect(simulator.instances()).toEqual([]);
  expect(leaksIn(stack.printed, simulator)).toEqual([]);
});
