import type { Configuration } from "./configuration";

/** An instance as the platform keeps it, nothing masked. */
export interface StoredInstance {
  /** What the calls' paths name it by. */
  readonly id: number;
  /** The organization that it is in. */
  readonly organizationId: number;
  /** Who made it. */
  readonly userId: number;
  /** The connector's; `actessentials` unless it was added as another's. */
  readonly elementKey: string;
  /** ISO 8601, UTC (PLATFORM.md 1.7). */
  readonly createdDate: string;
  /** What calls through it carry. */
  token: string;
  /** Need not be unique (PLATFORM.md 2.6). */
  name: string;
  /** Ownership tags among them. */
  tags: string[];
  /** All keys of the connector, and those that were sent besides. */
  configuration: Configuration;
  /** Whether calls through it are answered 403. */
  disabled: boolean;
  /** What the platform says of the credentials, which need not be true (PLATFORM.md 3). */
  valid: boolean;
  /**
   * Whether the platform polls for it. Not in any answer: when its user is deactivated the jobs are gone for good, while
   * the configuration says enabled.
   */
  isPolled: boolean;
  /** When trace logging ends by itself, in ISO 8601; absent while it is off. */
  tracedUntil?: string;
}

/** What an instance is made from or changed to; all else in a request is ignored (PLATFORM.md 2.3). */
export interface InstanceDraft {
  /** A string with something in it; HTML is taken out (PLATFORM.md 2.6). Anything else is refused with 400. */
  readonly name?: unknown;
  /** A list of strings; when absent, see `addsNameTag`. */
  readonly tags?: unknown;
  /** An object by the connector's keys, `username` and `password` among them; values are kept as strings. */
  readonly configuration?: unknown;
  /** For `add` alone: `{ key }` of another connector, whose configuration is not looked at. Default: Act! 365. */
  readonly element?: unknown;
}

/** What an instance is known by. Each default: a new one. */
export interface Identity {
  /** A whole number from 1 that no instance has. */
  readonly id?: number;
  /** What calls through it are to carry. */
  readonly token?: string;
}
