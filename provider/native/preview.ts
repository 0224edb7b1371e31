import { field, fieldPaths } from "../arguments/fields";
import { type Bag, isBag, UNKNOWN } from "../arguments/paths";
import { isSecretValue, secretOf } from "../arguments/secrets";
import { outputs } from "../arguments/shapes";
import { secretPathsLeft } from "../instance/state";
import { ELEMENT_KEY } from "../platform/answers";
import { changedPaths } from "./differences";

/** What a preview knows of an instance before it is there: the arguments, of which the server changes none. */
export function previewOfCreate(args: Bag): Record<string, unknown> {
  const { configuration: _, ...own } = args;
  return {
    ...Object.fromEntries(outputs.map((name) => [name, UNKNOWN])),
    instanceId: args.adopt === undefined || args.adopt === UNKNOWN ? UNKNOWN : Number(args.adopt),
    elementKey: ELEMENT_KEY,
    ...own,
  };
}

/** What a preview knows of an instance after an update: what there was, but for what the changes touch. */
export function previewOfUpdate(state: Bag, args: Bag): Record<string, unknown> {
  const changed = changedPaths(state, args);
  const touches = (test: (path: string) => boolean) => changed.some(test);
  const isConfigured = (path: string) => "configuration" in field(path as (typeof changed)[number]).wire;
  const unknown = {
    ...(touches(isConfigured) && { configuration: UNKNOWN }),
    ...(touches((path) => path === "enabled") && { disabled: UNKNOWN }),
    ...(touches((path) => path === "traceLogging") && { traceLoggingEnabled: UNKNOWN }),
    ...(touches((path) => path === "events.enabled") && { eventsEnabled: UNKNOWN }),
    ...(touches((path) => path === "apiKey" || path === "developerKey") && { valid: UNKNOWN }),
  };
  const { configuration: managed, ...own } = args;
  const properties = {
    ...Object.fromEntries(Object.entries(state).filter(([name]) => !argumentNames.has(name))),
    // Of an adopted instance they stay as they are where the program does not say them.
    ...(args.adopt !== undefined && { name: state.name, tags: state.tags }),
    ...own,
    configuration: state.configuration,
    managedKeys: isBag(managed) ? Object.keys(managed) : undefined,
    ...unknown,
  };
  return { ...properties, secretPaths: secretPathsLeft(state, args, properties) };
}

const argumentNames = new Set(fieldPaths.map((path) => path.split(".")[0] ?? ""));

/** Marks as secret what a preview does not know yet, at the given paths. */
export function sealedUnknowns(
  properties: Bag,
  paths: readonly string[],
  prefix = "",
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(properties).map(([key, value]) => {
      const path = prefix + key;
      if (value === UNKNOWN && paths.includes(path)) return [key, secretOf(value)];
      return [key, isBag(value) && !isSecretValue(value) ? sealedUnknowns(value, paths, `${path}.`) : value];
    }),
  );
}
