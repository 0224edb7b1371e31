/**
 * What the plugin process does with an instance: the methods of a dynamic provider, in the order in which Pulumi calls
 * them. `capsule` reaches this file by its public name, `pulumi-act365/lifecycle`, which stands in every user's state.
 */
import type { dynamic } from "@pulumi/pulumi";
import { type Arguments, argumentsIn, checkArguments, differences } from "./arguments";
import { bring } from "./changes";
import type { Client, Origin } from "./client";
import { type Settings, settingsFrom } from "./config";
import { make, release, takeOver } from "./creation";
import { Act365Error, ConfigurationError } from "./errors";
import { type Bag, field, UNKNOWN } from "./fields";
import { endOperationsBeforeLeaving, operate } from "./operation";
import { sealed } from "./secrets";
import { propertiesOf } from "./wire";

let stackConfig: dynamic.Config | undefined;
const clients = new Map<unknown, Client>();

export async function configure(request: dynamic.ConfigureRequest): Promise<void> {
  // Stored before any await: the host does not make a second, concurrent call wait for the first one's configure.
  stackConfig = request.config;
  clients.clear();
  endOperationsBeforeLeaving();
}

function settingsOf({ connection }: Bag): Settings {
  const name = typeof connection === "string" ? connection : undefined;
  return settingsFrom((key) => stackConfig?.get(key), process.env, name);
}

/** The client for a resource's connection, one for all resources that share it. */
function connect(props: Bag): Client {
  let client = clients.get(props.connection);
  if (!client) {
    // Loaded when something is to be sent: a preview sends nothing, so it need not wait for the HTTP library.
    const { Client } = require("./client") as typeof import("./client");
    client = new Client(settingsOf(props));
    clients.set(props.connection, client);
  }
  return client;
}

/** Works for one resource: through its connection, within its time, and with errors that say what was being done. */
async function work<T>(what: string, props: Bag, story: (client: Client) => Promise<T>): Promise<T> {
  const client = connect(props);
  return operate(what, client.settings.timeoutSeconds, () => story(client));
}

export async function check(olds: Bag, news: Bag): Promise<dynamic.CheckResult<Record<string, unknown>>> {
  const { inputs, problems } = checkArguments(olds, news);
  try {
    if (problems.length === 0 && inputs.connection !== UNKNOWN) settingsOf(inputs);
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
export async function diff(id: string, olds: Bag, news: Bag): Promise<dynamic.DiffResult> {
  const changed = differences(argumentsIn(olds), news);
  if (changed.length === 0) return { changes: false };
  const replaces = changed.filter(
    (path) => field(path).onChange === "replace" && !(path === "adopt" && news.adopt === id),
  );
  return { replaces, deleteBeforeReplace: true };
}

export async function create(news: Bag): Promise<dynamic.CreateResult> {
  const args = news as Arguments;
  return work(`creating connector instance "${args.name}"`, args, async (client) => {
    const known = args.adopt === undefined ? await make(client, args) : await takeOver(client, args);
    return { id: String(known.instance.id), outs: sealed(await bring(client, known, args)) };
  });
}

export async function read(id: string, props: Bag): Promise<dynamic.ReadResult> {
  return work(`reading connector instance ${nameIn(props)}${id}`, props, async (client) => {
    const instance = await client.getInstance(numeric(id), originOf(props));
    // A looked-up instance has no arguments; a managed one's, as found, make drift visible in the next preview.
    const isManaged = props.apiKey !== undefined;
    if (!instance) {
      // The engine takes an empty answer to a program's lookup, unlike one to a refresh, for an instance without outputs.
      if (!isManaged && props.instanceId === undefined)
        throw new Act365Error(
          "the platform has no such instance; correct the id given to ConnectorInstance.get",
        );
      return {};
    }
    const properties = propertiesOf(argumentsIn(props), props, instance);
    return {
      id,
      props: sealed(properties),
      ...(isManaged && { inputs: sealed(argumentsIn(properties)) }),
    };
  });
}

export async function update(id: string, olds: Bag, news: Bag): Promise<dynamic.UpdateResult> {
  const args = news as Arguments;
  return work(`updating connector instance "${args.name}" ${id}`, args, async (client) => {
    const instance = { id: Number(numeric(id)), name: String(olds.name) };
    const known = { instance, olds: argumentsIn(olds), before: olds, isOurs: false };
    return { outs: sealed(await bring(client, known, args)) };
  });
}

async function remove(id: string, props: Bag): Promise<void> {
  return work(`deleting connector instance ${nameIn(props)}${id}`, props, async (client) => {
    if (props.onDestroy === "release") await release(client, numeric(id), props.ownershipTag);
    else await client.deleteInstance(numeric(id), originOf(props));
  });
}

export { remove as delete };

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
