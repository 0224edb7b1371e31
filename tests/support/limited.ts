import type { Client } from "../../provider/platform/client";
import { ApiError } from "../../provider/platform/errors";
import { Pace } from "../../provider/platform/pace";
import { clientOf } from "./client";
import { always, startHost } from "./hosts";

/** Seconds to wait, for a request that is refused; 0 for a refusal without a wait; undefined for one that is taken. */
export type Limit = (second: number) => number | undefined;

/** The first ones are refused, whatever the time. */
export const burst = (count: number, wait: number, then: Limit = () => undefined): Limit => {
  let refused = 0;
  return (second) => (refused++ < count ? wait : then(second));
};

/** A token bucket. */
export const bucket = (perSecond: number, size: number, wait?: number): Limit => {
  let [tokens, at] = [size, 0];
  return (second) => {
    tokens = Math.min(size, tokens + (second - at) * perSecond);
    at = second;
    if (tokens < 1) return wait ?? Math.ceil((1 - tokens) / perSecond);
    tokens -= 1;
    return undefined;
  };
};

/** A refusal begins a ban, and so does each request within it. */
export const banned = (seconds: number, then: Limit): Limit => {
  let until = 0;
  return (second) => {
    if (second >= until && then(second) === undefined) return undefined;
    until = second + seconds;
    return seconds;
  };
};

/** After some that are taken, as many are refused as is said. */
export const midway = (after: number, count: number, wait: number, then: Limit): Limit => {
  let [taken, refused] = [0, 0];
  return (second) => {
    if (taken >= after && refused++ < count) return wait;
    taken += 1;
    return then(second);
  };
};

/** Nothing is taken for some seconds, and the wait is told as it is. */
export const closedFor =
  (seconds: number): Limit =>
  (second) =>
    second < seconds ? Math.ceil(seconds - second) : undefined;

/** So many requests by as many callers at once; how long that took, and what the server saw. */
export async function measure(limit: Limit, requests: number, callers = requests) {
  let start: number | undefined;
  let refused = 0;
  await using host = await startHost((response) => {
    start ??= performance.now();
    const wait = limit((performance.now() - start) / 1000);
    if (wait === undefined) return always(200, '{"id":12,"name":"crm"}')(response);
    refused += 1;
    always(
      429,
      '{"requestId":"1","message":"Slow down."}',
      wait ? { "retry-after": String(wait) } : {},
    )(response);
  });
  const client: Client = clientOf(host.url, { "act365:timeoutSeconds": "100" });
  const begun = performance.now();
  let left = requests;
  const caller = async () => {
    while (left-- > 0) await client.getInstance("12");
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return { seconds: (performance.now() - begun) / 1000, refused };
}

/** How late a timer is, and how long a request and an answer each take, in milliseconds: at least and at most. */
const [lateness, journey] = [
  [1, 3],
  [2.5, 5],
] as const;

/** The same at once, by a clock of its own: the gate alone, over a network and with timers that are not even. */
export async function simulate(limit: Limit, requests: number, callers = requests) {
  jest.useFakeTimers();
  const { setTimeout: exact } = globalThis;
  let seed = 1;
  const within = ([least, most]: readonly [number, number]) => {
    seed = (seed * 1664525 + 1013904223) % 2 ** 32;
    return least + ((most - least) * seed) / 2 ** 32;
  };
  globalThis.setTimeout = ((work: () => void, wait = 0) =>
    exact(work, wait + within(lateness))) as typeof setTimeout;
  const begun = performance.now();
  const now = () => (performance.now() - begun) / 1000;
  const travel = () => new Promise<void>((arrive) => exact(arrive, within(journey)));
  let refused = 0;
  let left = requests;
  const pace = new Pace();
  const send = async () => {
    await travel();
    const wait = limit(now());
    await travel();
    if (wait === undefined) return;
    refused += 1;
    throw new ApiError("GET /", 429, wait ? { retryAfterSeconds: wait } : {}, "");
  };
  const caller = async (): Promise<void> => {
    while (left-- > 0) while (await pace.pass(send, Number.POSITIVE_INFINITY).catch(() => true));
  };
  let seconds: number | undefined;
  try {
    void Promise.all(Array.from({ length: callers }, caller)).then(() => {
      seconds = now();
    });
    while (seconds === undefined) await jest.advanceTimersByTimeAsync(1000);
  } finally {
    jest.useRealTimers();
  }
  return { seconds, refused };
}
