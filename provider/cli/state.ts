import { z } from "zod";
import { isConnectorInstance, isDefaultProvider, partsOf } from "../arguments/resource-type";
import { regions } from "../platform/address";

const bag = z.record(z.string(), z.unknown()).default({});
const recorded = z.looseObject({
  urn: z.string(),
  type: z.string(),
  id: z.string().optional(),
  external: z.boolean().optional(),
  parent: z.string().optional(),
  provider: z.string().optional(),
  inputs: bag,
  outputs: bag,
});

/** What `pulumi stack export` prints. */
export const stackExport = z.looseObject({
  deployment: z.looseObject({
    resources: z.array(recorded).nullish(),
    pending_operations: z.array(z.looseObject({ type: z.string(), resource: recorded })).nullish(),
  }),
});

/** A resource as a state records it. */
export type Recorded = z.infer<typeof recorded>;

/** What a state says of its stack and the stack's connector instances. */
export interface State {
  /** Absent when the state is empty, and so does not tell. */
  readonly project?: string | undefined;
  readonly stack?: string | undefined;
  readonly resources: readonly Recorded[];
  /** The connector instances that the stack manages, those that wait to be deleted among them. */
  readonly managed: readonly Recorded[];
  /** Those that a run began to create when it was interrupted. */
  readonly begun: readonly Recorded[];
}

export function stateOf({ deployment }: z.infer<typeof stackExport>): State {
  const resources = deployment.resources ?? [];
  const begun = (deployment.pending_operations ?? []).filter(({ type }) => type === "creating");
  const isOurs = ({ type, external }: Recorded) => isConnectorInstance(type) && !external;
  const [first] = resources;
  return {
    ...(first && { project: partsOf(first.urn).project, stack: partsOf(first.urn).stack }),
    resources,
    managed: resources.filter(isOurs),
    begun: begun.map(({ resource }) => resource).filter(isOurs),
  };
}

/** The name of the connection that a resource is made through; undefined for the settings under `act365:`. */
export function connectionOf({ inputs, provider }: Recorded): string | undefined {
  if (typeof inputs.connection === "string") return inputs.connection;
  // An explicit provider of the plugin is a connection by another name; `urn::id` is the provider's reference.
  const { type, name } = partsOf(provider?.replace(/::[^:]*$/, "") ?? "");
  return type === "pulumi:providers:act365" && !isDefaultProvider(name) ? name : undefined;
}

/** The address of a connection, as far as the state tells it in plain text. */
export function addressOf({ managed, resources }: State, connection: string | undefined): string | undefined {
  const instances = managed.filter((each) => connectionOf(each) === connection);
  const hosts = instances.flatMap(({ outputs }) => textAt(outputs.home, "host") ?? []);
  if (hosts[0] !== undefined) return hosts[0];
  const settings = resources.flatMap(({ type, urn, inputs }): unknown[] => {
    if (type === "pulumi:providers:act365") {
      const { name } = partsOf(urn);
      return (connection === undefined ? isDefaultProvider(name) : name === connection) ? [inputs] : [];
    }
    if (type !== "pulumi:providers:pulumi-nodejs") return [];
    if (connection !== undefined) return [parsed(inputs[`act365:${connection}`])];
    return [{ baseUrl: inputs["act365:baseUrl"], region: inputs["act365:region"] }];
  });
  return settings
    .flatMap((each) => textAt(each, "baseUrl") ?? regions[textAt(each, "region") ?? ""] ?? [])
    .at(0);
}

/** A secret stands in a state as an object, so that no text is one. */
function textAt(bag: unknown, key: string): string | undefined {
  const value = (Object(bag) as Record<string, unknown>)[key];
  return typeof value === "string" && value !== "" ? value : undefined;
}

function parsed(text: unknown): unknown {
  try {
    return typeof text === "string" ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}
