import type { ChildProcess } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { DYNAMIC_TYPE, NATIVE_TYPE } from "../../provider/arguments/resource-type";
import { type Simulator, type SimulatorOptions, startSimulator } from "../../provider/simulator";
import type { Warmth } from "./environment";
import { settingsOf } from "./plugin";
import { configFlags, pulumi, type Run, warmPath } from "./pulumi.mts";

declare const warmth: Warmth;

const root = resolve(__dirname, "../..");

/** The two doors that a program may take. */
export type Door = "class" | "plugin";

/** The door of a suite that both go through (tests/faults/plugin-*.test.ts). */
export const doorOfSuite = (): Door => (process.env.ACT365_DOOR === "plugin" ? "plugin" : "class");

/** Options of a resource that a test replaces: the class sets them by itself, and a program with the plugin has to. */
export const replaced = "{ deleteBeforeReplace: true }";

/** The type that a resource has in state, by its door. */
export const typeThrough = (door: Door): string => ({ class: DYNAMIC_TYPE, plugin: NATIVE_TYPE })[door];

/** Which package a program has it from. */
const packages: Record<Door, string> = { class: "pulumi-act365", plugin: join(__dirname, "sdk.js") };
const head = (door: Door) =>
  `const pulumi = require("@pulumi/pulumi");\nconst { ConnectorInstance, ...act365 } = require(${JSON.stringify(packages[door])});\nconst config = new pulumi.Config();\n`;

/** In Pulumi.yaml: where the engine finds the plugin. */
export const findsPlugin = `plugins: { providers: [{ name: act365, path: ${join(root, "plugin")} }] }\n`;

const keyTypes = "{ apiKey: { type: string, secret: true }, developerKey: { type: string, secret: true } }";
/** A program in YAML, whose configuration has the two keys. */
export const inYaml = (program: string): string =>
  `name: crm\nruntime: yaml\n${findsPlugin}config: ${keyTypes}\n${program}`;

/** Inside the repository, so that what lies in it finds the package by its name. */
export async function newFolder(): Promise<string> {
  await mkdir(join(root, ".cache/stacks"), { recursive: true });
  return mkdtemp(join(root, ".cache/stacks/"));
}

export interface Resource {
  urn: string;
  type: string;
  id?: string;
  inputs: Record<string, unknown>;
  outputs: Record<string, unknown>;
  external?: boolean;
}

/** A stack of its own on a throw-away backend, driven by the real CLI. */
export class Stack implements AsyncDisposable {
  /** Everything that the CLI has printed for this stack, but for secrets that were asked for. */
  printed = "";

  private constructor(
    /** The project's folder. */
    readonly folder: string,
    readonly name: string,
    readonly environment: Record<string, string>,
    /** Where the node_modules are of the processes that stay, if they may serve this stack. */
    private readonly warmRoot: string | undefined,
    private door: Door,
    /** After which a call of the CLI is taken for one that hangs; within the time of a test. */
    private readonly seconds: number,
  ) {}

  /**
   * A new project with a stack. Calls that must end well are short: processes that stay serve its program and plugin,
   * and its secrets' key is derived from nothing.
   *
   * @param program the text of index.js.
   * @param config keys as for `pulumi config set --path`; those that hold "ecret" or "Key" become secrets.
   * @param isKilled whether a CLI is killed on it. On plain files that may leave an empty `STACK.json.attrs`, which every
   *   later command refuses (provider/BACKENDS.md), so that none is written.
   */
  static async create(
    program: string,
    config: Record<string, string>,
    {
      project = "crm",
      name = "dev",
      door = doorOfSuite(),
      isKilled = false,
    }: { project?: string; name?: string; door?: Door; isKilled?: boolean } = {},
  ): Promise<Stack> {
    const folder = await newFolder();
    await writeFile(join(folder, "Pulumi.yaml"), `name: ${project}\nruntime: nodejs\n${findsPlugin}`);
    await writeFile(join(folder, "package.json"), `{ "name": "${project}", "main": "index.js" }\n`);
    await writeFile(join(folder, "index.js"), head(door) + program);
    return Stack.at(folder, config, { name, warmRoot: root, door, isKilled });
  }

  /**
   * A stack of a project that lies in a folder.
   *
   * @param backend the folder of the backend, to share one.
   * @param warmRoot the folder whose node_modules it uses, to let processes that stay serve it.
   */
  static async at(
    folder: string,
    config: Record<string, string> = {},
    {
      name = "dev",
      backend = join(folder, "state"),
      warmRoot,
      door = doorOfSuite(),
      environment = {},
      seconds = 100,
      isKilled = false,
    }: {
      name?: string;
      backend?: string;
      warmRoot?: string;
      door?: Door;
      environment?: Record<string, string>;
      seconds?: number;
      isKilled?: boolean;
    } = {},
  ): Promise<Stack> {
    await mkdir(backend, { recursive: true });
    const stack = new Stack(
      folder,
      name,
      {
        PULUMI_BACKEND_URL: `file://${backend}${isKilled ? "?metadata=skip" : ""}`,
        PULUMI_HOME: join(folder, "home"),
        PULUMI_CONFIG_PASSPHRASE: "a passphrase",
        ...environment,
        ...(warmRoot && { VAULT_SERVER_URL: await warmth.vault(), VAULT_SERVER_TOKEN: "none" }),
      },
      warmRoot,
      door,
      seconds,
    );
    await stack.must(
      "stack",
      "init",
      name,
      ...(warmRoot ? ["--secrets-provider", "hashivault://tests"] : []),
    );
    if (Object.keys(config).length > 0) await stack.configure(config);
    return stack;
  }

  /** Replaces the program, which may take another door. */
  async write(program: string, door = this.door): Promise<void> {
    this.door = door;
    await writeFile(join(this.folder, "index.js"), head(door) + program);
  }

  async configure(config: Record<string, string>): Promise<void> {
    await this.must("config", "set-all", "--path", ...configFlags(config));
  }

  run(...args: string[]): Promise<Run> {
    return this.#run(args);
  }

  /** As `run`, for a test that ends the CLI or what it started: `cli` is its process, in a group of its own. */
  start(...args: string[]): { cli: ChildProcess; ended: Promise<Run> } {
    let cli: ChildProcess | undefined;
    const onStart = (child: ChildProcess) => {
      cli = child;
    };
    const ended = this.#run(args, { onStart });
    return { cli: cli as unknown as ChildProcess, ended };
  }

  async #run(
    args: string[],
    { environment, ...more }: { environment?: object; onStart?: (child: ChildProcess) => void } = {},
  ): Promise<Run> {
    const env = { ...this.environment, ...environment };
    const result = await pulumi(args, { cwd: this.folder, env, seconds: this.seconds, ...more });
    // What shows secrets because the test asks for them is not what a user gets to see.
    if (!args.includes("--show-secrets")) this.printed += result.text;
    return result;
  }

  /** @throws with all that the CLI printed, unless it ended well. */
  async must(...args: string[]): Promise<Run> {
    const run = await this.warm(...args);
    if (run.exitCode !== 0)
      throw new Error(`pulumi ${args.join(" ")} ended with ${run.exitCode}:\n${run.text}`);
    return run;
  }

  /**
   * As `run`, but short: processes that stay serve its program and plugin. What a program prints, and how it fails, does
   * not come through.
   */
  async warm(...args: string[]): Promise<Run> {
    const isServed = /^(up|preview|refresh|destroy)$/.test(String(args[0]));
    const root = isServed ? this.warmRoot : undefined;
    const lease = root && (await warmth.lease(root));
    if (!lease) return this.#run(args);
    const environment = {
      PATH: warmPath(),
      ACT365_PLUGIN_PORT: lease.pluginPort,
      // For policy packs, which newer CLIs let the language host begin.
      PULUMI_DEBUG_LANGUAGES: `nodejs:${lease.client.split(":")[1]}`,
    };
    const run = await this.#run([...args, `--client=${lease.client}`], { environment });
    lease.end();
    return run;
  }

  /** What a command prints that has to fail. */
  async fails(...args: string[]): Promise<string> {
    const { exitCode, text } = await this.warm(...args);
    expect(exitCode).not.toBe(0);
    return text;
  }

  upFails = (...more: string[]) =>
    this.fails("up", "--yes", "--skip-preview", "--suppress-progress", ...more);
  preview = (...more: string[]) => this.must("preview", "--diff", "--suppress-progress", ...more);
  up = (...more: string[]) => this.must("up", "--yes", "--skip-preview", "--suppress-progress", ...more);
  refresh = (...more: string[]) =>
    this.must("refresh", "--yes", "--skip-preview", "--diff", "--suppress-progress", ...more);
  destroy = (...more: string[]) =>
    this.must("destroy", "--yes", "--skip-preview", "--suppress-progress", ...more);

  /** Imports an instance as the plugin's resource `crm`. */
  import = (id: number, ...more: string[]) =>
    this.must(
      "import",
      "act365:index:ConnectorInstance",
      "crm",
      String(id),
      "--yes",
      "--protect=false",
      ...more,
    );

  /** The connector instances in state; secrets are ciphertext unless they are asked for. */
  async instances({ showSecrets = false } = {}): Promise<Resource[]> {
    const { stdout } = await this.must("stack", "export", ...(showSecrets ? ["--show-secrets"] : []));
    const resources: Resource[] = JSON.parse(stdout).deployment.resources ?? [];
    return resources.filter(({ type }) => type.endsWith(":ConnectorInstance"));
  }

  /** The state file as it lies on disk. */
  async stateText(): Promise<string> {
    const [project] = (await readFile(join(this.folder, "Pulumi.yaml"), "utf8")).match(/(?<=name: ).*/) ?? [];
    return readFile(join(this.folder, "state/.pulumi/stacks", String(project), `${this.name}.json`), "utf8");
  }

  async outputs(): Promise<Record<string, unknown>> {
    return JSON.parse((await this.must("stack", "output", "--json", "--show-secrets")).stdout);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Values that no output and no plain state may show. */
export const canaries = {
  apiKey: "canary-api-key",
  developerKey: "canary-developer-key",
  rotatedKey: "canary-rotated-key",
  password: "canary-password",
  headers: "canary-headers",
  signatureKey: "canary-signature-key",
  variables: "canary-variables",
  userSecret: "canary-user-secret",
  organizationSecret: "canary-organization-secret",
};

/** A simulator whose secrets are canaries. */
export const startCanarySimulator = (options: SimulatorOptions = {}): Promise<Simulator> =>
  startSimulator({
    organizations: [
      {
        name: "Example",
        userSecret: canaries.userSecret,
        organizationSecret: canaries.organizationSecret,
      },
    ],
    ...options,
  });

/** The settings of a stack that works on a simulator, which needs no time to settle; the two keys are canaries. */
export const settingsFor = (simulator: Simulator): Record<string, string> => ({
  ...settingsOf(simulator),
  "act365:settleSeconds": "1",
  apiKey: canaries.apiKey,
  developerKey: canaries.developerKey,
});

/** The two keys in a program's text. */
export const keys =
  'apiKey: config.requireSecret("apiKey"), developerKey: config.requireSecret("developerKey")';

/** Every secret of a run that stands in a text: the canaries, and those of the platform's users and instances. */
export function leaksIn(text: string, simulator: Simulator): string[] {
  const users = simulator.organizations.flatMap((each) => [each, ...each.colleagues]);
  const secrets = [
    ...Object.values(canaries),
    ...users.flatMap(({ userSecret, organizationSecret }) => [userSecret, organizationSecret]),
    ...simulator.instances().map(({ token }) => token),
  ];
  return [...new Set(secrets)].filter((secret) => text.includes(secret));
}

/** The lines of a preview that say what happens to a resource or a property. */
export const changesIn = (text: string): string[] =>
  text.match(/^ *[~+-]+ (?!\d+ ).*$/gm)?.map((line) => line.trim().replaceAll(/ +/g, " ")) ?? [];
