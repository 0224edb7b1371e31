import PQueue from "p-queue";

const most = 32;

/**
 * Every request of the process to one platform passes here, so that a limit that one of them meets slows all: nothing
 * is sent until the platform's wait is over, and then fewer at once, more again as it goes well.
 */
export class Traffic {
  readonly #queue = new PQueue({ concurrency: most });
  #opensAt = 0;
  #successes = 0;

  /** Runs when there is room. Rejects with the signal's reason when it aborts before that. */
  async pass<T>(send: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    const result = await this.#queue.add(send, signal && { signal });
    this.#successes += 1;
    if (this.#successes >= this.#queue.concurrency) {
      this.#successes = 0;
      this.#queue.concurrency = Math.min(most, this.#queue.concurrency + 1);
    }
    return result as T;
  }

  /** Stops all traffic for a while. */
  hold(milliseconds: number): void {
    const now = performance.now();
    if (this.#opensAt <= now) this.#queue.concurrency = Math.max(1, Math.floor(this.#queue.concurrency / 2));
    this.#successes = 0;
    this.#opensAt = Math.max(this.#opensAt, now + milliseconds);
    this.#queue.pause();
    setTimeout(() => {
      if (performance.now() >= this.#opensAt - 1) this.#queue.start();
    }, this.#opensAt - now);
  }
}
