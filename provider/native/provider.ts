/**
 * The door for Pulumi's engine, in every language: its calls on plain values, in the order in which it makes them. What
 * happens to an instance is told in instance/; here is what this door adds: previews, imports and explicit providers.
 */
import { textInState } from "../arguments/capsule-text";
import { type Arguments, checkArguments } from "../arguments/check";
import { connectorKeys } from "../arguments/connector-keys";
import { field, fieldPaths } from "../arguments/fields";
import { homeOf } from "../arguments/home";
import { isSameButForOrganization, ownershipTagOf } from "../arguments/ownership";
import { type Bag, isBag, UNKNOWN } from "../arguments/paths";
import { partsOf } from "../arguments/resource-type";
import { asSecretPaths, sealed, secretPaths } from "../arguments/secrets";
import { LeftoverError } from "../instance/owner";
import * as replacement from "../instance/replacement";
import * as story from "../instance/story";
import type { Settings } from "../platform/address";
import type { Client } from "../platform/client";
import { Act365Error } from "../platform/errors";
import { under } from "../platform/operation";
import { type Difference, differencesOf } from "./differences";
import { isElsewhere } from "./elsewhere";
import type { Engine } from "./engine";
import { importedArguments, isQuestion, otherOwnerIn } from "./import";
import { previewOfCreate, previewOfUpdate, sealedUnknowns } from "./preview";
import { completed, reviewOf, settingsIn } from "./settings";
import type { Opened } from "./values";

/** What the engine says of a resource with each call. */
export interface Resource {
  readonly urn: string;
  /** `customTimeouts` in seconds; 0 for none. */
  readonly timeout?: number;
}

export type Properties = Record<string, unknown>;

export class Provider {
  /** The name of the provider resource, and its arguments. */
  #name = "default";
  #args: Bag = {};
  #client: Client | undefined;

  constructor(readonly engine: Engine) {}

  checkConfig(urn: string, news: Bag): { inputs: Properties; problems: string[] } {
    const name = nameIn(urn);
    const { problems, warnings } = reviewOf(news, name);
    for (const warning of warnings) this.engine.warn(urn, warning);
    return { inputs: completed(news, name), problems };
  }

  /** The arguments in which two providers differ; a platform, or an organization, that is another one replaces. */
  async diffConfig(urn: string, olds: Bag, news: Bag): Promise<{ changed: string[]; replaces: string[] }> {
    const names = [...new Set([...Object.keys(olds), ...Object.keys(news)])];
    const changed = names.filter((name) => name !== "version" && olds[name] !== news[name]);
    const replaces = changed.length > 0 ? await isElsewhere(olds, news, nameIn(urn)) : [];
    return { changed, replaces };
  }

  configure(urn: string, args: Bag): void {
    this.#name = urn === "" ? this.#name : nameIn(urn);
    this.#args = args;
    this.#client = undefined;
    replacement.forget();
    this.#settings();
  }

  #settings(): Settings {
    return settingsIn(this.#args, this.#name);
  }

  /** The client for this provider's platform. */
  client(): Client {
    // Loaded when something is to be sent: a preview need not wait for the HTTP library.
    const { Client } = require("../platform/client") as typeof import("../platform/client");
    this.#client ??= new Client(this.#settings());
    return this.#client;
  }

  check(urn: string, olds: Bag, { bag: news, secrets }: Opened): { inputs: Properties; problems: string[] } {
    const { connection, ...own } = news;
    const given = { ...own, ownershipTag: tagOf(urn, olds), secretPaths: secretsOf(secrets) };
    // The engine checks what an import has read, in which there are no secrets.
    const hidden = requiredPaths.filter(
      (path) => isImported(olds) && olds[path] === undefined && news[path] === undefined,
    );
    const { inputs, problems } = checkArguments(
      olds,
      { ...given, ...Object.fromEntries(hidden.map((path) => [path, UNKNOWN])) },
      homeOf(this.#settings()),
    );
    for (const path of hidden) delete inputs[path];
    if (connection !== undefined)
      problems.push(
        "connection: is an argument of the class for Node.js; give the resource a provider of its own instead, by the option provider",
      );
    this.#warnOfUnknownKeys(urn, inputs.configuration);
    if (problems.length === 0 && Object.keys(olds).length === 0) replacement.announce(inputs);
    return { inputs: sealedUnknowns(sealed(inputs), [...secretPaths, ...secrets]), problems };
  }

  #warnOfUnknownKeys(urn: string, configuration: unknown): void {
    const unknown = isBag(configuration)
      ? Object.keys(configuration).filter((key) => !connectorKeys.has(key))
      : [];
    if (unknown.length > 0)
      this.engine.warn(
        urn,
        `configuration: the connector's list of keys, of 2020, lacks ${unknown.join(", ")}; it is sent as it is`,
      );
  }

  diff(urn: string, id: string, state: Bag, olds: Bag, news: Bag): Difference[] {
    if (isImported(olds) && olds.apiKey === undefined) demandUnclaimed(id, state, urn);
    const differences = differencesOf(id, state, olds, news);
    if (!differences.some(({ replaces }) => replaces)) replacement.keep(id, news);
    return differences;
  }

  async create(
    resource: Resource,
    args: Bag,
    preview: boolean,
  ): Promise<{ id: string; properties: Properties }> {
    if (preview) return { id: "", properties: this.#previewed(previewOfCreate(args)) };
    const { id, properties } = await this.#during(resource, () =>
      replacement.create(() => this.client(), { ...args, __provider: textInState } as unknown as Arguments),
    ).catch((error) => {
      // The engine does not tell a create of its own from one that replaces what it did not ask us about.
      if (error instanceof LeftoverError)
        error.adding(
          "(After pulumi up --replace, or a new replacementTrigger, give the resource the option deleteBeforeReplace: true, and run it again.)",
        );
      throw error;
    });
    return { id, properties: kept(properties, {}) };
  }

  /**
   * For a refresh, a `get`, and an import, of which the last two look alike: the engine knows nothing of the instance
   * yet. An empty answer takes it out of the state.
   *
   * @param olds the inputs of a managed resource; undefined when the engine has none.
   */
  async read(
    resource: Resource,
    id: string,
    state: Bag,
    olds: Bag | undefined,
  ): Promise<{ properties: Properties; inputs?: Properties } | undefined> {
    const isNew = state.instanceId === undefined;
    // With its number the story takes an instance that is not there for one that is gone.
    const known = isNew ? { ...state, instanceId: Number(id) } : state;
    const found = await this.#during(resource, () => story.read(this.client(), id, known));
    if (!found) {
      if (!isNew || isQuestion(resource.urn)) return undefined;
      throw new Act365Error(
        `the platform has no instance ${id}; correct the id that is given to import, or to get`,
      );
    }
    const properties = kept(found.properties, state);
    if (found.inputs) return { properties, inputs: found.inputs };
    if (!isNew && !olds) return { properties };
    const inputs: Properties = {
      ...importedArguments(id, tagOf(resource.urn), properties),
      home: homeOf(this.#settings()),
    };
    const { configuration, ...own } = inputs;
    const managedKeys = isBag(configuration) ? Object.keys(configuration) : undefined;
    // What carries our tag may be kept by `retainOnDelete`. Only an `up` shows that the program has it.
    const release = inputs.adopt === undefined && { onDestroy: "release" };
    return { properties: { ...properties, ...release, ...own, ...(managedKeys && { managedKeys }) }, inputs };
  }

  async update(
    resource: Resource,
    id: string,
    { state, olds, news, preview }: { state: Bag; olds: Bag; news: Bag; preview: boolean },
  ): Promise<Properties> {
    if (preview) return this.#previewed(kept(previewOfUpdate(state, news), state));
    // The tag that was found is another owner's, whom the story then sees, or ours, which is written once more.
    const before = isImported(olds) ? { ...state, ownershipTag: undefined } : state;
    const args = { ...news, __provider: textInState } as unknown as Arguments;
    return kept(await this.#during(resource, () => story.update(this.client(), id, before, args)), state);
  }

  async delete(resource: Resource, id: string, state: Bag, olds: Bag): Promise<void> {
    const tag = state.lostTag ?? (isImported(olds) ? tagOf(resource.urn) : state.ownershipTag);
    const known = {
      ...state,
      // The tag that an import has found may be another owner's.
      ownershipTag: state.ownershipTag === tag ? tag : undefined,
      // Kept for the way back to the class; here the provider is the place.
      connection: undefined,
    };
    await this.#during(resource, async () => {
      if (!replacement.isOldCopy(id, tag)) await replacement.remove(() => this.client(), id, known, tag);
    });
  }

  #previewed(properties: Bag): Properties {
    const own = Array.isArray(properties.secretPaths) ? (properties.secretPaths as string[]) : [];
    return sealedUnknowns(sealed(properties), [...secretPaths, ...own]);
  }

  #during<T>({ urn, timeout = 0 }: Resource, work: () => Promise<T>): Promise<T> {
    const limit = { seconds: timeout, setBy: "customTimeouts" };
    return under({ ...(timeout > 0 && { limit }), tell: (words) => this.engine.tell(urn, words) }, work);
  }
}

const requiredPaths = fieldPaths.filter((path) => field(path).required);

/** A state keeps its tag where the new one differs in the Pulumi organization alone, which the engine does not tell. */
function tagOf(urn: string, olds: Bag = {}): string {
  const [tag, old] = [ownershipTagOf(urn), olds.ownershipTag];
  return typeof old === "string" && isSameButForOrganization(old, tag) ? old : tag;
}

/** The paths of what the program made secret; what to poll is secret as a whole, as a list is. */
function secretsOf(secrets: readonly string[]): string[] | undefined {
  const wholes = secrets.map((path) => path.replace(/^(events\.poller)\..*/, "$1"));
  return asSecretPaths(wholes.filter((path) => !secretPaths.includes(path)));
}

/** @throws when the instance that was imported carries another owner's tag. */
function demandUnclaimed(id: string, state: Bag, urn: string): void {
  const owner = otherOwnerIn(state, tagOf(urn));
  if (owner !== undefined)
    throw new Act365Error(
      `instance ${id} was imported, but belongs to another stack, by its tag ${owner}; release it there first (onDestroy: "release"), or take the tag off on the platform, then run pulumi refresh`,
    );
}

/** Whether a resource was imported, and no `up` has written its tag yet; or whether a refresh has found its tag gone. */
const isImported = (olds: Bag): boolean => Object.keys(olds).length > 0 && olds.ownershipTag === undefined;

/**
 * What this door keeps in state beside the story's properties, so that the resource may go back to the class: its
 * provider's text, and the connection that it had there.
 */
function kept(properties: Bag, before: Bag): Properties {
  const { connection } = before;
  return { ...properties, __provider: textInState, ...(connection !== undefined && { connection }) };
}

const nameIn = (urn: string): string => partsOf(urn).name;
