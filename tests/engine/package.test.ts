import { readFile, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { foreignFolder, mustShell, newTsconfig, pack, writeAll } from "../support/foreign";
import { inNode } from "../support/node";
import { blockOf, commandIn, commandsOf, started, typed } from "../support/readme";
import { canaries, leaksIn, Stack, settingsFor, startCanarySimulator } from "../support/stack";

const root = resolve(__dirname, "../..");
let place: string;
let tarball: string;
let packed: string[];
let oldest: string;
// As README says, but with the tarball for the package's name, and with the oldest Pulumi that it promises.
const [install = "", ...settings] = commandsOf("## In a stack");
beforeAll(async () => {
  place = await foreignFolder();
  ({ tarball, files: packed } = await pack(place));
  const { peerDependencies } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  oldest = peerDependencies["@pulumi/pulumi"].replace("^", "");
  // What `pulumi new typescript` writes.
  await writeAll(place, {
    "package.json": { devDependencies: { typescript: "^5.0.0", "@types/node": "^22" } },
  });
  const line = install
    .replace(/(?<= )pulumi-act365\b/, tarball)
    .replace(/(?<= )@pulumi\/pulumi\b/, `@pulumi/pulumi@${oldest}`);
  const { text, exitCode } = await typed(place, line, {});
  if (exitCode !== 0) throw new Error(`${line} ended with ${exitCode}:\n${text}`);
});
afterAll(() => rm(place, { recursive: true, force: true }));

test("the package holds the compiled provider with its types, the licence and the texts, and nothing else", () => {
  const others = packed.filter((path) => !/^dist\/[\w/-]+\.(js|d\.ts)$/.test(path));
  expect(others.toSorted()).toEqual([
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "SECURITY.md",
    "package.json",
    "provider/TROUBLESHOOTING.md",
  ]);
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

test("README's commands and program, run as they stand against the simulator it names, lead from nothing to a destroyed stack", async () => {
  const folder = join(place, "readme");
  await writeAll(folder, {
    "Pulumi.yaml": "name: readme\nruntime: nodejs\n",
    "package.json": { name: "readme", main: "index.ts" },
    "tsconfig.json": newTsconfig,
    "index.ts": blockOf("ts", "## In a stack"),
  });
  const stack = await Stack.at(folder);
  const run = async (line: string, input?: string) => {
    const { text, exitCode } = await typed(folder, line, stack.environment, input);
    if (exitCode !== 0) throw new Error(`${line} ended with ${exitCode}:\n${text}`);
    return text;
  };
  for (const line of settings) await run(line, canaries.apiKey);
  await using simulator = await started(
    folder,
    commandIn(/^npx pulumi-act365 simulate/),
    /organizationSecret .*\n/,
  );
  const commands = simulator.printed.match(/(?<=^ {2})pulumi .*/gm) ?? [];
  // The simulator sets what README does, so a name that is misspelt there would not be missed.
  const named = (lines: readonly string[]) => [...new Set(lines.join("\n").match(/act365:\w+/g))].toSorted();
  expect(named(commands)).toEqual(named(settings));
  for (const line of commands) await run(line);
  await stack.up();

  expect((await run(commandIn(/\| npx pulumi-act365 review$/))).split("\n").slice(2, 3)).toEqual([
    "Nothing to do; 2 unchanged.",
  ]);
  const secrets = [
    commandIn(/^export ACT365_USER_SECRET=/),
    'export ACT365_ORGANIZATION_SECRET="$(pulumi config get act365:organizationSecret)"',
    'export ACT365_BASE_URL="$(pulumi config get act365:baseUrl)"',
  ].join("\n");
  const afterKill = commandsOf("**An interrupted run.**");
  let last = "";
  for (const line of afterKill) last = await run(`${secrets}\n${line}`);
  expect(last).toBe("no orphans of readme/dev\n");
  const { token } = (await stack.outputs()) as { token: string };
  expect(token).toMatch(/^\S{20,}$/);
  expect(await run(`${secrets}\n${commandIn(/^npx pulumi-act365 adopt/).replace("TEXT", "crm")}`)).toContain(
    "belongs to another stack already: pulumi:readme/dev/crm",
  );
  await stack.destroy();
  expect(stack.printed).not.toContain(token);
});

test("README's program serves a stack whose files are modules, too", async () => {
  const folder = join(place, "module");
  await writeAll(folder, {
    "Pulumi.yaml": "name: module\nruntime: nodejs\n",
    "package.json": { name: "module", type: "module", main: "index.ts" },
    "tsconfig.json": {
      compilerOptions: { strict: true, target: "es2022", module: "nodenext" },
      files: ["index.ts"],
    },
    "index.ts": blockOf("ts", "## In a stack"),
  });
  await using simulator = await startCanarySimulator();
  const stack = await Stack.at(folder, settingsFor(simulator));
  await stack.up();
  const [instance] = simulator.instances();
  expect(await stack.outputs()).toEqual({ token: instance?.token });
  await stack.up("--expect-no-changes");
});
