import type { LagOptions } from "../options";

/** Hides instances that were made a moment ago, as replicas that lag behind do. */
export class Lag {
  readonly #young = new Map<number, { list: number; get: number; made: number }>();

  constructor(
    private readonly options: LagOptions,
    private readonly clock: () => Date,
  ) {}

  made(id: number): void {
    const { listCalls = 0, getCalls = 0 } = this.options;
    this.#young.set(id, { list: listCalls, get: getCalls, made: this.clock().getTime() });
  }

  /** Whether this list or get does not see the instance yet; asking counts as the call. */
  hides(id: number, from: "list" | "get"): boolean {
    const young = this.#young.get(id);
    if (!young) return false;
    const milliseconds = this.options[`${from}Milliseconds`] ?? 0;
    const isCall = young[from] > 0;
    if (isCall) young[from] -= 1;
    return isCall || this.clock().getTime() < young.made + milliseconds;
  }
}
