import type { Client } from "../../provider/platform/client";
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
