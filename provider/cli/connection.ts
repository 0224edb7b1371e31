import type { Command } from "commander";
import { Client } from "../platform/client";
import { type Secret, type Setting, type Source, settingsOf, variables } from "../settings/settings";

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
  const given: Partial<Record<Setting, string | undefined>> = { region, baseUrl };
  const names: Partial<Record<Setting, string>> = { ...variables, region: "--region", baseUrl: "--base-url" };
  const called = (setting: Setting): string => names[setting] ?? setting;
  return {
    read: (setting, variable) => given[setting] || (variable && process.env[variable]) || undefined,
    called,
    toSet: (setting, value) => `give it with: ${called(setting)} ${value}`,
    toSetSecret: (setting) => `set it with: ${toExport(setting)}`,
    toUnset: () => "give one of them",
  };
}
