import type { dynamic } from "@pulumi/pulumi";
import * as lifecycle from "../../provider/dynamic/lifecycle";
import type { Simulator } from "../../provider/simulator";

/** Configures the plugin's side as the host does, with the stack's configuration. */
export function configurePlugin(config: Record<string, string>): Promise<void> {
  const get = (key: string) => config[key];
  const request = { config: { get, require: get } } as unknown as dynamic.ConfigureRequest;
  return lifecycle.configure(request);
}

/** Configures it for the first organization of a simulator. */
export const connectPlugin = (
  { baseUrl, organizations }: Simulator,
  more: Record<string, string> = {},
): Promise<void> =>
  configurePlugin({
    "act365:baseUrl": baseUrl,
    "act365:userSecret": organizations[0]?.userSecret ?? "",
    "act365:organizationSecret": organizations[0]?.organizationSecret ?? "",
    "act365:settleSeconds": "0",
    ...more,
  });

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
