import { z } from "zod";

/** The platform's key of the Act! 365 connector (PLATFORM.md, section 6). */
export const ELEMENT_KEY = "actessentials";

/** What the connector sets a configuration key to when nobody else does; null for nothing. */
export type Defaults = ReadonlyMap<string, string | null>;

const optional = <T extends z.ZodType>(schema: T) =>
  schema.nullish().transform((value) => value ?? undefined);

/** An instance in a response: loose, since keys may be added and most may be missing (PLATFORM.md, section 1.7). */
export const instanceResponse = z.looseObject({
  id: z.int().positive(),
  name: z.string(),
  token: optional(z.string().min(1)),
  element: optional(z.looseObject({ id: optional(z.int()), key: optional(z.string()) })),
  elementId: optional(z.int()),
  // A sample of 2014 shows tags as objects (PLATFORM.md, section 1.7).
  tags: optional(
    z.array(z.union([z.string(), z.looseObject({ name: z.string() }).transform(({ name }) => name)])),
  ),
  configuration: optional(z.record(z.string(), z.unknown())),
  createdDate: optional(z.string()),
  valid: optional(z.boolean()),
  disabled: optional(z.boolean()),
  maxCacheSize: optional(z.number()),
  cacheTimeToLive: optional(z.number()),
  authenticationType: optional(z.string()),
  eventsEnabled: optional(z.boolean()),
  cachingEnabled: optional(z.boolean()),
  traceLoggingEnabled: optional(z.boolean()),
  organizationId: optional(z.int()),
  accountId: optional(z.int()),
});

export type InstanceResponse = z.infer<typeof instanceResponse>;

/** What tells a row of a list, however broken it is otherwise. */
export const rowResponse = z.object({
  id: instanceResponse.shape.id.optional().catch(undefined),
  tags: instanceResponse.shape.tags.catch(undefined),
  createdDate: instanceResponse.shape.createdDate.catch(undefined),
});

/**
 * `GET /organizations/me`: its shape beyond being an object is not documented (PLATFORM.md, section 1.4). Strict in what it
 * keeps, since the answer holds the organization's secret.
 */
export const organizationResponse = z.object({ id: optional(z.int()) });

export type Organization = z.infer<typeof organizationResponse>;

/** What a call through an instance answers that reads records. */
export const recordsResponse = z.array(z.unknown());

/** What is answered instead of what was asked for (PLATFORM.md, section 3). */
export const errorResponse = z.object({ requestId: z.string().min(1), message: z.string().min(1) });

/** `GET /elements/{key}/configuration` (PLATFORM.md, section 1.4). */
export const elementConfigurationResponse = z.looseObject({
  configuration: z.array(z.looseObject({ key: z.string(), defaultValue: optional(z.coerce.string()) })),
});

export const isMask = (value: unknown): boolean => typeof value === "string" && /^\*+$/.test(value);

export const isAct365 = ({ element }: InstanceResponse): boolean =>
  element?.key === undefined || element.key === ELEMENT_KEY;
