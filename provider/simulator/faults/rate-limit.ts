import type { RateLimitOptions } from "../options";

/** A token bucket, full at the start. */
export class RateLimit {
  readonly #burst: number;
  #tokens: number;
  #last: number;

  constructor(
    private readonly options: RateLimitOptions,
    private readonly clock: () => Date,
  ) {
    this.#burst = options.burst ?? Math.max(1, options.perSecond);
    this.#tokens = this.#burst;
    this.#last = clock().getTime();
  }

  /** Undefined when a request gets through, else after how many seconds it should come again. */
  turnAway(): number | undefined {
    const { perSecond, retryAfterSeconds } = this.options;
    const now = this.clock().getTime();
    const refill = (Math.max(0, now - this.#last) / 1000) * perSecond;
    this.#tokens = Math.min(this.#burst, this.#tokens + refill);
    this.#last = now;
    if (this.#tokens < 1) return retryAfterSeconds ?? Math.ceil((1 - this.#tokens) / perSecond);
    this.#tokens -= 1;
    return undefined;
  }
}
