import { type Bag, isBag, UNKNOWN } from "../arguments/paths";
import type { Settings } from "../platform/address";
import type { Organization } from "../platform/answers";
import type { Client } from "../platform/client";
import { settingNames } from "../settings/names";
import { settingsIn } from "./settings";

/**
 * Whether two providers are two places, so that an instance of one cannot be an instance of the other: two addresses, or
 * two organizations at one address, by what the platform says of the secrets. Secrets that are only rotated are of one
 * organization, and an address that takes the organization secret of before is a new name of the same platform. Where
 * nothing is replaced, the update of each instance proves that it is the same.
 *
 * @returns the arguments that make them two places.
 */
export async function isElsewhere(olds: Bag, news: Bag, provider: string): Promise<string[]> {
  const now = settingsOrNone(news, provider);
  const before = placesOf(olds).map((place) => settingsOrNone(place, provider));
  if (!now || before.length === 0 || before.includes(undefined)) return [];
  const here = before.filter((settings) => settings?.baseUrl === now.baseUrl);
  if (here.length === 0) {
    const isSecretOfBefore = before.some((place) => place?.organizationSecret === now.organizationSecret);
    const isRenamed = isSecretOfBefore && (await organizationOf(now)) !== undefined;
    return isRenamed ? [] : [news.baseUrl === undefined ? "region" : "baseUrl"];
  }
  const [only, ...others] = here;
  // The class's resources have connections, and which one it was is not told here.
  if (!only || others.length > 0 || isOfClass(olds)) return [];
  if (only.userSecret === now.userSecret && only.organizationSecret === now.organizationSecret) return [];
  const [one, other] = (await Promise.all([organizationOf(only), organizationOf(now)])).map(
    (each) => each?.id,
  );
  return one !== undefined && other !== undefined && one !== other ? ["organizationSecret"] : [];
}

function settingsOrNone(args: Bag, provider: string): Settings | undefined {
  try {
    return Object.values(args).includes(UNKNOWN) ? undefined : settingsIn(args, provider);
  } catch {
    return undefined;
  }
}

/** Pulumi's own provider for dynamic resources, which the class uses, has the stack's whole configuration. */
const isOfClass = (args: Bag): boolean => Object.keys(args).some((key) => key.startsWith("act365:"));

/** The settings of a provider, or those of each connection of the class. */
function placesOf(args: Bag): Bag[] {
  if (!isOfClass(args)) return [args];
  const entries = Object.entries(args).flatMap(([key, value]): [string, unknown][] =>
    key.startsWith("act365:") ? [[key.slice("act365:".length), value]] : [],
  );
  const connections = entries.flatMap(([, value]) => objectIn(value));
  const own = entries.filter(([key]) => settingNames.some((name) => name === key));
  return own.length > 0 ? [Object.fromEntries(own), ...connections] : connections;
}

function objectIn(value: unknown): Bag[] {
  try {
    const object: unknown = typeof value === "string" && value.startsWith("{") ? JSON.parse(value) : value;
    return isBag(object) ? [object] : [];
  } catch {
    return [];
  }
}

/** What the platform has said: the engine asks anew for each resource. */
const organizations = new Map<Client, Promise<Organization | undefined>>();

/** The organization, without an id where the user may not see it; undefined where the secrets were not taken. */
function organizationOf(settings: Settings): Promise<Organization | undefined> {
  const { clientFor } = require("../platform/client") as typeof import("../platform/client");
  // A preview waits for the answer, and goes on without one.
  const client = clientFor({ ...settings, maxAttempts: 2, timeoutSeconds: 20 });
  const known = organizations.get(client) ?? client.organization().catch(() => undefined);
  organizations.set(client, known);
  return known;
}
