import { randomInt } from "node:crypto";
import { type Organization, randomSecret, type Settings } from "../options";
import {
  type Configuration,
  defaultConfiguration,
  demandComplete,
  merged,
  sentConfiguration,
} from "./configuration";
import { definitions, element } from "./connector";
import { nameFrom, tagsFrom } from "./labels";
import { PlatformError } from "./refusals";

/** An instance as the platform keeps it, nothing masked. */
export interface StoredInstance {
  /** What the calls' paths name it by. */
  readonly id: number;
  /** The organization that sees it. */
  readonly organizationId: number;
  /** ISO 8601, UTC (contract 1.7). */
  readonly createdDate: string;
  /** What calls through it carry. */
  token: string;
  /** Need not be unique (contract 2.6). */
  name: string;
  /** Ownership tags among them. */
  tags: string[];
  /** All keys of the connector, and those that were sent besides. */
  configuration: Configuration;
  /** Whether calls through it are answered 403. */
  disabled: boolean;
  /** What the platform says of the credentials, which need not be true (contract 3). */
  valid: boolean;
  /** When trace logging ends by itself, in ISO 8601; absent while it is off. */
  tracedUntil?: string;
}

/** What an instance is made from or changed to; all else in a request is ignored (contract 2.3). */
export interface InstanceDraft {
  /** A string with something in it; HTML is taken out (contract 2.6). Anything else is refused with 400. */
  readonly name?: unknown;
  /** A list of strings; when absent, see `addsNameTag`. */
  readonly tags?: unknown;
  /** An object by the connector's keys, `username` and `password` among them; values are kept as strings. */
  readonly configuration?: unknown;
}

/** What an instance is known by. Each default: a new one. */
export interface Identity {
  /** A whole number from 1 that no instance has. */
  readonly id?: number;
  /** What calls through it are to carry. */
  readonly token?: string;
}

/** Who calls, and through which instance if a token says so. */
export interface Caller {
  readonly organization: Organization;
  readonly instance?: StoredInstance;
}

/** The platform's data, and what it does with them; no HTTP. */
export class Platform {
  readonly organizations: Settings["organizations"];
  readonly instances = new Map<number, StoredInstance>();
  readonly #settings: Settings;
  #nextId = randomInt(100_000, 900_000);

  constructor(settings: Settings) {
    this.#settings = settings;
    this.organizations = settings.organizations;
  }

  /**
   * Contract 1: `User x, Organization y`, in either order; contract 6: `Element z` beside them, or beside the User alone.
   *
   * @throws PlatformError 401 (contract 3), for the token of a deleted instance too.
   */
  authenticate(header: string | undefined): Caller {
    const parts = new Map(
      (header ?? "").split(",").map((part) => part.trim().split(" ", 2) as [string, string | undefined]),
    );
    const [user, secret, token] = ["User", "Organization", "Element"].map((name) => parts.get(name));
    const known = this.organizations.filter(
      ({ userSecret, organizationSecret }) =>
        userSecret === user &&
        (organizationSecret === secret || (secret === undefined && token !== undefined)),
    );
    const [organization] = known;
    if (!organization) throw new PlatformError(401, "Invalid Organization or User secret.");
    if (token === undefined) return { organization };
    for (const each of known)
      for (const instance of this.instances.values())
        if (instance.token === token && instance.organizationId === each.id)
          return { organization: each, instance };
    throw new PlatformError(401, "Invalid Element token.");
  }

  /** Whose secrets a header carries; undefined when they are wrong. */
  organizationOf(header: string | undefined): Organization | undefined {
    try {
      return this.authenticate(header).organization;
    } catch {
      return undefined;
    }
  }

  /**
   * Contract 2.6: a name may be taken any number of times.
   *
   * @param identity what it is known by already, where that is not to be made up.
   */
  create(organization: Organization, draft: InstanceDraft, identity: Identity = {}): StoredInstance {
    const name = nameFrom(draft.name);
    const sent = sentConfiguration(draft.configuration);
    const configuration = merged(defaultConfiguration(), sent, this.#settings);
    this.#demandUsable(configuration);
    const { id = this.#nextId++, token = randomSecret() } = identity;
    if (this.instances.has(id)) throw new Error(`the simulator holds an instance ${id} already`);
    this.#nextId = Math.max(this.#nextId, id + 1);
    const instance: StoredInstance = {
      id,
      organizationId: organization.id,
      createdDate: this.#settings.clock().toISOString(),
      token,
      name,
      tags: this.#tagsFor(draft, name),
      configuration,
      disabled: false,
      valid: true,
    };
    this.instances.set(instance.id, instance);
    return instance;
  }

  /** @throws PlatformError for an id that is unknown, or another organization's. */
  get({ id: organizationId }: Organization, id: number): StoredInstance {
    const instance = this.instances.get(id);
    // Contract 3: another organization's is answered 403 or 404, UNKNOWN.
    if (instance && instance.organizationId !== organizationId && this.#settings.foreignInstance === 403)
      throw new PlatformError(403, `No access to element instance ${id}`);
    if (instance?.organizationId !== organizationId) throw noInstance(id);
    return instance;
  }

  /**
   * What `GET /instances` matches (contract 1.1). UNKNOWN: whether several tags must all be there (here they must), and
   * whether upper and lower case differ in a search (here not).
   */
  list({ id }: Organization, tags: readonly string[], searchText = ""): StoredInstance[] {
    const wanted = searchText.toLowerCase();
    return [...this.instances.values()].filter(
      (each) =>
        each.organizationId === id &&
        tags.every((tag) => each.tags.includes(tag)) &&
        (each.name.toLowerCase().includes(wanted) || element.key.includes(wanted)),
    );
  }

  /**
   * Contract 2.1: PATCH merges the configuration and replaces the list of tags. Contract 2.2: PUT needs no full body
   * either; what it clears is UNKNOWN.
   */
  update(instance: StoredInstance, draft: InstanceDraft, method: "PATCH" | "PUT"): void {
    const clears = method === "PUT" && this.#settings.putClears;
    const name = draft.name === undefined ? instance.name : nameFrom(draft.name);
    const tags = tagsFrom(draft.tags) ?? (clears ? [] : instance.tags);
    const before = clears ? cleared(instance.configuration) : instance.configuration;
    const configuration = merged(before, sentConfiguration(draft.configuration), this.#settings);
    const hasNewKeys = credentialKeys.some((key) => configuration[key] !== instance.configuration[key]);
    // UNKNOWN whether a change checks the credentials (contract, "could not be confirmed" 1): as at create.
    if (hasNewKeys) this.#demandUsable(configuration);
    // Contract 2.4: the id stays; that the token does too is inferred.
    if (hasNewKeys && this.#settings.rotatesToken) instance.token = randomSecret();
    Object.assign(instance, { name, tags, configuration });
  }

  /** Contract 1.2: temporary. UNKNOWN: the unit of a duration that is sent, here minutes. */
  trace(instance: StoredInstance, on: boolean, minutes = this.#settings.traceLoggingMinutes): void {
    const end = new Date(this.#settings.clock().getTime() + minutes * 60_000);
    if (on) instance.tracedUntil = end.toISOString();
    else delete instance.tracedUntil;
  }

  isTraced({ tracedUntil }: StoredInstance): boolean {
    return tracedUntil !== undefined && this.#settings.clock() < new Date(tracedUntil);
  }

  /** Whether Act! itself takes the instance's keys. */
  worksWithAct({ username, password }: Configuration): boolean {
    return this.#settings.credentials(username ?? "", password ?? "");
  }

  #demandUsable(configuration: Configuration): void {
    demandComplete(configuration);
    if (this.#settings.wrongCredentials === "reject" && !this.worksWithAct(configuration))
      throw new PlatformError(400, "Failed to provision the element instance.", "Invalid API key.");
  }

  /** Contract 2.6: without tags the name becomes one. UNKNOWN: whether `[]` counts as none; here it does not. */
  #tagsFor(draft: InstanceDraft, name: string): string[] {
    const tags = tagsFrom(draft.tags);
    if (tags === undefined) return [name];
    return this.#settings.addsNameTag === "always" && !tags.includes(name) ? [...tags, name] : tags;
  }
}

/** UNKNOWN: the exact words for an unknown id (contract 3). */
export const noInstance = (id: number) => new PlatformError(404, `No element instance found with id ${id}`);

const credentialKeys = [...definitions.values()].filter(({ required }) => required).map(({ key }) => key);

/** The defaults, and the keys without which there is no instance. */
const cleared = (configuration: Configuration): Configuration => ({
  ...defaultConfiguration(),
  ...Object.fromEntries(credentialKeys.map((key) => [key, configuration[key] ?? null])),
});
