import { connectorKeys } from "./connector-keys";

/** What to say of keys that the connector is not known to have: a warning for each. */
export function warningsOfKeys(keys: readonly string[]): string[] {
  const unknown = keys.filter((key) => !connectorKeys.has(key));
  if (unknown.length === 0) return [];
  // Loaded by the programs that need it alone.
  const { closestMatch } = require("leven") as typeof import("leven");
  return unknown.map((key) => {
    const near = closestMatch(key, [...connectorKeys.keys()], { maxDistance: Math.max(2, key.length / 3) });
    return near === undefined
      ? `configuration: the connector's list of keys, of 2020, lacks ${key}; it is sent as it is`
      : `configuration: ${key} is sent as it is, but the connector's list of keys, of 2020, lacks it; perhaps ${near} is meant`;
  });
}
