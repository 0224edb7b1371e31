/**
 * What a program meets besides the arguments: what it can read of an instance, how a resource is polled, and what a
 * lookup takes and answers. Plain data, as the table of arguments is.
 */

export interface Property {
  readonly type: string;
  /** Always there. */
  readonly required?: true;
  readonly secret?: true;
  /** One sentence or two, with which the docstring begins too. */
  readonly about: string;
}
type Properties = Readonly<Record<string, Property>>;

/** What only the server knows of an instance, under the server's own names (PLATFORM.md, section 1.7). */
const facts = {
  createdDate: { type: "string", about: "When the instance was made, ISO 8601 in UTC." },
  valid: {
    type: "boolean",
    about:
      "Whether the platform holds the instance for usable; it may be true with keys that Act! refuses (see `verify`).",
  },
  disabled: { type: "boolean", about: "Whether calls through the instance are refused." },
  maxCacheSize: { type: "number", about: "The platform's own; its unit is not documented." },
  cacheTimeToLive: { type: "number", about: "The platform's own; its unit is not documented." },
  authenticationType: { type: "string", about: "For Act! 365 `basic`." },
  eventsEnabled: { type: "boolean", about: "Whether the platform sends notifications." },
  cachingEnabled: { type: "boolean", about: "The platform's own; documented by its name alone." },
  traceLoggingEnabled: {
    type: "boolean",
    about: "Whether the platform traces calls at the moment; it turns that off by itself.",
  },
  organizationId: {
    type: "integer",
    about: "The organization that the instance is in, where the platform tells it.",
  },
  accountId: { type: "integer", about: "The account that the instance is in, where the platform tells it." },
} as const satisfies Properties;

export const serverFacts = Object.keys(facts) as (keyof typeof facts)[];

/** What a program can read of a resource, besides its id and the arguments that it gives itself. */
export const outputShape = {
  name: { type: "string", required: true, about: "The name as the server has it." },
  tags: {
    type: "string[]",
    required: true,
    about: "The tags as the server has them, without the ownership tag.",
  },
  ownershipTag: {
    type: "string",
    about: "The tag `pulumi:<project>/<stack>/<resource>` that marks this instance as this stack's.",
  },
  configuration: {
    type: "Record<string, string>",
    required: true,
    about:
      "The server's configuration by its own keys, where the program sets a key or the server has other than the connector's default; without credentials, masked values and other secrets.",
  },
  ...facts,
  token: {
    type: "string",
    required: true,
    secret: true,
    about: "The secret that calls through this instance carry as `Authorization: ..., Element <token>`.",
  },
  elementId: {
    type: "integer",
    about: "The connector's numeric id, which differs between environments.",
  },
  elementKey: { type: "string", about: "The connector's key, `actessentials`." },
} as const satisfies Properties;

export const outputs = Object.keys(outputShape) as (keyof typeof outputShape)[];

/** The id that every resource has besides Pulumi's own. */
export const instanceId: Property = {
  type: "integer",
  required: true,
  about: "The platform's numeric id; the Pulumi id is the same as a string. It survives every update.",
};

/** Objects among the arguments that hold further arguments. */
export const groupShape = {
  events: {
    type: "Events",
    about:
      "Notifications about changes in Act!, found by polling. Taking it out turns them off and clears their settings.",
  },
  "events.basicAuth": {
    type: "BasicAuth",
    about: "Basic authentication at the callback. The password is secret, and masked by the platform.",
  },
} as const satisfies Properties;

/** How one resource is polled (PLATFORM.md, section 5, `event.poller.configuration`). */
export const pollerShape = {
  url: {
    type: "string",
    required: true,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the platform's own placeholders
    about: "The path to poll; may hold `${date:fmt}`, `${gmtDate:fmt}` and `${epoch:s}`.",
  },
  idField: { type: "string", required: true, about: "The field that holds a record's id." },
  datesConfiguration: {
    type: "PollerDates",
    required: true,
    about:
      "By which dates of a record the platform tells new from changed; `{}` for none. All of it is sent as it is.",
  },
  filterByCurrentDate: {
    type: "boolean",
    about: "Documented for the platform by its name alone; what it does and its default are not.",
  },
  filterByUpdatedDate: {
    type: "boolean",
    about: "Documented for the platform by its name and its default, true.",
  },
  createdCheckTolerance: {
    type: "integer",
    about: "Seconds, a whole number from 0. Documented for the platform by its name and unit alone.",
  },
  pageSize: { type: "integer", about: "Records in one page, a whole number from 1." },
  pollDelay: {
    type: "integer",
    about: "Seconds, a whole number from 0. The platform's default: 0.",
  },
} as const satisfies Properties;

/** The dates of a polled resource's records. */
export const datesShape = {
  updatedDateField: {
    type: "string",
    about: 'The field that holds when a record was last changed; absent or `""` where there is none.',
  },
  updatedDateFormat: {
    type: "string",
    about: "How that date is written, as in the connector's own default `yyyy-MM-dd'T'HH:mm:ss'Z'`.",
  },
  updatedDateTimezone: { type: "string", about: "The time zone of that date, such as `GMT`." },
  createdDateField: {
    type: "string",
    about:
      "The field that holds when a record was made; `created` in the connector's own default for `todos`.",
  },
  createdDateFormat: { type: "string", about: "How that date is written, as `updatedDateFormat`." },
  createdDateTimezone: { type: "string", about: "The time zone of that date, such as `GMT`." },
} as const satisfies Properties;

/** What a lookup of one instance takes: exactly one of the two. */
export const oneShape = {
  id: { type: "string", about: "The platform's numeric id, as a string." },
  name: { type: "string", about: "The exact name." },
} as const satisfies Properties;

/** What a lookup of several takes: they match all that is given. */
export const severalShape = {
  tags: {
    type: "string[]",
    about: "Not empty each; an ownership tag (`pulumi:<project>/<stack>/<resource>`) may be among them.",
  },
  searchText: {
    type: "string",
    about: "Part of the name, or of the connector's key, as the platform searches.",
  },
} as const satisfies Properties;

/** What a lookup answers of an instance. */
export const foundShape = {
  id: { type: "string", required: true, about: "What `ConnectorInstance.get` and `adopt` take." },
  instanceId: { type: "integer", required: true, about: "The same as a number, as the platform has it." },
  name: { type: "string", required: true, about: "As the server has it; not unique." },
  tags: { type: "string[]", required: true, about: "Without ownership tags." },
  ownershipTag: {
    type: "string",
    about:
      "Which stack's resource it is: `pulumi:<project>/<stack>/<resource>`; absent when no stack claims it.",
  },
  token: { type: "string", required: true, secret: true, about: "Secret, so always an output." },
  valid: {
    type: "boolean",
    about:
      "Whether the platform holds it for usable, which need not mean that Act! takes its keys; absent when not told.",
  },
  disabled: { type: "boolean", about: "Whether calls through it are refused; absent when not told." },
  createdDate: { type: "string", about: "ISO 8601 in UTC." },
} as const satisfies Properties;
