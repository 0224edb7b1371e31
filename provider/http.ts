import got, { type Got, type Method, RequestError, type Response } from "got";
import type { z } from "zod";
import type { Settings } from "./config";
import { ApiError, ConnectionError, redact, UnexpectedResponseError } from "./errors";

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
}

export const nameOf = ({ method, path }: Call): string => `${method} /${path}`;

// Failures before a byte of the request was sent, so that the platform cannot have acted on it.
const neverSent = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

/**
 * Sends requests and parses answers. Every failure is one of the classes in `errors`: got's own hold the Authorization
 * header and the body, so none of them leaves this file.
 */
export class Http {
  readonly #got: Got;
  readonly #settings: Settings;
  readonly #authorization: string;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#authorization = `User ${settings.userSecret}, Organization ${settings.organizationSecret}`;
    this.#got = got.extend({
      prefixUrl: settings.baseUrl,
      headers: { accept: "application/json" },
      // A redirect would carry the secrets to wherever it points.
      followRedirect: false,
      timeout: { request: settings.timeoutSeconds * 1000 },
      retry: {
        limit: settings.maxAttempts - 1,
        // POST is not among them: the API has no idempotency key, so a repeated create can make a second instance
        // (contract, section 3). The others set a state, and setting it twice is the same as once.
        methods: ["GET", "PUT", "PATCH", "DELETE"],
        statusCodes: [408, 429, 500, 502, 503, 504],
      },
    });
  }

  async parsed<T extends z.ZodType>(schema: T, call: Call): Promise<z.infer<T>> {
    return this.parse(schema, call, await this.send(call));
  }

  async send(call: Call): Promise<Response<string>> {
    // Management calls carry no Element token: with one, a call without an id acts on that token's instance
    // (contract, section 1.1).
    const authorization = call.token ? `${this.#authorization}, Element ${call.token}` : this.#authorization;
    const response = await this.#got(call.path, {
      method: call.method,
      headers: { authorization },
      ...(call.query && {
        searchParams: new URLSearchParams(call.query),
      }),
      ...(call.body !== undefined && { json: call.body }),
      responseType: "text",
    }).catch((error) => {
      throw error instanceof RequestError ? this.#failure(call, error) : error;
    });
    if (response.statusCode < 300) return response;
    throw new UnexpectedResponseError(
      nameOf(call),
      response.statusCode,
      "it redirects elsewhere, and the secrets do not follow",
    );
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
      return new ApiError(nameOf(call), response.statusCode, said, requestId, wayOut);
    }
    const host = new URL(this.#settings.baseUrl).host;
    const isTimeout = error.code === "ETIMEDOUT";
    const reason = isTimeout
      ? `${host} did not answer within ${this.#settings.timeoutSeconds} seconds (act365:timeoutSeconds)`
      : `no answer from ${host} (${error.code})`;
    const isTooEarly = isTimeout && /'(lookup|connect|secureConnect)'/.test(error.message);
    return new ConnectionError(nameOf(call), reason, !neverSent.has(error.code) && !isTooEarly);
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

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
