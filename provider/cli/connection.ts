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
    ? "this command needs to know which platform to ask, and as whom"
    : `this command needs to know which platform the connection "${connection}" is, and whom to ask it as`;

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
function sourceFrom(options: ConnectionOptions, { connection, baseUrl: known }: Place): Source {
  // The options are for the one connection that has no variables with a name in them.
  const { region, baseUrl }: ConnectionOptions = connection === undefined ? options : {};
  const variable = variableOf("baseUrl", connection);
  const address = region || baseUrl ? undefined : process.env[variable] || known;
  const names = {
    userSecret: variableOf("userSecret", connection),
    organizationSecret: variableOf("organizationSecret", connection),
    ...(connection === undefined && { region: "--region" }),
    baseUrl: address || connection !== undefined ? variable : "--base-url",
  };
  return {
    given: {
      region,
      baseUrl: baseUrl || address,
      userSecret: process.env[names.userSecret],
      organizationSecret: process.env[names.organizationSecret],
    },
    words: { names },
    toSet: (setting, value) => {
      if (isSecret(setting)) return `set it with: ${toExport(setting, connection)}`;
      if (connection !== undefined) return `set it with: export ${variable}=https://HOST`;
      return `give it with: ${setting === "region" ? "--region" : "--base-url"} ${value}`;
    },
    toRemove: () => "give one of them",
  };
}
