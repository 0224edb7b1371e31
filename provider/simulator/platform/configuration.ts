import type { UnknownReadings } from "../options";
import { definitions } from "./connector";
import { PlatformError } from "./refusals";

/** PLATFORM.md 2.7: every value is a string, whatever was sent; null where there is none. */
export type Configuration = Record<string, string | null>;

/** What PASSWORD values come back as (PLATFORM.md 2.5). */
const mask = ({ maskLength }: UnknownReadings): string => "*".repeat(maskLength);

/** PLATFORM.md 2.7: an instance holds more keys than were sent, namely all of the connector's with their defaults. */
export const defaultConfiguration = (): Configuration =>
  Object.fromEntries([...definitions].map(([key, { defaultValue }]) => [key, defaultValue ?? null]));

/** A request's configuration in the form in which it is kept. Booleans and numbers are accepted (PLATFORM.md 2.7). */
export function sentConfiguration(sent: unknown): Configuration {
  if (typeof (sent ?? {}) !== "object") throw new PlatformError(400, "The configuration must be an object.");
  return Object.fromEntries(Object.entries(sent ?? {}).map(([key, value]) => [key, textOf(value)]));
}

// PLATFORM.md 5: an older page shows event.poller.configuration as an object instead of a string of JSON.
const textOf = (value: unknown): string | null =>
  value === null ? null : typeof value === "object" ? JSON.stringify(value) : String(value);

/** PLATFORM.md 2.1: keys that are not sent stay as they are. */
export function merged(before: Configuration, sent: Configuration, readings: UnknownReadings): Configuration {
  const after = { ...before };
  for (const [key, value] of Object.entries(sent)) {
    if (!definitions.has(key) && !readings.keepsUnknownKeys) continue;
    if (isMasked(key) && value === mask(readings) && before[key] && readings.keepsMaskedValues) continue;
    if (value !== null && value !== "") after[key] = value;
    else if (readings.clearedBy.includes(value)) after[key] = null;
  }
  return after;
}

/** PLATFORM.md 3: missing required configuration is refused with a message that lists it; 400 is inferred. */
export function demandComplete(configuration: Configuration): void {
  const missing = [...definitions.values()].filter(({ key, required }) => required && !configuration[key]);
  if (missing.length > 0)
    throw new PlatformError(
      400,
      `Missing required configuration: ${missing.map(({ key }) => key).join(", ")}`,
    );
}

/** The configuration as answers show it. */
export const masked = (configuration: Configuration, readings: UnknownReadings): Configuration =>
  Object.fromEntries(Object.entries(configuration).map(([key, value]) => [key, shown(key, value, readings)]));

/** A row of `GET /instances/{id}/configuration` (PLATFORM.md 1.2). */
export interface ConfigurationRow {
  readonly id: number;
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly propertyValue: string | null;
  readonly required: boolean;
  readonly active: true;
  readonly hideFromConsole: boolean;
  readonly type: string;
}

/** The rows of an instance's configuration; no two rows of any instances share an id. */
export const rowsOf = (
  instance: { readonly id: number; readonly configuration: Configuration },
  readings: UnknownReadings,
): ConfigurationRow[] =>
  Object.entries(instance.configuration).map(([key, value], index) => {
    const { name = key, required = false, hideFromConsole = false, type } = definitions.get(key) ?? {};
    return {
      id: instance.id * 1000 + index,
      key,
      name,
      // The export's own descriptions are left out.
      description: name,
      propertyValue: shown(key, value, readings),
      required,
      active: true,
      hideFromConsole,
      type: type ?? "TEXTFIELD_1000",
    };
  });

// PLATFORM.md 2.5: masked by the key's type, so the API key (TEXTFIELD_32) is answered in plain.
const isMasked = (key: string): boolean => definitions.get(key)?.type === "PASSWORD";

const shown = (key: string, value: string | null, readings: UnknownReadings): string | null =>
  value !== null && isMasked(key) ? mask(readings) : value;
