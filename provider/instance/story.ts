/**
 * What happens to an instance, whichever door Pulumi comes through: each function gets a client of the platform and
 * answers the properties for state.
 */
import type { Arguments } from "../arguments/check";
import type { Bag } from "../arguments/paths";
import { sealed } from "../arguments/secrets";
import type { Client, Origin } from "../platform/client";
import { Act365Error } from "../platform/errors";
import { release, takeOver } from "./adopt";
import { make } from "./create";
import { operate } from "./in-flight";
import { argumentsIn, propertiesOf } from "./state";
import { bring } from "./update";

/** Properties as state keeps them, every secret marked. */
export type Properties = Record<string, unknown>;

/** Works for one resource within its time, with errors that say what was being done. */
const work = <T>(what: string, client: Client, story: () => Promise<T>): Promise<T> =>
  operate(what, client.settings.timeoutSeconds, story);

/** Makes the instance, or takes over the one that `adopt` names. */
export const create = (client: Client, args: Arguments): Promise<{ id: string; properties: Properties }> =>
  work(`creating connector instance "${args.name}"`, client, async () => {
    const snapshot = args.adopt === undefined ? await make(client, args) : await takeOver(client, args);
    return { id: String(snapshot.instance.id), properties: sealed(await bring(client, snapshot, args)) };
  });

/** Reads the instance; undefined when it is gone. `inputs` are those of a managed one, as found. */
export const read = (
  client: Client,
  id: string,
  props: Bag,
): Promise<{ properties: Properties; inputs?: Properties } | undefined> =>
  work(`reading connector instance ${nameIn(props)}${id}`, client, async () => {
    const instance = await client.getInstance(numeric(id), originOf(props));
    // A looked-up instance has no arguments; a managed one's, as found, make drift visible in the next preview.
    const isManaged = props.apiKey !== undefined;
    if (!instance) {
      // The engine takes an empty answer to a program's lookup, unlike one to a refresh, for an instance without outputs.
      if (!isManaged && props.instanceId === undefined)
        throw new Act365Error(
          "the platform has no such instance; correct the id given to ConnectorInstance.get",
        );
      return undefined;
    }
    const properties = propertiesOf(argumentsIn(props), props, instance);
    return {
      properties: sealed(properties),
      ...(isManaged && { inputs: sealed(argumentsIn(properties)) }),
    };
  });

/** Changes what differs. */
export const update = (client: Client, id: string, olds: Bag, args: Arguments): Promise<Properties> =>
  work(`updating connector instance "${args.name}" ${id}`, client, async () => {
    const instance = { id: Number(numeric(id)), name: String(olds.name) };
    const snapshot = { instance, olds: argumentsIn(olds), before: olds, isOurs: false };
    return sealed(await bring(client, snapshot, args));
  });

/** Deletes the instance, or releases it where the state says so. */
export const remove = (client: Client, id: string, props: Bag): Promise<void> =>
  work(`deleting connector instance ${nameIn(props)}${id}`, client, async () => {
    if (props.onDestroy === "release") await release(client, numeric(id), props.ownershipTag);
    else await client.deleteInstance(numeric(id), originOf(props));
  });

const nameIn = ({ name }: Bag): string => (typeof name === "string" ? `"${name}" ` : "");

const originOf = ({ organizationId, createdDate }: Bag): Origin => ({
  organizationId: typeof organizationId === "number" ? organizationId : undefined,
  createdDate: typeof createdDate === "string" ? createdDate : undefined,
});

function numeric(id: string): string {
  if (/^[1-9]\d*$/.test(id)) return id;
  throw new Act365Error(
    `"${id}" is not the id of an instance, which is a whole number such as 12345; the platform's list of instances shows it`,
  );
}
