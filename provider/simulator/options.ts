import { randomBytes } from "node:crypto";
import type { Fault } from "./faults/plan";

/** An organization to simulate, with the pair of secrets that its calls carry. */
export interface OrganizationOptions {
  /** Default: "Example". */
  readonly name?: string | undefined;
  /** Default: a random one. */
  readonly userSecret?: string | undefined;
  /** Default: a random one. */
  readonly organizationSecret?: string | undefined;
}

/** Who has instances: the pair of secrets says whose they are. */
export interface Organization {
  /** From 1, in the order of the options. */
  readonly id: number;
  /** What `GET /organizations/me` answers. */
  readonly name: string;
  /** What `act365:userSecret` takes. */
  readonly userSecret: string;
  /** What `act365:organizationSecret` takes. */
  readonly organizationSecret: string;
}

/** What the contract leaves UNKNOWN. The default is the mild reading; the others are there to be tried. */
export interface UnknownReadings {
  /**
   * Contract 3: what a create (or a change of credentials) with Act! keys that do not work is answered. "accept": the
   * instance is made and valid, only calls through it fail; "reject": 400, and nothing is made. Default: "accept",
   * since the export has no check of the credentials.
   */
  readonly wrongCredentials: "accept" | "reject";
  /** Contract 1.7: whether the rows of a list have their configuration. Default: true. */
  readonly listsConfiguration: boolean;
  /** Contract 2.6: whether a create adds the name as a tag only when no tags are sent. Default: "when-none". */
  readonly addsNameTag: "when-none" | "always";
  /** Contract 2.6: the order in which tags come back. Default: "as-sent". */
  readonly tagOrder: "as-sent" | "reversed";
  /** Contract 3: the status for another organization's instance. Default: 404. */
  readonly foreignInstance: 403 | 404;
  /** Contract 2.2: whether PUT clears the tags and the optional configuration that it leaves out. Default: false. */
  readonly putClears: boolean;
  /** Contract 2.1: the values that clear a configuration key; the others leave it alone. Default: both. */
  readonly clearedBy: readonly (null | "")[];
  /** Contract 2.5: whether a mask that is written back keeps the value behind it. Default: true. */
  readonly keepsMaskedValues: boolean;
  /** Contract 2.7: whether keys that the connector does not have are kept and told. Default: true. */
  readonly keepsUnknownKeys: boolean;
  /** Contract 2.4: whether a change of the Act! keys gives the instance another token. Default: false. */
  readonly rotatesToken: boolean;
  /** Contract, "could not be confirmed" 12: whether answers name the organization and account. Default: true. */
  readonly tellsOwner: boolean;
}

/** How the simulated platform is set up. */
export interface SimulatorOptions extends Partial<UnknownReadings> {
  /** The port at 127.0.0.1. Default: 0, a free one. */
  readonly port?: number | undefined;
  /** Default: one, with random secrets. */
  readonly organizations?: readonly OrganizationOptions[];
  /** What creation dates, trace logging, lags in time, the rate limit and dates in Retry-After go by. Default: now. */
  readonly clock?: () => Date;
  /**
   * Which pairs of Act! keys work against Act! itself. Default: all.
   *
   * @param apiKey the instance's `configuration.username`.
   * @param developerKey the instance's `configuration.password`.
   */
  readonly credentials?: (apiKey: string, developerKey: string) => boolean;
  /** How long trace logging lasts when the request does not say. Default: 15; the platform's figure is UNKNOWN. */
  readonly traceLoggingMinutes?: number;
  /** How far lists and gets by id lag behind a create. Default: not at all. */
  readonly lag?: LagOptions;
  /** Turns requests away with 429. Default: none. Contract 3: no rate limit of the platform is documented. */
  readonly rateLimit?: RateLimitOptions;
  /** How long every request waits before anything is done. Default: 0. */
  readonly latencyMilliseconds?: number;
  /** Repeats each request's body and Authorization header in the message of its error. Default: false. */
  readonly echoBodies?: boolean;
  /** What goes wrong. Default: nothing. */
  readonly faults?: readonly Fault[];
  /** Decides for the faults that have a probability. Default: 1. */
  readonly seed?: number;
}

/** An instance stays unseen until both its calls and its milliseconds are over. Each default: 0. */
export interface LagOptions {
  /** How many lists that would show the instance do not. */
  readonly listCalls?: number;
  /** How long no list shows the instance. */
  readonly listMilliseconds?: number;
  /** How many gets of the instance by its id are answered 404. */
  readonly getCalls?: number;
  /** How long gets of the instance by its id are answered 404. */
  readonly getMilliseconds?: number;
}

/** A token bucket. */
export interface RateLimitOptions {
  /** How many requests get through in the long run; above 0, and need not be whole. */
  readonly perSecond: number;
  /** How many requests at once a full bucket lets through. Default: one second's. */
  readonly burst?: number;
  /** What Retry-After says. Default: the whole seconds until the next request gets through. */
  readonly retryAfterSeconds?: number;
}

/** The options with every default in its place. */
export interface Settings
  extends Required<Omit<SimulatorOptions, "rateLimit" | "organizations">>,
    UnknownReadings {
  readonly organizations: readonly [Organization, ...Organization[]];
  readonly rateLimit: RateLimitOptions | undefined;
}

/** @throws Error when there is no organization, or two have the same secrets. */
export function settingsFrom(options: SimulatorOptions): Settings {
  const { port, organizations = [{}], rateLimit, ...others } = options;
  const [first, ...more] = organizations.map(organizationFrom);
  if (!first) throw new Error("the simulator needs an organization");
  const pairs = new Set([first, ...more].map((each) => `${each.userSecret} ${each.organizationSecret}`));
  if (pairs.size < organizations.length)
    throw new Error("two organizations of the simulator have the same secrets");
  return {
    wrongCredentials: "accept",
    listsConfiguration: true,
    addsNameTag: "when-none",
    tagOrder: "as-sent",
    foreignInstance: 404,
    putClears: false,
    clearedBy: [null, ""],
    keepsMaskedValues: true,
    keepsUnknownKeys: true,
    rotatesToken: false,
    tellsOwner: true,
    clock: () => new Date(),
    credentials: () => true,
    traceLoggingMinutes: 15,
    lag: {},
    latencyMilliseconds: 0,
    echoBodies: false,
    faults: [],
    seed: 1,
    ...others,
    port: port ?? 0,
    organizations: [first, ...more],
    rateLimit,
  };
}

const organizationFrom = (given: OrganizationOptions, index: number): Organization => ({
  id: index + 1,
  name: given.name ?? "Example",
  userSecret: given.userSecret ?? randomSecret(),
  organizationSecret: given.organizationSecret ?? randomSecret(),
});

/** A secret or token of the platform's look: base64. */
export const randomSecret = (): string => randomBytes(32).toString("base64");
