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
import { isInstanceId } from "./instance-id";
import { afterwards, lookSeconds, pause } from "./operation";
import { type Origin, Settling } from "./settling";

/** The platform's instances API: one method for each call, each answer parsed. */
export class Client {
  readonly #http: Http;
  /** What the platform may not see yet. */
  readonly settling: Settling;
  #organization: Promise<{ id?: number | undefined }> | undefined;

  constructor(readonly settings: Settings) {
    this.settling = new Settling(settings);
    this.#http = new Http(settings, (date) => this.settling.heard(date));
  }

  /** `POST /instances`, sent once. */
  async createInstance(body: unknown, secrets: readonly string[]): Promise<InstanceResponse> {
    const call: Call = { method: "POST", path: "instances", body, secrets };
    const made = await this.#http.parsed(instanceResponse, call);
    this.settling.made(made.id);
    return made;
  }

  /** `GET /instances/{id}`; undefined when the platform says that there is none. */
  async getInstance(id: string, origin: Origin = {}): Promise<InstanceResponse | undefined> {
    const call: Call = { method: "GET", path: instancePath(id) };
    return this.#unlessAbsent(id, call, origin, () => this.#about(id, call));
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
  async updateInstance(
    id: string,
    body: unknown,
    secrets: readonly string[],
    origin: Origin = {},
  ): Promise<InstanceResponse> {
    const call: Call = { method: "PATCH", path: instancePath(id), body, secrets };
    return this.#onceSeen(id, origin, () => this.#about(id, call));
  }

  /** `PUT` or `DELETE /instances/{id}/enabled` and the like (contract, section 1.2). */
  async switchInstance(
    id: string,
    what: "enabled" | "trace-logging",
    on: boolean,
    origin: Origin = {},
  ): Promise<void> {
    const call: Call = { method: on ? "PUT" : "DELETE", path: `${instancePath(id)}/${what}` };
    await this.#onceSeen(id, origin, () => this.#http.send(call));
  }

  /** `DELETE /instances/{id}`; an instance that is gone already is fine. */
  async deleteInstance(id: string, origin: Origin = {}): Promise<void> {
    const call: Call = { method: "DELETE", path: instancePath(id) };
    try {
      await this.#unlessAbsent(id, call, origin, () => this.#http.send(call));
    } catch (error) {
      // The answer may have been lost and not the call.
      if (!mayHaveWorked(error) || (await this.#isThere(id, origin))) throw error;
    }
    this.settling.deleted(id);
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

  /** An answer that must be about the instance that was asked for. */
  async #about(id: string, call: Call): Promise<InstanceResponse> {
    const response = await this.#http.send(call);
    const instance = this.#http.parse(instanceResponse, call, response);
    if (String(instance.id) === id) return instance;
    throw new UnexpectedResponseError(
      nameOf(call),
      response.statusCode,
      `the answer is about instance ${instance.id}`,
    );
  }

  /**
   * Undefined when the instance is gone. A 404 alone does not prove that: in the first moments after a create the
   * platform may not see the instance yet, so it is asked until they are over.
   */
  async #unlessAbsent<T>(
    id: string,
    call: Call,
    origin: Origin,
    send: () => Promise<T>,
  ): Promise<T | undefined> {
    try {
      return await this.#onceSeen(id, origin, send, () => this.#proveAbsence(call, origin));
    } catch (error) {
      if (isNotFound(error) && error.call === nameOf(call)) return undefined;
      throw error;
    }
  }

  /** Asks again while a 404 may only mean that the platform does not see the instance yet. */
  async #onceSeen<T>(
    id: string,
    origin: Origin,
    send: () => Promise<T>,
    onAbsence: () => Promise<void> = async () => {},
  ): Promise<T> {
    const begun = performance.now();
    for (;;) {
      // From before the call: an answer that took long may be of before.
      const asked = performance.now();
      try {
        return await send();
      } catch (error) {
        if (!isNotFound(error)) throw error;
        await onAbsence();
        if (asked >= this.settling.seenFrom(id, origin, begun)) throw error;
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

/** An id that is not a number would name another resource of the API, or none and so all. */
function instancePath(id: string): string {
  if (!isInstanceId(id)) throw new TypeError("an instance id is a whole number");
  return `instances/${id}`;
}
