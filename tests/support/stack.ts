import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { execa } from "execa";

const root = resolve(__dirname, "../..");

/** What one call of the CLI came to. */
export interface Run {
  readonly exitCode: number;
  /** Standard output and error, in the order in which they came. */
  readonly text: string;
  readonly stdout: string;
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
  /** Everything that the CLI has printed for this stack. */
  printed = "";

  private constructor(
    /** The project's folder, inside the repository so that it finds the package by its name. */
    readonly folder: string,
    readonly name: string,
    private readonly environment: Record<string, string>,
  ) {}

  /**
   * @param program the text of index.js.
   * @param config keys as for `pulumi config set --path`; those that hold "ecret" or "Key" become secrets.
   */
  static async create(
    program: string,
    config: Record<string, string>,
    { project = "crm", name = "dev" }: { project?: string; name?: string } = {},
  ): Promise<Stack> {
    await mkdir(join(root, ".cache/stacks"), { recursive: true });
    const folder = await mkdtemp(join(root, ".cache/stacks/"));
    await mkdir(join(folder, "state"));
    await writeFile(join(folder, "Pulumi.yaml"), `name: ${project}\nruntime: nodejs\n`);
    await writeFile(join(folder, "package.json"), `{ "name": "${project}", "main": "index.js" }\n`);
    const stack = new Stack(folder, name, {
      ...(await engineEnvironment()),
      PULUMI_BACKEND_URL: `file://${folder}/state`,
      PULUMI_HOME: join(folder, "home"),
      PULUMI_CONFIG_PASSPHRASE: "a passphrase",
    });
    await stack.write(program);
    await stack.must("stack", "init", name);
    await stack.configure(config);
    return stack;
  }

  /** Replaces the program. */
  async write(program: string): Promise<void> {
    const head =
      'const pulumi = require("@pulumi/pulumi");\nconst { ConnectorInstance, ...act365 } = require("pulumi-act365");\nconst config = new pulumi.Config();\n';
    await writeFile(join(this.folder, "index.js"), head + program);
  }

  async configure(config: Record<string, string>): Promise<void> {
    const [plain, secret] = [true, false].map((isPlain) =>
      Object.entries(config)
        .filter(([key]) => /ecret|Key/.test(key) !== isPlain)
        .flatMap(([key, value]) => [isPlain ? "--plaintext" : "--secret", `${key}=${value}`]),
    );
    await this.must("config", "set-all", "--path", ...(plain ?? []), ...(secret ?? []));
  }

  async run(...args: string[]): Promise<Run> {
    const result = await execa("pulumi", [...args, "--non-interactive"], {
      cwd: this.folder,
      env: this.environment,
      all: true,
      reject: false,
      stdin: "ignore",
      stripFinalNewline: false,
    });
    this.printed += result.all;
    if (result.exitCode === undefined) throw new Error(`pulumi ${args[0]} did not run: ${result.shortMessage}`);
    return { exitCode: result.exitCode, text: result.all, stdout: result.stdout };
  }

  /** @throws with all that the CLI printed, unless it ended well. */
  async must(...args: string[]): Promise<Run> {
    const run = await this.run(...args);
    if (run.exitCode !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${run.exitCode}:\n${run.text}`);
    return run;
  }

  preview = (...more: string[]) => this.must("preview", "--diff", "--suppress-progress", ...more);
  up = (...more: string[]) => this.must("up", "--yes", "--skip-preview", "--suppress-progress", ...more);
  refresh = (...more: string[]) =>
    this.must("refresh", "--yes", "--skip-preview", "--diff", "--suppress-progress", ...more);
  destroy = (...more: string[]) =>
    this.must("destroy", "--yes", "--skip-preview", "--suppress-progress", ...more);

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

/** Where the real engine is; a missing one is a failure, never a skip. */
async function engineEnvironment(): Promise<Record<string, string>> {
  const { engineEnvironment: find } = await import("../engine/install.mjs");
  return find();
}
