import type { Fault, SimulatorOptions } from "../../../provider/simulator";
import { randomFrom } from "../../../provider/simulator/faults/plan";

type Plain<T> = T extends unknown ? Omit<T, "method" | "path" | "holds" | "nth" | "times"> : never;

/** What can go wrong with one request. */
export const faults: Readonly<Record<string, Plain<Fault>>> = {
  "reset before the work": { kind: "reset-before" },
  "reset after the work": { kind: "reset-after" },
  "reset in the body": { kind: "reset-in-body" },
  delay: { kind: "delay", milliseconds: 1500 },
  "hang, not done": { kind: "hang" },
  "hang, done": { kind: "hang", workDone: true },
  "429, Retry-After in seconds": { kind: "too-many-requests", retryAfterSeconds: 1 },
  "429, Retry-After as a date": { kind: "too-many-requests", retryAfterSeconds: 2, retryAfterForm: "date" },
  "500 before the work": { kind: "error", status: 500 },
  "500 after the work": { kind: "error", status: 500, workDone: true },
  "502 HTML before the work": { kind: "bad-gateway" },
  "502 HTML after the work": { kind: "bad-gateway", workDone: true },
  "truncated JSON": { kind: "truncated-json" },
  "wrong types": { kind: "wrong-types" },
  "wrong content type": { kind: "wrong-content-type" },
  "empty body": { kind: "empty-body" },
};

/** What is wrong with the platform as a whole, and how it is set up then. Lags are within `act365:settleSeconds`. */
export const worlds: Readonly<Record<string, SimulatorOptions>> = {
  "lagging list": {
    lag: { listMilliseconds: 3000 },
    // Where a list matters: the answer to every first POST is lost.
    faults: [{ kind: "reset-after", method: "POST", times: 0 }],
  },
  "lagging get": { lag: { getMilliseconds: 6000 } },
  "token bucket": { rateLimit: { perSecond: 15, burst: 3 } },
};

/** What is done with a resource while something goes wrong. */
export interface Operation {
  /** The arguments that are up before; undefined when it is not declared then. */
  readonly before?: string;
  /** Those to get to. */
  readonly after?: string;
  readonly command: "up" | "refresh";
  /** The call that the operation mainly is. */
  readonly call: { readonly method: Fault["method"]; readonly path: string };
  /** Whether somebody has made the instance by hand, to be taken over. */
  readonly adopts?: true;
  /** What the server holds in the end, beside the tag; undefined when nothing. */
  readonly held?: object;
}

const patch = { method: "PATCH", path: "/instances/ID" } as const;
export const operations: Readonly<Record<string, Operation>> = {
  create: {
    after: 'tags: ["a"]',
    command: "up",
    call: { method: "POST", path: "/instances" },
    held: { disabled: false },
  },
  "update of the name": {
    before: 'name: "one"',
    after: 'name: "two"',
    command: "up",
    call: patch,
    held: { name: "two" },
  },
  "update of the tags": {
    before: 'tags: ["a", "b"]',
    after: 'tags: ["b", "c"]',
    command: "up",
    call: patch,
    held: { tags: expect.arrayContaining(["b", "c"]) },
  },
  "update of the configuration": {
    before: 'configuration: { "pagination.max": 10 }',
    after: 'configuration: { "pagination.max": 20 }',
    command: "up",
    call: patch,
    held: { configuration: expect.objectContaining({ "pagination.max": "20" }) },
  },
  "update of enabled": {
    before: "",
    after: "enabled: false",
    command: "up",
    call: { method: "DELETE", path: "/instances/ID/enabled" },
    held: { disabled: true },
  },
  "update of traceLogging": {
    before: "",
    after: "traceLogging: true",
    command: "up",
    call: { method: "PUT", path: "/instances/ID/trace-logging" },
    held: { tracedUntil: expect.any(String) },
  },
  delete: { before: "", command: "up", call: { method: "DELETE", path: "/instances/ID" } },
  read: {
    before: 'name: "one"',
    after: 'name: "one"',
    command: "refresh",
    call: { method: "GET", path: "/instances/ID" },
    held: { name: "one" },
  },
  adopt: {
    after: 'name: "two"',
    command: "up",
    call: patch,
    adopts: true,
    held: { name: "two" },
  },
};

/** How often the fault happens: to the operation's call, or from there on to all that is asked about the instance. */
export type Duration = "once" | "lasting";

/** One operation on one resource that meets one fault. */
export interface Cell {
  readonly operation: string;
  /** One of `faults` or `worlds`. */
  readonly fault: string;
  readonly duration: Duration;
}

/** Every operation with every fault; those with the same command can be in one run. */
export const everyCell: readonly Cell[] = Object.keys(operations).flatMap((operation) =>
  Object.keys(faults).flatMap((fault) =>
    (["once", "lasting"] as const).map((duration) => ({ operation, fault, duration })),
  ),
);

/** Every operation in a world where something is wrong for all. */
export const cellsOf = (world: string): Cell[] =>
  Object.keys(operations).map((operation) => ({ operation, fault: world, duration: "lasting" }));

/** The faults that a cell plans for a resource; its instance's id is 0 while it has none. */
export function faultsFor({ operation, fault, duration }: Cell, resource: string, id: number): Fault[] {
  const plain = faults[fault];
  const { call } = operations[operation] as Operation;
  if (!plain) return [];
  const path = call.path.replace("ID", String(id));
  if (operation === "create") {
    const holds = `/${resource}\\b`;
    const post = { ...plain, ...call, path, holds };
    if (duration === "once") return [post];
    // The first list is the look before POST, without which there would be no POST to go wrong.
    return [
      { ...post, times: 0 },
      { ...plain, method: "GET", path: "/instances", holds, nth: 2, times: 0 },
    ];
  }
  if (duration === "once") return [{ ...plain, ...call, path }];
  return [{ ...plain, path: `/instances/${id}(/.*)?`, times: 0 }];
}

/** In an order that the seed decides. */
export function shuffled<T>(list: readonly T[], seed: number): T[] {
  const random = randomFrom(seed);
  return list
    .map((each) => [random(), each] as const)
    .sort(([one], [other]) => one - other)
    .map(([, each]) => each);
}
