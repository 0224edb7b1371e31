/** A search begins with at least so many requests in a second, and each one that is taken makes it quicker. */
const [searchFrom, growth] = [20, 1.25];
/** From so many requests in a second on there is no limit worth keeping. */
const mostPerSecond = 1000;

/** By so much a rate that was refused is lowered: twice as much as before when that was refused at once. */
const [leastCut, mostCut, atOnceSeconds] = [0.1, 0.5, 1];
/** The first refusal ends a search that had gone too far already. */
const searchCut = 0.36;

/** What was refused is neared to so much, in about that time. */
const [nearest, nearingSeconds] = [0.98, 2];
/** It is kept for so long, then tried higher, until it is no limit any more. */
const [keptSeconds, raisePerSecond, surpassed] = [4, 0.075, 1.15];

/** Rates are measured in the last second; less than a tenth of it tells nothing. */
const [longestMeasure, shortestMeasure] = [1, 0.1];

const seconds = (): number => performance.now() / 1000;

/**
 * The rate at which the platform takes requests, in requests in a second, as far as it can be seen. It has no bound until
 * a request is refused, and is looked for from below after that. Once a second one was refused it is kept just below
 * what that was sent at, and tried higher every few seconds. Measured in tests/faults/pace.test.ts.
 */
export class Rate {
  /** While it is looked for; without bound before the first refusal. */
  #search = Number.POSITIVE_INFINITY;
  /** Once it is known: what was refused, and what was begun with after that. */
  #known: { readonly refused: number; readonly start: number } | undefined;
  #cut = leastCut;
  #wasRefused = false;
  /** How many were taken since the last refusal. */
  #taken = 0;
  #countedFrom = seconds();
  /** When those were taken that were taken in the last second. */
  #recently: number[] = [];
  #openedAt = this.#countedFrom;

  /** After a time without requests. */
  begin(): void {
    if (this.perSecond() < Number.POSITIVE_INFINITY) return;
    this.#wasRefused = false;
    this.#count();
  }

  perSecond(): number {
    if (this.#known) {
      const { refused, start } = this.#known;
      const open = seconds() - this.#openedAt;
      const share = 1 + raisePerSecond * Math.max(0, open - keptSeconds);
      const limit = nearest * refused;
      if (share < surpassed) return share * limit - (limit - start) * Math.exp(-open / nearingSeconds);
      this.#search = surpassed * limit;
      this.#known = undefined;
    }
    if (this.#search > mostPerSecond) this.#search = Number.POSITIVE_INFINITY;
    return this.#search;
  }

  taken(): void {
    this.#taken += 1;
    if (!this.#wasRefused) return;
    const now = seconds();
    this.#recently = [...this.#recently.filter((each) => each > now - longestMeasure), now];
    if (!this.#known) this.#search *= growth;
  }

  /** Nothing is sent from now on, until `reopen`. */
  refused(): void {
    const now = seconds();
    const open = now - this.#openedAt;
    // With requests refused before and after, those taken between them are what the platform gave.
    const average = this.#taken / Math.max(shortestMeasure, now - this.#countedFrom);
    if (this.#known) {
      const tried = this.perSecond();
      this.#cut = open < atOnceSeconds ? Math.min(mostCut, this.#cut * 2) : leastCut;
      this.#known = knownFrom(average, tried, tried * (1 - this.#cut));
    } else if (this.#wasRefused) {
      const flow = this.#recently.length / Math.min(longestMeasure, Math.max(shortestMeasure, open));
      const tried = Math.min(this.perSecond(), 2 * flow) || searchFrom / 2;
      this.#cut = leastCut / 2;
      this.#known = knownFrom(average, tried / growth, tried * (1 - searchCut));
    }
    if (this.#wasRefused) this.#count();
    this.#openedAt = now;
  }

  /** The platform takes requests again. */
  reopen(): void {
    const now = seconds();
    if (!this.#wasRefused) {
      this.#wasRefused = true;
      this.#search = Math.max(searchFrom, this.#taken / (now - this.#countedFrom));
      this.#count();
    }
    this.#openedAt = now;
    this.#recently = [];
  }

  #count(): void {
    this.#taken = 0;
    this.#countedFrom = seconds();
  }
}

const knownFrom = (average: number, refused: number, start: number) => ({
  refused: Math.max(average, refused),
  start: Math.max(average, start),
});
