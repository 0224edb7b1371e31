import {
  afterwards,
  pause,
  tell,
  tellIfSlow,
  timeLeft,
  under,
  within,
} from "../../provider/platform/operation";

const told: string[] = [];
const watched = <T>(work: () => Promise<T>) => under({ tell: (words) => told.push(words) }, work);
beforeEach(() => {
  told.length = 0;
});
afterEach(() => jest.useRealTimers());

describe("words for an answer that is slow", () => {
  test("are told once after five seconds, and not again", async () => {
    jest.useFakeTimers();
    await watched(async () => {
      const answer = Promise.withResolvers<string>();
      const answered = [tellIfSlow("waiting", answer.promise), tellIfSlow(undefined, answer.promise)];
      jest.advanceTimersByTime(4999);
      expect(told).toEqual([]);
      jest.advanceTimersByTime(60_000);
      expect(told).toEqual(["waiting"]);
      answer.resolve("here");
      expect(await Promise.all(answered)).toEqual(["here", "here"]);
    });
  });

  test("are never told once the answer, or an error, has come", async () => {
    jest.useFakeTimers();
    await watched(async () => {
      await tellIfSlow("waiting", Promise.resolve());
      await tellIfSlow("waiting", Promise.reject(new Error("no"))).catch(() => undefined);
      jest.advanceTimersByTime(60_000);
    });
    expect(told).toEqual([]);
  });
});

describe("the time of an operation", () => {
  test("is the resource's own where it has one", async () => {
    const limit = { seconds: 7, setBy: "the resource's own" };
    const left = await under({ limit }, () => within("reading", { seconds: 100 }, async () => timeLeft()));
    expect(left.limit).toEqual(limit);
    expect(left.milliseconds).toBeGreaterThan(6000);
    expect(left.milliseconds).toBeLessThanOrEqual(7000);
  });

  test("ends a pause; what comes of it is still found out, in words of the operation", async () => {
    const begun = performance.now();
    await watched(() =>
      within("reading", { seconds: 0.1 }, async () => {
        await pause(60);
        while (timeLeft().milliseconds > 0) await pause(1);
        expect(timeLeft().milliseconds).toBe(0);
        await afterwards(30, async () => {
          const { milliseconds, signal, limit } = timeLeft();
          expect({ limit, isOver: signal?.aborted }).toEqual({ limit: { seconds: 0.1 }, isOver: false });
          expect(milliseconds).toBeGreaterThan(20_000);
          tell("looking");
        });
      }),
    );
    expect(performance.now() - begun).toBeLessThan(5000);
    expect(told).toEqual(["reading: looking"]);
  });
});
