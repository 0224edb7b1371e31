import PQueue from "p-queue";

/** How many requests may be on their way at once. */
const most = 32;

/**
 * Every request of the process to one platform passes here, so that a limit that one of them meets slows all: nothing
 * is sent until the platform's wait is over, and then at the pace that it has taken so far, quicker again as it goes
 * well.
 */
export class Traffic {
  readonly #queue = new PQueue({ concurrency: most });
  /** Milliseconds from one request to the next; 0 while the platform has not limited the rate. */
  #gap = 0;
  /** What each request that is taken makes of the gap: the first one is a guess, later ones are known to be nearly right. */
  #easing = 0.9;
  #opensAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #heldUntil = 0;
  #busySince = 0;
  #passed = 0;

  /** Runs when there is room. Rejects with the signal's reason when it aborts before that. */
  async pass<T>(send: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    if (this.#queue.size + this.#queue.pending === 0) this.#beginCount(performance.now());
    const start = () => {
      if (this.#gap > 0) this.#shutUntil(Math.max(performance.now(), this.#opensAt + this.#gap));
      return send();
    };
    return (await this.#queue.add(start, signal && { signal })) as T;
  }

  /** The platform took a request, whatever it answered. */
  taken(): void {
    this.#passed += 1;
    this.#gap *= this.#easing;
    if (this.#gap >= 1) return;
    this.#gap = 0;
    this.#easing = 0.9;
  }

  /**
   * Stops all traffic for a while.
   *
   * @returns whether it was flowing: of the requests that are refused together the first one stops it.
   */
  hold(milliseconds: number): boolean {
    const now = performance.now();
    const isFirst = this.#heldUntil <= now;
    if (isFirst) {
      if (this.#gap > 0) this.#easing = 0.998;
      const average = (now - this.#busySince + milliseconds) / Math.max(1, this.#passed);
      this.#gap = this.#gap > 0 ? this.#gap * 1.25 : Math.min(average, milliseconds);
      this.#beginCount(now + milliseconds);
    }
    this.#heldUntil = Math.max(this.#heldUntil, now + milliseconds);
    this.#shutUntil(this.#heldUntil);
    return isFirst;
  }

  #beginCount(from: number): void {
    this.#busySince = from;
    this.#passed = 0;
  }

  #shutUntil(time: number): void {
    this.#opensAt = Math.max(this.#opensAt, time);
    this.#queue.pause();
    if (!this.#timer) this.#openInTime();
  }

  #openInTime(): void {
    // A timer may be early, since it counts from when the event loop last looked at the clock.
    const left = this.#opensAt - performance.now();
    this.#timer = left > 0 ? setTimeout(() => this.#openInTime(), Math.ceil(left)) : undefined;
    if (left <= 0) this.#queue.start();
  }
}
