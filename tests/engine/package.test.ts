import { readFile, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { foreignFolder, mustShell, newTsconfig, pack, writeAll } from "../support/foreign";
import { inNode } from "../support/node";
import { canaries, leaksIn, Stack, settingsFor, startCanarySimulator } from "../support/stack";

const root = resolve(__dirname, "../..");
let place: string;
let tarball: string;
let packed: string[];
let oldest: string;
beforeAll(async () => {
  place = await foreignFolder();
  ({ tarball, files: packed } = await pack(place));
  const { peerDependencies } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  oldest = peerDependencies["@pulumi/pulumi"].replace("^", "");
  // What `pulumi new typescript` writes.
  await writeAll(place, {
    "package.json": { devDependencies: { typescript: "^5.0.0", "@types/node": "^22" } },
  });
  await mustShell(place, "npm", "install", tarball, `@pulumi/pulumi@${oldest}`);
});
afterAll(() => rm(place, { recursive: true, force: true }));

test("the package holds the compiled provider with its types, the licence and the texts, and nothing else", async () => {
  const others = packed.filter((path) => !/^(dist\/[\w/-]+\.(js|d\.ts)$|examples\/)/.test(path));
  expect(others.toSorted()).toEqual([
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "SECURITY.md",
    "package.json",
    "provider/ARGUMENTS.md",
    "provider/BACKENDS.md",
    "provider/QUESTIONS.md",
    "provider/TROUBLESHOOTING.md",
  ]);
  // No state and no configuration of somebody who tried them.
  const tracked = await mustShell(root, "git", "ls-files", "examples");
  expect(packed.filter((path) => path.startsWith("examples/")).toSorted()).toEqual(
    tracked.trim().split("\n").toSorted(),
  );
  for (const path of [
    "dist/index.js",
    "dist/dynamic/lifecycle.d.ts",
    "dist/simulator/index.js",
    "dist/cli/index.js",
  ])
    expect(packed).toContain(path);
});

test("publint and arethetypeswrong find nothing in the tarball for CommonJS, modules or a bundler", async () => {
  const script = `
    const { readFile } = await import("node:fs/promises");
    const { checkPackage, createPackageFromTarballData } = await import("@arethetypeswrong/core");
    const { publint } = await import("publint");
    const bytes = new Uint8Array(await readFile(input));
    const { messages } = await publint({ pack: { tarball: bytes.buffer }, strict: true });
    const { problems, entrypoints } = await checkPackage(createPackageFromTarballData(bytes));
    return { messages, problems, entrypoints: Object.keys(entrypoints) };
  `;
  const entrypoints = [".", "./lifecycle", "./simulator", "./package.json"];
  expect(await inNode(script, tarball)).toEqual({ messages: [], problems: [], entrypoints });
});

test("installed from its tarball beside the oldest Pulumi it promises, it serves a stack as `pulumi new` makes one", async () => {
  const folder = join(place, "stack");
  await writeAll(folder, {
    "Pulumi.yaml": "name: foreign\nruntime: nodejs\n",
    "package.json": { name: "foreign", main: "index.ts" },
    "tsconfig.json": newTsconfig,
    "index.ts": `
      import * as pulumi from "@pulumi/pulumi";
      import { ConnectorInstance, type ConnectorInstanceArgs, getConnectorInstancesOutput } from "pulumi-act365";
      import { type Fault, startSimulator } from "pulumi-act365/simulator";
      const config = new pulumi.Config();
      export const unused: [Fault["kind"], typeof startSimulator] | undefined = undefined;
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
  });
  const installed = JSON.parse(
    await readFile(join(place, "node_modules/@pulumi/pulumi/package.json"), "utf8"),
  );
  expect(installed.version).toBe(oldest);
  await mustShell(folder, "npx", "tsc", "--noEmit");
  expect(await mustShell(folder, "npx", "--offline", "pulumi-act365", "--help")).toContain("simulate");

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
