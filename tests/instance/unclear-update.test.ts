import * as lifecycle from "../../provider/dynamic/lifecycle";
import type { Fault } from "../../provider/simulator";
import { Platform } from "../support/platform";
import { checked, kept } from "../support/plugin";
import { onlyOf } from "../support/promise";
import { type Applied, type Bag, half, refresh, up } from "../support/story";

const platform = new Platform();
beforeEach(() => platform.start());

const before = {
  tags: ["one"],
  configuration: { "pagination.max": 10, "bulk.relations": "x" },
  events: { callbackUrl: "https://a.example" },
};
const patch = "/instances/\\d+";
const flip = "/instances/\\d+/.+";
/** What changes, and the path of the call that is lost. */
const changes: [string, Bag, string?][] = [
  ["the name", { name: "other" }],
  ["the tags", { tags: ["two"] }],
  ["keys that change, come and go", { configuration: { "pagination.max": 20, "base.url": "https://b" } }],
  ["all keys, which go", { configuration: undefined, events: undefined }],
  ["the API key", { apiKey: "canary-another" }],
  ["the developer key", { developerKey: "canary-another" }],
  ["a switch that goes off", { enabled: false }, flip],
  ["a switch that goes on, after the name", { name: "other", traceLogging: true }, flip],
  ["the name, before a switch goes on", { name: "other", traceLogging: true }, patch],
  ["the ownership tag", { ownershipTag: "pulumi:project/stack/two" }],
];

const get = { method: "GET", path: "/instances/\\d+" } as const;
const hidden: Fault = {
  kind: "keys-missing",
  keys: ["tags", "configuration", "disabled", "traceLoggingEnabled"],
  ...get,
};
/** What the look after a lost answer sees: it is the second one, after that before the update. */
const looks = new Map<string, Fault[]>([
  ["all of it", []],
  ["what was before", [{ kind: "stale", requestsAgo: 2, ...get, nth: 2 }]],
  ["nothing", [{ kind: "error", status: 500, ...get, nth: 2 }]],
  ["less than all", [{ ...hidden, nth: 2 }]],
]);

/** What is on the platform, as far as a program can say it. */
async function there(): Promise<Bag> {
  const { id, configuration } = onlyOf(platform.simulator);
  const { props } = await lifecycle.read(String(id), {});
  const { name, tags, ownershipTag, disabled, traceLoggingEnabled, configuration: told } = kept(props);
  return {
    ...{ name, tags, ownershipTag, disabled, traceLoggingEnabled, told },
    keys: [configuration.username, configuration.password],
  };
}

/** Updates while the faults are, and answers what the engine then has. */
async function failed(made: Applied, program: Bag, ...faults: Fault[]): Promise<Applied> {
  const inputs = await checked(program, made.inputs);
  platform.simulator.fault(...faults);
  const stopped = await half(lifecycle.update(made.id, made.state, inputs), inputs);
  platform.simulator.clearFaults();
  expect(stopped.state).toMatchObject({ instanceId: Number(made.id), token: made.state.token });
  return stopped;
}

/** What loses a write, before or after the work. */
const losing = (kind: "reset-before" | "reset-after", path: string): Fault[] =>
  (["PATCH", "PUT", "DELETE"] as const).map((method) => ({ kind, method, path }));

/** The next `up` and the one after, which finds nothing to do. */
async function upAfter({ id, inputs, state }: Applied, program: Bag): Promise<void> {
  const news = await checked(program, inputs);
  if ((await lifecycle.diff(id, state, news)).changes === false) return;
  const { outs } = await lifecycle.update(id, state, news);
  expect(await lifecycle.diff(id, kept(outs), news)).toEqual({ changes: false });
}

describe.each(changes)("an update whose answer is lost, of %s", (_, change, path = patch) => {
  const after = { ...before, ...change };

  // Going back, an instance that carries a tag that no program says any more is somebody else's.
  const programs = "ownershipTag" in change ? [after] : [before, after];

  test.each([...looks.keys()])("whose look sees %s: the next up brings what it says", async (look) => {
    const wanted = new Map<Bag, Bag>();
    for (const program of programs) {
      const { id } = await up(program);
      wanted.set(program, await there());
      platform.simulator.remove(Number(id));
    }
    for (const kind of ["reset-before", "reset-after"] as const)
      for (const refreshed of ["not", "in part"])
        for (const program of programs) {
          const made = await up(before);
          let stopped = await failed(made, after, ...losing(kind, path), ...(looks.get(look) ?? []));
          expect([made.inputs, stopped.inputs].map((each) => each.developerKey)).toContain(
            stopped.state.developerKey,
          );
          if (refreshed === "in part") {
            platform.simulator.fault(hidden);
            stopped = await refresh(stopped);
            platform.simulator.clearFaults();
          }
          await upAfter(stopped, program);
          const way = { kind, refreshed, goes: program === after ? "on" : "back" };
          expect({ ...way, ...(await there()) }).toEqual({ ...way, ...wanted.get(program) });
          platform.simulator.remove(Number(stopped.id));
        }
  });
});

test.each<[string, Fault[]]>([
  ["a refused switch", [{ kind: "error", status: 400, method: "PUT" }]],
  ["a lost PATCH", [...losing("reset-after", patch), { kind: "error", status: 500, ...get, nth: 2 }]],
])("a switch of unclear end stays so over an update that ends with %s", async (_, faults) => {
  const made = await up(before);
  const on = { ...before, traceLogging: true };
  const unseen = looks.get("nothing") ?? [];
  const stopped = await failed(made, on, ...losing("reset-after", flip), ...unseen);
  const again = await failed(stopped, { ...on, name: "other" }, ...faults);
  await upAfter(again, before);
  expect(await there()).toMatchObject({ name: "crm", traceLoggingEnabled: false });
});
