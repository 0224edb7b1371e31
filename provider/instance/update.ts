import type { Arguments } from "../arguments/check";
import { differences } from "../arguments/compare";
import { connectorKeys } from "../arguments/connector-keys";
import { type FieldPath, field } from "../arguments/fields";
import { asSecretPaths, madeSecret, secretsIn } from "../arguments/secrets";
import { type Defaults, type InstanceResponse, isMask } from "../platform/answers";
import type { Client } from "../platform/client";
import { Act365Error, ApiError } from "../platform/errors";
import { tell } from "../platform/operation";
import { type Change, changeBody, keysTakenOut } from "./bodies";
import { halfMade } from "./half-made";
import { lookAgain, originOf } from "./look";
import { asKept, notKept, tagsLost } from "./owner";
import { Progress } from "./progress";
import { argumentsIn, propertiesOf, type Snapshot, unconfirmedIn } from "./state";

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
  const paths = [...new Set([...differences(known.olds, args), ...unconfirmedIn(known.before)])];
  const progress = new Progress(client, known, args);
  let verified = args.verify && !paths.some(isCredential) ? known.before.verified : undefined;
  const before = () => ({ ...known.before, verified, unconfirmed: progress.left() });
  try {
    // Which keys are managed is known also while their values are not confirmed.
    const { configuration = known.olds.configuration } = argumentsIn(known.before);
    await patch(client, progress, {
      olds: { ...known.olds, configuration },
      news: args,
      paths,
      unconfirmed: unconfirmedIn(known.before),
      tags: known.instance.tags ?? [],
      names: [known.olds.name, known.instance.name],
    });
    const id = String(known.instance.id);
    for (const [path, call] of switches) {
      if (!paths.includes(path)) continue;
      const on = args[path] === true;
      await progress.send([path], async () => {
        await client.switchInstance(id, call, on, originOf(known.instance));
        return {
          ...progress.instance,
          ...(path === "enabled" ? { disabled: !on } : { traceLoggingEnabled: on }),
        };
      });
      progress.done([path]);
    }
    if (args.verify && args.enabled !== false && verified !== true) {
      progress.done(paths);
      await verify(client, progress.instance.token ?? known.before.token, args);
      verified = true;
    }
  } catch (error) {
    if (!progress.isOurs || !(error instanceof Act365Error)) throw error;
    throw halfMade(
      `instance ${known.instance.id} was changed only in part, as the state records; pulumi up does the rest. The reason: ${error.message}`,
      {
        instance: progress.instance,
        before: before(),
        reached: {
          ...progress.reached,
          // Half-way the values of both sides may be there.
          secretPaths: asSecretPaths([known.olds, args].flatMap(madeSecret)),
          __provider: args.__provider,
        },
      },
    );
  }
  return propertiesOf(args, before(), progress.instance);
}

const isCredential = (path: FieldPath): boolean => path === "apiKey" || path === "developerKey";

async function patch(client: Client, progress: Progress, change: Change): Promise<void> {
  const { olds, news, paths } = change;
  const takenOut = keysTakenOut(change);
  const defaults: Defaults = takenOut.length > 0 ? await defaultsFrom(client) : new Map();
  const body = changeBody(change, defaults);
  if (Object.keys(body).length === 0) return;
  const id = String(progress.instance.id);
  const secrets = [...secretsIn(news), ...secretsIn(olds)];
  const sent = paths.filter((path) => "instance" in field(path).wire || "configuration" in field(path).wire);
  const send = (what: Record<string, unknown>) =>
    progress.send(sent, async () =>
      progress.demandStillOurs(
        await client.updateInstance(id, what, secrets, originOf(progress.instance)),
        "tags" in what,
      ),
    );
  const patched = await send(body);
  // For other keys the platform may make another token; an answer without it is completed by a look.
  if (patched.token === undefined && sent.some(isCredential))
    progress.heard({ ...patched, token: await tokenOf(client, patched) });
  // Whether null or "" clears a key that has no default is UNKNOWN (PLATFORM.md, section 2.1): null went first.
  const cleared = takenOut.filter((key) => !defaults.get(key));
  const keptIn = async (answer: InstanceResponse) => {
    const configuration = await configurationAfter(answer, client, progress, cleared);
    return cleared.flatMap((key) => (configuration[key] ? [[key, configuration[key]] as const] : []));
  };
  const kept = cleared.length > 0 ? await keptIn(patched) : [];
  if (kept.length > 0) {
    const again = await send({ configuration: Object.fromEntries(kept.map(([key]) => [key, ""])) });
    const stuck = (await keptIn(again)).filter(([, value]) => !isMask(value)).map(([key]) => key);
    if (stuck.length > 0)
      throw new Act365Error(
        `the platform keeps the value of ${stuck.join(", ")} although it was cleared; clear it in the platform's user interface, then run pulumi refresh`,
      );
  }
  const lost = body.tags ? await tagsLost(client, progress.instance, body.tags as string[]) : [];
  if (lost.length > 0) {
    progress.tagIs(asKept(progress.instance.tags ?? [], news.ownershipTag));
    throw new Act365Error(notKept(lost, secrets));
  }
  progress.done(sent);
}

/** Looked for twice, since any answer may leave it out; undefined on a platform that does not tell it. */
async function tokenOf(client: Client, instance: InstanceResponse): Promise<string | undefined> {
  return (await lookAgain(client, instance))?.token ?? (await lookAgain(client, instance))?.token;
}

/**
 * The configuration after a PATCH whose answer may leave it out.
 *
 * @throws when no answer tells what became of the keys.
 */
async function configurationAfter(
  answer: InstanceResponse,
  client: Client,
  progress: Progress,
  keys: readonly string[],
): Promise<Readonly<Record<string, unknown>>> {
  if (answer.configuration) return answer.configuration;
  const seen = await lookAgain(client, answer);
  if (!seen?.configuration)
    throw new Act365Error(
      `the platform's answer has no configuration, so it is not known whether ${keys.join(", ")} was cleared; run pulumi up again`,
    );
  progress.heard({ ...answer, configuration: seen.configuration });
  return seen.configuration;
}

/** What the connector sets by itself; the platform tells it only to users with the privilege viewElements. */
async function defaultsFrom(client: Client): Promise<Defaults> {
  try {
    return await client.connectorDefaults();
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 403) throw error;
    tell(
      "the platform does not show this user the connector's defaults, so those of its published definition are written",
    );
    return new Map([...connectorKeys].map(([key, { default: value }]) => [key, value ?? null]));
  }
}

async function verify(client: Client, token: unknown, args: Arguments): Promise<void> {
  if (typeof token !== "string")
    throw new Act365Error(
      "the keys cannot be tried (verify), since the platform's answer had no token; run pulumi refresh, then pulumi up",
    );
  await client.verifyInstance(token, secretsIn(args));
}
