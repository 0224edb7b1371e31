import { channel } from "node:diagnostics_channel";
import { setTimeout as wait } from "node:timers/promises";
import { operate } from "../../provider/instance/in-flight";
import type { Client } from "../../provider/platform/client";
import { type Fault, type Simulator, type SimulatorOptions, startSimulator } from "../../provider/simulator";
import { body, clientOf, draft, failureOf, organizations, toldDuring } from "../support/client";
import { always, closedPort, startHost } from "../support/hosts";
import { callsTo } from "../support/story";

const passing: Fault[] = [
  ...[408, 500, 502, 503, 504].map((status): Fault => ({ kind: "error", status })),
  { kind: "bad-gateway" },
  { kind: "too-many-requests" },
  { kind: "reset-before" },
  { kind: "reset-after" },
  { kind: "reset-in-body" },
];

const repeatable: [method: Fault["method"], (client: Client, id: string) => Promise<unknown>][] = [
  ["GET", (client, id) => client.getInstance(id)],
  ["PATCH", (client, id) => client.updateInstance(id, { name: "other" }, [])],
  ["PUT", (client, id) => client.switchInstance(id, "enabled", true)],
  ["DELETE", (client, id) => client.deleteInstance(id)],
];

/** Works with a simulator of its own, that holds one instance. */
async function withSimulator<T>(
  work: (simulator: Simulator, client: Client, id: string) => Promise<T>,
  options: SimulatorOptions = {},
  settings: Record<string, string> = {},
): Promise<T> {
  await using simulator = await startSimulator({ organizations, ...options });
  const id = String(simulator.add(draft).id);
  return await work(simulator, clientOf(simulator.baseUrl, settings), id);
}

const sent = ({ requests }: Simulator, method: unknown) =>
  requests.filter((request) => request.method === method).length;

/** How long work took, in milliseconds. */
async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

test.each(repeatable)("%s is sent again after a failure that passes", async (method, call) => {
  await Promise.all(
    passing.map((fault) =>
      withSimulator(async (simulator, client, id) => {
        simulator.fault({ ...fault, method });
        await call(client, id);
        expect([fault, sent(simulator, method)]).toEqual([fault, 2]);
      }),
    ),
  );
});

test.each([...repeatable, ["POST", (client: Client) => client.createInstance(body, [])] as const])(
  "%s is not sent again when it is refused",
  async (method, call) => {
    await Promise.all(
      [400, 401, 403, 405, 406, 409, 415, 422].map((status) =>
        withSimulator(async (simulator, client, id) => {
          simulator.fault({ kind: "error", status, method, times: 0 });
          await expect(call(client, id)).rejects.toThrow(`was answered ${status}`);
          expect(simulator.requests).toHaveLength(1);
        }),
      ),
    );
  },
);

test("POST is not sent again when it may have made an instance", async () => {
  const unclear: Fault[] = [
    ...passing.filter(({ kind }) => kind !== "too-many-requests"),
    { kind: "answer", status: 503, headers: { "retry-after": "0" } },
    { kind: "hang", workDone: true },
    { kind: "truncated-json" },
  ];
  await Promise.all(
    unclear.map((fault) =>
      withSimulator(
        async (simulator, client) => {
          simulator.fault({ ...fault, method: "POST" });
          await expect(client.createInstance(body, [])).rejects.toThrow(/^POST \/instances/);
          expect([fault, callsTo(simulator)]).toEqual([fault, ["POST /instances"]]);
        },
        {},
        { "act365:timeoutSeconds": "2", "act365:maxAttempts": "5" },
      ),
    ),
  );
});

test("POST waits and is sent again after a rate limit, which made nothing", async () => {
  await withSimulator(async (simulator, client) => {
    simulator.fault({ kind: "too-many-requests", retryAfterSeconds: 0, times: 4, method: "POST" });
    await client.createInstance({ ...body, name: "new" }, []);
    expect(sent(simulator, "POST")).toBe(5);
    expect(simulator.instances().filter(({ name }) => name === "new")).toHaveLength(1);
  });
});

test("POST is sent again to a port at which nothing listened yet", async () => {
  const port = Number(new URL(await closedPort()).port);
  const failed = channel("http.client.request.error");
  let starting: Promise<Simulator> | undefined;
  const onFailure = () => {
    starting ??= startSimulator({ organizations, port });
  };
  failed.subscribe(onFailure);
  const made = await clientOf(`http://127.0.0.1:${port}`).createInstance(body, []);
  failed.unsubscribe(onFailure);
  if (!starting) throw new Error("the first attempt did not fail");
  await using simulator = await starting;
  expect(simulator.instances().map(({ id }) => id)).toEqual([made.id]);
});

test.concurrent("the waits between attempts grow, differ, and end with the last attempt", async () => {
  const arrivals = await Promise.all(
    Array.from({ length: 8 }, async () => {
      const times: number[] = [];
      await using host = await startHost((response) => {
        times.push(performance.now());
        always(500, "{}")(response);
      });
      const client = clientOf(host.url, { "act365:maxAttempts": "3" });
      await expect(client.getInstance("12")).rejects.toThrow("GET /instances/12 was answered 500");
      expect(times).toHaveLength(3);
      return times as [number, number, number];
    }),
  );
  const [firsts, seconds] = [0, 1].map((index) =>
    arrivals.map((times) => (times[index + 1] ?? 0) - (times[index] ?? 0)),
  ) as [number[], number[]];
  // Half a second and one second, each times 1 to 2. A timer may be a millisecond early.
  expect(Math.min(...firsts)).toBeGreaterThanOrEqual(499);
  expect(Math.min(...seconds)).toBeGreaterThanOrEqual(999);
  expect(Math.max(...firsts) - Math.min(...firsts)).toBeGreaterThan(20);
});

test.concurrent.each([
  ["in seconds", "1"],
  ["as the platform's date", "Mon, 01 Jan 2001 00:00:01 GMT"],
])("a wait %s is over for every request once one is taken", async (_, wait) => {
  let opens = Number.POSITIVE_INFINITY;
  await using host = await startHost((response) => {
    opens = Math.min(opens, performance.now() + 1000);
    if (performance.now() >= opens) return always(200, '{"id":12,"name":"crm"}')(response);
    const headers = { date: "Mon, 01 Jan 2001 00:00:00 GMT", "retry-after": wait };
    always(429, '{"message":"Slow down."}', headers)(response);
  });
  const client = clientOf(host.url);
  const waited = await timeOf(() => Promise.all([1, 2, 3].map(() => client.getInstance("12"))));
  expect(waited).toBeGreaterThanOrEqual(990);
  expect(waited).toBeLessThan(4000);
  expect(host.requests.length).toBeLessThanOrEqual(3 + 64 + 3);
});

test("a wait longer than the operation's time is soon an error, which says both", async () => {
  for (const status of [429, 503])
    await withSimulator(async (simulator, client, id) => {
      simulator.fault({ kind: "answer", status, headers: { "retry-after": "3600" }, times: 0 });
      const calls = [...repeatable.map(([, call]) => call), () => client.createInstance(body, [])];
      for (const call of calls) {
        simulator.clearRequests();
        const attempt = () => operate("trying", 10, () => call(client, id));
        await expect(attempt()).rejects.toThrow(
          new RegExp(
            `^trying: .* (was answered ${status}|failed).*asks to wait 3600 s.*act365:timeoutSeconds is 10`,
          ),
        );
        expect(simulator.requests.filter(({ method }) => method !== "GET").length).toBeLessThanOrEqual(5);
      }
      // Outside an operation too, as in a lookup.
      await expect(client.instances({})).rejects.toThrow("asks to wait 3600 s");
    });
});

test.concurrent("a long wait is told to the person who watches, with what is waiting", async () => {
  const opens = performance.now() + 9000;
  await using host = await startHost((response) => {
    const seconds = Math.ceil((opens - performance.now()) / 1000);
    if (seconds <= 0) return always(200, '{"id":12,"name":"crm"}')(response);
    always(429, '{"message":"Slow down."}', { "retry-after": String(seconds) })(response);
  });
  const reading = () =>
    operate("reading connector instance 12", 20, () => clientOf(host.url).getInstance("12"));
  expect(await toldDuring(reading)).toMatch(
    /^act365: reading connector instance 12: the platform limits the rate; requests wait for up to [5-8] s\n$/,
  );
});

const brief = { "act365:timeoutSeconds": "1", "act365:maxAttempts": "20" };

test.concurrent.each<[string, Fault]>([
  ["fails all the time", { kind: "error", status: 500, times: 0 }],
  ["never answers", { kind: "hang", times: 0 }],
  ["limits its rate all the time", { kind: "too-many-requests", times: 0 }],
])("an operation on a platform that %s ends with its time", async (_, fault) => {
  await withSimulator(
    async (simulator, client, id) => {
      simulator.fault(fault);
      const attempt = () => operate("reading", 1, () => client.getInstance(id));
      const error = failureOf(attempt());
      expect(await timeOf(() => error)).toBeLessThan(2500);
      expect((await error).message).toMatch(
        /^reading: GET \/instances\/\d+ failed: not finished after 1 seconds \(act365:timeoutSeconds\)/,
      );
    },
    {},
    brief,
  );
});

test.concurrent("a POST held back by the rate limit until the time was over has made nothing", async () => {
  await withSimulator(
    async (simulator, client, id) => {
      simulator.fault({ kind: "too-many-requests", times: 0 });
      const other = operate("reading", 60, () => client.getInstance(id));
      // After so many questions there is silence for a second.
      while (simulator.requests.length < 64) await wait(10);
      await wait(100);
      const error = await failureOf(operate("creating", 0.3, () => client.createInstance(body, [])));
      expect(error).toMatchObject({ mayHaveArrived: false });
      simulator.clearFaults();
      await other;
    },
    {},
    { "act365:timeoutSeconds": "60" },
  );
});

test.concurrent("a change whose answer was lost stays in doubt while a rate limit holds it back", async () => {
  await withSimulator(
    async (simulator, client, id) => {
      simulator.fault(
        { kind: "reset-after", method: "PATCH" },
        { kind: "too-many-requests", method: "PATCH", nth: 2, times: 0 },
      );
      const change = () => client.updateInstance(id, { name: "x" }, []);
      const error = await failureOf(operate("updating", 2, change));
      expect(error.message).toContain("not finished after");
      expect(error).toMatchObject({ mayHaveArrived: true });
    },
    {},
    { "act365:timeoutSeconds": "60" },
  );
});

test.concurrent("a delete that worked but was answered too late is found done afterwards", async () => {
  await withSimulator(
    async (simulator, client, id) => {
      simulator.fault({ kind: "hang", workDone: true, method: "DELETE" });
      await operate("deleting", 1, () => client.deleteInstance(id));
      expect(simulator.instances()).toEqual([]);
    },
    {},
    brief,
  );
});
