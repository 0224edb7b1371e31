import type { dynamic } from "@pulumi/pulumi";
import * as lifecycle from "../../provider/dynamic/lifecycle";
import type { Simulator, User } from "../../provider/simulator";

/** Configures the plugin's side as the host does, with the stack's configuration. */
export function configurePlugin(config: Record<string, string>): Promise<void> {
  const get = (key: string) => config[key];
  const request = { config: { get, require: get } } as unknown as dynamic.ConfigureRequest;
  return lifecycle.configure(request);
}

interface Place {
  readonly baseUrl: string;
  readonly organizations: readonly [Pick<User, "userSecret" | "organizationSecret">, ...unknown[]];
}
/** What leads to the first organization of a simulator. */
export const connectionOf = ({ baseUrl, organizations: [{ userSecret, organizationSecret }] }: Place) => ({
  baseUrl,
  userSecret,
  organizationSecret,
});
/** The same as a stack's configuration says it. */
export const settingsOf = (place: Place): Record<string, string> =>
  Object.fromEntries(Object.entries(connectionOf(place)).map(([name, value]) => [`act365:${name}`, value]));

/** Configures it for such a one. */
export const connectPlugin = (simulator: Simulator, more: Record<string, string> = {}): Promise<void> =>
  configurePlugin({ ...settingsOf(simulator), "act365:settleSeconds": "0", ...more });

/** Arguments as the class sends them. */
export const given = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
  __provider: "the capsule",
  apiKey: "canary-api-key",
  developerKey: "canary-developer-key",
  name: "crm",
  ownershipTag: "pulumi:project/stack/crm",
  ...more,
});

/** What the engine keeps of what a provider answers: secrets opened, as the host hands them back. */
export function kept(value: unknown): Record<string, unknown> {
  return JSON.parse(JSON.stringify(value), (_, inner) =>
    inner?.["4dabf18193072939515e22adb298388d"] ? inner.value : inner,
  );
}

/** Checks arguments and returns them complete, as create and update get them. */
export async function checked(
  more: Record<string, unknown> = {},
  olds: Record<string, unknown> = {},
): Promise<Record<string, unknown>> {
  const { inputs, failures } = await lifecycle.check(olds, given(more));
  if (failures?.length) throw new Error(failures.map(({ reason }) => reason).join("\n"));
  return { ...kept(inputs), __provider: "the capsule" };
}
