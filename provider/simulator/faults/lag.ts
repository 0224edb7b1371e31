import type { LagOptions } from "../options";

type Aspect = "list" | "get" | "change" | "deleted";

/** Hides what was done a moment ago, as replicas that lag behind do. */
export class Lag {
  readonly #recent = new Map<number, { calls: Map<Aspect, number>; since: number }>();

  constructor(
    private readonly options: LagOptions,
    private readonly clock: () => Date,
  ) {}

  /** An instance was made, or deleted. */
  touched(id: number): void {
    this.#recent.set(id, { calls: new Map(), since: this.clock().getTime() });
  }

  /** Whether this call does not see yet what was done to the instance; asking counts as the call. */
  hides(id: number, from: Aspect): boolean {
    const recent = this.#recent.get(id);
    if (!recent) return false;
    const calls = recent.calls.get(from) ?? 0;
    recent.calls.set(from, calls + 1);
    const milliseconds = this.options[`${from}Milliseconds`] ?? 0;
    return (
      calls < (this.options[`${from}Calls`] ?? 0) || this.clock().getTime() < recent.since + milliseconds
    );
  }
}
