import { isDeepStrictEqual } from "node:util";
import { closestMatch } from "leven";
import { z } from "zod";

/** What Pulumi's plugin host hands over, in a preview, for a value that is not known yet (design fact of the engine). */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Where the platform holds an argument: a field of the instance, or a key of its `configuration`. */
type Wire = { readonly top: "name" | "tags" } | { readonly configuration: string };

/** One row for each argument: the only place that says how it is checked, compared, sent and kept. */
export interface Field {
  readonly schema: z.ZodType;
  /** In the words of the README's table. */
  readonly type: string;
  readonly default?: unknown;
  readonly secret?: true;
  readonly onChange: "update" | "replace";
  readonly wire: Wire;
  /** The order of a list means nothing. */
  readonly unordered?: true;
}

const typeName = (value: unknown): string =>
  value === null ? "null" : Array.isArray(value) ? "a list" : `a ${typeof value}`;

const text = (wayOut: string) =>
  z.string({
    error: ({ input }) =>
      input === undefined ? `is missing; ${wayOut}` : `must be a string, not ${typeName(input)}; ${wayOut}`,
  });

/** Lets a value that a preview does not know yet through, whatever its type will be. */
const known = (schema: z.ZodType): z.ZodType =>
  z.unknown().transform((value, context) => {
    if (value === UNKNOWN) return value;
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    for (const { message, path } of result.error.issues)
      context.addIssue({ code: "custom", message, path, input: undefined });
    return z.NEVER;
  });

const credential = (wayOut: string) =>
  text(wayOut)
    .refine((value) => value.trim() !== "", { error: `must not be empty; ${wayOut}`, abort: true })
    .refine((value) => value === value.trim(), {
      error: "begins or ends with white space, often a line break from a file; trim it",
    });

// The server strips HTML from names and tags (contract, section 2.6), so the program would differ from it for ever.
const noHtml = (value: string) => !/[<>]/.test(value);
const htmlRefused = "must not hold < or >, because the platform strips HTML from it; take them out";

// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the point
const noControls = (value: string) => !/[\u0000-\u001f\u007f]/.test(value);
const controlsRefused = "must not hold line breaks or other control characters; take them out";

const label = (what: string, wayOut: string) =>
  text(wayOut)
    .refine((value) => value.trim() !== "", { error: `${what} must not be empty; ${wayOut}`, abort: true })
    .refine((value) => value === value.trim(), {
      error: "must not begin or end with white space; trim it",
    })
    .refine(noHtml, { error: htmlRefused })
    .refine(noControls, { error: controlsRefused });

export const isOwnershipTag = (tag: string): boolean => /^pulumi:[^/]+\/[^/]+\/./.test(tag);

const tag = label("a tag", "give a text or leave the tag out").refine((value) => !isOwnershipTag(value), {
  error:
    "must not have the form pulumi:<project>/<stack>/<resource>, which marks whose an instance is; choose another",
});

export const fields = {
  apiKey: {
    type: "string",
    schema: known(
      credential('give the Act! 365 API key, for example config.requireSecret("apiKey")').refine(
        (value) => value.length <= 32,
        { error: "is longer than the 32 characters that the connector takes; check that it is the API key" },
      ),
    ),
    secret: true,
    onChange: "update",
    wire: { configuration: "username" },
  },
  developerKey: {
    type: "string",
    schema: known(
      credential('give the Act! 365 developer key, for example config.requireSecret("developerKey")'),
    ),
    secret: true,
    onChange: "update",
    wire: { configuration: "password" },
  },
  name: {
    type: "string",
    schema: known(label("the name", "give a text or leave it out for the resource's own name")),
    onChange: "update",
    wire: { top: "name" },
  },
  tags: {
    type: "string[]",
    schema: known(
      z
        .array(known(tag), {
          error: ({ input }) => `must be a list of strings, not ${typeName(input)}; write ["one", "two"]`,
        })
        .superRefine((tags, context) => {
          const twice = tags.find((each, index) => each !== UNKNOWN && tags.indexOf(each) !== index);
          if (twice !== undefined)
            context.addIssue({ code: "custom", message: `holds "${twice}" twice; take one out` });
        }),
    ),
    default: [],
    onChange: "update",
    wire: { top: "tags" },
    unordered: true,
  },
  ownershipTag: {
    type: "string",
    schema: known(text("it is set by ConnectorInstance itself").refine(noHtml, { error: htmlRefused })),
    onChange: "update",
    wire: { top: "tags" },
  },
} satisfies Record<string, Field>;

export type FieldName = keyof typeof fields;
export const fieldNames = Object.keys(fields) as FieldName[];
export const row = (name: FieldName): Field => fields[name];

/** The arguments as the plugin gets them: complete, with every default filled in. */
export interface Arguments {
  readonly apiKey: string;
  readonly developerKey: string;
  readonly name: string;
  readonly tags: readonly string[];
  readonly ownershipTag: string;
}

/** A set of properties as the engine hands it over. */
export type Bag = Readonly<Record<string, unknown>>;

const effective = (bag: Bag, name: FieldName): unknown => bag[name] ?? row(name).default;

function same(name: FieldName, one: Bag, other: Bag): boolean {
  const [left, right] = [effective(one, name), effective(other, name)];
  if (row(name).unordered && Array.isArray(left) && Array.isArray(right))
    return isDeepStrictEqual([...left].sort(), [...right].sort());
  return isDeepStrictEqual(left, right);
}

/** The arguments in which two sets of properties differ in meaning. */
export const differences = (olds: Bag, news: Bag): FieldName[] =>
  fieldNames.filter((name) => !same(name, olds, news));

export const replacesOnChange = (name: FieldName): boolean => row(name).onChange === "replace";

/**
 * Checks a program's arguments and fills in the defaults. A value that means the same as the one before keeps the form
 * that it had, so that the engine's own comparison shows only what differs in meaning; a field that a state from an
 * earlier release lacks stays out while it has its default.
 */
export function checkArguments(
  olds: Bag,
  news: Bag,
): { inputs: Record<string, unknown>; problems: string[] } {
  const problems: string[] = [];
  for (const name of Object.keys(news)) {
    if (name === "__provider" || Object.hasOwn(fields, name)) continue;
    const near = closestMatch(name, fieldNames, { maxDistance: Math.max(2, name.length / 2) });
    problems.push(
      `unknown argument "${name}"; ${near ? `did you mean "${near}"?` : `known are ${fieldNames.join(", ")}`}`,
    );
  }
  const exists = Object.keys(olds).length > 0;
  const inputs: Record<string, unknown> = {};
  for (const name of fieldNames) {
    const result = row(name).schema.safeParse(effective(news, name));
    if (!result.success)
      for (const { path, message } of result.error.issues)
        problems.push(`${[name, ...path.map((part) => `[${String(part)}]`)].join("")}: ${message}`);
    else {
      const kept = exists && same(name, olds, { [name]: result.data }) ? olds[name] : result.data;
      if (kept !== undefined) inputs[name] = kept;
    }
  }
  return { inputs, problems };
}

/** What the engine recognizes as a secret value in what a provider answers. */
const secretOf = (value: unknown): unknown => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});

const secretNames = [...fieldNames.filter((name) => row(name).secret), "token"];

/** Marks every secret of a set of properties, and leaves out what is undefined, which the plugin host cannot carry. */
export function sealed(properties: Bag): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, secretNames.includes(name) ? secretOf(value) : value]),
  );
}

/** Every secret text in a set of properties. */
export const secretsIn = (properties: Bag): string[] =>
  secretNames.map((name) => properties[name]).filter((value) => typeof value === "string");

/** The arguments among a set of properties. */
export const argumentsIn = (properties: Bag): Record<string, unknown> =>
  Object.fromEntries(fieldNames.map((name) => [name, properties[name]]));
