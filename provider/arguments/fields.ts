/**
 * The one table of an instance's arguments: what the README's table, the class, the checks, the diff, the requests and
 * the state all go by. Plain data, since the program's process loads it too.
 */

/** Where the platform holds an argument (PLATFORM.md, sections 1.1, 1.2 and 5). */
export type Wire =
  | { readonly instance: "name" | "tags" }
  /** A key of the instance's `configuration`; "*" for the free map. */
  | { readonly configuration: string }
  /** Switched by PUT and DELETE of its own path below the instance. */
  | { readonly call: "enabled" | "trace-logging" }
  /** Not sent: it tells this package what to do. */
  | { readonly ours: true };

export interface Field {
  readonly type: string;
  readonly required?: true;
  /** Filled in at check, so that the preview shows it; for an argument inside `events`, when `events` is given. */
  readonly default?: string | boolean | readonly string[];
  readonly secret?: true;
  readonly onChange: "update" | "replace";
  readonly wire: Wire;
  /** The order of the list means nothing. */
  readonly unordered?: true;
  /** Who sets it, where that is not the program: the class (or the plugin, from the URN), or check. */
  readonly setBy?: "class" | "check";
  /** One sentence for the README. */
  readonly about: string;
}

export const fields = {
  apiKey: {
    type: "string",
    required: true,
    secret: true,
    onChange: "update",
    wire: { configuration: "username" },
    about: "The Act! 365 API key, at most 32 characters.",
  },
  developerKey: {
    type: "string",
    required: true,
    secret: true,
    onChange: "update",
    wire: { configuration: "password" },
    about: "The Act! 365 developer key. The platform masks it, so a change on the server cannot be seen.",
  },
  name: {
    type: "string",
    onChange: "update",
    wire: { instance: "name" },
    about: "The instance's name; need not be unique. Default: the resource's own name.",
  },
  tags: {
    type: "string[]",
    default: [],
    onChange: "update",
    wire: { instance: "tags" },
    unordered: true,
    about: "The instance's tags, besides the ownership tag.",
  },
  ownershipTag: {
    type: "string",
    onChange: "update",
    wire: { instance: "tags" },
    setBy: "class",
    about:
      "Set by the class: `pulumi:<project>/<stack>/<resource>`, one more tag, by which the package knows its instances.",
  },
  enabled: {
    type: "boolean",
    default: true,
    onChange: "update",
    wire: { call: "enabled" },
    about: "Whether the platform passes calls through the instance on; `false` answers them with 403.",
  },
  traceLogging: {
    type: "boolean",
    default: false,
    onChange: "update",
    wire: { call: "trace-logging" },
    about:
      "Turned on when this becomes `true`. The platform turns it off again by itself, which is no drift; set it to `false` and back to start anew.",
  },
  "events.enabled": {
    type: "boolean",
    default: true,
    onChange: "update",
    wire: { configuration: "event.notification.enabled" },
    about: "Whether the platform polls Act! and notifies.",
  },
  "events.callbackUrl": {
    type: "string",
    onChange: "update",
    wire: { configuration: "event.notification.callback.url" },
    about: "Where notifications go: https, or http to this machine. Required while events are enabled.",
  },
  "events.callbackHeaders": {
    type: "string",
    secret: true,
    onChange: "update",
    wire: { configuration: "event.notification.callback.headers" },
    about: "Headers for the notifications, as the platform takes them (one text of at most 128 characters).",
  },
  "events.basicAuth.username": {
    type: "string",
    onChange: "update",
    wire: { configuration: "event.notification.basic.username" },
    about: "User name for basic authentication at the callback.",
  },
  "events.basicAuth.password": {
    type: "string",
    secret: true,
    onChange: "update",
    wire: { configuration: "event.notification.basic.password" },
    about: "Its password. Masked by the platform.",
  },
  "events.refreshIntervalMinutes": {
    type: "number",
    onChange: "update",
    wire: { configuration: "event.poller.refresh_interval" },
    about: "Minutes between polls, a whole number from 1. The connector's default is 15.",
  },
  "events.poller": {
    type: "Record<string, PollerResource>",
    onChange: "update",
    wire: { configuration: "event.poller.configuration" },
    about: "What to poll, by resource name. The connector's default polls `todos` by creation date.",
  },
  "events.signatureKey": {
    type: "string",
    secret: true,
    onChange: "update",
    wire: { configuration: "event.notification.signature.key" },
    about:
      "Signs notifications with `Elements-Webhook-Signature`. Documented for the platform, but not in this connector's list of keys: whether Act! 365 instances honour it is unknown.",
  },
  configuration: {
    type: "Record<string, string | number | boolean>",
    onChange: "update",
    wire: { configuration: "*" },
    about:
      "Any further configuration key of the connector by its own name. A key that is taken out goes back to the connector's default.",
  },
  verify: {
    type: "boolean",
    default: false,
    onChange: "update",
    wire: { ours: true },
    about:
      "After create and after a change of keys one contact is read through the instance; the update fails until Act! answers it.",
  },
  adopt: {
    type: "string",
    onChange: "replace",
    wire: { ours: true },
    about:
      "The id of an existing instance to take over instead of making one. May be taken out after the first `up`; another id replaces.",
  },
  onDestroy: {
    type: '"delete" | "release"',
    onChange: "update",
    wire: { ours: true },
    about:
      'What destroying the resource does: `"delete"` (default for a created instance) or `"release"`, which takes the ownership tag off and leaves the instance alive (default for an adopted one).',
  },
  connection: {
    type: "string",
    onChange: "replace",
    wire: { ours: true },
    about: "Which platform and organization: `eu` reads `act365:eu.userSecret` and so on.",
  },
  secretPaths: {
    type: "string[]",
    onChange: "update",
    wire: { ours: true },
    unordered: true,
    setBy: "class",
    about:
      "Set by the class: the paths of the arguments that the program made secret, such as `events.callbackUrl`.",
  },
  home: {
    type: "{ host, organization, user }",
    onChange: "update",
    wire: { ours: true },
    setBy: "check",
    about:
      "Set from the settings: the platform's address and fingerprints of the two secrets, so that a stack that is pointed elsewhere shows it.",
  },
} as const satisfies Record<string, Field>;

/** An argument's path, such as `events.callbackUrl`. */
export type FieldPath = keyof typeof fields;
export const fieldPaths = Object.keys(fields) as FieldPath[];
export const field = (path: FieldPath): Field => fields[path];
export const isFieldPath = (path: string): path is FieldPath => Object.hasOwn(fields, path);

/** Every object that holds further arguments: `events` and `events.basicAuth`. */
export const groups: ReadonlySet<string> = new Set(
  fieldPaths.flatMap((path) => {
    const parts = path.split(".");
    return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("."));
  }),
);
