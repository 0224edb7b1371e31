/**
 * A small model of Pulumi's engine: what it does with the answers of a dynamic provider. Read from the sources of
 * 3.274.1 (pkg/resource/deploy: step_generator.go, step.go) and of Pulumi's host; whatever the real one does otherwise
 * is a bug here.
 */
import { isDeepStrictEqual } from "node:util";
import { type Bag, type Code, Plugin, urnOf } from "./plugin.mts";
import { annotated, plain, sealedAt } from "./secrets.mts";
import type { AnyStack, Declared, Outcome, Program, Resource } from "./stack.mts";

class Killed extends Error {}

/** A stack on the model. */
export class Stack implements AnyStack {
  readonly code: Code;
  readonly project = "Acme";
  readonly name: string;
  config: Readonly<Record<string, string>>;
  resources = new Map<string, Resource>();
  printed: string[] = [];
  /** The settings of the last `up`, which the state's provider keeps: what refresh and destroy go by. */
  #applied: Readonly<Record<string, string>> = {};
  #plugin: Plugin | undefined;
  #errors: string[] = [];
  #changes = 0;
  #isKilled = false;

  constructor(code: Code, config: Readonly<Record<string, string>>, name = "Dev") {
    this.code = code;
    this.config = config;
    this.name = name;
  }

  get tagPrefix(): string {
    return `pulumi:${this.project}/${this.name}/`;
  }

  kill(): void {
    this.#isKilled = true;
  }

  killPlugin(): void {
    this.#plugin?.kill();
  }

  up(program: Program, { replace = [] }: { replace?: readonly string[] } = {}): Promise<Outcome> {
    // A program without resources registers no provider, so the settings of before go on.
    if (program.length > 0) this.#applied = this.config;
    return this.#command(async (plugin) => {
      const registered = new Set<string>();
      const steps: Promise<void>[] = [];
      for (const declared of program) {
        if (this.#errors.length > 0) break;
        const step = await this.#generate(plugin, declared, registered, replace).catch((error) =>
          this.#fail(error),
        );
        if (step) steps.push(step().catch((error) => this.#fail(error)));
      }
      await Promise.all(steps);
      if (this.#errors.length > 0) return;
      await this.#deleteAll(plugin, (urn) => !registered.has(urn));
    });
  }

  destroy(): Promise<Outcome> {
    return this.#command((plugin) => this.#deleteAll(plugin, () => true));
  }

  refresh(): Promise<Outcome> {
    return this.#command(async (plugin) => {
      await Promise.all(
        [...this.resources.values()].map(async (old) => {
          if (old.pendingReplacement) return this.#forget(old.urn);
          try {
            const found = await plugin.call((lifecycle) => lifecycle.read(old.id, plain(old.outputs)));
            if (!found.id) return this.#forget(old.urn);
            this.#record({
              ...old,
              inputs: found.inputs
                ? annotated({ ...found.inputs, __provider: text }, old.inputs)
                : old.inputs,
              outputs: sealedAt({ ...found.props, __provider: text }, old.inputs),
              initErrors: [],
            });
          } catch (error) {
            this.#fail(error);
          }
        }),
      );
    });
  }

  async #command(work: (plugin: Plugin) => Promise<void>): Promise<Outcome> {
    this.#errors = [];
    this.#changes = 0;
    this.#isKilled = false;
    this.#plugin = await Plugin.start(this.code, this.#applied);
    await work(this.#plugin);
    const errors = this.#errors;
    this.printed.push(...errors);
    return { isGreen: errors.length === 0 && !this.#isKilled, errors, changes: this.#changes };
  }

  #fail(error: unknown): undefined {
    if (error instanceof Killed) return;
    const { message, stack, reasons } = error as { message: string; stack: string; reasons?: string[] };
    // What Pulumi's host prints.
    this.#errors.push([message, stack, ...(reasons ?? [])].join("\n"));
  }

  #record(resource: Resource): void {
    if (!this.#isKilled) this.resources.set(resource.urn, resource);
  }

  #forget(urn: string): void {
    if (!this.#isKilled) this.resources.delete(urn);
  }

  #urn = ({ parents = [], name }: { parents?: readonly string[] | undefined; name: string }): string =>
    urnOf(this.project, this.name, parents, name);

  /** What the class sends for a resource. */
  inputsOf({ name, parents = [], args }: Declared): Bag {
    const ownershipTag = this.code.tagOf(this.project, this.name, parents, name);
    return { name, ...args, ownershipTag, __provider: text };
  }

  async #generate(
    plugin: Plugin,
    declared: Declared,
    registered: Set<string>,
    replace: readonly string[],
  ): Promise<(() => Promise<void>) | undefined> {
    const urn = this.#urn(declared);
    const former = (declared.aliases ?? []).map((alias) => this.#urn({ ...declared, ...alias }));
    const known = [urn, ...former].find((each) => this.resources.has(each));
    let old = known === undefined ? undefined : (this.resources.get(known) as Resource);
    registered.add(urn);
    if (old && old.urn !== urn) {
      // The engine moves the state with the step; nothing can come between the two here.
      this.resources = new Map(
        [...this.resources].map(([key, each]) => (key === known ? [urn, { ...each, urn }] : [key, each])),
      );
      old = this.resources.get(urn) as Resource;
    }
    const retain = declared.retainOnDelete ? { retainOnDelete: true } : {};
    const goal = this.inputsOf(declared);
    const check = async (olds: Bag): Promise<Bag> => {
      const { inputs = goal, failures = [] } = await plugin.call((each) =>
        each.check(plain(olds), plain(goal)),
      );
      if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("\n"));
      return annotated({ ...inputs, __provider: text }, goal, secretInputs);
    };
    if (!old) {
      const inputs = await check({});
      return () => this.#create(plugin, { urn, inputs, ...retain });
    }
    const existing = old;
    let inputs = await check(existing.inputs);
    const { changes, replaces = [] } = await plugin.call((each) =>
      each.diff(existing.id, plain(existing.outputs), plain(inputs)),
    );
    const isChanged = changes ?? !isDeepStrictEqual(plain(existing.inputs), plain(inputs));
    if (existing.pendingReplacement || (isChanged && replaces.length > 0) || replace.includes(urn)) {
      inputs = await check({});
      return async () => {
        if (!existing.pendingReplacement) await this.#delete(plugin, existing, true);
        await this.#create(plugin, { urn, inputs, ...retain });
      };
    }
    if (isChanged || existing.initErrors?.length)
      return () => this.#update(plugin, { ...existing, ...retain }, inputs);
    this.#record({ ...existing, inputs, ...retain });
    return undefined;
  }

  async #create(plugin: Plugin, base: Omit<Resource, "id" | "outputs">): Promise<void> {
    this.#changes += 1;
    try {
      const { id, outs } = await plugin.call((each) => each.create(plain(base.inputs)));
      this.#record({ ...base, id, outputs: this.#outputs(outs, base.inputs) });
    } catch (error) {
      this.#partial(error, base);
    }
  }

  async #update(plugin: Plugin, old: Resource, inputs: Bag): Promise<void> {
    this.#changes += 1;
    const { initErrors: _, ...base } = old;
    try {
      const { outs } = await plugin.call((each) => each.update(old.id, plain(old.outputs), plain(inputs)));
      this.#record({ ...base, inputs, outputs: this.#outputs(outs, inputs) });
    } catch (error) {
      this.#partial(error, { ...base, inputs });
    }
  }

  /** An error with an id and properties records what there is, and fails all the same. */
  #partial(error: unknown, base: Omit<Resource, "id" | "outputs">): never {
    const { id, properties, reasons = [] } = error as { id?: string; properties?: Bag; reasons?: string[] };
    if (id && properties)
      this.#record({ ...base, id, outputs: this.#outputs(properties, base.inputs), initErrors: reasons });
    throw error;
  }

  #outputs(outs: Bag, inputs: Bag): Bag {
    if (Object.values(outs).includes(undefined)) throw new Error("Unexpected struct type.");
    return sealedAt({ ...outs, __provider: text }, inputs);
  }

  async #deleteAll(plugin: Plugin, isDue: (urn: string) => boolean): Promise<void> {
    const due = [...this.resources.values()].filter(({ urn }) => isDue(urn)).reverse();
    await Promise.all(due.map((old) => this.#delete(plugin, old, false).catch((error) => this.#fail(error))));
  }

  async #delete(plugin: Plugin, old: Resource, isReplaced: boolean): Promise<void> {
    this.#changes += 1;
    if (!old.pendingReplacement && !old.retainOnDelete)
      await plugin.call((each) => each.delete(old.id, plain(old.outputs)));
    if (this.#isKilled) throw new Killed();
    if (isReplaced) this.#record({ ...old, pendingReplacement: true });
    else this.#forget(old.urn);
  }
}

/** What the class marks by itself. */
const secretInputs = ["apiKey", "developerKey"];
const text = 'exports.handler = () => require("pulumi-act365/lifecycle");';
