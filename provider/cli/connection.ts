import type { Command } from "commander";
import { Client } from "../platform/client";
import { isSecret, type Secret, type Source, settingsOf, variables } from "../settings/settings";

/** The options of a command that talks to the platform. Secrets come from the environment, never from arguments. */
export interface ConnectionOptions {
  region?: string;
  baseUrl?: string;
}

const toExport = (setting: Secret): string =>
  `export ${variables[setting]}="$(pulumi config get act365:${setting})"`;

export const withConnection = (command: Command): Command =>
  command
    .option("--region <name>", "the platform's region, as act365:region")
    .option("--base-url <url>", `the platform's address, as act365:baseUrl (or ${variables.baseUrl})`)
    .addHelpText(
      "after",
      `\nThe secrets come from the environment:\n  ${toExport("userSecret")}\n  ${toExport("organizationSecret")}`,
    );

/** @throws ConfigurationError that names every missing setting. */
export const connect = (options: ConnectionOptions): Client =>
  new Client(settingsOf(sourceFrom(options), "what this command needs to know is not complete"));

/** A command does not see the stack's configuration, so its messages speak of what it does see. */
function sourceFrom({ region, baseUrl }: ConnectionOptions): Source {
  const address = region || baseUrl ? undefined : process.env[variables.baseUrl];
  const names = { ...variables, region: "--region", baseUrl: address ? variables.baseUrl : "--base-url" };
  return {
    given: {
      region,
      baseUrl: baseUrl || address,
      userSecret: process.env[variables.userSecret],
      organizationSecret: process.env[variables.organizationSecret],
    },
    words: { names },
    toSet: (setting, value) =>
      isSecret(setting)
        ? `set it with: ${toExport(setting)}`
        : `give it with: ${setting === "region" ? "--region" : "--base-url"} ${value}`,
    toRemove: () => "give one of them",
  };
}
