import { randomInt } from "node:crypto";
import { randomSecret, type Settings, type User } from "../options";
import { type Caller, Callers } from "./callers";
import {
  type Configuration,
  defaultConfiguration,
  demandComplete,
  merged,
  sentConfiguration,
} from "./configuration";
import { definitions, element } from "./connector";
import type { Identity, InstanceDraft, StoredInstance } from "./instance";
import { kept, matches, nameFrom, tagsFrom } from "./labels";
import { PlatformError } from "./refusals";
import { type Instances, World } from "./world";

/** The platform's data, and what it does with them; no HTTP. */
export class Platform {
  readonly organizations: Settings["organizations"];
  readonly world: World;
  readonly callers: Callers;
  readonly #settings: Settings;
  #nextId = randomInt(100_000, 900_000);

  constructor(settings: Settings) {
    this.#settings = settings;
    this.organizations = settings.organizations;
    this.world = new World(settings.clock, settings.lag.behindMilliseconds ?? Number.POSITIVE_INFINITY);
    this.callers = new Callers(settings, this.world);
  }

  /** Its secret is refused, or taken again; the polling jobs of its instances are gone for good. */
  setActive({ userId }: User, isActive: boolean): void {
    this.callers.setActive(userId, isActive);
    for (const instance of this.world.now.values())
      if (!isActive && instance.userId === userId) this.world.put({ ...instance, isPolled: false });
  }

  /**
   * PLATFORM.md 2.6: a name may be taken any number of times.
   *
   * @param identity what it is known by already, where that is not to be made up.
   */
  create({ organization, user }: Caller, draft: InstanceDraft, identity: Identity = {}): StoredInstance {
    const name = nameFrom(draft.name);
    const sent = sentConfiguration(draft.configuration);
    const { key: elementKey = element.key } = Object(draft.element) as { key?: string };
    const isAct365 = elementKey === element.key;
    const configuration = isAct365 ? merged(defaultConfiguration(), sent, this.#settings) : sent;
    if (isAct365) this.#demandUsable(configuration);
    const { id = this.#nextId++, token = randomSecret() } = identity;
    if (this.world.now.has(id)) throw new Error(`the simulator holds an instance ${id} already`);
    this.#nextId = Math.max(this.#nextId, id + 1);
    const date = this.#settings.clock().toISOString();
    const instance: StoredInstance = {
      id,
      organizationId: organization.id,
      userId: user.userId,
      elementKey,
      createdDate: this.#settings.datesHaveZone ? date : date.slice(0, -1),
      token,
      name,
      tags: this.#tagsFor(draft, name),
      configuration,
      disabled: false,
      valid: true,
      isPolled: isPolling(configuration),
    };
    this.world.put(instance);
    return instance;
  }

  /**
   * @param world the instances that this answer knows.
   * @throws PlatformError for an id that is unknown, or of somebody whose instances the caller does not see.
   */
  get(caller: Caller, id: number, world: Instances): StoredInstance {
    const instance = world.get(id);
    const { foreignInstance, goneInstance } = this.#settings;
    // PLATFORM.md 3: another's is answered 403 or 404, UNKNOWN; and 403 also what is not there, without the privilege.
    const status = instance ? foreignInstance : goneInstance;
    if (instance && this.callers.sees(caller, instance)) return instance;
    throw status === 403 ? new PlatformError(403, `No access to element instance ${id}`) : noInstance(id);
  }

  /**
   * What `GET /instances` matches (PLATFORM.md 1.1). UNKNOWN: whether several tags must all be there (here they must), and
   * whether upper and lower case differ in a search (here not).
   */
  list(caller: Caller, world: Instances, tags: readonly string[], searchText = ""): StoredInstance[] {
    const wanted = searchText.toLowerCase();
    return [...world.values()].filter(
      (each) =>
        this.callers.sees(caller, each) &&
        tags.every((tag) => matches(each.tags, tag, this.#settings.tags)) &&
        (each.name.toLowerCase().includes(wanted) || each.elementKey.includes(wanted)),
    );
  }

  /**
   * PLATFORM.md 2.1: PATCH merges the configuration and replaces the list of tags; neither it nor PUT adds the name, and
   * `[]` stays empty. PLATFORM.md 2.2: PUT needs no full body either; what it clears is UNKNOWN.
   */
  update(instance: StoredInstance, draft: InstanceDraft, method: "PATCH" | "PUT"): StoredInstance {
    const clears = method === "PUT" && this.#settings.putClears;
    const name = draft.name === undefined ? instance.name : nameFrom(draft.name);
    const sent = tagsFrom(draft.tags);
    const tags = sent ? kept(sent, this.#settings.tags) : clears ? [] : instance.tags;
    const before = clears ? cleared(instance.configuration) : instance.configuration;
    const configuration = merged(before, sentConfiguration(draft.configuration), this.#settings);
    const hasNewKeys = credentialKeys.some((key) => configuration[key] !== instance.configuration[key]);
    // UNKNOWN whether a change checks the credentials (PLATFORM.md, "could not be confirmed" 1): as at create.
    if (hasNewKeys) this.#demandUsable(configuration);
    // PLATFORM.md 2.4: the id stays; that the token does too is inferred.
    const token = hasNewKeys && this.#settings.rotatesToken ? randomSecret() : instance.token;
    // A job that is gone comes back when events are switched on anew.
    const isPolled = isPolling(configuration) && (instance.isPolled || !isPolling(instance.configuration));
    return this.change(instance, { name, tags, configuration, token, isPolled });
  }

  /** Nothing, for one that is gone meanwhile and was only seen as of before. */
  change(instance: StoredInstance, change: Partial<StoredInstance>): StoredInstance {
    const changed = { ...instance, ...change };
    if (this.world.now.has(instance.id)) this.world.put(changed);
    return changed;
  }

  /** PLATFORM.md 1.2: temporary. UNKNOWN: the unit of a duration that is sent, here minutes. */
  trace(instance: StoredInstance, on: boolean, minutes = this.#settings.traceLoggingMinutes): void {
    const end = new Date(this.#settings.clock().getTime() + minutes * 60_000);
    const { tracedUntil: _, ...untraced } = instance;
    this.change(untraced, on ? { tracedUntil: end.toISOString() } : {});
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

  /** PLATFORM.md 2.6: without tags the name becomes one. UNKNOWN: whether `[]` counts as none; here it does not. */
  #tagsFor(draft: InstanceDraft, name: string): string[] {
    const sent = tagsFrom(draft.tags);
    const adds = this.#settings.addsNameTag === "always" && !sent?.includes(name);
    return kept(sent ? [...sent, ...(adds ? [name] : [])] : [name], this.#settings.tags);
  }
}

/** UNKNOWN: the exact words for an unknown id (PLATFORM.md 3). */
export const noInstance = (id: number) => new PlatformError(404, `No element instance found with id ${id}`);

const isPolling = (configuration: Configuration): boolean =>
  configuration["event.notification.enabled"] === "true";

const credentialKeys = [...definitions.values()].filter(({ required }) => required).map(({ key }) => key);

/** The defaults, and the keys without which there is no instance. */
const cleared = (configuration: Configuration): Configuration => ({
  ...defaultConfiguration(),
  ...Object.fromEntries(credentialKeys.map((key) => [key, configuration[key] ?? null])),
});
