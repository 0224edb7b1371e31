import { apiPath, isLoopback, regions, type Setting, type Settings, type Words } from "../platform/address";
import { Act365Error } from "../platform/errors";

export type { Setting };
export type Secret = Extract<Setting, `${string}Secret`>;
export const isSecret = (setting: Setting): setting is Secret => setting.endsWith("Secret");

/** The environment variables that stand in for a setting. */
export const variables = {
  userSecret: "ACT365_USER_SECRET",
  organizationSecret: "ACT365_ORGANIZATION_SECRET",
  baseUrl: "ACT365_BASE_URL",
} as const;

/** The settings of one connection, as they were given at one of the doors, and that door's words. */
export interface Source {
  readonly given: Readonly<Partial<Record<Setting, string | undefined>>>;
  readonly words: Words;
  /** How to set a setting there, such as `set it with: pulumi config set act365:region VALUE`. No value for a secret. */
  toSet(setting: Setting, value?: string): string;
  /** How to remove a setting there. */
  toRemove(setting: Setting): string;
}

/** @throws ConfigurationError that lists every problem, those given included, below the head. */
export function settingsOf(source: Source, head: string, problems: string[] = []): Settings {
  const settings = {
    userSecret: secretFrom(source, "userSecret", problems),
    organizationSecret: secretFrom(source, "organizationSecret", problems),
    baseUrl: baseUrlFrom(source, problems),
    timeoutSeconds: wholeFrom(source, "timeoutSeconds", { normal: 300, least: 1, most: 3600 }, problems),
    maxAttempts: wholeFrom(source, "maxAttempts", { normal: 5, least: 1, most: 20 }, problems),
    settleSeconds: wholeFrom(source, "settleSeconds", { normal: 15, least: 0, most: 300 }, problems),
    words: source.words,
  };
  if (problems.length > 0)
    throw new ConfigurationError(`${head}:\n${problems.map((line) => `  - ${line}`).join("\n")}`);
  return settings;
}

function secretFrom({ given, words, toSet }: Source, setting: Secret, problems: string[]): string {
  const value = given[setting];
  const name = words.names[setting];
  if (!value) problems.push(`${name} is missing; ${toSet(setting)}`);
  else if (!/^[\x21-\x2b\x2d-\x7e]+$/.test(value))
    problems.push(
      `${name} holds a space, a comma, a line break or a character outside ASCII, which the platform's Authorization header cannot carry; ${toSet(setting)}`,
    );
  return value ?? "";
}

function wholeFrom(
  { given, words, toSet }: Source,
  setting: Setting,
  { normal, least, most }: { normal: number; least: number; most: number },
  problems: string[],
): number {
  const text = given[setting];
  if (text === undefined) return normal;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  problems.push(
    `${words.names[setting]} must be a whole number from ${least} to ${most}; ${toSet(setting, String(normal))}`,
  );
  return normal;
}

/** No host is a default: secrets that belong to one platform must not reach another. */
function baseUrlFrom({ given, words, toSet, toRemove }: Source, problems: string[]): string {
  const { region, baseUrl } = given;
  const known = Object.keys(regions).join(", ");
  const toGive = toSet("baseUrl", "https://HOST");
  if (region && baseUrl)
    problems.push(`${words.names.region} and ${words.names.baseUrl} are both set; ${toRemove("region")}`);
  else if (region && !Object.hasOwn(regions, region))
    problems.push(`${words.names.region} must be one of ${known}; for any other host ${toGive}`);
  else if (region) return `${regions[region]}${apiPath}`;
  else if (baseUrl) return checkedBaseUrl(baseUrl, `${words.names.baseUrl}`, toGive, problems);
  else
    problems.push(
      `${words.names.region} or ${words.names.baseUrl} is missing, so it is not known which platform the secrets belong to; ${toSet("region", "REGION")} (REGION is one of ${known})`,
    );
  return "";
}

function checkedBaseUrl(text: string, name: string, wayOut: string, problems: string[]): string {
  const url = URL.parse(text);
  if (!url || !["https:", "http:"].includes(url.protocol))
    problems.push(`${name} is not an http or https address; ${wayOut}`);
  else if (url.username || url.password)
    problems.push(
      `${name} must not hold a user name or password; the secrets have settings of their own; ${wayOut}`,
    );
  else if (url.search || url.hash) problems.push(`${name} must end with its path, without ? or #; ${wayOut}`);
  else if (url.protocol === "http:" && !isLoopback(url.hostname))
    problems.push(
      `${name} uses plain http, which would show the secrets to the network (it is for a simulator on this machine only); ${wayOut}`,
    );
  const path = url?.pathname.replace(/\/+$/, "") ?? "";
  return `${url?.origin}${path.endsWith(apiPath) ? path : path + apiPath}`;
}

/** The settings are missing or malformed; nothing was sent. */
export class ConfigurationError extends Act365Error {
  override name = "ConfigurationError";
}
