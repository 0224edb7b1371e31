/** Who is measured: a project of each contestant, with the same resources. */
import { execFile } from "node:child_process";
import { globSync } from "node:fs";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { promisify } from "node:util";
import ts from "typescript";
import { engineEnvironment } from "../support/pulumi.mts";

/** What each contestant is; all but the YAML program are in contestants/. */
export const contestants = {
  floor: "a dynamic provider that does nothing",
  requests: "the floor that sends the class's requests and does nothing else",
  class: "ours, the dynamic provider",
  plugin: "ours, the plugin, from the generated SDK for Node.js",
  yaml: "ours, the plugin, from a YAML program",
  usual: "a dynamic provider as Pulumi's documentation shows",
} as const;
export type Contestant = keyof typeof contestants;
/** Those that run the plugin. */
export const isPlugin = (contestant: Contestant): boolean => contestant === "plugin" || contestant === "yaml";

export const root = resolve(import.meta.dirname, "../..");
/** Where everything that a run makes lies. */
export const work = join(root, ".cache/benchmark");

const findsPlugin = `plugins: { providers: [{ name: act365, path: ${join(root, "plugin")} }] }\n`;

/** Writes the project of a contestant into a folder. `isChanged`: with one resource that differs. */
export async function writeProject(
  contestant: Contestant,
  folder: string,
  { count, isChanged }: { count: number; isChanged: boolean },
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const program = relative(folder, join(import.meta.dirname, "contestants", `${contestant}.js`));
  const text =
    contestant === "yaml" ? yamlOf(count, isChanged) : `runtime: nodejs\nmain: ${program}\n${findsPlugin}`;
  await writeFile(join(folder, "Pulumi.yaml"), `name: benchmark\n${text}`);
}

/** What contestants/inputs.js declares. */
function yamlOf(count: number, isChanged: boolean): string {
  const resources = Array.from({ length: count }, (_, index) => [
    `instance-${index}`,
    {
      type: "act365:ConnectorInstance",
      properties: {
        apiKey: { "fn::secret": `api-key-${index}` },
        developerKey: { "fn::secret": `developer-key-${index}` },
        name: index === 0 && isChanged ? "changed" : `customer ${index}`,
        tags: ["benchmark"],
      },
    },
  ]);
  return `runtime: yaml\n${findsPlugin}resources: ${JSON.stringify(Object.fromEntries(resources))}\n`;
}

/** The SDK as `pulumi package add` generates it, in JavaScript, so that no start of a compiler is measured. */
export async function makeSdk(): Promise<void> {
  const { schemaOf } = createRequire(import.meta.url)("../../dist/native/schema.js");
  const [schema, sdk] = [join(work, "schema.json"), join(work, "sdk")];
  await rm(sdk, { recursive: true, force: true });
  await mkdir(sdk, { recursive: true });
  await writeFile(schema, JSON.stringify(schemaOf({ version: "0.1.0", license: "Apache-2.0" })));
  const env = { ...process.env, ...engineEnvironment() };
  await promisify(execFile)("pulumi-codegen", ["nodejs", schema, sdk], { env });
  const { transpileModule, ModuleKind, ScriptTarget } = ts;
  const compilerOptions = { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022 };
  for (const name of globSync("**/*.ts", { cwd: sdk })) {
    const { outputText } = transpileModule(await readFile(join(sdk, name), "utf8"), { compilerOptions });
    const target = join(sdk, "bin", name.replace(/ts$/, "js"));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, outputText);
  }
  await copyFile(join(sdk, "package.json"), join(sdk, "bin/package.json"));
}
