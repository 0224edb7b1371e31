/** Any three programs, one after the other. */

import { canaries, events, one, two } from "./programs.mts";
import type { Scenario } from "./scenario.mts";
import { moved, scenarios } from "./scenarios.mts";
import type { Program } from "./stack.mts";

/** Programs of which any may follow any. */
const programs: Readonly<Record<string, Program>> = {
  nothing: [],
  one: one(),
  renamed: one({ name: "Renamed", tags: ["a", "b"] }),
  disabled: one({ enabled: false }),
  traced: one({ traceLogging: true, tags: ["b"] }),
  rotated: one({ apiKey: canaries.rotatedKey, developerKey: canaries.rotatedDeveloperKey }),
  notified: one(events()),
  polled: one({ ...events({ refreshIntervalMinutes: 30 }), enabled: false }),
  configured: one({ configuration: { "pagination.max": 7, "bulk.relations": "r" } }),
  verified: one({ verify: true }),
  two: two(),
  "two others": two({ name: "First", enabled: false }, { tags: ["x"], traceLogging: true }),
  "another name": one({}, { name: "Sales" }),
  below: moved,
  elsewhere: one({ connection: "other" }),
};
export const programNames: readonly string[] = Object.keys(programs);

/** A scenario by its name; that of a chain is the names of its programs. */
export function scenarioNamed(name: string): Scenario {
  const known = scenarios.find((each) => each.name === name);
  if (known) return known;
  const [before, after, last] = name.split(" > ").map((each) => programs[each]);
  if (!before || !after || !last) throw new Error(`there is no scenario "${name}"`);
  return { name, before: [before], after: [after], last: [last] };
}
