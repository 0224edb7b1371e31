import type { Client } from "../../provider/platform/client";
import { clientOf } from "../support/client";
import { always, startHost } from "../support/hosts";

/** Seconds to wait, for a request that is refused; 0 for a refusal without a wait; undefined for one that is taken. */
type Limit = (second: number) => number | undefined;

/** The first ones are refused, whatever the time. */
const burst = (count: number, wait: number, then: Limit = () => undefined): Limit => {
  let refused = 0;
  return (second) => (refused++ < count ? wait : then(second));
};

/** A token bucket. */
const bucket = (perSecond: number, size: number, wait?: number): Limit => {
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
const closedFor =
  (seconds: number): Limit =>
  (second) =>
    second < seconds ? Math.ceil(seconds - second) : undefined;

/** So many requests by as many callers at once; how long that took, and what the server saw. */
async function measure(limit: Limit, requests: number, callers = requests) {
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
  const told = jest.spyOn(process.stderr, "write").mockReturnValue(true);
  await Promise.all(Array.from({ length: callers }, caller)).finally(() => told.mockRestore());
  return { seconds: (performance.now() - begun) / 1000, refused };
}

// Each: what the server does, how many requests come, and how many seconds they take at the server's own rate.
const cases: [string, Limit, number, number][] = [
  ["32 refusals that ask for 60 s, then 20 a second", burst(32, 60, bucket(20, 20)), 120, 6],
  ["32 refusals without a wait, then 20 a second", burst(32, 0, bucket(20, 20)), 120, 6],
  ["20 a second, by a bucket of 20", bucket(20, 20), 160, 8],
  ["20 a second, and each refusal asks for 60 s", bucket(20, 20, 60), 160, 8],
  ["20 a second, hardly ever two at once", bucket(20, 2), 200, 10],
  ["200 a second, and each refusal asks for 5 s", bucket(200, 200, 5), 1200, 6],
];

test.each(cases)("%s: all end in 1.3 times the server's time", async (_, limit, requests, least) => {
  const { seconds, refused } = await measure(limit, requests);
  process.stdout.write(`${requests} requests: ${(seconds / least).toFixed(2)}, ${refused} refused\n`);
  expect(seconds / least).toBeLessThan(1.3);
  expect(refused).toBeLessThan(0.75 * requests);
});

test("32 refusals that ask for 60 s, then no limit: 60 requests end in seconds", async () => {
  const { seconds } = await measure(burst(32, 60), 60);
  expect(seconds).toBeLessThan(2.5);
});

test("more refusals than requests at once, each of 60 s: what comes after them ends in seconds", async () => {
  const { seconds } = await measure(burst(20, 60), 40, 4);
  expect(seconds).toBeLessThan(12);
});

test("a wait that is meant is kept, but for a few who ask", async () => {
  const { seconds, refused } = await measure(closedFor(6), 100);
  expect(seconds).toBeLessThan(1.3 * 6);
  expect(seconds).toBeGreaterThan(5.9);
  expect(refused).toBeLessThanOrEqual(32 + 8);
});
