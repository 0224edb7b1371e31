import type { Settings } from "./address";

/** What is known of an instance's beginning. */
export interface Origin {
  /** The organization that the instance was made in. */
  readonly organizationId?: number | undefined;
  /** ISO 8601, in UTC also where it names no zone. */
  readonly createdDate?: string | undefined;
}

// Of the whole process: a second client of the same platform must know what the first one did. By performance.now().
const made = new Map<string, number>();
const deleted = new Map<string, number>();
const released = new Set<string>();

/**
 * How long the platform may not see yet what was done. Nothing here goes by this machine's clock, which may be wrong:
 * what this process did is timed by the process, and everything else by the Date header of the platform's answers.
 */
export class Settling {
  readonly #platform: string;
  readonly #milliseconds: number;
  /** Milliseconds from `performance.now()` to the platform's clock. */
  #offset: number | undefined;

  constructor({ baseUrl, settleSeconds }: Settings) {
    this.#platform = baseUrl;
    this.#milliseconds = settleSeconds * 1000;
  }

  /** Takes the time from an answer's Date header. */
  heard(date: string | undefined): void {
    const time = Date.parse(date ?? "");
    if (!Number.isNaN(time)) this.#offset = time - performance.now();
  }

  /** The platform's time in milliseconds since 1970, late by up to a second; undefined when no answer told it. */
  now(): number | undefined {
    return this.#offset === undefined ? undefined : this.#offset + performance.now();
  }

  made(id: number): void {
    made.set(this.#key(id), performance.now());
    deleted.delete(this.#key(id));
  }

  deleted(id: string): void {
    deleted.set(this.#key(id), performance.now());
  }

  released(id: number): void {
    released.add(this.#key(id));
  }

  /** Whether this process has let the instance go, which it knew for its own before. */
  isReleased(id: number): boolean {
    return released.has(this.#key(id));
  }

  /** Whether this process deleted the instance so lately that the platform may show it still. */
  isJustDeleted(id: number): boolean {
    const time = deleted.get(this.#key(id));
    return time !== undefined && performance.now() < time + this.#milliseconds;
  }

  /**
   * When, by `performance.now()`, the platform surely sees the instance if it has it.
   *
   * @param begun when it was asked for the first time, which counts where the instance's age is not known.
   */
  seenFrom(id: string, { createdDate }: Origin, begun: number): number {
    // Whoever deleted it knows that it is gone.
    if (deleted.has(this.#key(id))) return 0;
    const here = made.get(this.#key(id));
    if (here !== undefined) return here + this.#milliseconds;
    const created = instantOf(createdDate);
    if (created === undefined || this.#offset === undefined) return begun + this.#milliseconds;
    return Math.min(begun, created - this.#offset) + this.#milliseconds;
  }

  #key(id: string | number): string {
    return `${this.#platform} ${id}`;
  }
}

/** A date of the platform in milliseconds since 1970; without a zone it is in UTC (PLATFORM.md, section 1.7). */
export function instantOf(date: string | undefined): number | undefined {
  if (date === undefined) return undefined;
  const hasZone = /(Z|[+-]\d\d:?\d\d)$/i.test(date) || !date.includes(":");
  const time = Date.parse(hasZone ? date : `${date}Z`);
  return Number.isNaN(time) ? undefined : time;
}
