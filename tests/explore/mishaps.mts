/** What can happen at each point: to a request, or to who sent it. */
import type { Fault } from "../../provider/simulator/index.ts";

export interface Happening {
  readonly name: string;
  /** What the platform, or what stands before it, does with the request. */
  readonly fault?: Fault;
  /** Who is killed when the request has come. */
  readonly kills?: "plugin" | "engine";
  /** The plugin outlives the engine. */
  readonly worksOn?: true;
  /** Not only to this request but to each of its kind until the command ends. */
  readonly lasts?: true;
}

const toRequests: readonly Happening[] = [
  { name: "not sent", fault: { kind: "reset-before" } },
  { name: "done, the answer lost", fault: { kind: "reset-after" } },
  { name: "done late by 5 s", fault: { kind: "delay", milliseconds: 5000 } },
  { name: "done, the answer late by 5 s", fault: { kind: "delay", milliseconds: 5000, workDone: true } },
  { name: "done, the answer late by 70 s", fault: { kind: "delay", milliseconds: 70_000, workDone: true } },
  ...[200, 404, 502].flatMap((status) => [
    { name: `not done, a page with ${status}`, fault: { kind: "page", status } as Fault },
    { name: `done, a page with ${status}`, fault: { kind: "page", status, workDone: true } as Fault },
  ]),
  ...[1, 2, 4].map((requestsAgo) => ({
    name: `as it was ${requestsAgo} requests ago`,
    fault: { kind: "stale", requestsAgo } as Fault,
  })),
];

/** What the platform itself may answer, or leave half answered. */
const oddAnswers: readonly Happening[] = [
  { name: "done, no answer ever", fault: { kind: "hang", workDone: true } },
  { name: "done, half an answer", fault: { kind: "truncated-json" } },
  { name: "done, the answer broken off", fault: { kind: "reset-in-body" } },
  { name: "done, an empty answer", fault: { kind: "empty-body" } },
  { name: "done, an answer of other types", fault: { kind: "wrong-types" } },
  { name: "done, an answer without tags", fault: { kind: "keys-missing", keys: ["tags"] } },
  { name: "done, an answer without configuration", fault: { kind: "keys-missing", keys: ["configuration"] } },
  { name: "done, answered 500", fault: { kind: "error", status: 500, workDone: true } },
  { name: "done, answered 408", fault: { kind: "error", status: 408, workDone: true } },
  { name: "done, an answer without an id", fault: { kind: "keys-missing", keys: ["id"] } },
  { name: "not done, answered 503", fault: { kind: "error", status: 503 } },
  { name: "not done, answered 401", fault: { kind: "error", status: 401 } },
  { name: "not done, answered 403", fault: { kind: "error", status: 403 } },
  { name: "three answers of 429", fault: { kind: "too-many-requests", retryAfterSeconds: 2, times: 3 } },
];

const kills: readonly Happening[] = [
  { name: "the plugin killed before it is done", fault: { kind: "hang" }, kills: "plugin" },
  { name: "the plugin killed once it is done", fault: { kind: "hang", workDone: true }, kills: "plugin" },
  { name: "the engine killed, the plugin with it", fault: { kind: "hang", workDone: true }, kills: "engine" },
  {
    name: "the engine killed, the plugin works on",
    fault: { kind: "delay", milliseconds: 200, workDone: true },
    kills: "engine",
    worksOn: true,
  },
];

/** What is tried on every reading of the platform. */
export const everywhere: readonly Happening[] = [
  ...toRequests,
  { name: "done, two answers without a token", fault: { kind: "keys-missing", keys: ["token"], times: 2 } },
  ...kills,
];

/** What is tried on the mild readings. */
export const happenings: readonly Happening[] = [
  ...everywhere,
  ...oddAnswers,
  ...toRequests.map(
    ({ name, fault }): Happening => ({
      name: `${name}, again and again`,
      ...(fault && { fault }),
      lasts: true,
    }),
  ),
];
