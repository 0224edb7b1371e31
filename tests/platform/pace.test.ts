import { banned, bucket, burst, closedFor, type Limit, measure, midway, simulate } from "../support/limited";

let told: jest.SpyInstance;
beforeAll(() => {
  told = jest.spyOn(process.stderr, "write").mockReturnValue(true);
});
afterAll(() => told.mockRestore());

// How much of it is the machine's is measured in tests/faults/pace.test.ts, with real time and HTTP.

const seconds = 15;
const rates = [5, 20, 50];
const sizes = [1, 2, 10];
/** What a refusal tells: nothing (0), or so many seconds, or a date so many seconds later. */
const waits = [0, 1, 60];
const callers = [1, 8, 32];

describe.each(rates)("%d requests in a second, any bucket, wait and number of callers", (rate) => {
  const cases = sizes.flatMap((size) =>
    waits.flatMap((wait) => callers.map((count) => ({ size, wait, count }))),
  );
  /** By how much of the server's own time all requests end. */
  const ratios = async (limit: (wait: number, server: Limit) => Limit) => {
    const slow: string[] = [];
    for (const { size, wait, count } of cases) {
      const requests = rate * seconds;
      const found = await simulate(limit(wait, bucket(rate, size, wait)), requests, count);
      const ratio = found.seconds / (seconds - size / rate);
      if (ratio >= 1.3 || found.refused > requests + 150)
        slow.push(
          `bucket ${size}, wait ${wait}, ${count} callers: ${ratio.toFixed(2)}, ${found.refused} refused`,
        );
    }
    return slow;
  };

  test("all end in 1.3 times", async () => {
    expect(await ratios((_, server) => server)).toEqual([]);
  });

  test("so they do after 32 refusals", async () => {
    expect(await ratios((wait, server) => burst(32, wait, server))).toEqual([]);
  });

  test("so they do when 32 refusals come in between", async () => {
    expect(await ratios((wait, server) => midway(rate * 5, 32, wait, server))).toEqual([]);
  });
});

/** The refusals of a burst name one date, so their waits become shorter as those of one that is meant. */
const dated = (count: number): Limit => {
  const refuses = burst(count, 60);
  return (second) => refuses(second) && Math.ceil(60 - second);
};

test.each(callers)(
  "32 refusals that ask for 60 s or name a date, then no limit, %d callers: 2 s",
  async (count) => {
    expect((await simulate(burst(32, 60), 60, count)).seconds).toBeLessThan(2);
    expect((await simulate(dated(32), 60, count)).seconds).toBeLessThan(2);
  },
);

test.each(callers)("a wait that is meant is kept by %d callers after 64 questions", async (count) => {
  const found = await simulate(closedFor(60), 100, count);
  expect(found.seconds).toBeLessThan(1.05 * 60);
  expect(found.refused).toBeLessThan(count + 64 + 8);
});

// A ban that each request prolongs looks like a burst of refusals: only a silence tells, and the burst must not wait.
test.each(callers)("a ban that each request prolongs ends after one silence, %d callers", async (count) => {
  const found = await simulate(banned(60, burst(1, 60)), 200, count);
  expect(found.seconds).toBeLessThan(1.1 * 60);
});

test("by real time: 32 refusals that ask for 60 s, then no limit, end in seconds", async () => {
  expect((await measure(burst(32, 60), 60, 8)).seconds).toBeLessThan(6);
});

test("what is waited for is told once, and what only looks like a wait is not", async () => {
  told.mockClear();
  await measure(burst(32, 60), 60);
  expect(told).not.toHaveBeenCalled();
  await measure(closedFor(9), 60);
  expect(told.mock.calls.map(String)).toEqual([
    expect.stringContaining("the platform limits the rate; requests wait for up to"),
  ]);
});
