import type { Arguments } from "../arguments/check";
import { differences } from "../arguments/compare";
import { type FieldPath, field } from "../arguments/fields";
import type { Bag } from "../arguments/paths";
import { sealed, secretsIn } from "../arguments/secrets";
import { type Defaults, type InstanceResponse, isMask } from "../platform/answers";
import type { Client } from "../platform/client";
import { Act365Error } from "../platform/errors";
import { changeBody, keysTakenOut } from "./bodies";
import { HalfMadeError } from "./half-made";
import { propertiesOf, type Snapshot } from "./state";

const switches = (["enabled", "traceLogging"] as const).map((path) => {
  const { wire } = field(path);
  return [path, "call" in wire ? wire.call : "enabled"] as const;
});

/**
 * Brings an instance to what the program says, one call at a time and only those that something changed for. Wherever
 * that stops, the error carries what is really there, so that state says it and the next update does the rest.
 *
 * @returns the properties for state.
 */
export async function bring(
  client: Client,
  known: Snapshot,
  args: Arguments,
): Promise<Record<string, unknown>> {
  const changed = differences(known.olds, args);
  const id = String(known.instance.id);
  const verified = args.verify && !changed.some(isCredential) ? known.before.verified : undefined;
  let { instance, isOurs } = known;
  let before: Bag = { ...known.before, verified };
  let reached = known.olds;
  try {
    const patched = await patch(client, known, args, changed);
    if (patched) {
      instance = patched;
      reached = { ...args, enabled: reached.enabled, traceLogging: reached.traceLogging };
      isOurs = true;
    }
    for (const [path, call] of switches) {
      if (!changed.includes(path)) continue;
      const on = args[path] === true;
      await client.switchInstance(id, call, on);
      instance = { ...instance, ...(path === "enabled" ? { disabled: !on } : { traceLoggingEnabled: on }) };
      reached = { ...reached, [path]: on };
      isOurs = true;
    }
    if (args.verify && args.enabled !== false && before.verified !== true) {
      reached = args;
      await verify(client, instance.token ?? before.token, args);
      before = { ...before, verified: true };
    }
  } catch (error) {
    if (!isOurs || !(error instanceof Act365Error)) throw error;
    const properties = { ...sealed(propertiesOf(reached, before, instance)), __provider: args.__provider };
    throw new HalfMadeError(
      `instance ${id} is recorded as it is now, but not all was done: ${error.message}`,
      id,
      properties,
    );
  }
  return propertiesOf(args, before, instance);
}

const isCredential = (path: FieldPath): boolean => path === "apiKey" || path === "developerKey";

async function patch(
  client: Client,
  { instance, olds }: Snapshot,
  args: Arguments,
  changed: readonly FieldPath[],
): Promise<InstanceResponse | undefined> {
  const takenOut = keysTakenOut(olds, args);
  const defaults: Defaults = takenOut.length > 0 ? await client.connectorDefaults() : new Map();
  const body = changeBody(olds, args, changed, defaults);
  if (Object.keys(body).length === 0) return undefined;
  const id = String(instance.id);
  const secrets = [...secretsIn(args), ...secretsIn(olds)];
  const patched = await client.updateInstance(id, body, secrets);
  // Whether null or "" clears a key that has no default is UNKNOWN (contract, section 2.1): null went first.
  const kept = takenOut.filter((key) => !defaults.get(key) && patched.configuration?.[key]);
  if (kept.length === 0) return patched;
  const again = await client.updateInstance(
    id,
    { configuration: Object.fromEntries(kept.map((key) => [key, ""])) },
    secrets,
  );
  const stuck = kept.filter((key) => again.configuration?.[key] && !isMask(again.configuration[key]));
  if (stuck.length > 0)
    throw new Act365Error(
      `the platform keeps the value of ${stuck.join(", ")} although it was cleared; clear it in the platform's user interface`,
    );
  return again;
}

async function verify(client: Client, token: unknown, args: Arguments): Promise<void> {
  if (typeof token !== "string")
    throw new Act365Error("the instance cannot be verified, because the platform did not tell its token");
  await client.verifyInstance(token, secretsIn(args));
}
