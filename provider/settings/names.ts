import type { Setting } from "../platform/address";

export type { Setting };

/** The settings below `act365:`, each by its name in the stack's configuration. */
export const settingNames: readonly Setting[] = [
  "userSecret",
  "organizationSecret",
  "region",
  "baseUrl",
  "timeoutSeconds",
  "maxAttempts",
  "settleSeconds",
];

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
