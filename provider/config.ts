import { ConfigurationError } from "./errors";

/** What the plugin needs to talk to the platform, from the stack's configuration or the environment. */
export interface Settings {
  /** Ends in `/elements/api-v2`. */
  readonly baseUrl: string;
  readonly userSecret: string;
  readonly organizationSecret: string;
  /** How long one request may take, in seconds. */
  readonly timeoutSeconds: number;
  /** How often a request that is safe to repeat is tried in all. */
  readonly maxAttempts: number;
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

const apiPath = "/elements/api-v2";

type Read = (key: string) => string | undefined;

/**
 * Reads the settings. Everything that is wrong is reported in one error, each with the command that sets it.
 *
 * @param config looks a key such as `act365:userSecret` up in the stack's configuration.
 * @throws ConfigurationError
 */
export function settingsFrom(config: Read, environment: Record<string, string | undefined>): Settings {
  const problems: string[] = [];
  const secret = (key: string, variable: string): string => {
    const value = config(`act365:${key}`) || environment[variable];
    const set = `pulumi config set --secret act365:${key} (or the environment variable ${variable})`;
    if (!value) problems.push(`act365:${key} is missing; set it with: ${set}`);
    else if (!/^[\x21-\x2b\x2d-\x7e]+$/.test(value))
      problems.push(
        `act365:${key} holds a space, a comma, a line break or a character outside ASCII, which the platform's Authorization header cannot carry; set it again with: ${set}`,
      );
    return value ?? "";
  };
  const whole = (key: string, fallback: number, least: number, most: number): number => {
    const text = config(`act365:${key}`);
    if (text === undefined || text === "") return fallback;
    const value = Number(text);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    problems.push(
      `act365:${key} must be a whole number from ${least} to ${most}; set it with: pulumi config set act365:${key} ${fallback}`,
    );
    return fallback;
  };

  const settings = {
    userSecret: secret("userSecret", "ACT365_USER_SECRET"),
    organizationSecret: secret("organizationSecret", "ACT365_ORGANIZATION_SECRET"),
    baseUrl: baseUrlFrom(config, environment, problems),
    timeoutSeconds: whole("timeoutSeconds", 60, 1, 3600),
    maxAttempts: whole("maxAttempts", 5, 1, 20),
  };
  if (problems.length > 0)
    throw new ConfigurationError(
      `the act365 configuration of this stack is not complete:\n${problems.map((line) => `  - ${line}`).join("\n")}`,
    );
  return settings;
}

function baseUrlFrom(
  config: Read,
  environment: Record<string, string | undefined>,
  problems: string[],
): string {
  const region = config("act365:region");
  const configured = config("act365:baseUrl");
  if (region && configured) {
    problems.push(
      "act365:region and act365:baseUrl are both set; remove one with: pulumi config rm act365:region",
    );
    return "";
  }
  if (region) {
    const host = Object.hasOwn(regions, region) ? regions[region] : undefined;
    if (!host)
      problems.push(
        `act365:region must be one of ${Object.keys(regions).join(", ")}; for any other host use: pulumi config set act365:baseUrl https://HOST`,
      );
    return `${host}${apiPath}`;
  }
  // US production is the platform's own default host (contract, section 4).
  const text = configured || environment.ACT365_BASE_URL || (regions.us as string);
  const source = configured ? "act365:baseUrl" : "the environment variable ACT365_BASE_URL";
  const set = "pulumi config set act365:baseUrl https://HOST";
  const url = URL.parse(text);
  if (!url || !["https:", "http:"].includes(url.protocol))
    problems.push(`${source} is not an http or https address; set it with: ${set}`);
  else if (url.username || url.password)
    problems.push(
      `${source} must not hold a user name or password; the secrets have settings of their own. Set it with: ${set}`,
    );
  else if (url.search || url.hash)
    problems.push(`${source} must end with its path, without ? or #; set it with: ${set}`);
  else if (url.protocol === "http:" && !isLoopback(url.hostname))
    problems.push(
      `${source} uses plain http, which would show the secrets to the network; use https (http is for a simulator on this machine only): ${set}`,
    );
  const path = url?.pathname.replace(/\/+$/, "") ?? "";
  return `${url?.origin}${path.endsWith(apiPath) ? path : path + apiPath}`;
}

const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(host);
