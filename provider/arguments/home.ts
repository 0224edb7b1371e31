import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { apiPath, type Settings } from "../platform/address";

/**
 * Where an instance lives: the platform's address, and as whom it was seen there. Of the two secrets it holds
 * fingerprints, which tell one secret from another and nothing else.
 */
export interface Home {
  readonly host: string;
  readonly organization: string;
  readonly user: string;
}

export const homeOf = ({ baseUrl, organizationSecret, userSecret }: Settings): Home => ({
  host: baseUrl.endsWith(apiPath) ? baseUrl.slice(0, -apiPath.length) : baseUrl,
  organization: fingerprint("organization", organizationSecret),
  user: fingerprint("user", userSecret),
});

const fingerprint = (whose: string, secret: string): string =>
  createHash("sha256").update(`act365 ${whose} secret ${secret}`).digest("hex").slice(0, 12);

/** What of an instance's home is another now; nothing for a state of 0.1.0, which does not tell its home. */
export function changesOfHome(before: unknown, now: Home): (keyof Home)[] {
  if (typeof before !== "object" || before === null || isDeepStrictEqual(before, now)) return [];
  return (["host", "organization", "user"] as const).filter((part) => (before as Home)[part] !== now[part]);
}
