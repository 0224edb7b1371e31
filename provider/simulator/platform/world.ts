import type { StoredInstance } from "./instance";

/** By their ids. */
export type Instances = ReadonlyMap<number, StoredInstance>;

/** The instances as they are and as they were some requests ago. */
export class World {
  readonly #now = new Map<number, StoredInstance>();
  #undo: { readonly request: number; readonly id: number; readonly before: StoredInstance | undefined }[] =
    [];
  #request = 0;

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
    for (const { request, id, before } of this.#undo.toReversed()) {
      if (request < this.#request - requests) break;
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
    this.#undo.push({ request: this.#request, id, before: this.#now.get(id) });
    if (this.#undo.length > 2 * most) this.#undo = this.#undo.slice(-most);
  }
}

/** How many changes are remembered. */
const most = 10_000;
