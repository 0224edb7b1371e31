import { burst, closedFor, measure } from "../support/limited";

let told: jest.SpyInstance;
beforeAll(() => {
  told = jest.spyOn(process.stderr, "write").mockReturnValue(true);
});
afterAll(() => told.mockRestore());

// How near all this comes to what a server's rate allows is measured in tests/faults/pace.test.ts.

test.concurrent("32 refusals that ask for 60 s, then no limit: 60 requests end in seconds", async () => {
  const { seconds } = await measure(burst(32, 60), 60);
  expect(seconds).toBeLessThan(6);
});

test.concurrent("20 refusals of 60 s to 4 callers: what comes after them ends in seconds", async () => {
  const { seconds } = await measure(burst(20, 60), 40, 4);
  expect(seconds).toBeLessThan(20);
});

test.concurrent("a wait that is meant is kept, but for a few requests that ask", async () => {
  const { seconds, refused } = await measure(closedFor(6), 100);
  expect(seconds).toBeGreaterThan(5.9);
  expect(seconds).toBeLessThan(10);
  expect(refused).toBeLessThanOrEqual(32 + 8);
});
