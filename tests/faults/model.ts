import * as lifecycle from "../../provider/dynamic/lifecycle";
import type { Simulator } from "../../provider/simulator";
import { given, kept } from "../support/plugin";
import { leftoversIn } from "../support/promise";

type Bag = Record<string, unknown>;

/** What the engine keeps of a resource. */
interface Recorded {
  readonly id: string;
  readonly inputs: Bag;
  readonly outputs: Bag;
  /** Whether its last create or update failed half-way; then the next up updates it whatever diff says. */
  readonly isHalfMade: boolean;
}

/** As much of Pulumi's engine as decides what is called and what is recorded, without its processes. */
export class Engine {
  readonly state = new Map<string, Recorded>();
  /** The arguments by resource. */
  readonly program = new Map<string, Bag>();

  constructor(readonly simulator: Simulator) {}

  /** `pulumi up`. Answers what failed; as in Pulumi, nothing is deleted then that the program has no more. */
  async up(): Promise<string[]> {
    const applied = await Promise.all(
      [...this.program].map(([name, args]) => this.#caught(this.#apply(name, args))),
    );
    const failures = applied.flat();
    if (failures.length > 0) return failures;
    const gone = [...this.state.keys()].filter((name) => !this.program.has(name));
    return (await Promise.all(gone.map((name) => this.#caught(this.#remove(name))))).flat();
  }

  /** `pulumi refresh`. */
  async refresh(): Promise<string[]> {
    const all = [...this.state].map(async ([name, recorded]) => {
      const { id, props, inputs } = await lifecycle.read(recorded.id, recorded.outputs);
      if (!id) this.state.delete(name);
      else
        this.state.set(name, {
          id,
          inputs: kept({ ...inputs, __provider: "the capsule" }),
          outputs: kept({ ...props, __provider: "the capsule" }),
          isHalfMade: false,
        });
    });
    return (await Promise.all(all.map((each) => this.#caught(each)))).flat();
  }

  /** What a user does after a failure: one more up, and the way out that an error names. */
  async heal(): Promise<string[]> {
    const failures = await this.up();
    const leftovers = leftoversIn(failures.join("\n"));
    if (leftovers.size === 0) return failures;
    for (const [name, id] of leftovers)
      this.program.set(name, { ...this.program.get(name), adopt: id, onDestroy: "delete" });
    return this.up();
  }

  async #apply(name: string, args: Bag): Promise<void> {
    const old = this.state.get(name);
    const { inputs, failures } = await lifecycle.check(
      old?.inputs ?? {},
      given({ name, ...args, ownershipTag: `pulumi:project/stack/${name}` }),
    );
    if (failures?.length) throw new Error(failures.map(({ reason }) => reason).join());
    const news = { ...kept(inputs), __provider: "the capsule" };
    if (!old) return this.#make(name, news);
    const { changes, replaces } = await lifecycle.diff(old.id, old.outputs, news);
    if (replaces?.length) {
      await this.#remove(name);
      return this.#make(name, news);
    }
    if (changes === false && !old.isHalfMade) {
      this.state.set(name, { ...old, inputs: news });
      return;
    }
    await this.#record(name, news, async () => ({
      id: old.id,
      outs: (await lifecycle.update(old.id, old.outputs, news)).outs,
    }));
  }

  #make(name: string, news: Bag): Promise<void> {
    return this.#record(name, news, async () => {
      const { id, outs } = await lifecycle.create(news);
      return { id: String(id), outs };
    });
  }

  async #record(
    name: string,
    inputs: Bag,
    work: () => Promise<{ id: string; outs: unknown }>,
  ): Promise<void> {
    try {
      const { id, outs } = await work();
      const outputs = { ...kept(outs), __provider: "the capsule" };
      this.state.set(name, { id, inputs, outputs, isHalfMade: false });
    } catch (error) {
      const { id, properties } = error as { id?: string; properties?: Bag };
      if (id) this.state.set(name, { id, inputs, outputs: kept(properties), isHalfMade: true });
      throw error;
    }
  }

  async #remove(name: string): Promise<void> {
    const { id, outputs } = this.state.get(name) as Recorded;
    await lifecycle.delete(id, outputs);
    this.state.delete(name);
  }

  async #caught(work: Promise<void>): Promise<string[]> {
    try {
      await work;
      return [];
    } catch (error) {
      return [(error as Error).message];
    }
  }
}
