import type { Command } from "commander";
import { Client } from "../client";
import { settingsFrom } from "../config";

/** The options of a command that talks to the platform. Secrets come from the environment, never from arguments. */
export interface ConnectionOptions {
  region?: string;
  baseUrl?: string;
}

export const withConnection = (command: Command): Command =>
  command
    .option("--region <name>", "the platform's region, as act365:region")
    .option("--base-url <url>", "the platform's address, as act365:baseUrl (or ACT365_BASE_URL)")
    .addHelpText(
      "after",
      "\nThe secrets come from the environment: ACT365_USER_SECRET and ACT365_ORGANIZATION_SECRET.",
    );

/** @throws ConfigurationError that names every missing setting. */
export function connect({ region, baseUrl }: ConnectionOptions): Client {
  const given: Record<string, string | undefined> = { "act365:region": region, "act365:baseUrl": baseUrl };
  return new Client(settingsFrom((key) => given[key], process.env));
}
