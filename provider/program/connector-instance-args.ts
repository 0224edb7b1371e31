import type * as pulumi from "@pulumi/pulumi";

/**
 * What a program says of a connector instance. Unless an argument says otherwise, a change of it updates the instance
 * in place, and leaving it out again goes back to its default. Whatever is wrong with an argument is an error of the
 * preview, before anything is sent.
 */
export interface ConnectorInstanceArgs {
  /**
   * The Act! 365 API key, at most 32 characters. Always kept as a secret, also when the program passes a plain string.
   * A rotated key shows in the preview as `~ apiKey: [secret] => [secret]`. Sent as `configuration.username`.
   */
  apiKey: pulumi.Input<string>;

  /**
   * The Act! 365 developer key. The platform masks it, so a change on the server cannot be seen. Not empty, always kept
   * as a secret. Sent as `configuration.password`.
   */
  developerKey: pulumi.Input<string>;

  /**
   * The instance's name; need not be unique. Default: the resource's own name. Without `<` and `>`, since the platform
   * strips HTML.
   *
   * @default the Pulumi resource's own name
   */
  name?: pulumi.Input<string>;

  /**
   * The instance's tags, besides the ownership tag. They are distinct, not empty, and without `<` and `>`; their order
   * means nothing. Our tag, by which this package knows its own instances, is added on the server and not shown here.
   *
   * @default []
   */
  tags?: pulumi.Input<pulumi.Input<string>[]>;

  /**
   * Whether the platform passes calls through the instance on; `false` answers them with 403.
   *
   * @default true
   */
  enabled?: pulumi.Input<boolean>;

  /**
   * Turned on when this becomes `true`. The platform turns it off again by itself, which is no drift; set it to `false`
   * and back to start anew. `traceLoggingEnabled` tells how it stands.
   *
   * @default false
   */
  traceLogging?: pulumi.Input<boolean>;

  /** Notifications about changes in Act!, found by polling. Taking it out turns them off and clears their settings. */
  events?: pulumi.Input<EventsArgs>;

  /**
   * Any further configuration key of the connector by its own name. A key that is taken out goes back to the
   * connector's default. That is read from the platform at that moment. Values compare as the strings that the platform
   * keeps: `true` equals `"true"`. A key that another argument sets is refused here, an unknown one draws a warning.
   */
  configuration?: pulumi.Input<Record<string, pulumi.Input<string | number | boolean>>>;

  /**
   * After create and after a change of keys one contact is read through the instance; the update fails until Act! answers it. The instance stays recorded then, and the next `pulumi up` tries again. A disabled
   * instance is verified once it is enabled.
   *
   * @default false
   */
  verify?: pulumi.Input<boolean>;

  /**
   * The id of an existing instance to take over instead of making one. May be taken out after the first `up`; another
   * id replaces. The old instance goes first then, by its `onDestroy`, and only then is the new id looked for.
   * Everything that differs from the program is updated, the developer key always, since it cannot be compared.
   * Refused: an instance of another connector, and one with another stack's ownership tag.
   */
  adopt?: pulumi.Input<string>;

  /**
   * What destroying the resource does: `"delete"` (default for a created instance) or `"release"`, which takes the ownership tag off and leaves the instance alive (default for an adopted one). Replacing destroys too.
   *
   * @default `"delete"` for an instance that we made, `"release"` for an adopted one: somebody made that for a purpose
   *   that this program need not know of, and deleting cannot be undone.
   */
  onDestroy?: pulumi.Input<"delete" | "release">;

  /**
   * Which platform and organization: `eu` reads `act365:eu.userSecret` and so on. Set with `pulumi config set --path`.
   * A change replaces the instance. In another organization the new one is created first, and the old one goes when the
   * new one is there.
   *
   * @default the settings directly under `act365:`
   */
  connection?: pulumi.Input<string>;
}

/** Notifications of an instance. Act! 365 supports polling only. Each secret here is kept as one. */
export interface EventsArgs {
  /**
   * Whether the platform polls Act! and notifies.
   *
   * @default true
   */
  enabled?: pulumi.Input<boolean>;
  /** Where notifications go: https, or http to this machine. Required while events are enabled. */
  callbackUrl?: pulumi.Input<string>;
  /** Headers for the notifications, as the platform takes them (one text of at most 128 characters). Secret. */
  callbackHeaders?: pulumi.Input<string>;
  /** Basic authentication at the callback. The password is secret, and masked by the platform. */
  basicAuth?: pulumi.Input<BasicAuthArgs>;
  /**
   * Minutes between polls, a whole number from 1. The connector's default is 15. The platform's least value is unknown.
   */
  refreshIntervalMinutes?: pulumi.Input<number>;
  /** What to poll, by resource name. The connector's default polls `todos` by creation date. Compared by meaning. */
  poller?: pulumi.Input<Record<string, pulumi.Input<PollerResource>>>;
  /**
   * Signs notifications with `Elements-Webhook-Signature`. Documented for the platform, but not in this connector's
   * list of keys: whether Act! 365 instances honour it is unknown. The signature is `sha256=` and the base64 HMAC. At
   * most 128 characters, secret.
   */
  signatureKey?: pulumi.Input<string>;
}

/** How one resource is polled (the platform's `event.poller.configuration`). */
export interface PollerResource {
  /** The path to poll; may hold `${date:fmt}`, `${gmtDate:fmt}` and `${epoch:s}`. */
  url: pulumi.Input<string>;
  /** The field that holds a record's id. */
  idField: pulumi.Input<string>;
  /** By which dates of a record the platform tells new from changed; `{}` for none. All of it is sent as it is. */
  datesConfiguration: pulumi.Input<PollerDates>;
  /** Documented for the platform by its name alone; what it does and its default are not. */
  filterByCurrentDate?: pulumi.Input<boolean>;
  /** Documented for the platform by its name and its default, true. */
  filterByUpdatedDate?: pulumi.Input<boolean>;
  /** Seconds, a whole number from 0. Documented for the platform by its name and unit alone. */
  createdCheckTolerance?: pulumi.Input<number>;
  /** Records in one page, a whole number from 1. */
  pageSize?: pulumi.Input<number>;
  /** Seconds, a whole number from 0. The platform's default: 0. */
  pollDelay?: pulumi.Input<number>;
}

/** Basic authentication at the callback of the notifications. */
export interface BasicAuthArgs {
  /** User name for basic authentication at the callback. 1 to 1000 characters, shown in previews. */
  username?: pulumi.Input<string>;
  /** Its password. Masked by the platform. So a change made there cannot be seen. Not empty, secret. */
  password?: pulumi.Input<string>;
}

/** The dates of a polled resource's records. */
export interface PollerDates {
  /** The field that holds when a record was last changed; absent or `""` where there is none. */
  updatedDateField?: pulumi.Input<string>;
  /** How that date is written, as in the connector's own default `yyyy-MM-dd'T'HH:mm:ss'Z'`. */
  updatedDateFormat?: pulumi.Input<string>;
  /** The time zone of that date, such as `GMT`. */
  updatedDateTimezone?: pulumi.Input<string>;
  /** The field that holds when a record was made; `created` in the connector's own default for `todos`. */
  createdDateField?: pulumi.Input<string>;
  /** How that date is written, as `updatedDateFormat`. */
  createdDateFormat?: pulumi.Input<string>;
  /** The time zone of that date, such as `GMT`. */
  createdDateTimezone?: pulumi.Input<string>;
}
