import * as lifecycle from "pulumi-act365/lifecycle";
import { type Simulator, startSimulator } from "pulumi-act365/simulator";
import type { Setting } from "./life.mts";

/** How long an operation on one instance took inside a process that is warm, in milliseconds by rounds. */
export interface Call {
  readonly operation: "create" | "read" | "update" | "delete";
  /** What ours sent; raw fetch sends the same. */
  readonly requests: number;
  readonly ours: readonly number[];
  readonly fetch: readonly number[];
}

/** Single operations of the provider beside the same requests by Node's own fetch, taking turns. */
export async function calls({ latencyMilliseconds }: Pick<Setting, "latencyMilliseconds">): Promise<Call[]> {
  await using simulator = await startSimulator({ latencyMilliseconds });
  await configure(simulator);
  const rounds = latencyMilliseconds > 0 ? 10 : 100;
  const done = new Map<Call["operation"], { requests: number; ours: number[]; fetch: number[] }>();
  for (let round = -5; round < rounds; round++)
    for (const who of round % 2 === 0 ? (["ours", "fetch"] as const) : (["fetch", "ours"] as const)) {
      const life = who === "ours" ? byProvider(round) : byFetch(simulator, round);
      for (const [operation, work] of life) {
        simulator.clearRequests();
        const start = performance.now();
        await work();
        const took = performance.now() - start;
        // The first rounds warm up.
        if (round < 0) continue;
        const entry = done.get(operation) ?? { requests: simulator.requests.length, ours: [], fetch: [] };
        entry[who].push(took);
        done.set(operation, entry);
      }
    }
  return [...done].map(([operation, entry]) => ({ operation, ...entry }));
}

type Life = [Call["operation"], () => Promise<void>][];

function byProvider(round: number): Life {
  let id = "";
  let state: Record<string, unknown> = {};
  return [
    [
      "create",
      async () => ({ id, outs: state } = opened(await lifecycle.create(await checked("one", round)))),
    ],
    ["read", async () => void (await lifecycle.read(id, state))],
    ["update", async () => void (await lifecycle.update(id, state, await checked("two", round)))],
    ["delete", () => lifecycle.delete(id, state)],
  ] as Life;
}

/** The arguments as create and update get them. */
async function checked(name: string, index: number) {
  const news = { apiKey: "k", developerKey: "d", name, ownershipTag: `pulumi:p/s/n${index}` };
  return (await lifecycle.check({}, news)).inputs as Record<string, unknown>;
}

/** As the engine hands a state back: secrets opened. */
const opened = <T,>(value: T): T =>
  JSON.parse(JSON.stringify(value), (_, inner) =>
    inner?.["4dabf18193072939515e22adb298388d"] ? inner.value : inner,
  );

function byFetch({ baseUrl, organizations: [organization] }: Simulator, round: number): Life {
  const headers = {
    authorization: `User ${organization?.userSecret}, Organization ${organization?.organizationSecret}`,
    "content-type": "application/json",
  };
  const send = async (method: string, path: string, body?: object) => {
    const request = { method, headers, ...(body && { body: JSON.stringify(body) }) };
    const response = await fetch(`${baseUrl}${path}`, request);
    const text = await response.text();
    return text ? JSON.parse(text) : undefined;
  };
  const tag = `pulumi:p/s/n${round}`;
  let id = 0;
  return [
    [
      "create",
      async () => {
        await send("GET", `/instances?${new URLSearchParams({ "tags[]": tag, pageSize: "200" })}`);
        const configuration = { username: "k", password: "d" };
        const body = { name: "one", element: { key: "actessentials" }, tags: [tag], configuration };
        ({ id } = await send("POST", "/instances", body));
      },
    ],
    ["read", () => send("GET", `/instances/${id}`)],
    ["update", () => send("PATCH", `/instances/${id}`, { name: "two" })],
    ["delete", () => send("DELETE", `/instances/${id}`)],
  ];
}

/** How many times as long as the limit alone takes: creates, all at once, on a platform that limits its rate. */
export async function timesTheLimit(count: number, perSecond: number): Promise<number> {
  await using simulator = await startSimulator({ rateLimit: { perSecond } });
  await configure(simulator);
  const start = performance.now();
  await Promise.all(
    Array.from({ length: count }, async (_, index) => lifecycle.create(await checked("n", index))),
  );
  const seconds = (performance.now() - start) / 1000;
  const answered = simulator.requests.filter(({ status }) => status !== 429).length;
  return seconds / (answered / perSecond);
}

function configure({ baseUrl, organizations: [organization] }: Simulator): Promise<void> {
  const settings: Record<string, string | undefined> = {
    "act365:baseUrl": baseUrl,
    "act365:userSecret": organization?.userSecret,
    "act365:organizationSecret": organization?.organizationSecret,
  };
  const get = (key: string) => settings[key];
  return lifecycle.configure({ config: { get, require: get } } as Parameters<typeof lifecycle.configure>[0]);
}
