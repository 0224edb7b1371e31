import { closestMatch } from "leven";
import { z } from "zod";
import { isLoopback } from "../platform/address";
import { isInstanceId } from "../platform/instance-id";
import { type FieldPath, field, fieldPaths } from "./fields";
import { isOwnershipTag } from "./ownership";
import { isBag, UNKNOWN } from "./paths";
import type { datesShape, pollerShape } from "./shapes";

export const kind = (value: unknown): string =>
  value === null || (typeof value === "number" && !Number.isFinite(value))
    ? String(value)
    : Array.isArray(value)
      ? "a list"
      : typeof value === "object"
        ? "an object"
        : `a ${typeof value}`;

const must = (be: string, wayOut: string) => ({
  error: ({ input }: { input?: unknown }) =>
    input === undefined ? `is missing; ${wayOut}` : `must be ${be}, not ${kind(input)}; ${wayOut}`,
});

function parsedBy(schema: z.ZodType, value: unknown, context: z.RefinementCtx): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  for (const { message, path } of result.error.issues)
    context.addIssue({ code: "custom", message, path, input: undefined });
  return z.NEVER;
}

/** Lets a value that a preview does not know yet through, whatever its type will be. */
const orUnknown = (schema: z.ZodType): z.ZodType =>
  z.unknown().transform((value, context) => (value === UNKNOWN ? value : parsedBy(schema, value, context)));

/** A text with something in it. None of the messages shows the value: it may be a secret. */
const text = (wayOut: string, most = Number.POSITIVE_INFINITY) =>
  z
    .string(must("a string", wayOut))
    .refine((value) => value.trim() !== "", { error: `must not be empty; ${wayOut}`, abort: true })
    .refine((value) => value === value.trim(), {
      error: "begins or ends with white space, often a line break from a file; trim it",
      abort: true,
    })
    .refine((value) => value.isWellFormed() && !/\p{Cc}/u.test(value), {
      error: "holds line breaks, other control characters or broken Unicode; take them out",
      abort: true,
    })
    .refine((value) => value.length <= most, {
      error: `is longer than the ${most} characters that the connector takes; ${wayOut}`,
    });

// The server strips HTML from names and tags (PLATFORM.md, section 2.6): they would differ from the program for ever.
const label = (wayOut: string) =>
  text(wayOut).refine((value) => !/[<>]/.test(value), {
    error: "holds < or >, and the platform strips HTML; take them out",
  });

const tag = label("give each tag a text, or leave it out").refine((value) => !isOwnershipTag(value), {
  error: "has the form pulumi:<project>/<stack>/<resource>, which marks whose an instance is; choose another",
});

const distinct = (tags: unknown[], context: z.RefinementCtx) => {
  const seen = new Set<unknown>();
  const twice = tags.findIndex((each) => each !== UNKNOWN && seen.size === seen.add(each).size);
  if (twice >= 0)
    context.addIssue({
      code: "custom",
      message: "is the same as a tag before it; take one out",
      path: [twice],
    });
};

const callbackUrl = text("give the address to notify, such as https://example.com/hook", 1000)
  .refine(
    (value) => {
      const url = URL.parse(value);
      return url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url.hostname));
    },
    {
      error: "must be an https address (http only to this machine); for example https://example.com/hook",
      abort: true,
    },
  )
  .refine((value) => !/^[^/]*\/\/[^/?#]*@/.test(value), {
    error: "must not hold a user name or password, since addresses are shown; put them into events.basicAuth",
  });

const flag = z.boolean(must("true or false", "write true or false without quotes"));

const count = (least: number, wayOut: string) =>
  z.number(must("a number", wayOut)).refine((value) => Number.isSafeInteger(value) && value >= least, {
    error: `must be a whole number from ${least}; ${wayOut}`,
  });

/** The words for an argument that there is not, beside those that there are. */
export function wayOutOf(unknown: string, there: readonly string[]): string {
  const near = closestMatch(unknown, there, { maxDistance: Math.max(2, Math.ceil(unknown.length / 2)) });
  return near ? `did you mean "${near}"?` : `known are ${there.join(", ")}`;
}

/** An object of exactly these properties. */
const exactly = (shape: Readonly<Record<string, z.ZodType>>, wayOut: string) =>
  z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== "unrecognized_keys") return must("an object", wayOut).error(issue);
      const [key = ""] = issue.keys;
      return `has an unknown argument ${JSON.stringify(key)}; ${wayOutOf(key, Object.keys(shape))}`;
    },
  });

const dateText = orUnknown(z.string(must("a string", "write it in quotes, or leave it out"))).optional();
const date = exactly(
  {
    updatedDateField: dateText,
    updatedDateFormat: dateText,
    updatedDateTimezone: dateText,
    createdDateField: dateText,
    createdDateFormat: dateText,
    createdDateTimezone: dateText,
  } satisfies Record<keyof typeof datesShape, z.ZodType>,
  'write { createdDateField: "created" }, or {}',
);

/** What to poll (PLATFORM.md, section 5, `event.poller.configuration`). */
const pollerResource = exactly(
  {
    url: orUnknown(text("give the path to poll, such as /hubs/crm/todos")),
    idField: orUnknown(text("name the field that holds a record's id")),
    datesConfiguration: orUnknown(date),
    filterByCurrentDate: orUnknown(flag).optional(),
    filterByUpdatedDate: orUnknown(flag).optional(),
    createdCheckTolerance: orUnknown(count(0, "give seconds")).optional(),
    pageSize: orUnknown(count(1, "give a number of records")).optional(),
    pollDelay: orUnknown(count(0, "give seconds")).optional(),
  } satisfies Record<keyof typeof pollerShape, z.ZodType>,
  'write { url: "...", idField: "id", datesConfiguration: {} }',
);

const owners = new Map<string, FieldPath>(
  fieldPaths.flatMap((path) => {
    const { wire } = field(path);
    return "configuration" in wire && wire.configuration !== "*" ? [[wire.configuration, path]] : [];
  }),
);

/** A map whose keys the program chooses. They are looked at apart: zod's record passes over `__proto__`. */
const keyed = (schema: z.ZodType, problem: (key: string) => string | undefined) =>
  z.unknown().transform((map, context) => {
    for (const key of isBag(map) ? Object.keys(map) : []) {
      const message = problem(key);
      if (message) context.addIssue({ code: "custom", message, path: [key], input: undefined });
    }
    return parsedBy(schema, map, context);
  });

/** Further keys of the connector. The server gives every value back as a string (PLATFORM.md, section 2.7). */
const configuration = keyed(
  z.record(
    z.string(),
    orUnknown(
      z
        .union(
          [z.string(), z.number(), z.boolean()],
          must("a string, a number or true or false", "change it"),
        )
        .transform(String),
    ),
    must("an object of keys and values", 'write { "pagination.max": 100 }'),
  ),
  (key) => {
    const owner = owners.get(key);
    if (owner) return `is what the argument ${owner} sets; set it there`;
    return /^[\w.-]+$/.test(key) && !(key in {})
      ? undefined
      : "is not a configuration key; keys are letters, digits, dots, underscores and hyphens";
  },
);

const poller = keyed(
  z.record(z.string(), orUnknown(pollerResource), must("an object of resources", "write { todos: { ... } }")),
  (key) =>
    key.trim() === "" || key === "__proto__"
      ? "is not the name of a resource; name one such as todos"
      : undefined,
);

/** How each argument is checked. Every message names the way out and none shows a value. */
export const schemas: Record<FieldPath, z.ZodType> = {
  apiKey: text('give the Act! 365 API key, for example config.requireSecret("apiKey")', 32),
  developerKey: text('give the Act! 365 developer key, for example config.requireSecret("developerKey")'),
  name: label("give a name, or leave it out for the resource's own"),
  tags: z.array(orUnknown(tag), must("a list of strings", 'write ["one", "two"]')).superRefine(distinct),
  ownershipTag: label("the class sets it; rename the project, the stack or the resource"),
  enabled: flag,
  traceLogging: flag,
  "events.enabled": flag.optional(),
  "events.callbackUrl": callbackUrl.optional(),
  "events.callbackHeaders": text("give the headers as one text, or leave it out", 128).optional(),
  "events.basicAuth.username": text("give the user name, or leave basicAuth out", 1000).optional(),
  "events.basicAuth.password": text("give the password, or leave basicAuth out").optional(),
  "events.refreshIntervalMinutes": count(1, "give minutes").optional(),
  "events.poller": poller.optional(),
  "events.signatureKey": text("give the key, or leave it out", 128).optional(),
  configuration: configuration.optional(),
  verify: flag,
  adopt: z
    .string(must("a string", 'write the id in quotes, such as "12345"'))
    .refine(isInstanceId, 'must be the id of an instance, a whole number in quotes such as "12345"')
    .optional(),
  onDestroy: z.enum(["delete", "release"], { error: 'must be "delete" or "release"' }),
  connection: z
    .string(must("a string", "write the name of a connection of the stack's configuration"))
    .regex(/^[A-Za-z][\w-]*$/, "must be a name of letters, digits, underscores and hyphens, such as eu")
    .optional(),
  secretPaths: z.array(z.string()).optional(),
  home: z.object({ host: z.string(), organization: z.string(), user: z.string() }).optional(),
};

/** Whether a program may say the value, such as one that somebody has set on the platform. */
export const isSayable = (path: FieldPath, value: unknown): boolean => schemas[path].safeParse(value).success;
