import { type Fault, type Simulator, startSimulator } from "../../provider/simulator";
import { type Call, callsTo, draft } from "./calls";

let simulator: Simulator;
let call: Call;
const now = new Date("2026-01-01T00:00:00Z");

beforeEach(async () => {
  simulator = await startSimulator({ clock: () => now });
  call = callsTo(simulator);
});
afterEach(() => simulator.close());

const create = () => call("POST", "/instances", draft());
const made = () => simulator.instances().length;
/** The code of the connection's end. */
const endOf = (failing: Promise<unknown>): Promise<unknown> =>
  failing.then(
    () => "answered",
    (error) => error.cause?.code ?? error.cause?.message,
  );

describe("what goes wrong", () => {
  test.each([
    ["reset-before", 0],
    ["reset-after", 1],
    ["reset-in-body", 1],
  ] as const)("%s: the connection is reset, and %i instances are made", async (kind, expected) => {
    simulator.fault({ kind });
    expect(await endOf(create())).toBe("ECONNRESET");
    expect(made()).toBe(expected);
  });

  test("reset-in-body: the status comes, and the body does not", async () => {
    simulator.fault({ kind: "reset-in-body" });
    const response = await fetch(`${simulator.baseUrl}/instances`);
    expect(response.status).toBe(401);
    expect(await endOf(response.text())).toBe("ECONNRESET");
  });

  test("reset-in-body: an answer without a body is broken off too", async () => {
    const { id } = simulator.add(draft());
    simulator.fault({ kind: "reset-in-body" });
    expect(await endOf(call("DELETE", `/instances/${id}`))).toBe("ECONNRESET");
    expect(made()).toBe(0);
  });

  test("delay: the work is done before the wait, where that is asked for", async () => {
    simulator.fault({ kind: "delay", milliseconds: 200, workDone: true, method: "POST" });
    const creating = create();
    // The list is asked for until it shows the instance, which is long before the create is answered.
    while ((await call("GET", "/instances")).status === 404);
    expect(await Promise.race([creating, "not answered yet"])).toBe("not answered yet");
    expect((await creating).status).toBe(200);
  });

  test("delay: the answer comes after the wait", async () => {
    const milliseconds = 50;
    simulator.fault({ kind: "delay", milliseconds });
    const start = performance.now();
    expect((await create()).status).toBe(200);
    // A timer may fire within the last millisecond.
    expect(performance.now() - start).toBeGreaterThan(milliseconds - 1);
  });

  test.each([
    [{ kind: "hang" }, 0],
    [{ kind: "hang", workDone: true }, 1],
  ] as const)("%j: no answer comes, and close ends it", async (fault, expected) => {
    simulator.fault(fault);
    let outcome: string | undefined;
    const settled = create().then(
      () => {
        outcome = "answered";
      },
      () => {
        outcome = "ended";
      },
    );
    while (simulator.requests.length === 0) await new Promise(setImmediate);
    // Others are answered meanwhile.
    expect((await call("GET", "/organizations/me")).status).toBe(200);
    expect(outcome).toBeUndefined();
    expect(made()).toBe(expected);
    await simulator.close();
    await settled;
    expect(outcome).toBe("ended");
  });

  test.each([
    [{}, null],
    [{ retryAfterSeconds: 7 }, "7"],
    [{ retryAfterSeconds: 90, retryAfterForm: "date" }, "Thu, 01 Jan 2026 00:01:30 GMT"],
  ] as const)("too-many-requests with %j: 429", async (form, expected) => {
    simulator.fault({ kind: "too-many-requests", ...form });
    const { status, headers } = await create();
    expect({ status, retryAfter: headers.get("retry-after") }).toEqual({ status: 429, retryAfter: expected });
    expect(made()).toBe(0);
  });

  test.each([
    [{ status: 500, workDone: true }, 1],
    [{ status: 401 }, 0],
    [{ status: 403 }, 0],
  ])("error %j: the status in the platform's form", async (more, expected) => {
    simulator.fault({ kind: "error", message: "planned", providerMessage: "by Act!", ...more });
    const { status, body } = await create();
    expect(status).toBe(more.status);
    expect(body).toEqual({ requestId: expect.any(String), message: "planned", providerMessage: "by Act!" });
    expect(made()).toBe(expected);
  });

  test.each([
    [{}, 0],
    [{ workDone: true }, 1],
  ])("bad-gateway %j: 502 with HTML", async (more, expected) => {
    simulator.fault({ kind: "bad-gateway", ...more });
    const { status, headers, body } = await create();
    expect(status).toBe(502);
    expect(headers.get("content-type")).toBe("text/html");
    expect(body).toMatch(/^<html>/);
    expect(made()).toBe(expected);
  });

  test("answer: exactly the given one, and nothing is done unless it says so", async () => {
    const answer = {
      kind: "answer",
      status: 302,
      headers: { location: "http://example.com/" },
      body: "x",
    } as const;
    simulator.fault(answer, { ...answer, nth: 2, status: 418, workDone: true });
    const response = await fetch(`${simulator.baseUrl}/instances`, { redirect: "manual" });
    expect(response.status).toBe(302);
    expect(response.headers.get("location")).toBe("http://example.com/");
    expect(await response.text()).toBe("x");
    expect((await create()).status).toBe(418);
    expect(made()).toBe(1);
  });

  test.each<[Fault, unknown]>([
    // What is no JSON comes as a text.
    [{ kind: "truncated-json" }, expect.stringMatching(/^\{"id":\d+/)],
    [{ kind: "empty-body" }, ""],
    [
      { kind: "wrong-types" },
      expect.objectContaining({
        id: expect.any(String),
        token: expect.any(Number),
        valid: expect.any(String),
      }),
    ],
    [{ kind: "keys-missing", keys: ["token"] }, expect.not.objectContaining({ token: expect.anything() })],
    [{ kind: "keys-missing", keys: ["tags"] }, expect.not.objectContaining({ tags: expect.anything() })],
    [{ kind: "wrong-content-type" }, expect.objectContaining({ id: expect.any(Number) })],
  ])("%j: done, the answer is of no use", async (fault, expected) => {
    simulator.fault(fault);
    const { status, headers, body } = await create();
    expect([status, body, made()]).toEqual([200, expected, 1]);
    if (fault.kind === "wrong-content-type") expect(headers.get("content-type")).toBe("text/html");
  });
});

describe("which requests it meets", () => {
  const error = { kind: "error", status: 500 } as const;
  const statuses = async (...requests: [string, string][]) => {
    const answered: number[] = [];
    for (const [method, path] of requests) answered.push((await call(method, path)).status);
    return answered;
  };
  const many = (count: number) =>
    Array.from({ length: count }, (): [string, string] => ["GET", "/organizations/me"]);

  test("the first, unless it says otherwise", async () => {
    simulator.fault(error);
    expect(await statuses(...many(3))).toEqual([500, 200, 200]);
  });

  test("those whose query or body holds what it says, such as one instance's tag", async () => {
    simulator.fault({ ...error, holds: "pulumi:a/b/c$", times: 0 });
    const [hit, missed] = [draft(), draft()].map((each, index) => ({
      ...each,
      tags: [`pulumi:a/b/c${index || ""}`],
    }));
    simulator.fault({ ...error, holds: '"pulumi:a/b/c"', times: 0 });
    expect((await call("POST", "/instances", hit)).status).toBe(500);
    expect((await call("POST", "/instances", missed)).status).toBe(200);
    expect((await call("GET", "/instances?tags[]=pulumi%3Aa%2Fb%2Fc")).status).toBe(500);
    expect((await call("GET", "/instances?tags[]=pulumi%3Aa%2Fb%2Fc1")).status).toBe(200);
  });

  test("those of its method and path, which is a pattern for the whole path", async () => {
    const { id } = simulator.add(draft());
    simulator.fault({ ...error, method: "GET", path: "/instances/\\d+" });
    expect(
      await statuses(
        ["GET", "/instances"],
        ["GET", `/instances/${id}/configuration`],
        ["PUT", `/instances/${id}/enabled`],
        ["GET", `/instances/${id}`],
      ),
    ).toEqual([200, 200, 200, 500]);
  });

  test("from the nth on as many times as it says, counted from its planning", async () => {
    await statuses(...many(2));
    simulator.fault({ ...error, nth: 2, times: 2 });
    expect(await statuses(...many(5))).toEqual([200, 500, 500, 200, 200]);
  });

  test("all from the nth on with times 0, until the faults are cleared", async () => {
    simulator.fault({ ...error, nth: 2, times: 0 });
    expect(await statuses(...many(4))).toEqual([200, 500, 500, 500]);
    simulator.clearFaults();
    expect(await statuses(...many(1))).toEqual([200]);
  });

  test("of two that are due the first that was planned", async () => {
    simulator.fault({ ...error, status: 503 }, { ...error, status: 500, times: 2 });
    expect(await statuses(...many(3))).toEqual([503, 500, 200]);
  });

  test("some of them with a probability, the same ones for the same seed", async () => {
    const runWith = async (seed: number) => {
      await using seeded = await startSimulator({ seed, faults: [{ ...error, times: 0, probability: 0.5 }] });
      const answered: number[] = [];
      for (const [method, path] of many(40)) answered.push((await callsTo(seeded)(method, path)).status);
      return answered;
    };
    const first = await runWith(7);
    expect(new Set(first)).toEqual(new Set([200, 500]));
    expect(await runWith(7)).toEqual(first);
    expect(await runWith(8)).not.toEqual(first);
  });

  test("a fault that is none is refused, and none of those beside it is planned", async () => {
    expect(() => simulator.fault(error, { kind: "flood" } as unknown as Fault)).toThrow(/kind/);
    expect(() => simulator.fault({ ...error, path: "(" })).toThrow(/regular expression/);
    expect(() => simulator.fault({ ...error, tiems: 2 } as Fault)).toThrow(/tiems/);
    expect(await statuses(...many(1))).toEqual([200]);
  });
});

describe("from another process", () => {
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of it.
  const admin = async (method: string, body?: unknown): Promise<{ status: number; body: any }> => {
    const response = await fetch(`${simulator.url}/simulator/faults`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  };

  test("faults are planned one by one or together, counted and cleared", async () => {
    const fault = { kind: "bad-gateway", path: "/organizations/me", nth: 2 };
    await admin("POST", fault);
    await admin("POST", [{ kind: "hang", method: "POST" }]);
    expect((await call("GET", "/organizations/me")).status).toBe(200);
    expect((await call("GET", "/organizations/me")).status).toBe(502);
    const { body } = await admin("GET");
    expect(body).toMatchObject([
      { fault, matched: 2, happened: 1 },
      { matched: 0, happened: 0 },
    ]);
    expect((await admin("DELETE")).body).toEqual([]);
  });

  test("what is no fault is 400 and says why", async () => {
    const { status, body } = await admin("POST", { kind: "delay" });
    expect(status).toBe(400);
    expect(body.message).toContain("milliseconds");
    expect((await admin("GET")).body).toEqual([]);
  });

  test("it is no request to the platform", async () => {
    await admin("GET");
    expect(simulator.requests).toEqual([]);
  });
});

describe("a lag behind a create", () => {
  const list = async () => (await call("GET", "/instances")).status;

  test("in calls: list and get do not see the instance until asked so often", async () => {
    await using lagging = await startSimulator({ lag: { listCalls: 2, getCalls: 1 } });
    call = callsTo(lagging);
    const { id, token } = (await create()).body;
    expect([await list(), await list(), await list()]).toEqual([404, 404, 200]);
    const get = async () => (await call("GET", `/instances/${id}`)).status;
    expect([await get(), await get()]).toEqual([404, 200]);
    expect((await callsTo(lagging, token)("GET", "/contacts")).status).toBe(200);
  });

  test("in time: it is seen when the time has passed by the clock", async () => {
    let time = now.getTime();
    const clock = () => new Date(time);
    await using lagging = await startSimulator({
      clock,
      lag: { listMilliseconds: 500, getMilliseconds: 100 },
    });
    call = callsTo(lagging);
    const { id } = (await create()).body;
    const seen = async () => [await list(), (await call("GET", `/instances/${id}`)).status];
    expect(await seen()).toEqual([404, 404]);
    time += 100;
    expect(await seen()).toEqual([404, 200]);
    time += 400;
    expect(await seen()).toEqual([200, 200]);
  });

  test("does not hide what was made by hand, nor anything from an update or a delete", async () => {
    await using lagging = await startSimulator({ lag: { listCalls: 9, getCalls: 9 } });
    call = callsTo(lagging);
    lagging.add(draft());
    expect(await list()).toBe(200);
    const { id } = (await create()).body;
    expect((await call("PATCH", `/instances/${id}`, { name: "new" })).status).toBe(200);
    expect((await call("DELETE", `/instances/${id}`)).status).toBe(200);
  });
});

describe("the rate limit", () => {
  test("lets a burst through, then 429 until the clock has gone on", async () => {
    let time = now.getTime();
    const clock = () => new Date(time);
    await using limited = await startSimulator({ clock, rateLimit: { perSecond: 0.5, burst: 2 } });
    const me = () => callsTo(limited)("GET", "/organizations/me");
    expect([(await me()).status, (await me()).status]).toEqual([200, 200]);
    const { status, headers } = await me();
    expect(status).toBe(429);
    time += Number(headers.get("retry-after")) * 1000;
    expect([(await me()).status, (await me()).status]).toEqual([200, 429]);
  });

  test("says what it is told to in Retry-After, and does nothing", async () => {
    await using limited = await startSimulator({
      clock: () => now,
      rateLimit: { perSecond: 1, retryAfterSeconds: 30 },
    });
    call = callsTo(limited);
    await create();
    const { status, headers } = await create();
    expect({ status, retryAfter: headers.get("retry-after") }).toEqual({ status: 429, retryAfter: "30" });
    expect(limited.instances()).toHaveLength(1);
  });
});
