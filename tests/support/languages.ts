import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { schemaOf } from "../../provider/native/schema";
import { mustShell } from "./foreign";
import { engineEnvironment } from "./pulumi.mts";

type Language = "nodejs" | "python" | "go";

/** The examples that come through the plugin, each with the language of the SDK that it needs. */
export const programs: Record<string, "none" | "python" | "go"> = {
  yaml: "none",
  import: "none",
  python: "python",
  go: "go",
};

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
