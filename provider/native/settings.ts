import { type Bag, UNKNOWN } from "../arguments/paths";
import { isDefaultProvider } from "../arguments/resource-type";
import { secretOf } from "../arguments/secrets";
import type { Settings } from "../platform/address";
import { misspeltSettings, type Setting, settingNames } from "../settings/names";
import { isSecret, type Source, settingsOf, variables } from "../settings/settings";
import { defaultSource } from "../settings/stack";

/**
 * The settings in a provider's arguments.
 *
 * @param provider its name.
 * @throws ConfigurationError of everything that is wrong, in the words of who has to set it right.
 */
export const settingsIn = (args: Bag, provider: string): Settings =>
  isDefaultProvider(provider)
    ? // The stack's `act365:` configuration.
      settingsOf(
        defaultSource((key) => textOf(args, key.replace(/^act365:/, "")), process.env),
        "the act365 settings of this stack are incomplete or wrong",
      )
    : settingsOf(
        explicitSource(args, provider),
        `the provider "${provider}" has incomplete or wrong settings`,
      );

/** Arguments that are no texts come as JSON, since that is how the SDKs send those of a provider. */
const textOf = (args: Bag, setting: string): string | undefined => {
  const value = args[setting];
  return value === undefined || value === null || value === "" ? undefined : String(value);
};

/** Nothing is taken from the environment, as for a named connection: it would be another organization's secret. */
const explicitSource = (args: Bag, provider: string): Source => ({
  given: Object.fromEntries(settingNames.map((setting) => [setting, textOf(args, setting)])),
  words: {
    names: Object.fromEntries(
      settingNames.map((setting) => [setting, `${setting} of the provider "${provider}"`]),
    ),
    afterRotation:
      "After changing them run pulumi up before refresh or destroy, which use the settings of the last pulumi up.",
  },
  toSet: (setting, value) =>
    value === undefined
      ? `give ${setting} in the program, from the stack's configuration`
      : `give ${setting} in the program, such as ${value}`,
  toRemove: (setting) => `take ${setting} out of the program`,
});

/** What is wrong with a provider's arguments, and what only looks wrong. What is not known yet is right. */
export function reviewOf(args: Bag, provider: string): { problems: string[]; warnings: string[] } {
  const others = Object.keys(args).filter(
    (key) => key !== "version" && !key.startsWith("__") && !settingNames.includes(key as Setting),
  );
  const warnings = misspeltSettings(
    Object.fromEntries(others.map((key) => [`act365:${key}`, String(args[key])])),
  );
  const problems: string[] = [];
  const isKnown = settingNames.every((setting) => args[setting] !== UNKNOWN);
  try {
    if (isKnown) settingsIn(args, provider);
  } catch (error) {
    problems.push((error as Error).message);
  }
  return { problems, warnings };
}

/**
 * A provider's arguments as state keeps them, its secrets marked wherever the program forgot to. The address that the
 * environment names is among them, so that another one shows in a preview; the secrets of the environment are not.
 */
export function completed(args: Bag, provider: string): Record<string, unknown> {
  const address = process.env[variables.baseUrl];
  const isFromEnvironment =
    isDefaultProvider(provider) &&
    address &&
    textOf(args, "region") === undefined &&
    textOf(args, "baseUrl") === undefined;
  const all = { ...args, ...(isFromEnvironment && { baseUrl: address }) };
  return Object.fromEntries(
    Object.entries(all).map(([name, value]) => [name, isSecret(name as Setting) ? secretOf(value) : value]),
  );
}
