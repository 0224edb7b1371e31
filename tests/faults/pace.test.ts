import { bucket, burst, closedFor, type Limit, measure } from "../support/limited";

// Each: what the server does, how many requests come, and how many seconds they take at the server's own rate.
const cases: [string, Limit, number, number][] = [
  ["32 refusals that ask for 60 s, then 20 a second", burst(32, 60, bucket(20, 20)), 200, 10],
  ["32 refusals without a wait, then 20 a second", burst(32, 0, bucket(20, 20)), 200, 10],
  ["20 a second, by a bucket of 20", bucket(20, 20), 200, 10],
  ["20 a second, and each refusal asks for 60 s", bucket(20, 20, 60), 200, 10],
  ["20 a second, hardly ever three at once", bucket(20, 3), 200, 10],
  ["100 a second, and each refusal asks for 5 s", bucket(100, 100, 5), 1000, 10],
  // A late timer is a lost token here: a busy machine makes it slower.
  ["5 a second, one at a time, and each refusal asks for 60 s", bucket(5, 1, 60), 50, 10],
  ["32 refusals that ask for a second, then 50 a second", burst(32, 1, bucket(50, 10)), 500, 10],
  ["nothing for 10 s, which are told, then no limit", closedFor(10), 200, 10],
];

test.each(cases)("%s: all end in 1.3 times", async (_, limit, requests, least) => {
  const told = jest.spyOn(process.stderr, "write").mockReturnValue(true);
  const { seconds, refused } = await measure(limit, requests).finally(() => told.mockRestore());
  process.stdout.write(
    `${requests} requests: ${(seconds / least).toFixed(2)} of the least, ${refused} refused\n`,
  );
  expect(seconds / least).toBeLessThan(1.3);
  expect(refused).toBeLessThan(requests + 100);
});
