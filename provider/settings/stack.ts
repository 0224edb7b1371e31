import type { Settings } from "../platform/address";
import type { Setting } from "./names";
import { type Source, settingsOf, variables } from "./settings";

/** Looks a key such as `act365:userSecret` up in the stack's configuration. */
export type ReadConfig = (key: string) => string | undefined;

type Environment = Readonly<Record<string, string | undefined>>;

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
