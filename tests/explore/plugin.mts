/** The plugin's process: the lifecycle of any commit, loaded as often as processes are needed. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, resolve } from "node:path";
import { compileFunction } from "node:vm";
import { type Process, processes } from "./network.mts";

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

/** What knows nothing but tables and rules, and depends on nothing else, is dear to set up, and the same in each process. */
const isStateless = (file: string): boolean =>
  /[\\/]((arguments|settings)[\\/].*|platform[\\/](address|answers|call|errors|instance-id|redaction|remedies)|instance[\\/](bodies|half-made|state))\.js$/.test(
    file,
  );
const stateless = new Map<string, { exports: unknown }>();

/** What a module of others is, for who lies there. */
const others = new Map<string, (name: string) => unknown>();
function remembering(load: (name: string) => unknown): (name: string) => unknown {
  const known = new Map<string, unknown>();
  return (name) => {
    if (!known.has(name)) known.set(name, load(name));
    return known.get(name);
  };
}

/** The code of each file, compiled once. */
const compiled = new Map<string, (...args: unknown[]) => void>();

/**
 * Loads a module of the package and what it requires of the package, now or later, with a state of their own: what a new
 * process does, without what a new process costs.
 */
function load(path: string): Lifecycle {
  const modules = new Map<string, { exports: unknown }>();
  // What it depends on is that of its own time.
  const requireOther = others.get(path) ?? remembering(createRequire(path));
  others.set(path, requireOther);
  const requireFrom = (from: string) => (name: string) =>
    name.startsWith(".") ? instance(`${resolve(dirname(from), name)}.js`) : requireOther(name);
  const instance = (file: string): unknown => {
    const all = isStateless(file) ? stateless : modules;
    const known = all.get(file);
    if (known) return known.exports;
    const module = { exports: {} };
    all.set(file, module);
    let code = compiled.get(file);
    if (!code) {
      const parameters = ["exports", "require", "module", "__filename", "__dirname"];
      code = compileFunction(readFileSync(file, "utf8"), parameters, { filename: file }) as () => void;
      compiled.set(file, code);
    }
    code(module.exports, requireFrom(file), module, file, dirname(file));
    return module.exports;
  };
  return instance(path) as Lifecycle;
}

/** A process of the plugin, as the engine starts one for each run. */
export class Plugin {
  readonly process: Process = { isAlive: true };
  readonly #lifecycle: Lifecycle;
  #end: (error: Error) => void = () => undefined;
  readonly #ended: Promise<never>;

  private constructor(path: string) {
    this.#lifecycle = load(path);
    this.#ended = new Promise((_, reject) => {
      this.#end = reject;
    });
    this.#ended.catch(() => undefined);
  }

  static async start(code: Code, config: Readonly<Record<string, string>>): Promise<Plugin> {
    const plugin = new Plugin(code.lifecycle);
    await plugin.call((lifecycle) => lifecycle.configure({ config: { get: (key) => config[key] } }));
    // Nobody signals it, and what listens lives for ever.
    for (const signal of ["SIGINT", "SIGTERM"]) process.removeAllListeners(signal);
    return plugin;
  }

  /** Fails when the process is killed meanwhile. */
  call<T>(work: (lifecycle: Lifecycle) => Promise<T>): Promise<T> {
    return Promise.race([this.#ended, processes.run(this.process, () => work(this.#lifecycle))]);
  }

  kill(): void {
    if (!this.process.isAlive) return;
    this.process.isAlive = false;
    this.#end(new Error("the plugin exited unexpectedly"));
  }
}
