import { apiPath, isLoopback, regions, type Settings } from "../platform/address";
import { Act365Error } from "../platform/errors";
import type { Setting } from "./names";

export type { Setting };
/** What stands in for a setting that the stack does not say, in the environment. */
export const variables = {
  userSecret: "ACT365_USER_SECRET",
  organizationSecret: "ACT365_ORGANIZATION_SECRET",
  baseUrl: "ACT365_BASE_URL",
} as const;
export type Secret = Extract<Setting, `${string}Secret`>;

/** Where the settings of one connection stand: what each is called, and how it is set and unset. */
export interface Source {
  /** `variable` is that of the environment which stands in for the setting. */
  read(setting: Setting, variable?: string): string | undefined;
  called(setting: Setting): string;
  toSet(setting: Setting, value: string): string;
  toSetSecret(setting: Secret): string;
  toUnset(setting: Setting): string;
}

/** @throws ConfigurationError of everything that is wrong, below the given head. */
export function settingsOf(source: Source, head: string, problems: string[] = []): Settings {
  const settings = {
    userSecret: secretFrom(source, "userSecret", problems),
    organizationSecret: secretFrom(source, "organizationSecret", problems),
    baseUrl: baseUrlFrom(source, problems),
    timeoutSeconds: wholeFrom(source, "timeoutSeconds", { normal: 300, least: 1, most: 3600 }, problems),
    maxAttempts: wholeFrom(source, "maxAttempts", { normal: 5, least: 1, most: 20 }, problems),
    settleSeconds: wholeFrom(source, "settleSeconds", { normal: 15, least: 0, most: 300 }, problems),
  };
  if (problems.length > 0)
    throw new ConfigurationError(`${head}:\n${problems.map((line) => `  - ${line}`).join("\n")}`);
  return settings;
}

function secretFrom(source: Source, setting: Secret, problems: string[]): string {
  const value = source.read(setting, variables[setting]);
  const wayOut = source.toSetSecret(setting);
  if (!value) problems.push(`${source.called(setting)} is missing; ${wayOut}`);
  else if (!/^[\x21-\x2b\x2d-\x7e]+$/.test(value))
    problems.push(
      `${source.called(setting)} holds a space, a comma, a line break or a character outside ASCII, which the platform's Authorization header cannot carry; ${wayOut}`,
    );
  return value ?? "";
}

function wholeFrom(
  source: Source,
  setting: Setting,
  { normal, least, most }: { normal: number; least: number; most: number },
  problems: string[],
): number {
  const text = source.read(setting);
  if (text === undefined) return normal;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  problems.push(
    `${source.called(setting)} must be a whole number from ${least} to ${most}; ${source.toSet(setting, String(normal))}`,
  );
  return normal;
}

function baseUrlFrom(source: Source, problems: string[]): string {
  const region = source.read("region");
  const configured = source.read("baseUrl");
  const called = configured ? source.called("baseUrl") : `the environment variable ${variables.baseUrl}`;
  const wayOut = source.toSet("baseUrl", "https://HOST");
  if (region && configured) {
    problems.push(`${source.called("region")} and ${called} are both set; ${source.toUnset("region")}`);
    return "";
  }
  if (region) {
    if (Object.hasOwn(regions, region)) return `${regions[region]}${apiPath}`;
    problems.push(
      `${source.called("region")} must be one of ${Object.keys(regions).join(", ")}; for any other host ${wayOut}`,
    );
    return "";
  }
  // US production is the platform's own default host (contract, section 4).
  const url = URL.parse(source.read("baseUrl", variables.baseUrl) ?? (regions.us as string));
  if (!url || !["https:", "http:"].includes(url.protocol))
    problems.push(`${called} is not an http or https address; ${wayOut}`);
  else if (url.username || url.password)
    problems.push(
      `${called} must not hold a user name or password; the secrets have settings of their own; ${wayOut}`,
    );
  else if (url.search || url.hash)
    problems.push(`${called} must end with its path, without ? or #; ${wayOut}`);
  else if (url.protocol === "http:" && !isLoopback(url.hostname))
    problems.push(
      `${called} uses plain http, which would show the secrets to the network (it is for a simulator on this machine only); ${wayOut}`,
    );
  const path = url?.pathname.replace(/\/+$/, "") ?? "";
  return `${url?.origin}${path.endsWith(apiPath) ? path : path + apiPath}`;
}

/** The stack's configuration is missing or malformed; nothing was sent. */
export class ConfigurationError extends Act365Error {
  override name = "ConfigurationError";
}
