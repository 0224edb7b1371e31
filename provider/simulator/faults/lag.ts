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
    const { [`${from}Calls` as const]: hidden = 0, [`${from}Milliseconds` as const]: least = 0 } =
      this.options;
    const age = this.clock().getTime() - recent.since;
    return (
      (calls < hidden && age < (this.options.behindMilliseconds ?? Number.POSITIVE_INFINITY)) || age < least
    );
  }
}
