import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { schemaOf } from "../../provider/native/schema";
import type { ExampleStacks } from "./examples";
import { mustShell } from "./foreign";
import { engineEnvironment } from "./pulumi.mts";
import { leaksIn, Stack, settingsFor } from "./stack";

type Language = "nodejs" | "python" | "go";

/** The examples that come through the plugin, each with the language of the SDK that it needs. */
export const programs: Record<string, "none" | "python" | "go"> = {
  yaml: "none",
  import: "none",
  python: "python",
  go: "go",
};

/** Those that need an SDK made, and those that need none. */
export const [withSdk, withoutSdk] = [true, false].map((needsSdk) =>
  Object.keys(programs).filter((name) => (programs[name] !== "none") === needsSdk),
) as [string[], string[]];

/**
 * Brings an example as far as `npm install` and `pulumi package add ./node_modules/pulumi-act365/plugin` do.
 *
 * @param modules the node_modules that hold the package.
 * @returns the environment for what runs it.
 */
export async function prepare(folder: string, modules: string): Promise<Record<string, string>> {
  await symlink(modules, join(folder, "node_modules"));
  const language = programs[folder.split(/[\\/]/).at(-1) ?? ""] ?? "none";
  if (language === "none") return {};
  const sdk = join(folder, "sdks/act365");
  await makeSdk(language, sdk);
  if (language === "python") {
    const site = join(folder, "site-packages");
    await mustShell(folder, "pip", "install", "--no-deps", "--no-build-isolation", "--target", site, sdk);
    return { PYTHONPATH: site };
  }
  await mustShell(folder, "go", "mod", "tidy");
  return {};
}

/** Makes an SDK from the schema that is built. */
export async function makeSdk(language: Language, folder: string): Promise<void> {
  const schema = `${folder}.json`;
  await mkdir(folder, { recursive: true });
  await writeFile(schema, JSON.stringify(schemaOf({ version: "0.1.0", license: "Apache-2.0" })));
  await mustShell(folder, "pulumi-codegen", language, schema, folder);
}

/** A language host of today, which the engine takes by its environment until it is disposed of. */
export async function startLanguageHost(language: Language) {
  const root = resolve(__dirname, "../..");
  const host = spawn(process.execPath, [join(__dirname, "language-host.mts"), root, language], {
    env: { ...process.env, ...engineEnvironment() },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const [port] = await once(host.stdout, "data");
  return {
    environment: { PULUMI_DEBUG_LANGUAGES: `${language}:${String(port).trim()}` },
    async [Symbol.asyncDispose]() {
      const ended = once(host, "exit");
      host.stdin.end();
      await ended;
    },
  };
}

/** What the compiler of TypeScript is called with for a program on a generated SDK. */
export const strictly = [
  "--noEmit",
  "--strict",
  "--skipLibCheck",
  "--module",
  "commonjs",
  "--target",
  "es2022",
];

/** What an example of the plugin promises, as a test's name. */
export const goes = "the example %s comes up, changes nothing a second time, and goes";

/** Tries it: the example lies as a stranger has it, beside the package from its tarball. */
export async function comesAndGoes(stacks: ExampleStacks, name: string): Promise<void> {
  const { place, simulator } = stacks;
  const folder = stacks.folderOf(name);
  const made =
    name === "import" &&
    simulator.add({ name: "by hand", configuration: { username: "old", password: "old" } });
  if (made) {
    const text = await readFile(join(folder, "Pulumi.yaml"), "utf8");
    await writeFile(join(folder, "Pulumi.yaml"), text.replace("12345", String(made.id)));
  }
  const environment = await prepare(folder, join(place, "node_modules"));
  const stack = await Stack.at(folder, settingsFor(simulator), { environment, seconds: 600 });
  await stack.up();
  const [instance, ...others] = simulator.instances();
  expect(others).toEqual([]);
  expect(instance).toMatchObject({
    ...(made && { id: made.id }),
    name: made ? "by hand" : "crm",
    tags: expect.arrayContaining([...(made ? [] : ["basic", "dev"]), `pulumi:act365-${name}/dev/crm`]),
  });
  expect(await stack.outputs()).toEqual({
    ...(!made && { instanceId: instance?.id }),
    token: instance?.token,
  });
  await stack.preview("--expect-no-changes");
  await stack.destroy();
  expect(simulator.instances()).toHaveLength(made ? 1 : 0);
  expect(leaksIn(stack.printed + (await stack.stateText()), simulator)).toEqual([]);
}
