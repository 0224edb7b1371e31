import { readFile, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { foreignFolder, installOnce, newTsconfig, pack, writeAll } from "../support/foreign";
import { inNode } from "../support/node";
import { blockOf, commandIn, commandsOf, started, typed } from "../support/readme";
import { canaries, Stack } from "../support/stack";

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
  await installOnce(place, tarball, `${install} ${oldest}`, async () => {
    const { text, exitCode } = await typed(place, line, {});
    if (exitCode !== 0) throw new Error(`${line} ended with ${exitCode}:\n${text}`);
  });
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
  expect(last).toContain("no leftovers of readme/dev\n");
  const { token } = (await stack.outputs()) as { token: string };
  expect(token).toMatch(/^\S{20,}$/);
  expect(await run(`${secrets}\n${commandIn(/^npx pulumi-act365 adopt/).replace("TEXT", "crm")}`)).toContain(
    "belongs to another stack already: pulumi:readme/dev/crm",
  );
  await stack.destroy();
  expect(stack.printed).not.toContain(token);
});
