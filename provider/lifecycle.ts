/**
 * What the plugin process does with an instance: the methods of a dynamic provider, in the order in which Pulumi calls
 * them. `capsule` reaches this file by its public name, `pulumi-act365/lifecycle`, which stands in every user's state.
 */
import type { dynamic } from "@pulumi/pulumi";
import { Client } from "./client";
import { settingsFrom } from "./config";
import { Act365Error, ConfigurationError, doing, HalfMadeError, mayHaveWorked } from "./errors";
import {
  type Arguments,
  argumentsIn,
  type Bag,
  checkArguments,
  differences,
  replacesOnChange,
  sealed,
  secretsIn,
} from "./schema";
import { type InstanceResponse, propertiesOf, toWire } from "./wire";

let stackConfig: dynamic.Config | undefined;
let client: Client | undefined;

export async function configure(request: dynamic.ConfigureRequest): Promise<void> {
  // Stored before any await: the host does not make a second, concurrent call wait for the first one's configure.
  stackConfig = request.config;
  client = undefined;
}

function connect(): Client {
  client ??= new Client(settingsFrom((key) => stackConfig?.get(key), process.env));
  return client;
}

export async function check(olds: Bag, news: Bag): Promise<dynamic.CheckResult<Record<string, unknown>>> {
  const { inputs, problems } = checkArguments(olds, news);
  try {
    connect();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    problems.push(error.message);
  }
  // No `property`: with one, the engine prints the value beside the reason.
  return { inputs, failures: problems.map((reason) => ({ property: "", reason })) };
}

/**
 * With `changes` undefined the engine compares the old and the new inputs itself, which is what makes each changed
 * property visible in the preview, secrets as [secret]; with `true` it would show none.
 */
export async function diff(_id: string, olds: Bag, news: Bag): Promise<dynamic.DiffResult> {
  const changed = differences(olds, news);
  if (changed.length === 0) return { changes: false };
  // The ownership tag stays unambiguous only when the old instance goes before the new one comes.
  return { replaces: changed.filter(replacesOnChange), deleteBeforeReplace: true };
}

export async function create(news: Bag): Promise<dynamic.CreateResult> {
  const args = news as unknown as Arguments;
  return doing(`creating connector instance "${args.name}"`, async () => {
    const leftovers = await connect().instancesTagged(args.ownershipTag);
    if (leftovers.length > 0) throw leftover(leftovers, args);
    const made = await connect()
      .createInstance(toWire(args), secretsIn(news))
      .catch((error) => madeAfterAll(args, error));
    const id = String(made.id);
    // The token is the point of an instance: an answer without it is completed by a second look.
    const whole = made.token
      ? made
      : await connect()
          .getInstance(id)
          .catch(() => undefined);
    const outs = sealed(propertiesOf(news, whole ?? made));
    if (!whole?.token)
      throw new HalfMadeError(
        `instance ${id} was made and is recorded, but the platform did not tell its token; run pulumi refresh, then pulumi up`,
        id,
        { ...outs, __provider: news.__provider },
      );
    return { id, outs };
  });
}

/** After a create with an unclear end: the ownership tag tells whether it made an instance. POST is never repeated. */
async function madeAfterAll(args: Arguments, error: unknown): Promise<InstanceResponse> {
  if (!mayHaveWorked(error)) throw error;
  const found = await connect()
    .instancesTagged(args.ownershipTag)
    .catch(() => undefined);
  if (found?.length === 1) return found[0] as InstanceResponse;
  const words = (error as Error).message;
  if (found === undefined)
    throw new Act365Error(
      `${words} Whether an instance was made could not be found out. Run pulumi up again: it looks for the tag ${args.ownershipTag} before it makes anything.`,
    );
  if (found.length > 1) throw leftover(found, args);
  throw new Act365Error(`${words} No instance carries the tag ${args.ownershipTag}, so none was made.`);
}

function leftover(found: readonly InstanceResponse[], { ownershipTag }: Arguments): Act365Error {
  const ids = found.map(({ id }) => id).join(", ");
  const [is, it] = found.length === 1 ? ["instance", "it"] : ["instances", "them"];
  return new Act365Error(
    `${is} ${ids} on the platform already carries the ownership tag ${ownershipTag} but is not in this stack's state. ` +
      "It is what an interrupted run left behind, or belongs to a stack of the same name on another backend; nothing was made. " +
      `If it is a leftover, delete ${it} on the platform (DELETE /instances/{id}), then run pulumi up again.`,
  );
}

export async function read(id: string, props: Bag): Promise<dynamic.ReadResult> {
  return doing(`reading connector instance ${nameIn(props)}${id}`, async () => {
    const instance = await connect().getInstance(numeric(id), organizationOf(props));
    if (!instance) return {};
    const properties = propertiesOf(props, instance);
    // A looked-up instance has no arguments; a managed one's, as found, make drift visible in the next preview.
    const isManaged = props.apiKey !== undefined;
    return {
      id,
      props: sealed(properties),
      ...(isManaged && { inputs: sealed(argumentsIn(properties)) }),
    };
  });
}

export async function update(id: string, olds: Bag, news: Bag): Promise<dynamic.UpdateResult> {
  const args = news as unknown as Arguments;
  return doing(`updating connector instance "${args.name}" ${id}`, async () => {
    const body = toWire(args, differences(olds, news));
    const instance = await connect().updateInstance(numeric(id), body, secretsIn(news));
    return { outs: sealed(propertiesOf({ ...olds, ...news }, instance)) };
  });
}

async function remove(id: string, props: Bag): Promise<void> {
  return doing(`deleting connector instance ${nameIn(props)}${id}`, () =>
    connect().deleteInstance(numeric(id), organizationOf(props)),
  );
}

export { remove as delete };

const nameIn = ({ name }: Bag): string => (typeof name === "string" ? `"${name}" ` : "");

const organizationOf = ({ organizationId }: Bag): number | undefined =>
  typeof organizationId === "number" ? organizationId : undefined;

function numeric(id: string): string {
  if (/^[1-9]\d*$/.test(id)) return id;
  throw new Act365Error(
    `"${id}" is not the id of an instance, which is a whole number such as 12345; the platform's list of instances shows it`,
  );
}
