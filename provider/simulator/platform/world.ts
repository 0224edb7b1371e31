import type { StoredInstance } from "./instance";

/** By their ids. */
export type Instances = ReadonlyMap<number, StoredInstance>;

/** What a change undoes, and when it was made. */
interface Before {
  readonly request: number;
  /** By the platform's clock, in milliseconds since 1970. */
  readonly at: number;
  readonly id: number;
  readonly before: StoredInstance | undefined;
}

/** The instances as they are and as they were some requests ago. */
export class World {
  readonly #now = new Map<number, StoredInstance>();
  #undo: Before[] = [];
  #request = 0;

  /** @param oldest how many milliseconds ago the past begins: what was done before then is known to every answer. */
  constructor(
    private readonly clock: () => Date,
    private readonly oldest: number,
  ) {}

  /** A request has come. */
  tick(): void {
    this.#request += 1;
  }

  get now(): Instances {
    return this.#now;
  }

  /** As all was before the last so many requests, the present one not counted. */
  before(requests: number): Instances {
    if (requests === 0) return this.#now;
    const then = new Map(this.#now);
    const since = this.clock().getTime() - this.oldest;
    for (const { request, at, id, before } of this.#undo.toReversed()) {
      if (request < this.#request - requests || at < since) break;
      if (before) then.set(id, before);
      else then.delete(id);
    }
    return new Map([...then].sort(([one], [other]) => one - other));
  }

  /** Instances are never changed in place, so that what was stays. */
  put(instance: StoredInstance): void {
    this.#note(instance.id);
    this.#now.set(instance.id, instance);
  }

  delete(id: number): void {
    this.#note(id);
    this.#now.delete(id);
  }

  #note(id: number): void {
    const at = this.clock().getTime();
    this.#undo.push({ request: this.#request, at, id, before: this.#now.get(id) });
    if (this.#undo.length > 2 * most) this.#undo = this.#undo.slice(-most);
  }
}

/** How many changes are remembered. */
const most = 10_000;
