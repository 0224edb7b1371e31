/** From one set of arguments to another. */
import { canaries, events, one, two } from "./programs.mts";
import type { Scenario } from "./scenario.mts";
import { secret } from "./secrets.mts";
import type { Program } from "./stack.mts";

/** From one set of arguments to another of the same instance. */
const change = (name: string, before: Program, after: Program): Scenario => ({
  name,
  before: [before],
  after: [after],
  keeps: true,
});

export const changes: readonly Scenario[] = [
  change("change the name", one(), one({ name: "Renamed" })),
  change("change the tags", one({ tags: ["a"] }), one({ tags: ["b", "c"] })),
  change("take the tags out", one({ tags: ["a"] }), one()),
  change("disable", one(), one({ enabled: false })),
  change("enable", one({ enabled: false }), one()),
  change("trace", one(), one({ traceLogging: true })),
  change("trace no more", one({ traceLogging: true }), one()),
  change("rotate the API key", one(), one({ apiKey: canaries.rotatedKey })),
  change("rotate the developer key", one(), one({ developerKey: canaries.rotatedDeveloperKey })),
  change("switch events on", one(), one(events())),
  change("change events", one(events()), one(events({ refreshIntervalMinutes: 30 }))),
  change("take events out", one(events()), one()),
  change("switch events off", one(events()), one(events({ enabled: false }))),
  change(
    "rotate the callback's password",
    one(events()),
    one(events({ basicAuth: { username: "hook", password: secret(canaries.rotatedPassword) } })),
  ),
  change("set configuration", one(), one({ configuration: { "pagination.max": 7 } })),
  change(
    "take configuration out",
    one({ configuration: { "pagination.max": 7, "base.url": "https://a.example" } }),
    one(),
  ),
  change("verify", one(), one({ verify: true, apiKey: canaries.rotatedKey })),
  change("release on destroy", one(), one({ onDestroy: "release" })),
  change(
    "change all",
    one(),
    one({
      name: "All",
      tags: ["t"],
      enabled: false,
      traceLogging: true,
      apiKey: canaries.rotatedKey,
      ...events(),
    }),
  ),
  change("change two", two(), two({ name: "First" }, { enabled: false })),
];
