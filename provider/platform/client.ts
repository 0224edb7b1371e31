import { Absence } from "./absence";
import type { Settings } from "./address";
import {
  type Defaults,
  ELEMENT_KEY,
  elementConfigurationResponse,
  type InstanceResponse,
  instanceResponse,
  type Organization,
  recordsResponse,
} from "./answers";
import type { Call } from "./call";
import { type Act365Error, mayHaveWorked, UnclearEndError } from "./errors";
import { Http } from "./http";
import { isInstanceId } from "./instance-id";
import { type Filter, type List, matches, readList } from "./list";
import { afterwards, lookSeconds, tell } from "./operation";
import { type Origin, Settling } from "./settling";

const clients = new Map<string, Client>();

/** The process's one client for these settings, so that all who ask share its connections and its pace. */
export function clientFor(settings: Settings): Client {
  const key = JSON.stringify(settings);
  const client = clients.get(key) ?? new Client(settings);
  clients.set(key, client);
  return client;
}

/** The platform's instances API: one method for each call, each answer parsed. */
export class Client {
  readonly #http: Http;
  readonly #absence: Absence;
  /** What the platform may not see yet. */
  readonly settling: Settling;
  /** Whether the platform has answered a POST with the tags as they were sent. */
  keepsTags = false;

  constructor(readonly settings: Settings) {
    this.settling = new Settling(settings);
    this.#http = new Http(settings, (date) => this.settling.heard(date));
    this.#absence = new Absence(this.#http, this.settling);
  }

  /** No error of this client shows these values from now on: those of an instance, before anything is asked about it. */
  hide(secrets: Iterable<string>): void {
    this.#http.failures.hide(secrets);
  }

  /** `POST /instances`, sent once. */
  async createInstance(
    body: Readonly<Record<string, unknown>>,
    secrets: readonly string[],
  ): Promise<InstanceResponse> {
    const call: Call = { method: "POST", path: "instances", body, secrets, isOnce: true };
    const made = await this.#http.parsed(instanceResponse, call);
    if (made.name !== body.name) throw this.#anothers(call, "name");
    this.settling.made(made.id);
    return made;
  }

  /**
   * `GET /instances/{id}`.
   *
   * @returns undefined when the platform itself says that there is none, and is the one that the instance is known from.
   */
  async getInstance(id: string, origin: Origin = {}): Promise<InstanceResponse | undefined> {
    const call: Call = { method: "GET", path: instancePath(id) };
    return this.#absence.undefinedWhenProven(id, call, origin, () => this.#instance(id, call));
  }

  /** An answer about another instance than the one that was asked about is none. */
  async #instance(id: string, call: Call): Promise<InstanceResponse> {
    const instance = await this.#http.parsed(instanceResponse, call);
    if (String(instance.id) === id) return instance;
    throw this.#anothers(call, "id");
  }

  #anothers(call: Call, field: "id" | "name"): Act365Error {
    const found = `not in the form that the platform documents (${field}: it is another instance's)`;
    return this.#http.failures.unexpected(call, 200, found);
  }

  /**
   * What the platform lists for a tag, whether the tag stands there as it was sent or the platform has changed it.
   *
   * @throws UnexpectedResponseError when one that may carry the tag cannot be read.
   */
  async instancesTagged(tag: string): Promise<InstanceResponse[]> {
    const { found, unreadable } = await this.#list({ tags: [tag] });
    this.#demandNone(unreadable.filter(({ tags = [] }) => tags.length === 0 || tags.includes(tag)));
    return found;
  }

  /**
   * `GET /instances`, all pages: every instance that matches.
   *
   * @param isProof throws UnexpectedResponseError when a row cannot be read, which is left out otherwise.
   * @param isQuiet tells nobody of those that are left out.
   */
  async instances(filter: Filter, { isProof = false, isQuiet = false } = {}): Promise<InstanceResponse[]> {
    const { found, unreadable } = await this.#list(filter);
    if (isProof) this.#demandNone(unreadable);
    for (const { problem } of isQuiet ? [] : unreadable)
      tell(`one of the platform's instances cannot be read and is left out (${problem})`);
    return found.filter((instance) => matches(instance, filter));
  }

  #list(filter: Filter): Promise<List> {
    const readOne = (id: string, createdDate?: string) => this.getInstance(id, { createdDate });
    return readList(this.#http, readOne, filter);
  }

  #demandNone([first]: List["unreadable"]): void {
    if (!first) return;
    const found = `one of the instances cannot be read, and it may be the one that is looked for (${first.problem})`;
    const wayOut =
      "Look at the list on the platform; an instance that it cannot show either is one for its support.";
    throw this.#http.failures.unexpected({ method: "GET", path: "instances" }, 200, found, { wayOut });
  }

  /** `PATCH /instances/{id}` with only what changes: the platform merges (PLATFORM.md, section 2.1). */
  async updateInstance(
    id: string,
    body: unknown,
    secrets: readonly string[],
    origin: Origin = {},
  ): Promise<InstanceResponse> {
    const call: Call = { method: "PATCH", path: instancePath(id), body, secrets };
    return this.#absence.onceSeen(id, origin, () => this.#instance(id, call));
  }

  /**
   * `PATCH /instances/{id}` with tags that say whose it is, sent once: later it could write over those of somebody who
   * has come in between.
   *
   * @param origin of an instance that is ours, which the platform may not see yet.
   * @param until by `performance.now()`: when the look is too old by which nobody has come in between.
   * @throws TooLateError when it was not sent until then.
   */
  async claimInstance(
    id: string,
    tags: readonly string[],
    { origin, until }: { origin?: Origin; until?: number },
  ): Promise<InstanceResponse> {
    const call: Call = { method: "PATCH", path: instancePath(id), body: { tags }, isOnce: true, until };
    const send = () => this.#instance(id, call);
    return origin ? this.#absence.onceSeen(id, origin, send) : send();
  }

  /** `PUT` or `DELETE /instances/{id}/enabled` and the like (PLATFORM.md, section 1.2). */
  async switchInstance(
    id: string,
    what: "enabled" | "trace-logging",
    on: boolean,
    origin: Origin = {},
  ): Promise<void> {
    const call: Call = { method: on ? "PUT" : "DELETE", path: `${instancePath(id)}/${what}` };
    await this.#absence.onceSeen(id, origin, () => this.#http.send(call));
  }

  /** `DELETE /instances/{id}`; an instance that is gone already is fine. */
  async deleteInstance(id: string, origin: Origin = {}): Promise<void> {
    const call: Call = { method: "DELETE", path: instancePath(id) };
    try {
      await this.#absence.undefinedWhenProven(id, call, origin, () => this.#http.send(call));
    } catch (error) {
      // The answer may have been lost and not the call.
      if (!mayHaveWorked(error)) throw error;
      const isGone = await afterwards(lookSeconds, () => this.getInstance(id, origin)).then(
        (found) => found === undefined,
        () => false,
      );
      // A platform may show for a while what is deleted (PLATFORM.md, "could not be confirmed" 13).
      if (!isGone) throw new UnclearEndError(error as Act365Error, id, "deleted");
    }
    this.settling.deleted(id);
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
   * no ping of its own (PLATFORM.md, section 1.5).
   */
  async verifyInstance(token: string, secrets: readonly string[]): Promise<void> {
    await this.#http.parsed(recordsResponse, {
      method: "GET",
      path: "hubs/crm/contacts",
      query: [["pageSize", "1"]],
      token,
      whenSlow: "waiting for Act! to accept or refuse the keys (verify)",
      secrets,
    });
  }

  /** Who the secrets belong to, as far as the platform tells; proves that the host is the platform. */
  organization(): Promise<Organization> {
    return this.#absence.organization();
  }
}

/** An id that is not a number would name another resource of the API, or none and so all. */
function instancePath(id: string): string {
  if (!isInstanceId(id)) throw new TypeError("an instance id is a whole number");
  return `instances/${id}`;
}
