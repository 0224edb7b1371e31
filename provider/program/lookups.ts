import * as pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import { demand, described } from "../arguments/lookup";
import type { InstanceResponse } from "../platform/answers";

/** An instance of the Act! 365 connector as the platform has it. */
export interface ConnectorInstanceResult {
  /** What `ConnectorInstance.get` and `adopt` take. */
  readonly id: string;
  /** The same as a number, as the platform has it. */
  readonly instanceId: number;
  /** As the server has it; not unique. */
  readonly name: string;
  /** Without ownership tags. */
  readonly tags: string[];
  /** Which stack's resource it is: `pulumi:<project>/<stack>/<resource>`; absent when no stack claims it. */
  readonly ownershipTag?: string;
  /** Secret, so always an output. */
  readonly token: pulumi.Output<string>;
  /** Whether the platform holds it for usable, which need not mean that Act! takes its keys; absent when not told. */
  readonly valid?: boolean;
  /** Whether calls through it are refused; absent when not told. */
  readonly disabled?: boolean;
  /** ISO 8601 in UTC. */
  readonly createdDate?: string;
}

/** One instance, by the id. */
export interface ConnectorInstanceById {
  /** The platform's numeric id, as a string. */
  id: string;
  /** Not beside `id`. */
  name?: never;
  /** Which platform and organization, as {@link ConnectorInstanceArgs.connection}. Default: the settings under `act365:`. */
  connection?: string;
}

/** One instance, by its name. */
export interface ConnectorInstanceByName {
  /** The exact name. */
  name: string;
  /** Not beside `name`. */
  id?: never;
  /** Which platform and organization, as {@link ConnectorInstanceArgs.connection}. Default: the settings under `act365:`. */
  connection?: string;
}

/** Which instance: exactly one of `id` and `name`. */
export type GetConnectorInstanceArgs = ConnectorInstanceById | ConnectorInstanceByName;

/** The same with each argument an output, or a promise of it. */
export type GetConnectorInstanceOutputArgs =
  | { [Key in keyof ConnectorInstanceById]: pulumi.Input<NonNullable<ConnectorInstanceById[Key]>> }
  | { [Key in keyof ConnectorInstanceByName]: pulumi.Input<NonNullable<ConnectorInstanceByName[Key]>> };

/** Which instances: those that match all that is given. */
export interface GetConnectorInstancesArgs {
  /** Not empty each; an ownership tag (`pulumi:<project>/<stack>/<resource>`) may be among them. */
  tags?: string[];
  /** Part of the name, or of the connector's key, as the platform searches. */
  searchText?: string;
  /** Which platform and organization, as {@link ConnectorInstanceArgs.connection}. Default: the settings under `act365:`. */
  connection?: string;
}

/**
 * Looks one instance up, without managing it; also in a preview. One request, and more where it is not there yet.
 *
 * @param args exactly one of `id` and `name`.
 * @throws when there is none (an id is looked for during `act365:settleSeconds`, since the same run may have made it),
 *   when several have the name (their ids are listed), and when the platform cannot be asked.
 */
export async function getConnectorInstance(args: GetConnectorInstanceArgs): Promise<ConnectorInstanceResult> {
  return plainly(async () => {
    demand("getConnectorInstance", args, ["id", "name", "connection"]);
    if ((args.id === undefined) === (args.name === undefined))
      throw new Error("getConnectorInstance: give either id or name");
    const mocked = await mockedAnswer("getConnectorInstance", args);
    if (mocked) return fromMock(mocked);
    const { client, byId, byName } = await connect(args.connection);
    return result(
      args.id !== undefined ? await byId(client, args.id) : await byName(client, args.name as string),
    );
  });
}

/**
 * Looks instances of the Act! 365 connector up, all pages, without managing them; also in a preview.
 *
 * @param args what they must match; all of the organization's where it is absent or empty.
 * @returns in the platform's order; none is an empty list.
 * @throws when an argument is of a wrong type, and when the platform cannot be asked.
 */
export async function getConnectorInstances(
  args: GetConnectorInstancesArgs = {},
): Promise<ConnectorInstanceResult[]> {
  return plainly(async () => {
    demand("getConnectorInstances", args, ["tags", "searchText", "connection"]);
    const mocked = await mockedAnswer("getConnectorInstances", args);
    if (mocked) return (mocked.instances ?? []).map(fromMock);
    const { client, all } = await connect(args.connection);
    return (await all(client, args)).map(result);
  });
}

/**
 * `getConnectorInstance` for arguments that are outputs, such as `{ id: crm.id }`.
 *
 * @param args exactly one of `id` and `name`. Nothing is asked while a preview does not know it yet.
 */
export function getConnectorInstanceOutput(
  args: GetConnectorInstanceOutputArgs,
): pulumi.Output<ConnectorInstanceResult> {
  return askedWith(args, (known) =>
    getConnectorInstance(known as GetConnectorInstanceArgs),
  ) as pulumi.Output<ConnectorInstanceResult>;
}

/**
 * `getConnectorInstances` for arguments that are outputs.
 *
 * @param args what they must match. Nothing is asked while a preview does not know it yet.
 */
export function getConnectorInstancesOutput(
  args: {
    /** As {@link GetConnectorInstancesArgs.tags}. */
    tags?: pulumi.Input<pulumi.Input<string>[]>;
    /** As {@link GetConnectorInstancesArgs.searchText}. */
    searchText?: pulumi.Input<string>;
    /** As {@link GetConnectorInstancesArgs.connection}. */
    connection?: pulumi.Input<string>;
  } = {},
): pulumi.Output<ConnectorInstanceResult[]> {
  return askedWith(args, (known) =>
    getConnectorInstances(known as GetConnectorInstancesArgs),
  ) as pulumi.Output<ConnectorInstanceResult[]>;
}

/** Asks with what the outputs hold; where that is a secret no error shows it. */
function askedWith(args: object, lookup: (known: object) => Promise<unknown>): unknown {
  const asked: pulumi.Output<object> = pulumi.output(args);
  return asked.apply(async (known) => {
    if (!(await pulumi.isSecret(asked))) return lookup(known);
    const { hiding } = await import("../instance/find.js");
    const { connection: _, ...about } = known as Record<string, unknown>;
    return plainly(() => hiding(Object.values(about), () => lookup(known)));
  });
}

/** What a user's test answers in the platform's place: `call` of `pulumi.runtime.setMocks`, as for an engine's function. */
interface Mocked extends Partial<Omit<ConnectorInstanceResult, "token">> {
  readonly token?: string;
  /** The answer to `getConnectorInstances`. */
  readonly instances?: readonly Mocked[];
}

/** Under mocks a lookup reaches neither the network nor the settings; undefined where there are none. */
async function mockedAnswer(lookup: string, args: object): Promise<Mocked | undefined> {
  if (!(pulumi.runtime.getMonitor() instanceof MockMonitor)) return undefined;
  return pulumi.runtime.invoke(`act365:index:${lookup}`, { ...args }, { async: true });
}

const fromMock = ({ token = "", instances: _, ...facts }: Mocked): ConnectorInstanceResult =>
  ({ tags: [], ...facts, token: pulumi.secret(token) }) as unknown as ConnectorInstanceResult;

async function connect(connection: string | undefined) {
  // Loaded only by a program that looks something up: HTTP and schemas are the plugin's business otherwise.
  const [{ clientFor }, { settingsFrom }, find] = await Promise.all([
    import("../platform/client.js"),
    import("../settings/stack.js"),
    import("../instance/find.js"),
  ]);
  const config = new pulumi.Config("act365");
  const read = (key: string) => config.get(key.replace(/^act365:/, ""));
  return { client: clientFor(settingsFrom(read, process.env, connection)), ...find };
}

/** Its token is a secret, so always an output. */
const result = (instance: InstanceResponse): ConnectorInstanceResult => {
  const { token, ...facts } = described(instance);
  return { ...facts, token: pulumi.secret(token) };
};

/** Pulumi prints a RunError as it is, and any other error with its stack. */
async function plainly<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new pulumi.RunError((error as Error).message);
  }
}
