/** What the scenarios declare. */

import type { Bag } from "./plugin.mts";
import { secret } from "./secrets.mts";
import type { Declared, Program } from "./stack.mts";

/** Values that no error, no output and no plain state may show. */
export const canaries = {
  apiKey: "canary-api-key",
  developerKey: "canary-developer-key",
  rotatedKey: "canary-rotated-key",
  rotatedDeveloperKey: "canary-rotated-developer-key",
  headers: "canary-headers",
  password: "canary-password",
  rotatedPassword: "canary-rotated-password",
  userSecret: "canary-user-secret",
  organizationSecret: "canary-organization-secret",
  colleague: "canary-colleague-secret",
  thirdUser: "canary-third-user",
  thirdOrganization: "canary-third-organization",
} as const;

const keys = { apiKey: canaries.apiKey, developerKey: canaries.developerKey };

/** In its name a capital and a comma: a platform may fold the one and split at the other. */
export const crm = (args: Bag = {}, more: Partial<Declared> = {}): Declared => ({
  name: "Crm,EU",
  ...more,
  args: { ...keys, ...args },
});

export const events = (more: Bag = {}): Bag => ({
  events: {
    callbackUrl: "https://example.com/hook",
    callbackHeaders: secret(canaries.headers),
    basicAuth: { username: "hook", password: secret(canaries.password) },
    ...more,
  },
});

export const one = (args: Bag = {}, more: Partial<Declared> = {}): Program => [crm(args, more)];
/** The name of one begins with that of the other. */
export const two = (first: Bag = {}, second: Bag = {}): Program => [
  crm(first),
  crm(second, { name: "Crm,EU2" }),
];
