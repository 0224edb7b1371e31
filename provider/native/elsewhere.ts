import { type Bag, UNKNOWN } from "../arguments/paths";
import type { Settings } from "../platform/address";
import { settingNames } from "../settings/names";
import { settingsIn } from "./settings";

/**
 * Whether two providers are two places, so that an instance of one cannot be an instance of the other: two addresses, or
 * two organizations at one address, by what the platform says of the secrets. Secrets that are only rotated are of one
 * organization. Where the platform does not say, nothing is replaced, and the update of each instance proves that it is
 * the same.
 *
 * @returns the arguments that make them two places.
 */
export async function isElsewhere(olds: Bag, news: Bag, provider: string): Promise<string[]> {
  const [before, now] = [settingsOrNone(olds, provider), settingsOrNone(news, provider)];
  if (!before || !now) return [];
  if (before.baseUrl !== now.baseUrl)
    return [plain(olds).baseUrl !== plain(news).baseUrl ? "baseUrl" : "region"];
  if (before.userSecret === now.userSecret && before.organizationSecret === now.organizationSecret) return [];
  const [one, other] = await Promise.all([organizationOf(before), organizationOf(now)]);
  return one !== undefined && other !== undefined && one !== other ? ["organizationSecret"] : [];
}

function settingsOrNone(args: Bag, provider: string): Settings | undefined {
  try {
    return Object.values(args).includes(UNKNOWN) ? undefined : settingsIn(plain(args), provider);
  } catch {
    return undefined;
  }
}

/** Pulumi's own provider for dynamic resources, which the class uses, has the stack's whole configuration. */
const plain = (args: Bag): Bag =>
  Object.fromEntries(settingNames.map((name) => [name, args[name] ?? args[`act365:${name}`]]));

async function organizationOf(settings: Settings): Promise<number | undefined> {
  const { Client } = require("../platform/client") as typeof import("../platform/client");
  try {
    const client = new Client({ ...settings, maxAttempts: 2, timeoutSeconds: 20 });
    return (await client.organization()).id;
  } catch {
    return undefined;
  }
}
