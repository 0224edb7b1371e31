import fc from "fast-check";
import { type Fault, startSimulator } from "../../provider/simulator";
import { connectPlugin } from "../support/plugin";
import { duplicatesOn } from "../support/promise";
import { Engine } from "./model";

const names = ["a", "b", "c"];

/** One thing that happens between two ups, or to the network while the next one runs. */
type Step =
  | { readonly do: "declare"; readonly name: string; readonly args: Record<string, unknown> }
  | {
      readonly do: "remove" | "adopt" | "rename by hand" | "delete by hand" | "untag by hand";
      readonly name: string;
    }
  | { readonly do: "refresh" }
  | { readonly do: "break"; readonly faults: Fault[] };

const name = fc.constantFrom(...names);
const args = fc.record(
  {
    name: fc.constantFrom("one", "two"),
    tags: fc.subarray(["x", "y", "z"]),
    enabled: fc.boolean(),
    traceLogging: fc.boolean(),
    verify: fc.boolean(),
    apiKey: fc.constantFrom("canary-api-key", "canary-rotated-key"),
    configuration: fc.constantFrom({ "pagination.max": 10 }, { "pagination.max": 20, "bulk.relations": "r" }),
    connection: fc.constantFrom("other"),
  },
  { requiredKeys: [] },
);
const fault = fc.record({
  kind: fc.constantFrom(
    { kind: "reset-before" } as const,
    { kind: "reset-after" } as const,
    { kind: "reset-in-body" } as const,
    { kind: "error", status: 500 } as const,
    { kind: "error", status: 503, workDone: true } as const,
    { kind: "error", status: 403 } as const,
    { kind: "bad-gateway" } as const,
    { kind: "bad-gateway", workDone: true } as const,
    { kind: "truncated-json" } as const,
    { kind: "wrong-types" } as const,
    { kind: "empty-body" } as const,
  ),
  method: fc.constantFrom(
    "GET" as const,
    "POST" as const,
    "PATCH" as const,
    "PUT" as const,
    "DELETE" as const,
  ),
  nth: fc.integer({ min: 1, max: 4 }),
  times: fc.constantFrom(0, 1, 2),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("declare" as const), name, args }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("break" as const),
      faults: fc.array(
        fault.map(({ kind, ...when }) => ({ ...kind, ...when })),
        { minLength: 1, maxLength: 3 },
      ),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom("remove", "adopt", "rename by hand", "delete by hand", "untag by hand"),
      name,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("refresh" as const) }) },
) as fc.Arbitrary<Step>;

/** Takes the steps, each with an up that may fail and one without faults; throws where the promise is broken. */
async function walk(steps: readonly Step[]): Promise<void> {
  await using simulator = await startSimulator();
  const [organization] = simulator.organizations;
  const { baseUrl } = simulator;
  await connectPlugin(simulator, {
    "act365:maxAttempts": "1",
    "act365:other": JSON.stringify({ baseUrl, ...organization, maxAttempts: 1, settleSeconds: 0 }),
  });
  const engine = new Engine(simulator);
  for (const each of steps) {
    const isByHand = take(each, engine);
    if (each.do === "break") continue;
    await (each.do === "refresh" ? engine.refresh() : engine.up());
    simulator.clearFaults();
    // What somebody did by hand is found by a refresh only; what a fault did must be found without one.
    if (isByHand) expect(await engine.refresh()).toEqual([]);
    expect(await engine.heal()).toEqual([]);
    expectPromise(engine);
    simulator.clearRequests();
    expect(await engine.up()).toEqual([]);
    expect(simulator.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
    expect(await engine.refresh()).toEqual([]);
    simulator.clearRequests();
    expect(await engine.up()).toEqual([]);
    expect(simulator.requests.filter(({ method }) => method !== "GET")).toEqual([]);
  }
}

/** Does a step; answers whether it changed the server behind the stack's back. */
function take(each: Step, { simulator, program, state }: Engine): boolean {
  switch (each.do) {
    case "refresh":
      return false;
    case "break":
      simulator.fault(...each.faults);
      return false;
    case "declare":
      program.set(each.name, each.args);
      return false;
    case "remove":
      program.delete(each.name);
      return false;
    case "adopt": {
      const made = simulator.add({ name: "by hand", configuration: { username: "u", password: "p" } });
      program.set(each.name, { ...program.get(each.name), adopt: String(made.id) });
      return false;
    }
  }
  const id = Number(state.get(each.name)?.id);
  if (!simulator.instances().some((instance) => instance.id === id)) return false;
  if (each.do === "delete by hand") {
    simulator.remove(id);
    const { adopt: _, ...others } = program.get(each.name) ?? {};
    if (program.has(each.name)) program.set(each.name, others);
  } else
    simulator.edit(id, (held) => {
      if (each.do === "rename by hand") held.name = "by hand";
      else held.tags = held.tags.filter((tag) => !tag.startsWith("pulumi:"));
    });
  return true;
}

function expectPromise({ simulator, state, program }: Engine): void {
  expect(duplicatesOn(simulator)).toEqual([]);
  const owned = simulator.instances().filter(({ tags }) => tags.some((tag) => tag.startsWith("pulumi:")));
  const recorded = [...state].map(([resource, { id }]) => [`pulumi:project/stack/${resource}`, id]);
  expect(
    owned.map(({ id, tags }) => [tags.find((tag) => tag.startsWith("pulumi:")), String(id)]).sort(),
  ).toEqual(recorded.sort());
  expect([...state.keys()].sort()).toEqual([...program.keys()].sort());
}

beforeEach(() => {
  jest.spyOn(process.stderr, "write").mockReturnValue(true);
});
afterEach(() => jest.restoreAllMocks());

test("whatever a program, a network and somebody at the server do in whichever order, one more up keeps the promise", async () => {
  // A failure prints the seed and the shortest such story; it belongs below, under a name of its own.
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 10 }), walk), {
    numRuns: Number(process.env.ACT365_STORIES ?? 300),
    seed: Number(process.env.ACT365_SEED ?? 365),
  });
});
