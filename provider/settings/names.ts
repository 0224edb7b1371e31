import type { Setting } from "../platform/address";

export type { Setting };

/** The settings below `act365:`, each by its name in the stack's configuration; the plugin's provider arguments too. */
export const settingShape: Readonly<Record<Setting, { type: string; secret?: true; about: string }>> = {
  userSecret: {
    type: "string",
    secret: true,
    about: "The secret of the platform's user. Also taken from the environment variable ACT365_USER_SECRET.",
  },
  organizationSecret: {
    type: "string",
    secret: true,
    about:
      "The secret of the user's organization. Also taken from the environment variable ACT365_ORGANIZATION_SECRET.",
  },
  region: {
    type: "string",
    about: "The platform's host by a short name, such as `us`, `eu` or `sap-eu`. Required, or `baseUrl`.",
  },
  baseUrl: {
    type: "string",
    about:
      "Any other host of the platform, such as `https://HOST`. Also taken from the environment variable ACT365_BASE_URL.",
  },
  timeoutSeconds: {
    type: "integer",
    about: "How long one operation on one instance may take in all, 1 to 3600. Default: 300.",
  },
  maxAttempts: {
    type: "integer",
    about: "How often a request that is safe to repeat is sent, 1 to 20. Default: 5.",
  },
  settleSeconds: {
    type: "integer",
    about: "How long the platform may not see an instance yet that was just created, 0 to 300. Default: 15.",
  },
};
export const settingNames = Object.keys(settingShape) as Setting[];

/**
 * What to say of keys that look like a setting and are none, so that its default would be taken in silence. Others may
 * stand beside the settings: connections, and the program's own when the project is called act365.
 */
export function misspeltSettings(config: Readonly<Record<string, string>>): string[] {
  return Object.keys(config).flatMap((key) => {
    const [, name = ""] = /^act365:(.*)$/.exec(key) ?? [];
    if (name === "" || settingNames.some((setting) => setting === name) || config[key]?.startsWith("{"))
      return [];
    // Loaded by the programs that need it alone.
    const { closestMatch } = require("leven") as typeof import("leven");
    const near = closestMatch(name, settingNames, { maxDistance: 2 });
    return near ? [`${key} is not a setting and does nothing; did you mean act365:${near}?`] : [];
  });
}
