import type { Settings } from "./address";
import {
  type Defaults,
  ELEMENT_KEY,
  elementConfigurationResponse,
  type InstanceResponse,
  instanceResponse,
  organizationResponse,
} from "./answers";
import { ApiError, mayHaveWorked, UnexpectedResponseError } from "./errors";
import { type Call, Http, nameOf } from "./http";
import { afterwards, lookSeconds, pause } from "./operation";

/** What is known of an instance's beginning; it tells whether a 404 can be believed. */
export interface Origin {
  /** The organization that the instance was made in. */
  readonly organizationId?: number | undefined;
  /** ISO 8601. */
  readonly createdDate?: string | undefined;
}

/** The platform's instances API: one method for each call, each answer parsed. */
export class Client {
  readonly #http: Http;
  #organization: Promise<{ id?: number | undefined }> | undefined;

  constructor(readonly settings: Settings) {
    this.#http = new Http(settings);
  }

  /** `POST /instances`, sent once. */
  async createInstance(body: unknown, secrets: readonly string[]): Promise<InstanceResponse> {
    return this.#http.parsed(instanceResponse, { method: "POST", path: "instances", body, secrets });
  }

  /** `GET /instances/{id}`; undefined when the platform says that there is none. */
  async getInstance(id: string, origin: Origin = {}): Promise<InstanceResponse | undefined> {
    const call: Call = { method: "GET", path: instancePath(id) };
    return this.#unlessAbsent(call, origin, () => this.#http.parsed(instanceResponse, call));
  }

  /** Every instance that carries the tag. */
  async instancesTagged(tag: string): Promise<InstanceResponse[]> {
    const found = await this.instances({ tags: [tag] });
    return found.filter(({ tags }) => tags?.includes(tag));
  }

  /** `GET /instances`, all pages: every instance that matches. An empty list is a 404 (contract, section 1.1). */
  async instances(filter: { tags?: readonly string[]; searchText?: string }): Promise<InstanceResponse[]> {
    const query: [string, string][] = (filter.tags ?? []).map((tag) => ["tags[]", tag]);
    if (filter.searchText) query.push(["searchText", filter.searchText]);
    const found: InstanceResponse[] = [];
    let nextPage: string | undefined;
    do {
      const call: Call = {
        method: "GET",
        path: "instances",
        query: nextPage ? [...query, ["nextPage", nextPage]] : query,
      };
      try {
        const response = await this.#http.send(call);
        found.push(...this.#http.parse(instanceResponse.array(), call, response));
        const next = response.headers["elements-next-page-token"];
        nextPage = typeof next === "string" && next !== nextPage ? next : undefined;
      } catch (error) {
        if (!isNotFound(error)) throw error;
        // Without the platform's form of an error it may be another host's.
        if (error.said === undefined) await this.#proveAbsence(call, {});
        nextPage = undefined;
      }
    } while (nextPage);
    return found;
  }

  /** `PATCH /instances/{id}` with only what changes: the platform merges (contract, section 2.1). */
  async updateInstance(id: string, body: unknown, secrets: readonly string[]): Promise<InstanceResponse> {
    return this.#http.parsed(instanceResponse, { method: "PATCH", path: instancePath(id), body, secrets });
  }

  /** `PUT` or `DELETE /instances/{id}/enabled` and the like (contract, section 1.2). */
  async switchInstance(id: string, what: "enabled" | "trace-logging", on: boolean): Promise<void> {
    await this.#http.send({ method: on ? "PUT" : "DELETE", path: `${instancePath(id)}/${what}` });
  }

  /** `DELETE /instances/{id}`; an instance that is gone already is fine. */
  async deleteInstance(id: string, origin: Origin = {}): Promise<void> {
    const call: Call = { method: "DELETE", path: instancePath(id) };
    try {
      await this.#unlessAbsent(call, origin, () => this.#http.send(call));
    } catch (error) {
      // The answer may have been lost and not the call.
      if (!mayHaveWorked(error) || (await this.#isThere(id, origin))) throw error;
    }
  }

  /** Looks again after a call with an unclear end; when that is unclear too, the instance may be there. */
  async #isThere(id: string, origin: Origin): Promise<boolean> {
    const look = () => this.getInstance(id, origin).catch(() => "unclear");
    return (await afterwards(lookSeconds, look)) !== undefined;
  }

  /** What the connector sets its configuration keys to by itself. */
  async connectorDefaults(): Promise<Defaults> {
    const { configuration } = await this.#http.parsed(elementConfigurationResponse, {
      method: "GET",
      path: `elements/${ELEMENT_KEY}/configuration`,
    });
    return new Map(configuration.map(({ key, defaultValue }) => [key, defaultValue ?? null]));
  }

  /**
   * Reads one contact through the instance: whether Act! takes its keys, which `valid` does not tell. Act! 365 may have
   * no ping of its own (contract, section 1.5).
   */
  async verifyInstance(token: string, secrets: readonly string[]): Promise<void> {
    await this.#http.send({
      method: "GET",
      path: "hubs/crm/contacts",
      query: [["pageSize", "1"]],
      token,
      whenSlow: "waiting for Act! to say whether it takes the keys (verify)",
      secrets: [...secrets, token],
    });
  }

  /**
   * Undefined when the instance is gone. A 404 alone does not prove that: in the first moments after a create the
   * platform may not see the instance yet, so it is asked until they are over.
   */
  async #unlessAbsent<T>(call: Call, origin: Origin, send: () => Promise<T>): Promise<T | undefined> {
    const settled = performance.now() + secondsUntilSettled(origin, this.settings) * 1000;
    for (;;) {
      // From before the call: an answer that took long may be of before.
      const isSettled = performance.now() >= settled;
      try {
        return await send();
      } catch (error) {
        if (!isNotFound(error)) throw error;
        await this.#proveAbsence(call, origin);
        if (isSettled) return undefined;
        await pause(0.5);
      }
    }
  }

  /**
   * Another host, and perhaps another organization's secrets, answer 404 too (contract, section 3). The host must show
   * itself to be the platform, and the organization to be the one that the instance was made in.
   */
  async #proveAbsence(call: Call, { organizationId }: Origin): Promise<void> {
    this.#organization ??= this.#http.parsed(organizationResponse, {
      method: "GET",
      path: "organizations/me",
    });
    const { id } = await this.#organization.catch((error) => {
      this.#organization = undefined;
      // The platform knows the user, who may not see the organization.
      if (error instanceof ApiError && error.status === 403 && error.said) return { id: undefined };
      throw error;
    });
    if (id !== undefined && organizationId !== undefined && id !== organizationId)
      throw new UnexpectedResponseError(
        nameOf(call),
        404,
        `the configured secrets belong to organization ${id} and the instance to organization ${organizationId}, so this says nothing about the instance`,
      );
  }
}

const isNotFound = (error: unknown): error is ApiError => error instanceof ApiError && error.status === 404;

/** For how long a platform that lags may not see an instance yet; none for one that was made long ago, or nobody knows when. */
function secondsUntilSettled({ createdDate }: Origin, { settleSeconds }: Settings): number {
  const age = (Date.now() - Date.parse(createdDate ?? "")) / 1000;
  return Number.isNaN(age) || age > settleSeconds ? 0 : Math.min(settleSeconds, settleSeconds - age);
}

/** An id that is not a number would name another resource of the API, or none and so all. */
function instancePath(id: string): string {
  if (!/^[1-9]\d*$/.test(id)) throw new TypeError("an instance id is a whole number");
  return `instances/${id}`;
}
