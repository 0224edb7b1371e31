import got, { type Got, RequestError, type Response } from "got";
import type { z } from "zod";
import type { Settings } from "./address";
import { errorResponse } from "./answers";
import { type Answer, type Call, TooLateError } from "./call";
import { Act365Error, isPassing, isRateLimit, mayHaveWorked } from "./errors";
import { Failures, jsonOf, requestSeconds } from "./failures";
import { network, onceConnected } from "./network";
import { pause, quietSeconds, tell, tellIfSlow, timeLeft } from "./operation";
import { Pace, WaitTooLongError } from "./pace";
import { secretsWithin } from "./redaction";
import { askSupport } from "./remedies";

/** The platform's answers are of 8 MB at most (PLATFORM.md, section 9). */
const mostMegabytes = 16;
/** The wait after a failure that may pass doubles from the first to the longest, each times a random factor from 1 to 2. */
const [firstWaitSeconds, longestWaitSeconds] = [0.5, 30];

/**
 * Sends requests and reads answers. Every failure is one of the classes in `errors`: got's own hold the Authorization
 * header and the body, so none of them leaves this file.
 */
export class Http {
  readonly #got: Got;
  readonly #settings: Settings;
  readonly #authorization: string;
  readonly failures: Failures;
  readonly #onDate: (date: string | undefined) => void;
  readonly #pace = new Pace((seconds) => {
    if (seconds >= quietSeconds)
      tell(`the platform limits the rate; requests wait for up to ${Math.ceil(seconds)} s`);
  });

  /** @param onDate is handed the Date header of every answer. */
  constructor(settings: Settings, onDate: (date: string | undefined) => void = () => {}) {
    this.#onDate = onDate;
    this.#settings = settings;
    this.#authorization = `User ${settings.userSecret}, Organization ${settings.organizationSecret}`;
    this.failures = new Failures(settings);
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
    const answer = await this.send(call);
    // The rows of a list are too many to remember.
    if (!Array.isArray(answer.json)) this.failures.hide(secretsWithin(answer.json));
    return this.parse(schema, call, answer);
  }

  /**
   * Repeats what may be repeated: most calls set a state, and setting it twice is the same as once. The API has no
   * idempotency key, so a repeated POST can make a second instance (PLATFORM.md, section 3): a call that is sent once is
   * sent again only when it surely never arrived, or was turned away by a limit of the rate.
   */
  async send(call: Call): Promise<Answer> {
    if (call.secrets) this.failures.hide(call.secrets);
    const { signal, milliseconds, limit } = timeLeft();
    // A lookup and a command are no operations; each of their calls has the time of one.
    const seconds = limit?.seconds ?? this.#settings.timeoutSeconds;
    const ends = performance.now() + Math.min(milliseconds, seconds * 1000);
    let failure: Act365Error | undefined;
    let mayBeDone = false;
    for (let failures = 0; ; ) {
      let isOut = false;
      const attempt = async () => {
        if (call.until !== undefined && performance.now() > call.until) throw new TooLateError();
        isOut = true;
        return this.#sendOnce(call, signal);
      };
      try {
        return await this.#pace.pass(attempt, ends, signal);
      } catch (error) {
        if (error instanceof WaitTooLongError) throw this.failures.waitTooLong(call, error.seconds, failure);
        if (error === signal?.reason)
          throw this.failures.outOfTime(call, failure, { mayHaveArrived: mayBeDone || isOut });
        if (!(error instanceof Act365Error)) throw error;
        failure = error;
      }
      mayBeDone ||= mayHaveWorked(failure);
      failure.mayBeDone = mayBeDone;
      // For a limit of the rate all requests wait together, and it is no failure.
      if (!isRateLimit(failure)) failures += 1;
      const wait = this.#secondsUntilRepeat(call, failure, failures);
      if (wait === undefined) throw failure;
      if (performance.now() + wait * 1000 >= ends)
        throw this.failures.outOfTime(call, failure, { mayHaveArrived: mayBeDone });
      if (wait > quietSeconds) tell(`${failure.message} Trying again in ${Math.ceil(wait)} s.`);
      await pause(wait);
    }
  }

  /** How long to wait before a call is sent again; undefined when it must not be, or would meet the same. */
  #secondsUntilRepeat(call: Call, failure: Act365Error, failures: number): number | undefined {
    if (call.isOnce && mayHaveWorked(failure)) return undefined;
    if (isRateLimit(failure)) return 0;
    if (!isPassing(failure) || failures >= this.#settings.maxAttempts) return undefined;
    return Math.min(longestWaitSeconds, firstWaitSeconds * 2 ** (failures - 1) * (1 + Math.random()));
  }

  async #sendOnce(call: Call, signal: AbortSignal | undefined): Promise<Answer> {
    // Management calls carry no Element token: with one, a call without an id acts on that token's instance
    // (PLATFORM.md, section 1.1).
    const authorization = call.token ? `${this.#authorization}, Element ${call.token}` : this.#authorization;
    const overflow = new AbortController();
    let wasConnected = false;
    const answer = this.#got(call.path, {
      method: call.method,
      headers: { authorization },
      ...(call.query && { searchParams: new URLSearchParams(call.query) }),
      ...(call.body !== undefined && { json: call.body }),
      signal: signal ? AbortSignal.any([signal, overflow.signal]) : overflow.signal,
      responseType: "text",
    });
    answer.on("request", (request) =>
      onceConnected(request, () => {
        wasConnected = true;
      }),
    );
    answer.on("downloadProgress", ({ transferred }) => {
      if (transferred > mostMegabytes * 2 ** 20) overflow.abort();
    });
    const response = await tellIfSlow(call.whenSlow, answer).catch((error) => {
      if (!(error instanceof RequestError)) throw error;
      this.#onDate(error.response?.headers.date);
      if (overflow.signal.aborted)
        throw this.failures.unexpected(
          call,
          error.response?.statusCode ?? 200,
          `the body is larger than ${mostMegabytes} MB`,
        );
      if (error.code === "ERR_NON_2XX_3XX_RESPONSE")
        throw this.failures.refused(call, error.response as Response<string>);
      throw signal?.aborted ? signal.reason : this.failures.unanswered(call, error.code, { wasConnected });
    });
    this.#onDate(response.headers.date);
    return this.#answerFrom(call, response as Response<string>);
  }

  /** Every answer is read: a login page with 200 is no success, whatever was asked. */
  #answerFrom(call: Call, { statusCode: status, headers, body }: Response<string>): Answer {
    if (status >= 300)
      throw this.failures.unexpected(
        call,
        status,
        "it redirects to another address, where no secret is sent",
      );
    const json = jsonOf(body);
    if (json === undefined && body !== "")
      throw this.failures.unexpected(
        call,
        status,
        `the body is not JSON (${headers["content-type"] ?? "no content type"}, ${body.length} characters)`,
      );
    if (errorResponse.safeParse(json).success)
      throw this.failures.unexpected(call, status, "the body is an error in the platform's form", {
        wayOut: askSupport,
      });
    return { status, headers, json };
  }

  /** @throws UnexpectedResponseError that names each place where the answer is not what was promised, and no value. */
  parse<T extends z.ZodType>(schema: T, call: Call, { status, json }: Answer): z.infer<T> {
    if (json === undefined) throw this.failures.unexpected(call, status, "the body is empty");
    const result = schema.safeParse(json);
    if (result.success) return result.data;
    throw this.failures.unexpected(
      call,
      status,
      `not in the form that the platform documents (${problemsIn(result.error)})`,
      { secrets: secretsWithin(json) },
    );
  }
}

export const problemsIn = ({ issues }: z.ZodError): string =>
  issues.map(({ path, message }) => `${path.join(".") || "body"}: ${message}`).join("; ");
