import got, { type Got, type Method, RequestError, type Response } from "got";
import pRetry from "p-retry";
import type { z } from "zod";
import type { Settings } from "./address";
import {
  Act365Error,
  ApiError,
  ConnectionError,
  isPassing,
  isRateLimit,
  mayHaveWorked,
  redact,
  UnexpectedResponseError,
} from "./errors";
import { network, networkFailure } from "./network";
import { tell, tellIfSlow, timeLeft } from "./operation";
import { Traffic } from "./pace";

/** One request to the platform. */
export interface Call {
  readonly method: Method;
  /** Below the base URL, without a slash in front. */
  readonly path: string;
  readonly query?: readonly [string, string][];
  readonly body?: unknown;
  /** Values in the request that no error may show. */
  readonly secrets?: readonly string[];
  /** The token of the instance to call through; management calls carry none. */
  readonly token?: string;
  /** What a person is told when the answer takes long. */
  readonly whenSlow?: string;
}

export const nameOf = ({ method, path }: Call): string => `${method} /${path}`;

/** The longest that one request may take, however much time the operation has. */
const requestSeconds = 60;

/**
 * Sends requests and parses answers. Every failure is one of the classes in `errors`: got's own hold the Authorization
 * header and the body, so none of them leaves this file.
 */
export class Http {
  readonly #got: Got;
  readonly #settings: Settings;
  readonly #authorization: string;
  readonly #traffic = new Traffic();
  #limitsInARow = 0;

  /** @param onDate is handed the Date header of every answer. */
  constructor(
    settings: Settings,
    private readonly onDate: (date: string | undefined) => void = () => {},
  ) {
    this.#settings = settings;
    this.#authorization = `User ${settings.userSecret}, Organization ${settings.organizationSecret}`;
    this.#got = got.extend({
      prefixUrl: settings.baseUrl,
      headers: { accept: "application/json" },
      // A redirect would carry the secrets to wherever it points.
      followRedirect: false,
      ...network,
      timeout: { request: Math.min(requestSeconds, settings.timeoutSeconds) * 1000 },
      // Not got's: it would not slow the other requests down, nor tell anybody.
      retry: { limit: 0 },
    });
  }

  async parsed<T extends z.ZodType>(schema: T, call: Call): Promise<z.infer<T>> {
    return this.parse(schema, call, await this.send(call));
  }

  /**
   * Repeats what may be repeated: every call but POST sets a state, and setting it twice is the same as once. The API
   * has no idempotency key, so a repeated POST can make a second instance (contract, section 3): it is sent again only
   * when it surely never arrived, or was turned away by a limit of the rate.
   */
  async send(call: Call): Promise<Response<string>> {
    const { signal } = timeLeft();
    const ends = performance.now() + this.#millisecondsLeft();
    const isRepeatable = (error: unknown) => call.method !== "POST" || !mayHaveWorked(error);
    let failure: Error | undefined;
    let isOut = false;
    let mayBeDone = false;
    const attempt = () => {
      isOut = true;
      return this.#sendOnce(call, signal);
    };
    // A limited rate is no failure: all requests wait for it together, as long as there is time.
    const send = async (): Promise<Response<string>> => {
      for (;;)
        try {
          return await this.#traffic.pass(attempt, signal);
        } catch (error) {
          const waits = isRateLimit(error) && !this.#asksTooLong(error) && performance.now() < ends;
          if (!waits || !isRepeatable(error)) throw error;
          isOut = false;
          failure = error;
        }
    };
    return pRetry(send, {
      ...(signal && { signal }),
      retries: this.#settings.maxAttempts - 1,
      minTimeout: 500,
      maxTimeout: 30_000,
      randomize: true,
      maxRetryTime: this.#millisecondsLeft(),
      shouldRetry: ({ error }) => isPassing(error) && !isRateLimit(error) && isRepeatable(error),
      onFailedAttempt: ({ error, retryDelay }) => {
        if (error instanceof Act365Error) failure = error;
        isOut = false;
        mayBeDone ||= mayHaveWorked(error);
        if (retryDelay > 5000) tell(`${error.message} Trying again in ${Math.ceil(retryDelay / 1000)} s.`);
      },
    }).catch((error) => {
      throw error === signal?.reason ? this.#outOfTime(call, isOut || mayBeDone, failure) : error;
    });
  }

  /** A lookup and a command are no operations; each of their calls has the time of one. */
  #millisecondsLeft(): number {
    return Math.min(timeLeft().milliseconds, this.#settings.timeoutSeconds * 1000);
  }

  #asksTooLong(error: Error): boolean {
    return isRateLimit(error) && (error.retryAfterSeconds ?? 0) * 1000 > this.#millisecondsLeft();
  }

  async #sendOnce(call: Call, signal: AbortSignal | undefined): Promise<Response<string>> {
    // Management calls carry no Element token: with one, a call without an id acts on that token's instance
    // (contract, section 1.1).
    const authorization = call.token ? `${this.#authorization}, Element ${call.token}` : this.#authorization;
    const answer = this.#got(call.path, {
      method: call.method,
      headers: { authorization },
      ...(call.query && { searchParams: new URLSearchParams(call.query) }),
      ...(call.body !== undefined && { json: call.body }),
      ...(signal && { signal }),
      responseType: "text",
    });
    const response = await tellIfSlow(call.whenSlow, answer).catch((error) => {
      if (!(error instanceof RequestError)) throw error;
      this.onDate(error.response?.headers.date);
      throw this.#slowed(this.#failure(call, error));
    });
    this.#taken();
    this.onDate(response.headers.date);
    if (response.statusCode < 300) return response;
    throw new UnexpectedResponseError(
      nameOf(call),
      response.statusCode,
      "it redirects elsewhere, and the secrets do not follow",
    );
  }

  /** Lets every request wait when the platform limits the rate, unless the wait is longer than the time. */
  #slowed(error: Error): Error {
    if (!isRateLimit(error)) {
      this.#taken();
      return error;
    }
    this.#limitsInARow += 1;
    const guess = Math.min(2 ** (this.#limitsInARow - 1), 30) * (0.5 + Math.random() / 2);
    const seconds = error.retryAfterSeconds || guess;
    if (this.#asksTooLong(error)) {
      error.message += ` The platform asks to wait ${Math.ceil(seconds)} s, longer than what is left of the time for this operation (act365:timeoutSeconds is ${this.#settings.timeoutSeconds}).`;
      error.stack = error.message;
      return error;
    }
    // Told by the one that stops the traffic, not by each of a hundred that wait for it.
    if (this.#traffic.hold(seconds * 1000) && seconds >= 5)
      tell(`the platform limits its rate; all requests wait ${Math.ceil(seconds)} s`);
    return error;
  }

  #taken(): void {
    this.#limitsInARow = 0;
    this.#traffic.taken();
  }

  #outOfTime(call: Call, mayBeDone: boolean, failure?: Error): ConnectionError {
    const last = failure ? `; at last: ${failure.message}` : "";
    const reason = `it was not done after ${this.#settings.timeoutSeconds} seconds (act365:timeoutSeconds)${last}`;
    return new ConnectionError(nameOf(call), reason, mayBeDone, false);
  }

  parse<T extends z.ZodType>(schema: T, call: Call, response: Response<string>): z.infer<T> {
    const json = jsonOf(response.body);
    const result = schema.safeParse(json);
    if (result.success) return result.data;
    const type = response.headers["content-type"] ?? "no content type";
    const found =
      json === undefined
        ? `the body is not JSON (${type}, ${response.body.length} characters)`
        : `not with what the platform promises (${result.error.issues
            .map(({ path, message }) => `${path.join(".") || "body"}: ${message}`)
            .join("; ")})`;
    throw new UnexpectedResponseError(nameOf(call), response.statusCode, this.#safe(found, call));
  }

  #failure(call: Call, error: RequestError): Error {
    const response = error.response as Response<string> | undefined;
    if (response && error.code === "ERR_NON_2XX_3XX_RESPONSE") {
      const { requestId, said } = this.#words(call, response);
      const wayOut = call.token
        ? "Act! did not take a call through the instance: correct apiKey and developerKey, then run pulumi up again."
        : undefined;
      const wait = waitIn(response);
      return new ApiError(nameOf(call), response.statusCode, said, requestId, wait, wayOut);
    }
    if (error.code === "ERR_ABORTED") return this.#outOfTime(call, true);
    const seconds = Math.min(requestSeconds, this.#settings.timeoutSeconds);
    return networkFailure(nameOf(call), error.code, this.#settings.baseUrl, seconds);
  }

  /** The platform's own words about a failure (contract, section 3). */
  #words(call: Call, response: Response<string>): { requestId?: string; said?: string } {
    const json = jsonOf(response.body);
    if (typeof json !== "object" || json === null) return {};
    const { message, providerMessage, requestId } = json as Record<string, unknown>;
    const words = [message, providerMessage].filter((each) => typeof each === "string" && each !== "");
    const id = requestId ?? response.headers["elements-request-id"];
    return {
      ...(words.length > 0 && { said: this.#safe(words.join("; Act! answered: "), call) }),
      ...(typeof id === "string" && { requestId: this.#safe(id, call) }),
    };
  }

  #safe(text: string, call: Call): string {
    const { userSecret, organizationSecret } = this.#settings;
    const clean = redact(text, [userSecret, organizationSecret, ...(call.secrets ?? [])])
      .replaceAll(/\s+/g, " ")
      .trim();
    return clean.length > 500 ? `${clean.slice(0, 500)}…` : clean;
  }
}

/** `Retry-After` in seconds, or as a date. */
function waitIn({ headers }: Response<string>): number | undefined {
  const text = headers["retry-after"];
  if (!text) return undefined;
  const seconds = /^\d+$/.test(text)
    ? Number(text)
    : (Date.parse(text) - (Date.parse(headers.date ?? "") || Date.now())) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
