import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { variablesOf } from "../../support/cli";
import { foreignFolder, installOnce, mustShell, newTsconfig, pack, writeAll } from "../../support/foreign";
import {
  blockOf,
  commandIn,
  commandsOf,
  filesNamed,
  started,
  typed,
  unusedBlocks,
} from "../../support/readme";
import { canaries, leaksIn, Stack, settingsFor, startCanarySimulator } from "../../support/stack";

// README's blocks, run as they stand, by somebody who has nothing but the tarball in the package's place.
const root = resolve(__dirname, "../../..");
const top = "pulumi-act365";
const program = blockOf(top, "ts");
const [install = "", ...settings] = commandsOf("Install");
let place: string;
let tarball: string;

beforeAll(async () => {
  place = await foreignFolder();
  ({ tarball } = await pack(place));
  // What `pulumi new typescript` writes.
  await writeAll(place, {
    "package.json": { devDependencies: { typescript: "^5.0.0", "@types/node": "^22" } },
  });
  await installOnce(place, tarball, install, () =>
    mustType(place, install.replace(/(?<= )pulumi-act365\b/, tarball), {}),
  );
});
afterAll(() => rm(place, { recursive: true, force: true }));

async function mustType(
  folder: string,
  lines: string,
  environment: Record<string, string>,
  input?: string,
): Promise<string> {
  const { text, exitCode } = await typed(folder, lines, environment, input);
  if (exitCode !== 0) throw new Error(`${lines} ended with ${exitCode}:\n${text}`);
  return text;
}

/** A project beside the installed package. */
async function projectOf(name: string, files: Record<string, string | object>): Promise<string> {
  const folder = join(place, name);
  await writeAll(folder, {
    "Pulumi.yaml": `name: ${name}\nruntime: nodejs\n`,
    "package.json": { name, main: "index.ts" },
    "tsconfig.json": newTsconfig,
    ...files,
  });
  return folder;
}

test("the first program and Install's commands lead to a rotated key", async () => {
  const folder = await projectOf("life", { "index.ts": program });
  const stack = await Stack.at(folder);
  const run = (lines: string, input?: string) => mustType(folder, lines, stack.environment, input);
  for (const line of settings) await run(line, canaries.apiKey);
  await using simulator = await started(
    folder,
    commandIn(/^npx pulumi-act365 simulate/),
    /organizationSecret .*\n/,
  );
  const commands = simulator.printed.match(/(?<=^ {2})pulumi .*/gm) ?? [];
  // The simulator sets what README does, so a name that is misspelt there would not be missed.
  const named = (lines: readonly string[]) => [...new Set(lines.join("\n").match(/act365:\w+/g))].toSorted();
  expect(named(commands)).toEqual([...named(settings), "act365:baseUrl"].toSorted());
  for (const line of commands) await run(line);
  await stack.up();
  const { token } = (await stack.outputs()) as { token: string };
  expect(token).toMatch(/^\S{20,}$/);

  const [setKey = "", ...shown] = commandsOf("Rotate a key");
  await run(setKey, canaries.rotatedKey);
  const rotation = await run(shown.join("\n"));
  expect(rotation).toContain(blockOf("Rotate a key", "console").trim());
  expect(await stack.outputs()).toEqual({ token });

  const [review = "", apply = "", drift = ""] = commandsOf("Run in a pipeline");
  await run(review);
  expect(await readFile(join(folder, "review.md"), "utf8")).toContain("Nothing to do; 2 unchanged.");
  await run(`${apply}\n${drift}`);

  const [{ urn = "" } = {}] = await stack.instances();
  await stack.must("state", "delete", urn, "--yes");
  await run(commandsOf("Go on after a killed run").join("\n"));
  expect(await stack.outputs()).toEqual({ token });
  await stack.destroy();
  expect(stack.printed + rotation).not.toContain(token);
}, 300_000);

test("the further programs adopt, notify and reach another organization", async () => {
  const fragments = ["Adopt an instance made by hand", "Receive events", "Use several organizations"].map(
    (heading) => blockOf(heading, "ts"),
  );
  const folder = await projectOf("tasks", { "index.ts": [program, ...fragments].join("\n") });
  await using simulator = await startCanarySimulator({
    organizations: [
      { userSecret: canaries.userSecret, organizationSecret: canaries.organizationSecret },
      { userSecret: "canary-berlin-user", organizationSecret: "canary-berlin-organization" },
    ],
  });
  const configuration = { username: "an old key", password: "an old key" };
  simulator.add({ name: "Sales", configuration }, undefined, { id: 12345 });
  const stack = await Stack.at(folder, settingsFor(simulator));
  const [region = "", user = "", organization = ""] = commandsOf("Use several organizations");
  const run = (line: string, input?: string) => mustType(folder, line, stack.environment, input);
  await run(region);
  await run(user, "canary-berlin-user");
  await run(organization, "canary-berlin-organization");
  await run(
    `pulumi config rm --path act365:eu.region\npulumi config set --path act365:eu.baseUrl ${simulator.baseUrl}`,
  );

  const adopted = await mustType(folder, commandIn(/^npx pulumi-act365 adopt/), variablesOf(simulator));
  expect(adopted).toContain('adopt: "12345"');
  await mustShell(folder, "npx", "tsc", "--noEmit");
  await stack.up();
  const [first, berlin] = simulator.organizations;
  const namesOf = (whose: typeof first | undefined) => simulator.instances(whose).map(({ name }) => name);
  expect(namesOf(first).toSorted()).toEqual(["Sales", "crm", "notified"]);
  expect(namesOf(berlin)).toEqual(["berlin"]);
  await stack.up("--expect-no-changes");
  await stack.destroy();
  expect(simulator.instances().map(({ id }) => id)).toEqual([12345]);
  expect(leaksIn(stack.printed, simulator)).toEqual([]);
});

test("the program in YAML makes an instance with the plugin", async () => {
  const heading = "Write in another language";
  const folder = join(place, "yaml");
  await writeAll(folder, { "Pulumi.yaml": blockOf(heading, "yaml"), "package.json": { name: "yaml" } });
  await using simulator = await startCanarySimulator();
  const stack = await Stack.at(folder, settingsFor(simulator));
  const [npm = ""] = commandsOf(heading);
  await mustType(folder, npm.replace(/(?<=install )pulumi-act365\b/, tarball), stack.environment);
  await stack.up();
  const [instance] = simulator.instances();
  expect(await stack.outputs()).toEqual({ token: instance?.token });
  await stack.destroy();
  expect(simulator.instances()).toEqual([]);
});

test("the lines for a test bring a stack up against a simulator", async () => {
  const folder = await projectOf("tested", {
    "index.ts": program,
    "test.mts": `
      import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
      const stack = await LocalWorkspace.createStack({ stackName: "test", workDir: process.cwd() });
      await stack.setAllConfig({
        apiKey: { value: "${canaries.apiKey}", secret: true },
        developerKey: { value: "${canaries.developerKey}", secret: true },
      });
      ${blockOf("Test a program", "ts")}
    `,
  });
  const { environment } = await Stack.at(folder);
  expect(await mustType(folder, "node test.mts", environment)).toContain("pulumi:tested/test/crm");
});

test("npm start and npm test are commands of this repository", async () => {
  const { scripts } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const commands = commandsOf(top).map((line) => line.replace(/\s+#.*/, ""));
  expect(commands).toEqual(["npm start", "npm test"]);
  expect(scripts).toMatchObject({ start: expect.anything(), test: expect.anything() });
});

test("every file that README names is in the installed package", () => {
  const installed = join(place, "node_modules/pulumi-act365");
  expect(filesNamed().filter((file) => !existsSync(join(installed, file)))).toEqual([]);
});

test("every block of README is used above", () => {
  expect(unusedBlocks()).toEqual([]);
});
