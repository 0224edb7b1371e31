import type { Command } from "commander";
import { Client } from "../platform/client";
import { isSecret, type Secret, type Source, settingsOf, variables } from "../settings/settings";

/** The options of a command that talks to the platform. Secrets come from the environment, never from arguments. */
export interface ConnectionOptions {
  region?: string;
  baseUrl?: string;
}

/** Which of a stack's connections: its name, and the address that is known of it beside what the user gives. */
export interface Place {
  /** Absent for the settings directly under `act365:`. */
  readonly connection?: string | undefined;
  readonly baseUrl?: string | undefined;
}

export const withConnection = (command: Command): Command =>
  command
    .option("--region <name>", "the platform's region, as act365:region")
    .option("--base-url <url>", `the platform's address, as act365:baseUrl (or ${variables.baseUrl})`)
    .addHelpText(
      "after",
      `\nThe secrets come from the environment:\n  ${toExport("userSecret")}\n  ${toExport("organizationSecret")}\n` +
        `and those of a connection from variables with its name in them:\n  ${toExport("userSecret", "eu")}`,
    );

/** @throws ConfigurationError that names every missing setting. */
export const connect = (options: ConnectionOptions, place: Place = {}): Client =>
  new Client(settingsOf(sourceFrom(options, place), headOf(place)));

const headOf = ({ connection }: Place): string =>
  connection === undefined
    ? "this command does not know which platform to ask, or as whom"
    : `this command does not know the platform of the connection "${connection}" or its secrets`;

/** A setting's variable: `ACT365_USER_SECRET`, and that of the connection eu `ACT365_EU_USER_SECRET`. */
function variableOf(setting: keyof typeof variables, connection: string | undefined): string {
  const name = variables[setting];
  if (connection === undefined) return name;
  return name.replace(/^ACT365_/, `ACT365_${connection.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}_`);
}

const toExport = (setting: Secret, connection?: string): string =>
  `export ${variableOf(setting, connection)}="$(pulumi config get ${
    connection === undefined ? `act365:${setting}` : `--path act365:${connection}.${setting}`
  })"`;

/** A command does not see the stack's configuration, so its messages speak of what it does see. */
const sourceFrom = (options: ConnectionOptions, { connection, baseUrl }: Place): Source =>
  connection === undefined ? defaultSource(options, baseUrl) : namedSource(connection, baseUrl);

/** The options are for the one connection that has no variables with a name in them. */
function defaultSource({ region, baseUrl }: ConnectionOptions, known: string | undefined): Source {
  const address = region || baseUrl ? undefined : process.env[variables.baseUrl] || known;
  return {
    given: { region, baseUrl: baseUrl || address, ...secretsFrom(variables) },
    words: {
      names: { ...variables, region: "--region", baseUrl: address ? variables.baseUrl : "--base-url" },
    },
    toSet: (setting, value) =>
      isSecret(setting)
        ? `set it with: ${toExport(setting)}`
        : `give it with: ${setting === "region" ? "--region" : "--base-url"} ${value}`,
    toRemove: () => "give one of them",
  };
}

function namedSource(connection: string, known: string | undefined): Source {
  const names = {
    userSecret: variableOf("userSecret", connection),
    organizationSecret: variableOf("organizationSecret", connection),
    baseUrl: variableOf("baseUrl", connection),
    region: variableOf("baseUrl", connection).replace("BASE_URL", "REGION"),
  };
  const [region, baseUrl] = [process.env[names.region], process.env[names.baseUrl]];
  return {
    given: { region, baseUrl: baseUrl || (region ? undefined : known), ...secretsFrom(names) },
    words: { names },
    toSet: (setting, value) =>
      isSecret(setting)
        ? `set it with: ${toExport(setting, connection)}`
        : `set it with: export ${setting === "region" ? names.region : names.baseUrl}=${value}`,
    toRemove: () => "give one of them",
  };
}

const secretsFrom = (names: Readonly<Record<Secret, string>>) => ({
  userSecret: process.env[names.userSecret],
  organizationSecret: process.env[names.organizationSecret],
});
