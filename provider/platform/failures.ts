import type { Response } from "got";
import type { Settings } from "./address";
import { type Call, nameOf } from "./call";
import { type Act365Error, ApiError, ConnectionError, type Refusal, UnexpectedResponseError } from "./errors";
import { networkFailure } from "./network";
import { type Limit, timeLeft } from "./operation";
import { leastCharacters, redact, secretsWithin } from "./redaction";
import { afterRefusal, checkHost, checkNetwork } from "./remedies";

/** The longest that one request may take, however much time the operation has. */
export const requestSeconds = 60;
const mostCharactersShown = 500;

/** What is known of an answer that is not what the platform promises. */
interface Unexpected {
  readonly secrets?: readonly string[];
  /** By default that of an answer which may be another server's. */
  readonly wayOut?: string;
  readonly isPlatforms?: boolean;
}

/** Makes the errors of calls: in the words of the door that the settings came through, and without secrets. */
export class Failures {
  readonly #settings: Settings;
  readonly #secrets: Set<string>;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#secrets = new Set([settings.userSecret, settings.organizationSecret]);
  }

  /** No error shows these texts from now on, be it about another call; but for those too short to be told from others. */
  hide(secrets: Iterable<string>): void {
    for (const secret of secrets) if (secret.length >= leastCharacters) this.#secrets.add(secret);
  }

  /** Something answered, but not with what the platform promises. */
  unexpected(
    call: Call,
    status: number,
    found: string,
    { secrets = [], wayOut, isPlatforms }: Unexpected = {},
  ): UnexpectedResponseError {
    return new UnexpectedResponseError(
      nameOf(call),
      status,
      this.#safe(found, call, secrets),
      wayOut ?? checkHost(this.#settings.words),
      isPlatforms,
    );
  }

  /** An answer with an error status, with the platform's own words about it (PLATFORM.md, section 3). */
  refused(call: Call, { statusCode: status, headers, body }: Response<string>): ApiError {
    const json = jsonOf(body);
    const secrets = secretsWithin(json);
    const { message, providerMessage, requestId } = Object(json) as Record<string, unknown>;
    const words = [message, providerMessage].filter((each) => typeof each === "string" && each !== "");
    const id = requestId ?? headers["elements-request-id"];
    const wait = waitIn(headers);
    const refusal: Refusal = {
      ...(words.length > 0 && { said: this.#safe(words.join("; Act! answered: "), call, secrets) }),
      ...(typeof id === "string" && id !== "" && { requestId: this.#safe(id, call, secrets) }),
      ...(wait !== undefined && { retryAfterSeconds: wait }),
    };
    const isPlatforms = refusal.said !== undefined && refusal.requestId !== undefined;
    const wayOut = call.token
      ? "Act! refused a call through the instance: correct apiKey and developerKey, then run pulumi up again."
      : afterRefusal(status, isPlatforms, this.#settings.words);
    return new ApiError(nameOf(call), status, refusal, wayOut);
  }

  /** No whole answer. @param code Node's, such as ECONNRESET. */
  unanswered(call: Call, code: string, { wasConnected }: { wasConnected: boolean }): ConnectionError {
    const seconds = Math.min(requestSeconds, this.#settings.timeoutSeconds);
    return networkFailure(nameOf(call), { code, wasConnected, seconds }, this.#settings);
  }

  /** The time that the operation has, and where the user says so; of a lookup that of one operation. */
  #limit(): Limit {
    const { timeoutSeconds, words } = this.#settings;
    const { seconds, setBy = words.names.timeoutSeconds } = timeLeft().limit ?? { seconds: timeoutSeconds };
    return { seconds, ...(setBy !== undefined && { setBy }) };
  }

  /** The platform asks to wait, and means it. @param failure the last one, if any. */
  waitTooLong(call: Call, seconds: number, failure: Act365Error | undefined): Act365Error {
    const { seconds: allowed, setBy } = this.#limit();
    const wait = setBy
      ? `The platform asks to wait ${seconds} s, longer than this operation has left (${setBy} is ${allowed})`
      : `The platform asks to wait ${seconds} s, longer than what is left of the ${allowed} s for this call`;
    if (failure) return failure.adding(`${wait}.`);
    return new ConnectionError(
      nameOf(call),
      wait.replace(/^T/, "t"),
      { mayHaveArrived: false, mayPass: false },
      "Run the same command again later.",
    );
  }

  /** The time of the operation is over. @param failure the last one before that, if any. */
  outOfTime(
    call: Call,
    failure: Act365Error | undefined,
    { mayHaveArrived }: { mayHaveArrived: boolean },
  ): ConnectionError {
    const { seconds, setBy } = this.#limit();
    const name = setBy ? ` (${setBy})` : "";
    const last = failure ? `; the last failure: ${failure.message.replace(/\.$/, "")}` : "";
    return new ConnectionError(
      nameOf(call),
      `not finished after ${seconds} seconds${name}${last}`,
      { mayHaveArrived, mayPass: false },
      checkNetwork(this.#settings.words),
    );
  }

  #safe(text: string, call: Call, secrets: readonly string[]): string {
    const clean = redact(text, [
      ...this.#secrets,
      ...(call.secrets ?? []),
      ...(call.token ? [call.token] : []),
      ...secrets,
    ])
      .replaceAll(/\s+/g, " ")
      .trim();
    return clean.length > mostCharactersShown ? `${clean.slice(0, mostCharactersShown)}…` : clean;
  }
}

/** `Retry-After` in seconds, or as a date by the server's own clock. */
function waitIn(headers: Response["headers"]): number | undefined {
  const text = headers["retry-after"];
  if (!text) return undefined;
  const seconds = /^\d+(\.\d+)?$/.test(text)
    ? Number(text)
    : (Date.parse(text) - (Date.parse(headers.date ?? "") || Date.now())) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}

export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
