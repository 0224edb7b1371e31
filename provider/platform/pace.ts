import { ConnectionError, isRateLimit } from "./errors";
import { Rate } from "./rate";

/** How many requests may be on their way at once. */
const mostInFlight = 32;

/** How long nothing is asked in a wait: at first and at least; and what a refused probe and a lie make of it. */
const [firstPatienceSeconds, leastPatienceSeconds, longer, shorter] = [0.5, 0.125, 1.3, 0.5];
/** A wait that is no longer than this many times the patience is kept without a question. */
const keptPatiences = 2;
/** The shortest wait that `Retry-After` can say. It may mean less. */
const shortestSeconds = 1;
const mostProbes = 16;
/** After so many refusals a wait is taken for meant by those who have not so much time. */
const mostDoubts = 4;
/** Timers are late. What they miss is made up for, when it is no more than this. */
const lateMilliseconds = 50;

/** The platform asks to wait for longer than the request has time, and means it. */
export class WaitTooLongError extends Error {
  constructor(readonly seconds: number) {
    super();
  }
}

/** A request that waits for its turn. Here and below moments are by `performance.now()`. */
interface Waiting {
  readonly go: (round: number) => void;
  readonly giveUp: (reason: unknown) => void;
  readonly ends: number;
}

/** The time in which the platform refuses. */
interface Shut {
  readonly since: number;
  /** When it is over, by the platform's word. */
  readonly until: number;
  /** How many refusals named an end of their own. */
  readonly refusals: number;
  /** Whether a probe was told the same end. */
  readonly isMeant: boolean;
  /** When requests go and ask whether it is over. */
  readonly probeAt: number;
  /** How many of them may still go. */
  probes: number;
}

/**
 * Every request of the process to one platform passes here, so that a limit that one of them meets slows all.
 *
 * A refusal shuts the gate for as long as the platform asks. That may be more than it means, so after a short time one
 * request asks again. If it is taken, the gate opens. If it is refused and told the same end, the wait is meant and kept.
 * If it is told another end, more requests ask, somewhat later. The open gate lets pass at the platform's rate.
 */
export class Pace {
  readonly #onWait: (seconds: number) => void;
  readonly #waiting: Waiting[] = [];
  readonly #rate = new Rate();
  #inFlight = 0;
  #shut: Shut | undefined;
  #patienceSeconds = firstPatienceSeconds;
  /** Begins anew with each refusal: requests that left before it tell nothing new. */
  #round = 0;
  #nextAt = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param onWait is told how long each refusal shuts the gate, in seconds. */
  constructor(onWait: (seconds: number) => void = () => {}) {
    this.#onWait = onWait;
  }

  /**
   * Sends when it is the request's turn.
   *
   * @param ends when the request's time is over.
   * @throws the signal's reason when it aborts before that; WaitTooLongError when the turn comes later than the end.
   */
  async pass<T>(send: () => Promise<T>, ends: number, signal?: AbortSignal): Promise<T> {
    const round = await this.#turn(ends, signal);
    try {
      const answer = await send();
      this.#taken(round);
      return answer;
    } catch (error) {
      if (isRateLimit(error)) this.#refused(round, error.retryAfterSeconds);
      else if (error instanceof ConnectionError || error === signal?.reason) this.#unanswered(round);
      else this.#taken(round);
      throw error;
    } finally {
      this.#inFlight -= 1;
      this.#letGo();
    }
  }

  async #turn(ends: number, signal: AbortSignal | undefined): Promise<number> {
    signal?.throwIfAborted();
    if (this.#inFlight + this.#waiting.length === 0) this.#rate.begin();
    let leave = () => {};
    try {
      return await new Promise<number>((go, giveUp) => {
        const waiting: Waiting = { go, giveUp, ends };
        leave = () => {
          this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
          giveUp(signal?.reason);
        };
        signal?.addEventListener("abort", leave);
        this.#waiting.push(waiting);
        this.#letGo();
      });
    } finally {
      signal?.removeEventListener("abort", leave);
    }
  }

  /** The platform did not ask to wait, whatever else it answered. */
  #taken(round: number): void {
    this.#rate.taken();
    const shut = this.#shut;
    if (!shut || round !== this.#round) return;
    const now = performance.now();
    const isLie = now < shut.until || shut.until - shut.since <= shortestSeconds * 1000;
    if (isLie && shut.refusals === 1)
      this.#patienceSeconds = Math.max(leastPatienceSeconds, this.#patienceSeconds * shorter);
    this.#shut = undefined;
    this.#rate.reopen();
    this.#nextAt = now + 1000 / this.#rate.perSecond();
  }

  /** A probe without an answer tells nothing, so another one asks. */
  #unanswered(round: number): void {
    if (this.#shut && round === this.#round) this.#shut.probes += 1;
  }

  #refused(round: number, askedSeconds: number | undefined): void {
    if (round !== this.#round) return;
    this.#round += 1;
    const before = this.#shut;
    if (before) this.#patienceSeconds *= longer;
    else this.#rate.refused();
    const now = performance.now();
    const patience = this.#patienceSeconds * 1000;
    const asked = askedSeconds ? askedSeconds * 1000 : patience;
    const until = now + asked;
    // The wait that a probe asked about, unless that was over.
    const wait = before && now < before.until ? before : undefined;
    // Its end stays, but for waits being told in whole seconds, rounded up; a wait that is always the same moves its end.
    const isMeant = wait !== undefined && until - wait.until < (now - wait.since) / 2;
    const end = Math.min(until, wait?.until ?? until);
    const refusals = before && !isMeant ? before.refusals + 1 : 1;
    const isShort = wait !== undefined && asked <= shortestSeconds * 1000;
    this.#shut = {
      since: wait?.since ?? now,
      until: end,
      refusals,
      isMeant,
      probeAt: isMeant || asked <= keptPatiences * patience ? end : now + patience,
      probes: isShort ? 1 : Math.min(mostProbes, 2 ** (refusals - 1)),
    };
    if (!before) this.#onWait(asked / 1000);
  }

  /** Lets those go whose turn it is, and looks again when the next turn comes. */
  #letGo(): void {
    clearTimeout(this.#timer);
    const now = performance.now();
    if (this.#shut && (this.#shut.isMeant || this.#shut.refusals > mostDoubts)) this.#dismiss(this.#shut);
    let turn = this.#nextTurn();
    while (this.#waiting.length > 0 && this.#inFlight < mostInFlight && turn <= now) {
      if (this.#shut) this.#shut.probes -= 1;
      else this.#nextAt = Math.max(turn, now - lateMilliseconds) + 1000 / this.#rate.perSecond();
      this.#inFlight += 1;
      this.#waiting.shift()?.go(this.#round);
      turn = this.#nextTurn();
    }
    if (this.#waiting.length > 0 && this.#inFlight < mostInFlight && turn < Number.POSITIVE_INFINITY)
      this.#timer = setTimeout(() => this.#letGo(), Math.ceil(turn - now));
  }

  /** When the next request may go; not before an answer, while probes are on their way. */
  #nextTurn(): number {
    if (!this.#shut) return this.#nextAt;
    return this.#shut.probes > 0 ? this.#shut.probeAt : Number.POSITIVE_INFINITY;
  }

  /** Those whose time ends before the wait need not wait for that. */
  #dismiss({ since, until }: Shut): void {
    for (const late of this.#waiting.filter(({ ends }) => ends < until)) {
      this.#waiting.splice(this.#waiting.indexOf(late), 1);
      late.giveUp(new WaitTooLongError(Math.round((until - since) / 1000)));
    }
  }
}
