import { Act365Error, ConnectionError, isRateLimit } from "./errors";

/** How many requests may be on their way at once. */
const mostInFlight = 32;

/** How soon it is asked whether a refusal is over. */
const askSeconds = 0.02;
/** After so many questions there is a silence: for as long as the platform asks, or twice the last one up to the longest. */
const [questions, longestSilenceSeconds] = [64, 30];

/** The first gap between two requests and the least one. Each request that is taken makes it less, first by half. */
const [firstGapSeconds, leastGapSeconds, search, quicker] = [0.02, 0.002, 0.5, 0.0005];
/** Each refusal makes the gap longer, those in a row by so much at most. */
const [slower, mostSlower] = [1.03, 1.5];
/** In parts of the gap: how soon it is asked after a refusal at first, how much later each time, and at the latest. */
const [firstAsk, later, lastAsk] = [0.1, 1.5, 0.33];

/** The platform asks to wait for longer than the request has time, and means it. */
export class WaitTooLongError extends Error {
  constructor(readonly seconds: number) {
    super();
  }
}

/** A request that waits for its turn. Here and below moments are seconds by `performance.now()`. */
interface Waiting {
  readonly go: (sent: number) => void;
  readonly giveUp: (reason: unknown) => void;
  readonly ends: number;
}

/** The time in which the platform refuses. */
interface Shut {
  readonly refusals: number;
  /** How long after a question the next one goes. */
  readonly askAfter: number;
  /** How long nothing is asked, by the platform's word; 0 while it is asked. */
  readonly silence: number;
}

const seconds = (): number => performance.now() / 1000;

/**
 * Every request of the process to one platform passes here, so that a limit that one of them meets slows all.
 *
 * The wait that a refusal tells may mean nothing, be it seconds or a date, so it is asked often whether it is over. After
 * many questions it is believed and kept: then there is none, for the questions may be what prolongs it. In between
 * requests go one by one, each a little sooner than the one before, until one is refused. Measured in
 * tests/platform/pace.test.ts.
 */
export class Pace {
  readonly #onWait: (seconds: number) => void;
  readonly #waiting: Waiting[] = [];
  #inFlight = 0;
  #shut: Shut | undefined;
  /** What was sent before this tells nothing new: since then the pace is another. */
  #changedAt = 0;
  /** Seconds from one request to the next; 0 before the first refusal. */
  #gap = 0;
  /** Whether it is the first gap, which was not refused yet. */
  #isSearching = true;
  /** How many requests were taken since the last refusal. */
  #taken = 0;
  #sentAt = 0;
  #nextAt = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param onWait is told how long nothing is sent, in seconds. */
  constructor(onWait: (seconds: number) => void = () => {}) {
    this.#onWait = onWait;
  }

  /**
   * Sends when it is the request's turn.
   *
   * @param ends when the request's time is over, by `performance.now()`.
   * @throws the signal's reason when it aborts before that; WaitTooLongError when the turn comes later than the end.
   */
  async pass<T>(send: () => Promise<T>, ends: number, signal?: AbortSignal): Promise<T> {
    const sent = await this.#turn(ends / 1000, signal);
    try {
      const answer = await send();
      this.#take(sent);
      return answer;
    } catch (error) {
      if (isRateLimit(error)) this.#refuse(sent, error.retryAfterSeconds);
      else if (error instanceof Act365Error && !(error instanceof ConnectionError)) this.#take(sent);
      throw error;
    } finally {
      this.#inFlight -= 1;
      this.#letGo();
    }
  }

  async #turn(ends: number, signal: AbortSignal | undefined): Promise<number> {
    signal?.throwIfAborted();
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
  #take(sent: number): void {
    const isNew = sent >= this.#changedAt;
    if (this.#shut && !isNew) return;
    if (this.#shut) {
      this.#gap = this.#gap * Math.min(mostSlower, slower ** this.#shut.refusals) || firstGapSeconds;
      this.#shut = undefined;
      this.#taken = 0;
      this.#changedAt = seconds();
    } else if (!this.#isSearching) {
      this.#taken += 1;
      this.#narrow(1 - quicker * this.#taken);
    } else if (isNew) {
      this.#narrow(search);
      this.#changedAt = seconds();
    }
    this.#nextAt = this.#sentAt + this.#gap;
  }

  #narrow(factor: number): void {
    if (this.#gap > 0) this.#gap = Math.max(leastGapSeconds, this.#gap * factor);
  }

  #refuse(sent: number, asked = 0): void {
    if (sent < this.#changedAt) return;
    const now = seconds();
    if (!this.#shut) {
      this.#changedAt = now;
      this.#isSearching = this.#gap === 0;
    }
    const refusals = (this.#shut?.refusals ?? 0) + 1;
    const askAfter =
      this.#gap === 0
        ? askSeconds
        : Math.min(Math.max(askSeconds, lastAsk * this.#gap), firstAsk * this.#gap * later ** (refusals - 1));
    const isSilent = refusals % questions === 0;
    const unasked = Math.min(longestSilenceSeconds, 2 ** (refusals / questions - 1));
    if (isSilent) this.#onWait(Math.max(asked, unasked));
    this.#shut = { refusals, askAfter, silence: isSilent ? asked : 0 };
    this.#nextAt = now + (isSilent ? Math.max(asked, unasked) : askAfter);
  }

  /** Lets those go whose turn it is, and looks again when the next turn comes. */
  #letGo(): void {
    clearTimeout(this.#timer);
    const now = seconds();
    if (this.#shut?.silence) this.#dismiss(this.#shut.silence);
    while (this.#waiting.length > 0 && this.#inFlight < mostInFlight && this.#nextAt <= now) {
      this.#sentAt = now;
      this.#nextAt = now + Math.max(this.#gap, this.#shut?.askAfter ?? 0);
      this.#inFlight += 1;
      this.#waiting.shift()?.go(now);
    }
    if (this.#waiting.length > 0 && this.#inFlight < mostInFlight)
      this.#timer = setTimeout(() => this.#letGo(), Math.ceil((this.#nextAt - now) * 1000));
  }

  /** Those whose time ends before the next turn need not wait for that. */
  #dismiss(silence: number): void {
    for (const late of this.#waiting.filter(({ ends }) => ends < this.#nextAt)) {
      this.#waiting.splice(this.#waiting.indexOf(late), 1);
      late.giveUp(new WaitTooLongError(Math.round(silence)));
    }
  }
}
