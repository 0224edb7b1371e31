/** Every failure this package reports: plain data, worded for the person who has to act on it, no secret inside. */
export class Act365Error extends Error {
  override name = "Act365Error";

  constructor(message: string) {
    super(message);
    // Pulumi's plugin host prints `${error}: ${error.stack}` to the user; frames of ours would bury the message.
    this.stack = message;
  }

  /** Puts before the message what was being done, and to which instance. */
  during(what: string): this {
    this.message = `${what}: ${this.message}`;
    this.stack = this.message;
    return this;
  }

  override toString(): string {
    return this.name;
  }
}

const checkHost =
  "Check that act365:baseUrl names the platform's API host (hosts that begin with my. are its user interface) and that no proxy stands in between.";

/** The platform answered with an error status. */
export class ApiError extends Act365Error {
  override name = "ApiError";

  constructor(
    readonly call: string,
    readonly status: number,
    /** The server's message, without secrets; undefined when the body was not in the platform's form. */
    readonly said: string | undefined,
    readonly requestId: string | undefined,
    /** How long the platform asks to wait. */
    readonly retryAfterSeconds?: number,
    wayOut = status === 404 && said === undefined ? checkHost : remedy(status),
  ) {
    const request = requestId ? ` (request ${requestId})` : "";
    const words = said ? `: "${said}"` : "";
    super(`${call} was answered ${status}${request}${words}. ${wayOut}`);
  }
}

/** Something answered with success, but not with what the platform promises: a proxy, a login page, a cut body. */
export class UnexpectedResponseError extends Act365Error {
  override name = "UnexpectedResponseError";

  constructor(
    readonly call: string,
    readonly status: number,
    found: string,
  ) {
    super(`${call} was answered ${status}, but ${found}. ${checkHost}`);
  }
}

/** No whole answer came back. */
export class ConnectionError extends Act365Error {
  override name = "ConnectionError";

  constructor(
    readonly call: string,
    readonly reason: string,
    /** False when the request surely never reached the platform. */
    readonly mayHaveArrived: boolean,
    /** False when another try would meet the same: a wrong certificate, a time limit that is over. */
    readonly mayPass: boolean,
  ) {
    super(`${call} failed: ${reason}. Check act365:baseUrl (or act365:region) and the network.`);
  }
}

/**
 * Whether the platform asks to wait. Only 429 says that nothing was done: a gateway may answer 503 to a call that it
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

/** Whether a create that failed like this may still have made an instance. */
export function mayHaveWorked(error: unknown): boolean {
  if (error instanceof ConnectionError) return error.mayHaveArrived;
  if (error instanceof ApiError) return error.status >= 500 || error.status === 408;
  return error instanceof UnexpectedResponseError;
}

/** Takes every given secret out of a text, also where it stands JSON-escaped, URL-encoded or as base64. */
export function redact(text: string, secrets: Iterable<string>): string {
  const forms = [...secrets]
    .filter((secret) => secret !== "")
    .flatMap((secret) => [
      secret,
      JSON.stringify(secret).slice(1, -1),
      encodeURIComponent(secret.toWellFormed()),
      Buffer.from(secret).toString("base64"),
    ]);
  return [...new Set(forms)]
    .sort((one, other) => other.length - one.length)
    .reduce((result, form) => result.replaceAll(form, "[secret]"), text);
}

function remedy(status: number): string {
  switch (status) {
    case 400:
      return "Check the arguments that the message names.";
    case 401:
      return "Check act365:userSecret and act365:organizationSecret, and that act365:region or act365:baseUrl is the environment they belong to. After a rotation of them run pulumi up first: refresh and destroy use those of the last up.";
    case 403:
      return "The user whose secret is act365:userSecret lacks the privilege for this, or the instance is another account's.";
    case 404:
      return "Check that act365:region or act365:baseUrl is the environment in which the instance was made.";
    case 429:
      return "The platform limits the rate or the size of calls; try again later.";
    default:
      return status >= 500 || status === 408
        ? "The platform or a gateway before it is in trouble; run the same command again."
        : "The platform refused the call.";
  }
}
