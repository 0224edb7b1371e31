import { randomBytes, randomInt } from "node:crypto";
import { connectorKeys } from "../connector-keys";

/** Who has instances: the pair of secrets says whose they are. */
export interface Organization {
  readonly id: number;
  readonly name: string;
  readonly userSecret: string;
  readonly organizationSecret: string;
}

/** A record behind Act!'s API. */
export type Contact = Record<string, unknown> & { id: string };

/** An instance as the platform keeps it, nothing masked. */
export interface StoredInstance {
  readonly id: number;
  readonly organizationId: number;
  readonly token: string;
  readonly createdDate: string;
  name: string;
  tags: string[];
  /** By the connector's keys; every value a string, null for none (contract, section 2.7). */
  configuration: Record<string, string | null>;
  disabled: boolean;
  /** What the platform says of the credentials, which need not be true (contract, section 3). */
  valid: boolean;
  /** When trace logging ends by itself; absent while it is off. */
  tracedUntil?: string;
  element: { id: number; key: string; name: string };
  contacts: Contact[];
}

/** A failure in the platform's own form (contract, section 3). */
export class PlatformError extends Error {
  constructor(
    readonly status: 400 | 401 | 403 | 404 | 405 | 415,
    message: string,
    readonly providerMessage?: string,
  ) {
    super(message);
  }
}

/** Who calls, and through which instance if a token says so. */
export interface Caller {
  readonly organization: Organization;
  readonly instance?: StoredInstance;
}

export interface PlatformOptions {
  readonly organizations: readonly Omit<Organization, "id">[];
  readonly clock: () => Date;
  readonly traceMinutes: number;
  readonly acceptsKeys: (apiKey: string, developerKey: string) => boolean;
  readonly refusesWrongKeys: boolean;
  readonly addsNameTag: "when-none" | "always";
  readonly nullClears: boolean;
}

type Body = Record<string, unknown>;

/** The connector's numeric id differs by environment (contract, section 6); this one is the simulator's own. */
export const element = { id: 1160, key: "actessentials", name: "Act! 365", hub: "crm" };

/** The platform's data and what it does with it; no HTTP. */
export class Platform {
  readonly organizations: readonly Organization[];
  readonly instances = new Map<number, StoredInstance>();
  readonly options: PlatformOptions;
  #nextId = randomInt(100_000, 900_000);

  constructor(options: PlatformOptions) {
    this.options = options;
    this.organizations = options.organizations.map((each, index) => ({ id: index + 1, ...each }));
  }

  /** `User x, Organization y, Element z` in any order; User and Element alone do too (contract, sections 1 and 6). */
  authenticate(header: string | undefined): Caller {
    const parts = new Map(
      (header ?? "").split(",").map((part) => part.trim().split(" ", 2) as [string, string | undefined]),
    );
    const [user, secret, token] = ["User", "Organization", "Element"].map((name) => parts.get(name));
    const organization = this.organizations.find(
      (each) =>
        each.userSecret === user && (each.organizationSecret === secret || (token && secret === undefined)),
    );
    if (!organization)
      throw new PlatformError(401, "Invalid Organization or User secret, or invalid Element token provided.");
    if (token === undefined) return { organization };
    const instance = [...this.instances.values()].find((each) => each.token === token);
    if (instance?.organizationId !== organization.id)
      throw new PlatformError(401, "Invalid Element token provided.");
    return { organization, instance };
  }

  create(organization: Organization, body: Body): StoredInstance {
    const sent = configurationIn(body);
    const missing = [...connectorKeys].filter(([key, { required }]) => required && !sent[key]);
    if (missing.length > 0)
      throw new PlatformError(
        400,
        `Missing required configuration: ${missing.map(([key]) => key).join(", ")}`,
      );
    if (typeof body.name !== "string" || body.name === "")
      throw new PlatformError(400, "The name is required.");
    this.#checkKeys(sent);
    const defaults = [...connectorKeys].map(([key, row]) => [key, row.default ?? null] as const);
    const instance: StoredInstance = {
      id: this.#nextId++,
      organizationId: organization.id,
      token: randomBytes(32).toString("base64"),
      createdDate: this.options.clock().toISOString(),
      name: stripHtml(body.name),
      tags: [],
      configuration: { ...Object.fromEntries(defaults), ...sent },
      disabled: false,
      valid: true,
      element: { id: element.id, key: element.key, name: element.name },
      contacts: [],
    };
    instance.tags = this.#tags(body.tags, instance.name);
    this.instances.set(instance.id, instance);
    return instance;
  }

  /** Another organization's instance is as unknown as one that is not there; the contract says 403 or 404, UNKNOWN. */
  get(organization: Organization, id: number): StoredInstance {
    const instance = this.instances.get(id);
    if (instance?.organizationId !== organization.id)
      throw new PlatformError(404, `No element instance found with id ${id}`);
    return instance;
  }

  /** PATCH merges (contract, section 2.1). What PUT clears is UNKNOWN (2.2), so here it merges too. */
  update(instance: StoredInstance, body: Body): StoredInstance {
    const sent = configurationIn(body);
    // A mask that is written back keeps the value (contract, section 2.5, inferred).
    const changed = Object.entries(sent).filter(([, value]) => value !== mask);
    const configuration = { ...instance.configuration };
    for (const [key, value] of changed)
      if (value === null && !this.options.nullClears) continue;
      else configuration[key] = value === "" ? null : value;
    if ("username" in sent || "password" in sent) this.#checkKeys(configuration);
    if (typeof body.name === "string") instance.name = stripHtml(body.name);
    if (body.tags !== undefined) instance.tags = this.#tags(body.tags, instance.name);
    instance.configuration = configuration;
    return instance;
  }

  remove(instance: StoredInstance): void {
    this.instances.delete(instance.id);
  }

  /** Trace logging is temporary (contract, section 1.2); the length and its unit are UNKNOWN, here minutes. */
  trace(instance: StoredInstance, on: boolean, minutes = this.options.traceMinutes): void {
    if (on) instance.tracedUntil = new Date(this.options.clock().getTime() + minutes * 60_000).toISOString();
    else delete instance.tracedUntil;
  }

  isTraced({ tracedUntil }: StoredInstance): boolean {
    return tracedUntil !== undefined && this.options.clock() < new Date(tracedUntil);
  }

  /** `tags[]` all to be carried, `searchText` in the name or the element's key (contract, section 1.1). */
  list(
    organization: Organization,
    tags: readonly string[],
    searchText: string | undefined,
  ): StoredInstance[] {
    const wanted = searchText?.toLowerCase();
    return [...this.instances.values()].filter(
      (each) =>
        each.organizationId === organization.id &&
        tags.every((tag) => each.tags.includes(tag)) &&
        (!wanted || each.name.toLowerCase().includes(wanted) || each.element.key.includes(wanted)),
    );
  }

  /** Whether Act! takes the instance's keys. */
  worksWithAct({ configuration }: StoredInstance): boolean {
    return this.options.acceptsKeys(configuration.username ?? "", configuration.password ?? "");
  }

  // What wrong Act! credentials are answered with at create is UNKNOWN (contract, section 3): both are offered.
  #checkKeys({ username, password }: Record<string, string | null>): void {
    if (this.options.refusesWrongKeys && !this.options.acceptsKeys(username ?? "", password ?? ""))
      throw new PlatformError(
        400,
        "Failed to provision the element instance.",
        "Invalid API key or developer key.",
      );
  }

  /** The name becomes a tag when none is sent (contract, section 2.6); whether also else is UNKNOWN. */
  #tags(sent: unknown, name: string): string[] {
    const tags = Array.isArray(sent) ? sent.map((tag) => stripHtml(String(tag))) : [];
    const addsName = this.options.addsNameTag === "always" || !Array.isArray(sent);
    return addsName && !tags.includes(name) ? [...tags, name] : tags;
  }
}

export const mask = "********";

/** `<a href="x">y</a>` becomes `y` (contract, section 2.6). */
const stripHtml = (text: string): string => text.replaceAll(/<[^>]*>/g, "");

function configurationIn({ configuration }: Body): Record<string, string | null> {
  if (typeof configuration !== "object" || configuration === null) return {};
  return Object.fromEntries(
    Object.entries(configuration).map(([key, value]) => [key, value === null ? null : String(value)]),
  );
}
