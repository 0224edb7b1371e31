import fc from "fast-check";
import type { Fault, Simulator } from "../../provider/simulator";

/** What a story changes: the server, and the program's resources with their arguments. */
export interface World {
  readonly simulator: Simulator;
  readonly program: Map<string, Record<string, unknown>>;
  /** The id that the state has for a resource. */
  idOf(resource: string): Promise<number | undefined>;
}

const names = ["a", "b", "c"];

/** One thing that happens between two ups, or to the network while the next one runs. */
export type Step =
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
export const step: fc.Arbitrary<Step> = fc.oneof(
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

/** Does a step; answers whether it changed the server behind the stack's back. */
export async function take(each: Step, { simulator, program, idOf }: World): Promise<boolean> {
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
  const id = (await idOf(each.name)) ?? 0;
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
