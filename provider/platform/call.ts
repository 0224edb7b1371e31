import type { Method, Response } from "got";

/** One request to the platform. */
export interface Call {
  readonly method: Method;
  /** Below the base URL, without a slash in front. */
  readonly path: string;
  readonly query?: readonly [string, string][];
  readonly body?: unknown;
  /** Values in the request that no error may show. */
  readonly secrets?: readonly string[];
  /** Sent again only when it surely never arrived: a second one could do what nobody wants. */
  readonly isOnce?: true;
  /** By `performance.now()`: when it is no longer to be sent, since what it goes by has become old. */
  readonly until?: number | undefined;
  /** The token of the instance to call through; management calls carry none. */
  readonly token?: string;
  /** What a person is told when the answer takes long. */
  readonly whenSlow?: string;
}

/** An answer with a status of success, its body read as JSON. */
export interface Answer {
  readonly status: number;
  readonly headers: Response["headers"];
  /** Undefined for an empty body. */
  readonly json: unknown;
}

export const nameOf = ({ method, path }: Call): string => `${method} /${path}`;

/** A call was held back until what it goes by was old, and was not sent. */
export class TooLateError extends Error {}
