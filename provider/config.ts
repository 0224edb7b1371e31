import { ConfigurationError } from "./errors";
import type { Setting } from "./settings";

export type { Setting };

/** What the plugin needs to talk to the platform, from the stack's configuration or the environment. */
export interface Settings {
  /** Ends in `/elements/api-v2`. */
  readonly baseUrl: string;
  readonly userSecret: string;
  readonly organizationSecret: string;
  /** How long one operation on one instance may take in all, waits included, in seconds. */
  readonly timeoutSeconds: number;
  /** How often a request that is safe to repeat is tried, the first time included. */
  readonly maxAttempts: number;
  /**
   * How long, in seconds, the platform may not see an instance yet that was just made. So long the ownership tag is
   * looked for after a create whose answer was lost, and so long a 404 is doubted.
   */
  readonly settleSeconds: number;
}

/** The platform's API hosts by the name for `act365:region` (contract, section 4; surely not all that exist). */
export const regions: Readonly<Record<string, string>> = {
  us: "https://api.cloud-elements.com",
  eu: "https://api.cloud-elements.co.uk",
  staging: "https://staging.cloud-elements.com",
  snapshot: "https://snapshot.cloud-elements.com",
  "sap-us": "https://api.openconnectors.us2.ext.hana.ondemand.com",
  "sap-eu": "https://api.openconnectors.eu10.ext.hana.ondemand.com",
  "sap-jp": "https://api.openconnectors.jp20.ext.hana.ondemand.com",
  "sap-trial-us": "https://api.openconnectors.trial.us10.ext.hana.ondemand.com",
  "sap-trial-eu": "https://api.openconnectors.trial.eu10.ext.hana.ondemand.com",
  "sap-trial-ap": "https://api.openconnectors.trial.ap21.ext.hana.ondemand.com",
  "sap-trial-neo": "https://api.openconnectors.ext.hanatrial.ondemand.com",
};

/** What stands in for a setting that the stack does not say, in the environment. */
export const variables = {
  userSecret: "ACT365_USER_SECRET",
  organizationSecret: "ACT365_ORGANIZATION_SECRET",
  baseUrl: "ACT365_BASE_URL",
} as const;
export type Secret = Extract<Setting, `${string}Secret`>;

const apiPath = "/elements/api-v2";

/** Looks a key such as `act365:userSecret` up in the stack's configuration. */
export type ReadConfig = (key: string) => string | undefined;
type Environment = Readonly<Record<string, string | undefined>>;

/** Where the settings of one connection stand: what each is called, and how it is set and unset. */
export interface Source {
  /** `variable` is that of the environment which stands in for the setting. */
  read(setting: Setting, variable?: string): string | undefined;
  called(setting: Setting): string;
  toSet(setting: Setting, value: string): string;
  toSetSecret(setting: Secret): string;
  toUnset(setting: Setting): string;
}

/**
 * Reads the settings. Everything that is wrong is reported in one error, each with the command that sets it.
 *
 * @param connection which settings: `eu` reads `act365:eu.userSecret` and so on, absent `act365:userSecret`; only the
 *   latter fall back to environment variables.
 * @throws ConfigurationError
 */
export function settingsFrom(config: ReadConfig, environment: Environment, connection?: string): Settings {
  const problems: string[] = [];
  const source = connection ? namedSource(config, connection, problems) : defaultSource(config, environment);
  return settingsOf(source, "the act365 configuration of this stack is not complete", problems);
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

function defaultSource(config: ReadConfig, environment: Environment): Source {
  return {
    read: (setting, variable) =>
      config(`act365:${setting}`) || (variable && environment[variable]) || undefined,
    called: (setting) => `act365:${setting}`,
    toSet: (setting, value) => `set it with: pulumi config set act365:${setting} ${value}`,
    toSetSecret: (setting) =>
      `set it with: pulumi config set --secret act365:${setting} (or the environment variable ${variables[setting]})`,
    toUnset: (setting) => removeWith(`act365:${setting}`),
  };
}

/** `pulumi config set --path act365:eu.userSecret` makes `act365:eu` an object, which arrives as JSON. */
function namedSource(config: ReadConfig, connection: string, problems: string[]): Source {
  let values: Record<string, unknown> = {};
  try {
    values = Object(JSON.parse(config(`act365:${connection}`) || "{}"));
  } catch {
    problems.push(`act365:${connection} is not an object, so no connection can be named "${connection}"`);
  }
  const path = (setting: Setting) => `act365:${connection}.${setting}`;
  return {
    read: (setting) => (Object.hasOwn(values, setting) ? String(values[setting]) : undefined),
    called: path,
    toSet: (setting, value) => `set it with: pulumi config set --path ${path(setting)} ${value}`,
    toSetSecret: (setting) => `set it with: pulumi config set --path --secret ${path(setting)}`,
    toUnset: (setting) => removeWith(path(setting)),
  };
}

const removeWith = (key: string): string => `remove one with: pulumi config rm ${key}`;

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

/** Whether a URL's host is this machine. */
export const isLoopback = (host: string): boolean => /^(localhost|\[::1\]|127\.\d+\.\d+\.\d+)$/.test(host);
