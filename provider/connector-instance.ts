import * as pulumi from "@pulumi/pulumi";
import { capsule } from "./capsule";

/** What a program says of a connector instance. A change of any argument updates the instance in place. */
export interface ConnectorInstanceArgs {
  /**
   * The Act! 365 API key: 1 to 32 characters. Always kept as a secret, also when the program passes a plain string.
   * A rotated key shows in the preview as `~ apiKey: [secret] => [secret]`. Sent as `configuration.username`.
   */
  apiKey: pulumi.Input<string>;

  /**
   * The Act! 365 developer key, not empty. Always kept as a secret. The platform never gives it back, so a change made
   * by hand on the server cannot be seen. Sent as `configuration.password`.
   */
  developerKey: pulumi.Input<string>;

  /**
   * The instance's name, without `<` and `>` (the platform strips HTML). Need not be unique.
   *
   * @default the Pulumi resource's own name
   */
  name?: pulumi.Input<string>;

  /**
   * The instance's tags: distinct, not empty, without `<` and `>`; their order means nothing. The tag by which this
   * package knows its own instances is added on the server and not shown here.
   *
   * @default []
   */
  tags?: pulumi.Input<pulumi.Input<string>[]>;
}

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
  /** The platform's numeric id; the Pulumi id is the same as a string. It survives every update. */
  declare readonly instanceId: pulumi.Output<number>;
  /** The secret that calls through this instance carry as `Authorization: ..., Element <token>`. */
  declare readonly token: pulumi.Output<string>;
  /** The name as the server has it. */
  declare readonly name: pulumi.Output<string>;
  /** The tags as the server has them, without our ownership tag. */
  declare readonly tags: pulumi.Output<string[]>;
  /** The tag `pulumi:<project>/<stack>/<resource>` that marks this instance as this stack's. */
  declare readonly ownershipTag: pulumi.Output<string | undefined>;
  /** When the instance was made, ISO 8601 in UTC. */
  declare readonly createdDate: pulumi.Output<string | undefined>;
  /** The connector's numeric id, which differs between environments. */
  declare readonly elementId: pulumi.Output<number | undefined>;
  /** The connector's key, `actessentials`. */
  declare readonly elementKey: pulumi.Output<string | undefined>;
  /** Whether the platform holds the instance for usable; it may be true with credentials that Act! refuses. */
  declare readonly valid: pulumi.Output<boolean | undefined>;
  /** Whether calls through the instance are refused. */
  declare readonly disabled: pulumi.Output<boolean | undefined>;
  declare readonly maxCacheSize: pulumi.Output<number | undefined>;
  declare readonly cacheTimeToLive: pulumi.Output<number | undefined>;
  /** For Act! 365 `basic`. */
  declare readonly authenticationType: pulumi.Output<string | undefined>;
  declare readonly eventsEnabled: pulumi.Output<boolean | undefined>;
  declare readonly cachingEnabled: pulumi.Output<boolean | undefined>;
  /** Whether the platform traces calls at the moment; it turns that off by itself. */
  declare readonly traceLoggingEnabled: pulumi.Output<boolean | undefined>;
  declare readonly organizationId: pulumi.Output<number | undefined>;
  declare readonly accountId: pulumi.Output<number | undefined>;
  /** The server's configuration by its own keys, without credentials, masked values and other secrets. */
  declare readonly configuration: pulumi.Output<Record<string, string>>;

  /**
   * @param name the Pulumi resource's name, unique in the stack; also the instance's name where `args.name` is absent.
   * @throws what is wrong with the arguments or the configuration, at preview, before anything is sent.
   */
  constructor(name: string, args: ConnectorInstanceArgs, options?: pulumi.CustomResourceOptions);
  /** @internal The second form reads an existing instance. */
  constructor(name: string, args: undefined, options: pulumi.CustomResourceOptions);
  constructor(
    name: string,
    args: ConnectorInstanceArgs | undefined,
    options: pulumi.CustomResourceOptions = {},
  ) {
    const inputs = args && {
      ...args,
      apiKey: secretInput(args.apiKey),
      developerKey: secretInput(args.developerKey),
      name: pulumi.output(args.name).apply((given) => given ?? name),
      ownershipTag: `pulumi:${pulumi.getProject()}/${pulumi.getStack()}/${name}`,
    };
    super(
      capsule,
      name,
      { ...noOutputsYet, ...inputs },
      pulumi.mergeOptions(
        // The serialized capsule is no matter for a reviewer.
        { additionalSecretOutputs: ["apiKey", "developerKey", "token"], hideDiffs: ["__provider"] },
        options,
      ),
      "act365",
      "ConnectorInstance",
    );
  }

  /**
   * Reads an instance that exists already, without managing it: `destroy` leaves it alone.
   *
   * @param id the platform's numeric id, as a string.
   * @throws when `id` is not a whole number, or the platform has no such instance.
   */
  static get(
    name: string,
    id: pulumi.Input<pulumi.ID>,
    options: pulumi.CustomResourceOptions = {},
  ): ConnectorInstance {
    if (typeof id === "string" && !/^[1-9]\d*$/.test(id))
      throw new pulumi.RunError(
        `ConnectorInstance.get("${name}"): "${id}" is not the id of an instance, which is a whole number such as "12345"`,
      );
    return new ConnectorInstance(name, undefined, { ...options, id });
  }
}

const secretInput = (value: pulumi.Input<string>): pulumi.Input<string> =>
  value === undefined ? value : pulumi.secret(value);

// A property that is declared, if only as undefined, becomes an output of the resource.
const noOutputsYet = Object.fromEntries(
  [
    "instanceId",
    "token",
    "name",
    "tags",
    "ownershipTag",
    "createdDate",
    "elementId",
    "elementKey",
    "valid",
    "disabled",
    "maxCacheSize",
    "cacheTimeToLive",
    "authenticationType",
    "eventsEnabled",
    "cachingEnabled",
    "traceLoggingEnabled",
    "organizationId",
    "accountId",
    "configuration",
  ].map((output) => [output, undefined]),
);
