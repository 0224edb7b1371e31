/** The real engine as a ground for runs: the CLI, served by processes that stay (tests/support/resident.mts). */
import type { ChildProcess } from "node:child_process";
import { createDecipheriv } from "node:crypto";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { configFlags, pulumi, type Run, warmPath } from "../support/pulumi.mts";
import { Resident } from "../support/resident-client.mts";
import { startVault } from "../support/vault.mts";
import type { Ground } from "./ground.mts";
import { textOf } from "./program-text.mts";
import type { AnyStack, Outcome, Program, Resource } from "./stack.mts";
import { worldOf } from "./world.mts";

const root = resolve(import.meta.dirname, "../..");

/** The processes and keys that all runs share. */
export class Engine {
  readonly program = new Resident("program", root, "ignore");
  readonly plugin = new Resident("plugin", root, "ignore");
  readonly #vault = startVault((key) => {
    this.#key = key;
  });
  /** The key of the one stack of which the others are copies. */
  #key = Buffer.alloc(0);
  #template: Promise<string> | undefined;
  #folders: string[] = [];
  #ports: readonly number[] | undefined;

  async environment(folder: string): Promise<Record<string, string>> {
    return {
      PULUMI_BACKEND_URL: `file://${folder}/state`,
      PULUMI_HOME: join(root, ".cache/explore/home"),
      PULUMI_STACK: "Dev",
      VAULT_SERVER_URL: await this.#vault,
      VAULT_SERVER_TOKEN: "none",
    };
  }

  async newStack(name: string, config: Readonly<Record<string, string>>): Promise<string> {
    this.#template ??= this.#makeTemplate(name, config);
    const folder = await mkdtemp(join(root, ".cache/explore/stack-"));
    this.#folders.push(folder);
    await cp(await this.#template, folder, { recursive: true });
    return folder;
  }

  async #makeTemplate(name: string, config: Readonly<Record<string, string>>): Promise<string> {
    await mkdir(join(root, ".cache/explore"), { recursive: true });
    const folder = await mkdtemp(join(root, ".cache/explore/stack-"));
    this.#folders.push(folder);
    await mkdir(join(folder, "state"));
    await writeFile(join(folder, "Pulumi.yaml"), "name: Acme\nruntime: nodejs\nmain: index.js\n");
    await writeFile(join(folder, "package.json"), '{ "name": "acme", "main": "index.js" }\n');
    await writeFile(join(folder, "index.js"), "");
    const env = await this.environment(folder);
    for (const args of [
      ["stack", "init", name, "--secrets-provider", "hashivault://tests"],
      ["config", "set-all", ...configFlags(config)],
    ]) {
      const { exitCode, text } = await pulumi(args, { cwd: folder, env });
      if (exitCode !== 0) throw new Error(text);
    }
    return folder;
  }

  /** A state's value with its secrets decrypted: AES-256-GCM, "v1:NONCE:TEXT" in base64. */
  opened<T>(value: T): T {
    if (Array.isArray(value)) return value.map((each) => this.opened(each)) as T;
    if (typeof value !== "object" || value === null) return value;
    if (!("ciphertext" in value))
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, this.opened(each)])) as T;
    const { ciphertext, ...signature } = value as { ciphertext: string };
    const [, nonce = "", sealed = ""] = ciphertext.split(":");
    const bytes = Buffer.from(sealed, "base64");
    const decipher = createDecipheriv("aes-256-gcm", this.#key, Buffer.from(nonce, "base64"));
    decipher.setAuthTag(bytes.subarray(-16));
    const plain = Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]).toString();
    return { ...signature, value: JSON.parse(plain) } as T;
  }

  ground(): Ground {
    return {
      name: "the engine",
      world: async (options, circumstances) => {
        const stackOf = (config: Readonly<Record<string, string>>, name: string) =>
          new RealStack(this, config, name);
        const world = await worldOf(stackOf, options, circumstances, this.#ports);
        this.#ports ??= world.platforms.map(({ url }) => Number(new URL(url).port));
        return world;
      },
      // The stacks' settings say that the platform needs a second to settle.
      wait: (seconds) => pause(Math.min(seconds * 1000, 1200)),
      watch: (look) => {
        const timer = setInterval(look, 2);
        return () => clearInterval(timer);
      },
      isBrief: true,
    };
  }

  async close(): Promise<void> {
    this.program.kill();
    this.plugin.kill();
    for (const folder of this.#folders) await rm(folder, { recursive: true, force: true });
  }
}

class RealStack implements AnyStack {
  readonly project = "Acme";
  readonly name: string;
  readonly tagPrefix: string;
  config: Readonly<Record<string, string>>;
  resources = new Map<string, Resource>();
  printed: string[] = [];
  readonly #engine: Engine;
  #folder: string | undefined;
  #written: Readonly<Record<string, string>>;
  #cli: ChildProcess | undefined;
  #isKilled = false;

  constructor(engine: Engine, config: Readonly<Record<string, string>>, name: string) {
    this.#engine = engine;
    this.config = { ...config, "act365:settleSeconds": "1", "act365:maxAttempts": "1" };
    this.#written = this.config;
    this.name = name;
    this.tagPrefix = `pulumi:${this.project}/${name}/`;
  }

  async up(program: Program, { replace = [] }: { replace?: readonly string[] } = {}): Promise<Outcome> {
    const folder = await this.#at();
    await writeFile(join(folder, "index.js"), textOf(program));
    return this.#command("up", ...replace.map((urn) => `--replace=${urn}`));
  }

  destroy = (): Promise<Outcome> => this.#command("destroy");
  refresh = (): Promise<Outcome> => this.#command("refresh");

  kill(): void {
    this.#isKilled = true;
    this.#cli?.kill("SIGKILL");
  }

  killPlugin(): void {
    this.#engine.plugin.kill();
  }

  async #command(command: "up" | "destroy" | "refresh", ...more: string[]): Promise<Outcome> {
    await this.#at();
    await this.#configure();
    const { program, plugin } = this.#engine;
    const environment = {
      PATH: warmPath(),
      ACT365_PLUGIN_PORT: await plugin.port,
      PULUMI_DEBUG_LANGUAGES: `nodejs:${await program.port}`,
    };
    const client = `--client=127.0.0.1:${await program.port}`;
    const quiet = ["--yes", "--skip-preview", "--suppress-progress"];
    const run = await this.#call([command, ...quiet, client, ...more], environment);
    const wasKilled = this.#isKilled;
    this.#isKilled = false;
    this.#cli = undefined;
    this.printed.push(run.text);
    // After a run that ended badly Pulumi's globals are not what they were.
    if (run.exitCode !== 0) program.kill();
    if (wasKilled) {
      plugin.kill();
      await this.#call(["cancel", "--yes"]);
    }
    await this.#load();
    const isGreen = run.exitCode === 0 && !wasKilled;
    return { isGreen, errors: isGreen ? [] : [run.text], changes: changesIn(run.stdout) };
  }

  async #call(args: readonly string[], more: Record<string, string> = {}): Promise<Run> {
    const folder = String(this.#folder);
    const onStart = (child: ChildProcess) => {
      this.#cli = child;
    };
    return pulumi(args, {
      cwd: folder,
      env: { ...(await this.#engine.environment(folder)), ...more },
      onStart,
    });
  }

  /** The folder of the stack: a copy of one that was made once, since a CLI takes its time. */
  async #at(): Promise<string> {
    this.#folder ??= await this.#engine.newStack(this.name, this.config);
    return this.#folder;
  }

  async #configure(): Promise<void> {
    const changed = Object.entries(this.config).filter(([key, value]) => this.#written[key] !== value);
    this.#written = { ...this.config };
    if (changed.length > 0)
      await this.#call(["config", "set-all", ...configFlags(Object.fromEntries(changed))]);
  }

  /** What the state says now, in the form of the model's. */
  async #load(): Promise<void> {
    const file = join(String(this.#folder), `state/.pulumi/stacks/${this.project}/${this.name}.json`);
    const { checkpoint } = JSON.parse(await readFile(file, "utf8"));
    const resources = ((checkpoint.latest?.resources ?? []) as (Resource & { type: string })[])
      .filter(({ type }) => type.endsWith(":ConnectorInstance"))
      .map((each) => ({
        ...each,
        inputs: this.#engine.opened(each.inputs),
        outputs: this.#engine.opened(each.outputs),
      }));
    this.resources = new Map(resources.map((each) => [each.urn, each]));
  }
}

/** How many resources a command has changed, by its own summary. */
const changesIn = (text: string): number =>
  [...text.matchAll(/^ +[-+~] +(\d+) (created|updated|deleted|replaced)/gm)].reduce(
    (sum, [, count]) => sum + Number(count),
    0,
  );
