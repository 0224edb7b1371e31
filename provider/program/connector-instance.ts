import * as pulumi from "@pulumi/pulumi";
import { DYNAMIC_TYPE } from "../arguments/resource-type";
import { secretPaths } from "../arguments/secrets";
import { outputs } from "../arguments/shapes";
import { warningsOfKeys } from "../arguments/unknown-keys";
import { capsule, encapsulated } from "./capsule";
import type { ConnectorInstanceArgs } from "./connector-instance-args";
import { demandVisible, refuseImport, warnOfMisspeltSettings } from "./preflight";
import { inputsOf } from "./secret-inputs";
import { shortenTraces } from "./source-position";

/**
 * An instance of the Act! 365 connector (`actessentials`) on Cloud Elements, today also SAP Open Connectors.
 *
 * ```ts
 * const config = new pulumi.Config();
 * const crm = new ConnectorInstance("crm", {
 *   apiKey: config.requireSecret("apiKey"),
 *   developerKey: config.requireSecret("developerKey"),
 * });
 * export const token = crm.token;
 * ```
 *
 * The stack's configuration says which platform and whose: `act365:userSecret`, `act365:organizationSecret`, and
 * `act365:region` or `act365:baseUrl`.
 */
export class ConnectorInstance extends pulumi.dynamic.Resource {
  /** @internal By this property policies know the resources of a class (`validateResourceOfType`). */
  static readonly __pulumiType = DYNAMIC_TYPE;

  /** The platform's numeric id; the Pulumi id is the same as a string. It survives every update. */
  declare readonly instanceId: pulumi.Output<number>;
  /**
   * The secret that calls through this instance carry as `Authorization: ..., Element <token>`. The preview of any
   * update shows what depends on it as `[secret] => [secret]`, since Pulumi knows no output of a dynamic resource
   * then; `getConnectorInstanceOutput({ id: crm.id }).token` asks the platform instead, also in a preview.
   */
  declare readonly token: pulumi.Output<string>;
  /** The name as the server has it. */
  declare readonly name: pulumi.Output<string>;
  /** The tags as the server has them, without the ownership tag. */
  declare readonly tags: pulumi.Output<string[]>;
  /** The tag `pulumi:<project>/<stack>/<resource>` that marks this instance as this stack's. */
  declare readonly ownershipTag: pulumi.Output<string | undefined>;
  /**
   * The server's configuration by its own keys, where the program sets a key or the server has other than the
   * connector's default; without credentials, masked values and other secrets.
   */
  declare readonly configuration: pulumi.Output<Record<string, string>>;
  /** When the instance was made, ISO 8601 in UTC. */
  declare readonly createdDate: pulumi.Output<string | undefined>;
  /** The connector's numeric id, which differs between environments. */
  declare readonly elementId: pulumi.Output<number | undefined>;
  /** The connector's key, `actessentials`. */
  declare readonly elementKey: pulumi.Output<string | undefined>;
  /** Whether the platform holds the instance for usable; it may be true with keys that Act! refuses (see `verify`). */
  declare readonly valid: pulumi.Output<boolean | undefined>;
  /** Whether calls through the instance are refused. */
  declare readonly disabled: pulumi.Output<boolean | undefined>;
  /** The platform's own; its unit is not documented. */
  declare readonly maxCacheSize: pulumi.Output<number | undefined>;
  /** The platform's own; its unit is not documented. */
  declare readonly cacheTimeToLive: pulumi.Output<number | undefined>;
  /** For Act! 365 `basic`. */
  declare readonly authenticationType: pulumi.Output<string | undefined>;
  /** Whether the platform sends notifications. */
  declare readonly eventsEnabled: pulumi.Output<boolean | undefined>;
  /** The platform's own; documented by its name alone. */
  declare readonly cachingEnabled: pulumi.Output<boolean | undefined>;
  /** Whether the platform traces calls at the moment; it turns that off by itself. */
  declare readonly traceLoggingEnabled: pulumi.Output<boolean | undefined>;
  /** The organization that the instance is in, where the platform tells it. */
  declare readonly organizationId: pulumi.Output<number | undefined>;
  /** The account that the instance is in, where the platform tells it. */
  declare readonly accountId: pulumi.Output<number | undefined>;

  /**
   * @param name the Pulumi resource's name, unique in the stack; also the instance's name where `args.name` is absent.
   *   Another name is another resource, unless `aliases` tells Pulumi the old one.
   * @param args what the instance is to be. Secrets may come as plain strings; they are marked as secrets all the same.
   * @param options Pulumi's own. `import` and `customTimeouts` do not reach a dynamic provider: `args.adopt` and
   *   `act365:timeoutSeconds` do their work. A replacement deletes first, but one that moves to another `connection`.
   * @throws what is wrong with the arguments or the configuration, at preview, before anything is sent.
   */
  constructor(name: string, args: ConnectorInstanceArgs, options?: pulumi.CustomResourceOptions) {
    demandVisible();
    warnOfMisspeltSettings();
    refuseImport(name, options);
    const lengthenTraces = shortenTraces(__filename);
    try {
      super(
        capsule,
        name,
        encapsulated({ ...notKnownYet, ...inputsOf(name, args, options) }),
        pulumi.mergeOptions(options, {
          additionalSecretOutputs: secretOutputs,
          // The capsule is no matter for a reviewer.
          hideDiffs: ["__provider"],
          // The ownership tag stays unambiguous only when the old instance goes before the new one comes. Said here, since
          // the engine does not ask the provider about every replacement; a move to another connection is the provider's.
          deleteBeforeReplace: true,
        }),
        "act365",
        "ConnectorInstance",
      );
    } finally {
      lengthenTraces();
    }
    // Pulumi's mocks do not apply additionalSecretOutputs, and a user's own tests are to see a secret too.
    this.token = pulumi.secret(this.token);
    // Pulumi's mocks know no check either, which fills the default in.
    this.name = pulumi.output(this.name).apply((known) => known ?? name);
    // A preview of an update knows no output of a dynamic resource, but the id, which survives it.
    this.instanceId = this.id.apply(Number);
    pulumi.output(args.configuration).apply((map) => {
      for (const warning of warningsOfKeys(Object.keys(map ?? {}))) pulumi.log.warn(warning, this);
    });
  }

  /**
   * Reads an instance that exists already, without managing it: `destroy` leaves it alone.
   *
   * @param name the Pulumi resource's name, unique in the stack; the platform never sees it.
   * @param id the platform's numeric id, as a string.
   * @param options besides Pulumi's own, the `connection` to read it from.
   * @throws when `id` is not a whole number, or the platform has no such instance.
   */
  static get(
    name: string,
    id: pulumi.Input<pulumi.ID>,
    { connection, ...options }: pulumi.CustomResourceOptions & Pick<ConnectorInstanceArgs, "connection"> = {},
  ): ConnectorInstance {
    if (typeof id === "string" && !/^[1-9]\d*$/.test(id))
      throw new pulumi.RunError(
        `ConnectorInstance.get("${name}"): "${id}" is not the id of an instance, which is a whole number such as "12345"`,
      );
    const looked = { ...(connection !== undefined && { connection }) } as ConnectorInstanceArgs;
    return new ConnectorInstance(name, looked, { ...options, id });
  }
}

const secretOutputs = secretPaths.filter((path) => !path.includes("."));

// A property that is declared, if only as undefined, becomes an output of the resource.
const notKnownYet = Object.fromEntries(outputs.map((name) => [name, undefined]));
