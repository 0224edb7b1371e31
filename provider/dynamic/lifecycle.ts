/**
 * The door for Pulumi's host of dynamic providers: its methods, in the order in which Pulumi calls them. `capsule`
 * reaches this file by its public name, `pulumi-act365/lifecycle`, which stands in every user's state.
 */
import type { dynamic } from "@pulumi/pulumi";
import { type Arguments, checkArguments } from "../arguments/check";
import { field } from "../arguments/fields";
import { type Home, homeOf } from "../arguments/home";
import { type Bag, UNKNOWN } from "../arguments/paths";
import { sealed } from "../arguments/secrets";
import { endOperationsBeforeLeaving } from "../instance/in-flight";
import * as replacement from "../instance/replacement";
import { changesTo } from "../instance/state";
import * as story from "../instance/story";
import type { Settings } from "../platform/address";
import type { Client } from "../platform/client";
import { ConfigurationError } from "../settings/settings";
import { settingsFrom } from "../settings/stack";

let stackConfig: dynamic.Config | undefined;
const clients = new Map<unknown, Client>();

export async function configure(request: dynamic.ConfigureRequest): Promise<void> {
  // Stored before any await: the host does not make a second, concurrent call wait for the first one's configure.
  stackConfig = request.config;
  clients.clear();
  replacement.forget();
  endOperationsBeforeLeaving({ isPlugin: /[\\/]dynamic-provider[\\/]/.test(process.argv[1] ?? "") });
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
    const { Client } = require("../platform/client") as typeof import("../platform/client");
    client = new Client(settingsOf(props));
    clients.set(props.connection, client);
  }
  return client;
}

export async function check(olds: Bag, news: Bag): Promise<dynamic.CheckResult<Record<string, unknown>>> {
  let home: Home | typeof UNKNOWN | undefined;
  let misconfigured: string | undefined;
  try {
    home = news.connection === UNKNOWN ? UNKNOWN : homeOf(settingsOf(news));
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    misconfigured = error.message;
  }
  const { inputs, problems } = checkArguments(olds, news, home);
  // A connection of a wrong form is no reason to speak of settings.
  if (problems.length === 0 && misconfigured !== undefined) problems.push(misconfigured);
  if (problems.length === 0 && Object.keys(olds).length === 0) replacement.announce(inputs);
  // No `property`: with one, the engine prints the value beside the reason.
  // Sealed, since a value that came past the class, by a transformation, may be plain text.
  return { inputs: sealed(inputs), failures: problems.map((reason) => ({ property: "", reason })) };
}

/**
 * With `changes` undefined the engine compares the old and the new inputs itself, which is what makes each changed
 * property visible in the preview, secrets as [secret]; with `true` it would show none.
 */
export async function diff(id: string, olds: Bag, news: Bag): Promise<dynamic.DiffResult> {
  const changed = changesTo(olds, news);
  if (changed.length === 0) return { changes: false };
  const replaces = changed.filter(
    (path) => field(path).onChange === "replace" && !(path === "adopt" && news.adopt === id),
  );
  return { replaces, deleteBeforeReplace: true };
}

export async function create(news: Bag): Promise<dynamic.CreateResult> {
  const { id, properties } = await replacement.create(connect, news as Arguments);
  return { id, outs: properties };
}

export async function read(id: string, props: Bag): Promise<dynamic.ReadResult> {
  const found = await story.read(connect(props), id, props);
  // An empty answer takes the resource out of the state.
  return found ? { id, props: found.properties, ...(found.inputs && { inputs: found.inputs }) } : {};
}

export async function update(id: string, olds: Bag, news: Bag): Promise<dynamic.UpdateResult> {
  return { outs: await story.update(connect(news), id, olds, news as Arguments) };
}

async function remove(id: string, props: Bag): Promise<void> {
  await replacement.remove(connect, id, props);
}

export { remove as delete };
