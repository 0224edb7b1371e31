/** The plugin's process: the lifecycle of any commit, loaded as often as processes are needed. */
import { cpSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, resolve, sep } from "node:path";
import { type Process, processes } from "./machine.mts";

const require = createRequire(import.meta.url);

export type Bag = Record<string, unknown>;

/** What Pulumi's host of dynamic providers calls. */
export interface Lifecycle {
  configure(request: { config: { get(key: string): string | undefined } }): Promise<void>;
  check(olds: Bag, news: Bag): Promise<{ inputs?: Bag; failures?: { property: string; reason: string }[] }>;
  diff(
    id: string,
    olds: Bag,
    news: Bag,
  ): Promise<{ changes?: boolean; replaces?: string[]; deleteBeforeReplace?: boolean }>;
  create(news: Bag): Promise<{ id: string; outs: Bag }>;
  read(id: string, props: Bag): Promise<{ id?: string; props?: Bag; inputs?: Bag }>;
  update(id: string, olds: Bag, news: Bag): Promise<{ outs: Bag }>;
  delete(id: string, props: Bag): Promise<void>;
}

/** The code that is explored. */
export interface Code {
  readonly lifecycle: string;
  /** The ownership tag of a resource, as the class of that code sends it. */
  tagOf(project: string, stack: string, types: readonly string[], name: string): string;
}

/** @param lifecycle the path of its module. */
export function codeAt(lifecycle: string): Code {
  const path = resolve(lifecycle);
  const folder = dirname(path).replace(/[\\/]dynamic$/, "");
  const first = (...names: string[]): Record<string, (...args: unknown[]) => string> => {
    for (const name of names)
      try {
        return require(resolve(folder, name));
      } catch (error) {
        if ((error as { code?: string }).code !== "MODULE_NOT_FOUND") throw error;
      }
    throw new Error(`${folder} has none of ${names}`);
  };
  const ownership = first("arguments/ownership.js", "ownership.js");
  return {
    lifecycle: path,
    tagOf: (project, stack, types, name) => {
      const urn = urnOf(project, stack, types, name);
      const { ownershipTagOf } = ownership;
      if (ownershipTagOf?.length === 1) return ownershipTagOf(urn);
      if (ownershipTagOf) return ownershipTagOf(project, stack, name);
      throw new Error("the code has no ownership tag");
    },
  };
}

export const typeOf = "pulumi-nodejs:dynamic/act365:ConnectorInstance";

/** @param types those of the parents, the outermost first. */
export const urnOf = (project: string, stack: string, types: readonly string[], name: string): string =>
  `urn:pulumi:${stack}::${project}::${[...types, typeOf].join("$")}::${name}`;

/**
 * A copy of the package: what it loads late, by its path, must be its own and not another process's. Copies of processes
 * that ended well serve the next ones; those that were killed are loaded anew.
 */
interface Copy {
  readonly folder: string;
  lifecycle: Lifecycle | undefined;
}
const idle = new Map<string, Copy[]>();
const folders: string[] = [];
process.on("exit", () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function copyOf(path: string): Copy & { readonly lifecycle: Lifecycle } {
  const from = dirname(path).replace(/[\\/]dynamic$/, "");
  const copy = idle.get(path)?.pop() ?? { folder: copied(from), lifecycle: undefined };
  if (!copy.lifecycle)
    for (const key of Object.keys(require.cache))
      if (key.startsWith(copy.folder + sep)) delete require.cache[key];
  copy.lifecycle ??= require(copy.folder + path.slice(from.length)) as Lifecycle;
  return copy as Copy & { lifecycle: Lifecycle };
}

function copied(from: string): string {
  const folder = resolve(from, `../.cache/explore/${process.pid}-${folders.length}`);
  cpSync(from, folder, { recursive: true, filter: (file) => !file.startsWith(resolve(from, "simulator")) });
  folders.push(folder);
  return folder;
}

/** A process of the plugin, as the engine starts one for each run. */
export class Plugin {
  readonly process: Process = { isAlive: true };
  readonly #path: string;
  readonly #copy: Copy & { readonly lifecycle: Lifecycle };
  #end: (error: Error) => void = () => undefined;
  readonly #ended: Promise<never>;

  private constructor(path: string) {
    this.#path = path;
    this.#copy = copyOf(path);
    this.#ended = new Promise((_, reject) => {
      this.#end = reject;
    });
    this.#ended.catch(() => undefined);
  }

  static async start(code: Code, config: Readonly<Record<string, string>>): Promise<Plugin> {
    const plugin = new Plugin(code.lifecycle);
    await plugin.call((lifecycle) => lifecycle.configure({ config: { get: (key) => config[key] } }));
    return plugin;
  }

  /** Fails when the process is killed meanwhile. */
  call<T>(work: (lifecycle: Lifecycle) => Promise<T>): Promise<T> {
    return Promise.race([this.#ended, processes.run(this.process, () => work(this.#copy.lifecycle))]);
  }

  kill(): void {
    if (!this.process.isAlive) return;
    this.process.isAlive = false;
    this.#end(new Error("the plugin exited unexpectedly"));
    this.#leave({ folder: this.#copy.folder, lifecycle: undefined });
  }

  /** Its run is over. */
  stop(): void {
    if (this.process.isAlive) this.#leave(this.#copy);
  }

  #leave(copy: Copy): void {
    idle.set(this.#path, [...(idle.get(this.#path) ?? []), copy]);
  }
}
