import type { Setting, Settings } from "../platform/address";
import { settingNames } from "./names";
import { isSecret, type Source, settingsOf, variables } from "./settings";

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
  return settingsOf(source, "the act365 settings of this stack are incomplete or wrong", problems);
}

/** `act365:userSecret` and the others, or the environment variable that stands in for one. */
export function defaultSource(config: ReadConfig, environment: Environment): Source {
  const given = readAll((setting) => config(`act365:${setting}`));
  // The stack's region goes before the environment's address, as everything that the stack says does.
  const address = given.baseUrl || given.region ? undefined : environment[variables.baseUrl] || undefined;
  const { words, ...source } = configuredSource("act365:", {
    ...given,
    userSecret: given.userSecret || environment[variables.userSecret],
    organizationSecret: given.organizationSecret || environment[variables.organizationSecret],
    baseUrl: given.baseUrl || address,
  });
  const names = address ? { baseUrl: `the environment variable ${variables.baseUrl}` } : {};
  return {
    ...source,
    words: { ...words, names: { ...words.names, ...names } },
    toSet: (setting, value) =>
      isSecret(setting)
        ? `${source.toSet(setting)} (or the environment variable ${variables[setting]})`
        : source.toSet(setting, value),
  };
}

/** `pulumi config set --path act365:eu.userSecret` makes `act365:eu` an object, which arrives as JSON. */
function namedSource(config: ReadConfig, connection: string, problems: string[]): Source {
  const values = objectIn(config(`act365:${connection}`) || "{}");
  if (!values)
    problems.push(
      `act365:${connection} is one value and no object, so no connection can be named "${connection}"; the connections of this stack are those that are objects in: pulumi config`,
    );
  const given = readAll((setting) =>
    values && Object.hasOwn(values, setting) ? String(values[setting] ?? "") : undefined,
  );
  return configuredSource(`act365:${connection}.`, given);
}

/** A number, as a setting may be, is JSON too, and no object. */
function objectIn(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** An empty text is as good as none. */
const readAll = (read: (setting: Setting) => string | undefined): Source["given"] =>
  Object.fromEntries(settingNames.map((setting) => [setting, read(setting) || undefined]));

/** @param prefix what stands before a setting's name in the stack's configuration; `act365:eu.` begins a path. */
function configuredSource(prefix: string, given: Source["given"]): Source {
  const [set, remove] = prefix.endsWith(".")
    ? ["pulumi config set --path", "pulumi config rm --path"]
    : ["pulumi config set", "pulumi config rm"];
  return {
    given,
    words: {
      names: Object.fromEntries(settingNames.map((setting) => [setting, `${prefix}${setting}`])),
      afterRotation:
        "After changing them run pulumi up before refresh or destroy, which use the settings of the last pulumi up.",
    },
    toSet: (setting, value) =>
      value === undefined
        ? `set it with: ${set} --secret ${prefix}${setting}`
        : `set it with: ${set} ${prefix}${setting} ${value}`,
    toRemove: (setting) => `remove one with: ${remove} ${prefix}${setting}`,
  };
}
