/**
 * What happens to an instance, whichever door Pulumi comes through: each function gets a client of the platform and
 * answers the properties for state.
 */
import type { Arguments } from "../arguments/check";
import { onDestroyIn } from "../arguments/compare";
import type { Bag } from "../arguments/paths";
import { holdsSecret, sealed, secretsIn } from "../arguments/secrets";
import type { Client } from "../platform/client";
import { Act365Error } from "../platform/errors";
import { adoptable, isAnothers, onceTagged, release, takeOver } from "./adopt";
import { make } from "./create";
import { operate } from "./in-flight";
import { look, numeric, originOf } from "./look";
import { carries, demandOurs, demandTags } from "./owner";
import { appliedIn, argumentsIn, confirmedBy, isManaged, ownerIn, propertiesOf } from "./state";
import { bring } from "./update";

/** Properties as state keeps them, every secret marked. */
export type Properties = Record<string, unknown>;

/**
 * Works for one resource within its time, with errors that say what was being done.
 *
 * @param known what is known of the resource: none of its secrets is in any error, be it one that a GET is answered.
 */
function work<T>(what: string, client: Client, known: readonly Bag[], story: () => Promise<T>): Promise<T> {
  for (const properties of known) client.hide(secretsIn(properties));
  return operate(what, client.settings.timeoutSeconds, story);
}

/** Makes the instance, or takes over the one that `adopt` names. */
export const create = (client: Client, args: Arguments): Promise<{ id: string; properties: Properties }> =>
  work(`creating connector instance ${nameIn(args)}`.trimEnd(), client, [args], async () => {
    const snapshot = args.adopt === undefined ? await make(client, args) : await takeOver(client, args);
    return { id: String(snapshot.instance.id), properties: sealed(await bring(client, snapshot, args)) };
  });

/** Reads the instance; undefined when it is gone. `inputs` are those of a managed one, as found. */
export const read = (
  client: Client,
  id: string,
  props: Bag,
): Promise<{ properties: Properties; inputs?: Properties } | undefined> =>
  work(`reading connector instance ${nameIn(props)}${id}`, client, [props], async () => {
    const instance = await look(client, numeric(id), props);
    if (!instance) {
      // The engine takes an empty answer to a program's lookup, unlike one to a refresh, for an instance without outputs.
      if (!isManaged(props) && props.instanceId === undefined)
        throw new Act365Error(
          "the platform has no such instance; correct the id given to ConnectorInstance.get",
        );
      return undefined;
    }
    const before = confirmedBy(props, instance);
    const properties = propertiesOf(argumentsIn(before), before, instance);
    return {
      properties: sealed(properties),
      // A looked-up instance has no arguments; a managed one's, as found, make drift visible in the next preview.
      ...(isManaged(props) && { inputs: sealed(appliedIn(properties)) }),
    };
  });

/** Changes what differs. */
export const update = (client: Client, id: string, olds: Bag, args: Arguments): Promise<Properties> =>
  work(`updating connector instance ${nameIn(args)}${id}`, client, [olds, args], async () => {
    const instance = await look(client, numeric(id), olds);
    if (!instance)
      throw new Act365Error(
        `the platform has no instance ${id} any more; run pulumi refresh, then pulumi up`,
      );
    const owner = ownerIn(olds);
    demandTags(instance, owner);
    demandOurs(instance, [owner, args.ownershipTag]);
    // A tag that a look has missed may be there again.
    const isTagged = carries(instance, owner);
    const applied = { ...appliedIn(olds), ...(isTagged && { ownershipTag: owner }) };
    const snapshot = { instance, olds: applied, before: olds, isOurs: false };
    return sealed(await bring(client, snapshot, args));
  });

/** Demands that the instance can be taken over for which another one is to go. */
export const demandAdoptable = (
  client: Client,
  id: string,
  args: Arguments,
  adopt: string,
): Promise<unknown> =>
  work(`replacing connector instance ${id}`, client, [args], () => adoptable(client, adopt, args));

/**
 * Deletes the instance, or releases it where the state says so; another owner's by now is left alone.
 *
 * @param tag the resource's own, which the platform need not have told yet.
 * @returns whether it is alive and nobody's now.
 */
export const remove = (
  client: Client,
  id: string,
  props: Bag,
  tag: unknown = ownerIn(props),
): Promise<boolean> =>
  work(`deleting connector instance ${nameIn(props)}${id}`, client, [props], async () => {
    const instance = await look(client, numeric(id), props);
    if (!instance) return false;
    demandTags(instance, ownerIn(props));
    if (isAnothers(instance, tag)) return false;
    if (onDestroyIn(props) !== "release") {
      await client.deleteInstance(id, originOf(props));
      return false;
    }
    // What was only imported has no tag of ours yet.
    const tagged = isManaged(props) ? await onceTagged(client, instance, tag) : instance;
    return tagged !== undefined && release(client, tagged, tag);
  });

const nameIn = (props: Bag): string =>
  typeof props.name === "string" && !holdsSecret(props, "name") ? `"${props.name}" ` : "";
