/** Every failure this package reports: plain data, worded for the person who has to act on it, no secret inside. */
export class Act365Error extends Error {
  override name = "Act365Error";
  /** Whether an earlier try of the same call may have been done, whatever became of the last one. */
  mayBeDone = false;

  constructor(message: string) {
    super(message);
    // Pulumi's plugin host prints `${error}: ${error.stack}` to the user; frames of ours would bury the message.
    this.stack = message;
  }

  /** Puts before the message what was being done, and to which instance. */
  during(what: string): this {
    return this.#saying(`${what}: ${this.message}`);
  }

  /** Adds a sentence. */
  adding(sentence: string): this {
    return this.#saying(`${this.message} ${sentence}`);
  }

  #saying(message: string): this {
    this.message = message;
    this.stack = message;
    return this;
  }

  override toString(): string {
    return this.name;
  }
}

/** What an answer with an error status holds, without secrets. */
export interface Refusal {
  /** The server's message. */
  readonly said?: string;
  readonly requestId?: string;
  /** How long the server asks to wait. */
  readonly retryAfterSeconds?: number;
}

/** The platform, or something before it, answered with an error status. */
export class ApiError extends Act365Error {
  override name = "ApiError";
  readonly said: string | undefined;
  readonly requestId: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    readonly call: string,
    readonly status: number,
    { said, requestId, retryAfterSeconds }: Refusal,
    wayOut: string,
  ) {
    const request = requestId ? ` (request ${requestId})` : "";
    const words = said ? `: "${said}"` : "";
    super(`${call} was answered ${status}${request}${words}. ${wayOut}`);
    this.said = said;
    this.requestId = requestId;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** Whether the body was in the platform's form: a message and a request id (PLATFORM.md, section 3). */
  get isPlatforms(): boolean {
    return this.said !== undefined && this.requestId !== undefined;
  }
}

/** Something answered, but not with what the platform promises: a proxy, a login page, a cut body; or proves nothing. */
export class UnexpectedResponseError extends Act365Error {
  override name = "UnexpectedResponseError";

  constructor(
    readonly call: string,
    readonly status: number,
    found: string,
    wayOut: string,
    /** Whether it is surely the platform that answered so. */
    readonly isPlatforms = false,
  ) {
    super(`${call} was answered ${status}, but ${found}. ${wayOut}`);
  }
}

/** Nobody knows whether an instance was let go: how the call ended was unclear, and the look after it proved nothing. */
export class UnclearEndError extends Act365Error {
  override name = "UnclearEndError";
  override mayBeDone = true;

  constructor(failure: Act365Error, id: string | number, what: "deleted" | "released") {
    super(`${failure.message} It is not known whether instance ${id} was ${what}.`);
  }
}

/** For a catch: adds to such an end what finds out about it. */
export const findingOut =
  (words: string) =>
  (error: unknown): never => {
    throw error instanceof UnclearEndError ? error.adding(words) : error;
  };

/** What a request without an answer means. */
export interface Outcome {
  /** False when the request surely never reached the platform. */
  readonly mayHaveArrived: boolean;
  /** False when another try would meet the same: a wrong certificate, a time limit that is over. */
  readonly mayPass: boolean;
}

/** No whole answer came back. */
export class ConnectionError extends Act365Error {
  override name = "ConnectionError";
  readonly mayHaveArrived: boolean;
  readonly mayPass: boolean;

  constructor(
    readonly call: string,
    readonly reason: string,
    { mayHaveArrived, mayPass }: Outcome,
    wayOut: string,
  ) {
    super(`${call} failed: ${reason}. ${wayOut}`);
    this.mayHaveArrived = mayHaveArrived;
    this.mayPass = mayPass;
  }
}

/**
 * Whether the server asks to wait. Only 429 says that nothing was done: a gateway may answer 503 to a call that it
 * passed on.
 */
export const isRateLimit = (error: unknown): error is ApiError =>
  error instanceof ApiError &&
  (error.status === 429 || (error.status === 503 && error.retryAfterSeconds !== undefined));

/** Whether the same call may go well a little later. */
export function isPassing(error: unknown): boolean {
  if (error instanceof ConnectionError) return error.mayPass;
  return error instanceof ApiError && [408, 429, 500, 502, 503, 504].includes(error.status);
}

/**
 * Whether a call that failed like this may still have been done. A gateway may answer with a page of its own, of any
 * status, what it has passed on to the platform.
 */
export function mayHaveWorked(error: unknown): boolean {
  if (error instanceof Act365Error && error.mayBeDone) return true;
  if (error instanceof ConnectionError) return error.mayHaveArrived;
  if (error instanceof ApiError)
    return error.status >= 500 || error.status === 408 || !(error.isPlatforms || error.status === 429);
  // What the platform itself refuses, it has not done.
  return error instanceof UnexpectedResponseError && !(error.isPlatforms && error.status >= 400);
}
