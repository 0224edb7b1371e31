import got, { type Got, type Method, RequestError, type Response } from "got";
import type { z } from "zod";
import type { Settings } from "./config";
import { ApiError, ConnectionError, redact, UnexpectedResponseError } from "./errors";
import { type InstanceResponse, instanceResponse, organizationResponse } from "./wire";

interface Call {
  readonly method: Method;
  readonly path: string;
  readonly query?: Record<string, string>;
  readonly body?: unknown;
  /** Values in the body that no error may show. */
  readonly secrets?: readonly string[];
}

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
 * The platform's instances API: one method for each call, each answer parsed. Every failure is one of the classes in
 * `errors`; got's own errors hold the Authorization header and the body, so none of them leaves this file.
 */
export class Client {
  readonly #http: Got;
  readonly #settings: Settings;
  #organization: Promise<{ id?: number | undefined }> | undefined;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#http = got.extend({
      prefixUrl: settings.baseUrl,
      headers: {
        // Management calls carry no Element token: with one, a call without an id acts on that token's instance
        // (contract, section 1.1).
        authorization: `User ${settings.userSecret}, Organization ${settings.organizationSecret}`,
        accept: "application/json",
      },
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

  /** `POST /instances`, sent once. */
  async createInstance(body: unknown, secrets: readonly string[]): Promise<InstanceResponse> {
    return this.#parsed(instanceResponse, { method: "POST", path: "instances", body, secrets });
  }

  /** `GET /instances/{id}`; undefined when the platform says that there is none. */
  async getInstance(id: string, organizationId?: number): Promise<InstanceResponse | undefined> {
    const call: Call = { method: "GET", path: instancePath(id) };
    try {
      return await this.#parsed(instanceResponse, call);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      await this.#proveAbsence(call, organizationId);
      return undefined;
    }
  }

  /** Every instance that carries the tag. */
  async instancesTagged(tag: string): Promise<InstanceResponse[]> {
    const found = await this.#list({ "tags[]": tag });
    return found.filter(({ tags }) => tags?.includes(tag));
  }

  /** `PATCH /instances/{id}` with only what changes: the platform merges (contract, section 2.1). */
  async updateInstance(id: string, body: unknown, secrets: readonly string[]): Promise<InstanceResponse> {
    return this.#parsed(instanceResponse, { method: "PATCH", path: instancePath(id), body, secrets });
  }

  /** `DELETE /instances/{id}`; an instance that is gone already is fine. */
  async deleteInstance(id: string, organizationId?: number): Promise<void> {
    const call: Call = { method: "DELETE", path: instancePath(id) };
    try {
      await this.#send(call);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      await this.#proveAbsence(call, organizationId);
    }
  }

  async #list(query: Record<string, string>): Promise<InstanceResponse[]> {
    const found: InstanceResponse[] = [];
    let nextPage: string | undefined;
    do {
      const call: Call = {
        method: "GET",
        path: "instances",
        query: nextPage ? { ...query, nextPage } : query,
      };
      try {
        const response = await this.#send(call);
        found.push(...this.#parse(instanceResponse.array(), call, response));
        const next = response.headers["elements-next-page-token"];
        nextPage = typeof next === "string" && next !== nextPage ? next : undefined;
      } catch (error) {
        // An empty list is a 404 with a message (contract, section 1.1); any other 404 may be another host's.
        if (!isNotFound(error)) throw error;
        if (error.said === undefined) await this.#proveAbsence(call, undefined);
        nextPage = undefined;
      }
    } while (nextPage);
    return found;
  }

  /**
   * A 404 alone does not prove that an instance is gone: another host, and perhaps another organization's secrets,
   * answer it too (contract, section 3). The host must show itself to be the platform, and the organization to be the
   * one that the instance was made in, before the 404 is believed.
   */
  async #proveAbsence(call: Call, organizationId: number | undefined): Promise<void> {
    this.#organization ??= this.#parsed(organizationResponse, { method: "GET", path: "organizations/me" });
    const { id } = await this.#organization.catch((error) => {
      this.#organization = undefined;
      // The platform knows the user, who may not see the organization.
      if (error instanceof ApiError && error.status === 403 && error.said !== undefined)
        return { id: undefined };
      throw error;
    });
    if (id !== undefined && organizationId !== undefined && id !== organizationId)
      throw new UnexpectedResponseError(
        nameOf(call),
        404,
        `the configured secrets belong to organization ${id} and the instance to organization ${organizationId}, so this says nothing about the instance`,
      );
  }

  async #parsed<T extends z.ZodType>(schema: T, call: Call): Promise<z.infer<T>> {
    return this.#parse(schema, call, await this.#send(call));
  }

  #parse<T extends z.ZodType>(schema: T, call: Call, response: Response<string>): z.infer<T> {
    const json = jsonOf(response.body);
    if (json === undefined) {
      const type = response.headers["content-type"] ?? "no content type";
      throw new UnexpectedResponseError(
        nameOf(call),
        response.statusCode,
        `the body is not JSON (${this.#safe(type, call)}, ${response.body.length} characters)`,
      );
    }
    const result = schema.safeParse(json);
    if (result.success) return result.data;
    const paths = result.error.issues.map(({ path, message }) => `${path.join(".") || "body"}: ${message}`);
    throw new UnexpectedResponseError(
      nameOf(call),
      response.statusCode,
      `not with what the platform promises (${this.#safe(paths.join("; "), call)})`,
    );
  }

  async #send(call: Call): Promise<Response<string>> {
    const response = await this.#http(call.path, {
      method: call.method,
      ...(call.query && { searchParams: call.query }),
      ...(call.body !== undefined && { json: call.body }),
      responseType: "text",
    }).catch((error) => {
      throw error instanceof RequestError ? this.#failure(call, error) : error;
    });
    if (response.statusCode < 300) return response;
    throw new UnexpectedResponseError(
      nameOf(call),
      response.statusCode,
      `it redirects elsewhere, and the secrets do not follow`,
    );
  }

  #failure(call: Call, error: RequestError): Error {
    const response = error.response as Response<string> | undefined;
    if (response && error.code === "ERR_NON_2XX_3XX_RESPONSE") {
      const { requestId, said } = this.#words(call, response);
      return new ApiError(nameOf(call), response.statusCode, said, requestId);
    }
    const host = new URL(this.#settings.baseUrl).host;
    const neverArrived =
      neverSent.has(error.code) ||
      (error.code === "ETIMEDOUT" && /'(lookup|connect|secureConnect)'/.test(error.message));
    const reason =
      error.code === "ETIMEDOUT"
        ? `${host} did not answer within ${this.#settings.timeoutSeconds} seconds (act365:timeoutSeconds)`
        : `no answer from ${host} (${error.code})`;
    return new ConnectionError(nameOf(call), reason, !neverArrived);
  }

  /** The platform's own words about a failure (contract, section 3). */
  #words(call: Call, response: Response<string>): { requestId?: string | undefined; said?: string } {
    const json = jsonOf(response.body);
    if (typeof json !== "object" || json === null) return {};
    const { message, providerMessage, requestId } = json as Record<string, unknown>;
    const words = [message, providerMessage].filter((each) => typeof each === "string" && each !== "");
    const id = requestId ?? response.headers["elements-request-id"];
    return {
      ...(words.length > 0 && { said: this.#safe(words.join("; Act! answered: "), call) }),
      requestId: typeof id === "string" ? this.#safe(id, call) : undefined,
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

const isNotFound = (error: unknown): error is ApiError => error instanceof ApiError && error.status === 404;

const nameOf = ({ method, path }: Call): string => `${method} /${path}`;

/** An id that is not a number would name another resource of the API, or none and so all. */
function instancePath(id: string): string {
  if (!/^[1-9]\d*$/.test(id)) throw new TypeError("an instance id is a whole number");
  return `instances/${id}`;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
