import { textInState } from "../arguments/capsule-text";
import { DYNAMIC_TYPE } from "../arguments/resource-type";
import type { InstanceResponse } from "../platform/answers";

/** One resource of a file for `pulumi import --file`. */
export interface Import {
  readonly type: string;
  /** The Pulumi resource's name. */
  readonly name: string;
  readonly instance: InstanceResponse;
  /** The URNs of the parent and of the provider, where they are other than Pulumi's defaults. */
  readonly parent?: string | undefined;
  readonly provider?: string | undefined;
  /** The arguments that the state is to know; everything else the next `pulumi up` writes. */
  readonly args: Readonly<Record<string, unknown>>;
}

/**
 * The file that puts instances into a stack's state with one command and no edit of the program. It holds no secret:
 * the next `pulumi up` writes the keys, which the platform hides, and reads the token.
 */
export function importFile(imports: readonly Import[]): string {
  const urns = imports.flatMap(({ parent, provider }) =>
    [parent, provider].filter((urn) => urn !== undefined),
  );
  const file = {
    nameTable: Object.fromEntries(urns.map((urn) => [urn, urn])),
    resources: imports.map(({ type, name, instance, parent, provider, args }) => ({
      type,
      name,
      id: String(instance.id),
      ...(parent !== undefined && { parent }),
      ...(provider !== undefined && { provider }),
      // The plugin reads the rest by the id. Pulumi would ask a dynamic provider without telling it which one it is,
      // so of a dynamic resource the file holds the state.
      ...(type === DYNAMIC_TYPE && recordOf(instance, args)),
    })),
  };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

function recordOf({ id, name, createdDate, organizationId }: InstanceResponse, args: Import["args"]) {
  const inputs = { __provider: textInState, ...args };
  const facts = { createdDate, organizationId };
  return { inputs, outputs: { ...inputs, ...facts, name, instanceId: id } };
}
