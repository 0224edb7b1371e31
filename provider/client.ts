import type { Settings } from "./config";
import { ApiError, UnexpectedResponseError } from "./errors";
import { type Call, Http, nameOf } from "./http";
import {
  type Defaults,
  ELEMENT_KEY,
  elementConfigurationResponse,
  type InstanceResponse,
  instanceResponse,
  organizationResponse,
} from "./wire";

/** The platform's instances API: one method for each call, each answer parsed. */
export class Client {
  readonly #http: Http;
  #organization: Promise<{ id?: number | undefined }> | undefined;

  constructor(settings: Settings) {
    this.#http = new Http(settings);
  }

  /** `POST /instances`, sent once. */
  async createInstance(body: unknown, secrets: readonly string[]): Promise<InstanceResponse> {
    return this.#http.parsed(instanceResponse, { method: "POST", path: "instances", body, secrets });
  }

  /**
   * `GET /instances/{id}`; undefined when the platform says that there is none.
   *
   * @param organizationId the organization that the instance was made in, where it is known.
   */
  async getInstance(id: string, organizationId?: number): Promise<InstanceResponse | undefined> {
    const call: Call = { method: "GET", path: instancePath(id) };
    try {
      return await this.#http.parsed(instanceResponse, call);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      await this.#proveAbsence(call, organizationId);
      return undefined;
    }
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
        if (error.said === undefined) await this.#proveAbsence(call);
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
  async deleteInstance(id: string, organizationId?: number): Promise<void> {
    const call: Call = { method: "DELETE", path: instancePath(id) };
    try {
      await this.#http.send(call);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      await this.#proveAbsence(call, organizationId);
    }
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
      secrets: [...secrets, token],
    });
  }

  /**
   * A 404 alone does not prove that an instance is gone: another host, and perhaps another organization's secrets,
   * answer it too (contract, section 3). The host must show itself to be the platform, and the organization to be the
   * one that the instance was made in, before the 404 is believed.
   */
  async #proveAbsence(call: Call, organizationId?: number): Promise<void> {
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
  if (!/^[1-9]\d*$/.test(id)) throw new TypeError("an instance id is a whole number");
  return `instances/${id}`;
}
