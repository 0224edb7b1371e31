import { randomBytes, randomInt } from "node:crypto";
import type { Fault } from "./faults/plan";

/** A user of an organization. */
export interface UserOptions {
  /** Default: a random one. */
  readonly userSecret?: string | undefined;
  /**
   * Whether it has the privilege viewElements, without which `GET /elements/{key}/configuration` is 403 (PLATFORM.md 9).
   * Default: true.
   */
  readonly viewsElements?: boolean | undefined;
}

/** An organization to simulate, and its first user. */
export interface OrganizationOptions extends UserOptions {
  /** What answers call it. Default: a random one, another for each simulator. */
  readonly id?: number | undefined;
  /** Default: "Example". */
  readonly name?: string | undefined;
  /** Default: a random one. */
  readonly organizationSecret?: string | undefined;
  /** Further users, who share the organization's secret. Default: none. */
  readonly colleagues?: readonly UserOptions[] | undefined;
}

/** Who calls: the pair of secrets says it. */
export interface User {
  /** What `user.id` of the instances that it made says. */
  readonly userId: number;
  /** What `act365:userSecret` takes. */
  readonly userSecret: string;
  /** What `act365:organizationSecret` takes. */
  readonly organizationSecret: string;
  /** Whether it may read the connector's configuration. */
  readonly viewsElements: boolean;
}

/** An organization, and its first user. */
export interface Organization extends User {
  /** What `GET /organizations/me` answers, and `organizationId` of the instances. */
  readonly id: number;
  /** What `GET /organizations/me` answers. */
  readonly name: string;
  /** Its further users. */
  readonly colleagues: readonly User[];
}

/** What PLATFORM.md leaves UNKNOWN. The default is the mild reading; the others are there to be tried. */
export interface UnknownReadings {
  /**
   * PLATFORM.md 3: what a create (or a change of credentials) with Act! keys that do not work is answered. "accept": the
   * instance is made and valid, only calls through it fail; "reject": 400, and nothing is made. Default: "accept",
   * since the export has no check of the credentials.
   */
  readonly wrongCredentials: "accept" | "reject";
  /** PLATFORM.md 1.7: whether the rows of a list have their configuration. Default: true. */
  readonly listsConfiguration: boolean;
  /** PLATFORM.md 2.6: whether a create adds the name as a tag only when no tags are sent. Default: "when-none". */
  readonly addsNameTag: "when-none" | "always";
  /** PLATFORM.md 2.6: the order in which tags come back. Default: "as-sent". */
  readonly tagOrder: "as-sent" | "reversed";
  /** PLATFORM.md 3: the status for another organization's instance. Default: 404. */
  readonly foreignInstance: 403 | 404;
  /** PLATFORM.md 2.2: whether PUT clears the tags and the optional configuration that it leaves out. Default: false. */
  readonly putClears: boolean;
  /** PLATFORM.md 2.1: the values that clear a configuration key; the others leave it alone. Default: both. */
  readonly clearedBy: readonly (null | "")[];
  /** PLATFORM.md 2.5: whether a mask that is written back keeps the value behind it. Default: true. */
  readonly keepsMaskedValues: boolean;
  /** PLATFORM.md 2.7: whether keys that the connector does not have are kept and told. Default: true. */
  readonly keepsUnknownKeys: boolean;
  /** PLATFORM.md 2.4: whether a change of the Act! keys gives the instance another token. Default: false. */
  readonly rotatesToken: boolean;
  /** PLATFORM.md, "could not be confirmed" 12: whether answers name the organization and account. Default: true. */
  readonly tellsOwner: boolean;
  /**
   * PLATFORM.md 9: an instance belongs to the account of the user whose secret made it; the vendor's own tests have users of
   * one organization who list only their own. "own": a colleague's is as foreign as another organization's;
   * "organization": everybody sees all. Default: "own".
   */
  readonly sight: "own" | "organization";
  /** PLATFORM.md 3: the status for an id that nobody has; 403 is what a user without a privilege gets. Default: 404. */
  readonly goneInstance: 403 | 404;
  /** PLATFORM.md 2.5: how many asterisks stand for a password. Default: 8, as the vendor's tests expect. */
  readonly maskLength: number;
  /** PLATFORM.md 1.7: whether `createdDate` ends with its zone, Z. Default: true. */
  readonly datesHaveZone: boolean;
  /** PLATFORM.md 2.6 and "could not be confirmed" 10: what becomes of tags. Default: nothing. */
  readonly tags: TagReadings;
}

/** What a platform may make of tags. */
export interface TagReadings {
  /** Whether they are kept in lower case. Default: false. */
  readonly folded?: boolean;
  /** The length, in characters, at which they are cut. Default: none. */
  readonly cutAt?: number;
  /** Whether a comma makes two of one. Default: false. */
  readonly splitAtCommas?: boolean;
  /** Which answers have them: all, all but lists, or none. Default: "all". */
  readonly shownIn?: "all" | "all-but-lists" | "none";
  /** What `tags[]` matches: the tag, nothing (so every instance is listed), or how the tag begins. Default: "exact". */
  readonly filter?: "exact" | "ignored" | "prefix";
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
  /** PLATFORM.md, "could not be confirmed" 13: how far answers lag behind what was done. Default: not at all. */
  readonly lag?: LagOptions;
  /** Turns requests away with 429. Default: none. PLATFORM.md 3: no rate limit of the platform is documented. */
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

/** What was done stays unseen until both its calls and its milliseconds are over. Default, where none is named: 0. */
export interface LagOptions {
  /** How many lists that would show the instance do not. */
  readonly listCalls?: number;
  /** How long no list shows the instance. */
  readonly listMilliseconds?: number;
  /** How many gets of the instance by its id are answered 404. */
  readonly getCalls?: number;
  /** How long gets of the instance by its id are answered 404. */
  readonly getMilliseconds?: number;
  /** How many other calls to the instance (PATCH, PUT, DELETE, its switches) are answered 404. */
  readonly changeCalls?: number;
  /** How long other calls to the instance are answered 404. */
  readonly changeMilliseconds?: number;
  /** How many lists and gets by id still show an instance that was deleted. */
  readonly deletedCalls?: number;
  /** How long lists and gets by id still show an instance that was deleted. */
  readonly deletedMilliseconds?: number;
  /** Lists always answer as it was so many requests before. */
  readonly listsBehind?: number;
  /**
   * What was done longer ago is known to lists that are behind, to calls that did not see it, and to the answers of the
   * fault `stale`. Default: no limit.
   */
  readonly behindMilliseconds?: number;
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
  const users = [first, ...more].flatMap((each) => [each, ...each.colleagues]);
  if (new Set(users.map((each) => `${each.userSecret} ${each.organizationSecret}`)).size < users.length)
    throw new Error("two organizations or users of the simulator have the same secrets");
  if (new Set([first, ...more].map(({ id }) => id)).size < organizations.length)
    throw new Error("two organizations of the simulator have the same id");
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
    sight: "own",
    goneInstance: 404,
    maskLength: 8,
    datesHaveZone: true,
    tags: {},
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

function organizationFrom(given: OrganizationOptions): Organization {
  const { id = randomInt(10_000, 1_000_000), name = "Example", colleagues = [] } = given;
  const organizationSecret = given.organizationSecret ?? randomSecret();
  const userFrom = ({ userSecret, viewsElements = true }: UserOptions, index: number): User => ({
    userId: id * 100 + index,
    userSecret: userSecret ?? randomSecret(),
    organizationSecret,
    viewsElements,
  });
  const [user, ...others] = [given, ...colleagues].map(userFrom);
  return { id, name, ...(user as User), colleagues: others };
}

/** A secret or token of the platform's look: base64. */
export const randomSecret = (): string => randomBytes(32).toString("base64");
