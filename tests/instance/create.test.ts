import { inspect } from "node:util";
import * as lifecycle from "../../provider/dynamic/lifecycle";
import type { Fault } from "../../provider/simulator";
import { failureOf } from "../support/client";
import { Platform } from "../support/platform";
import { checked, kept } from "../support/plugin";
import { type Bag, callsTo, isSealed, up } from "../support/story";

const tag = "pulumi:project/stack/crm";
const draft = { name: "crm", tags: [tag], configuration: { username: "k", password: "d" } };

let keysWork: boolean;
const platform = new Platform();
beforeEach(() => {
  keysWork = true;
  return platform.start({ credentials: () => keysWork });
});
const { only } = platform;
const posts = () => callsTo(platform.simulator).filter((call) => call.startsWith("POST"));

/** What the engine records of a create or update that failed half-way: the error, the id and the state. */
async function halfMade(attempt: Promise<unknown>): Promise<{ error: Error; id: string; state: Bag }> {
  const error = (await failureOf(attempt)) as Error & { id: string; properties: Bag; reasons: string[] };
  const { id, properties, reasons } = error;
  expect(reasons).toEqual([error.message]);
  expect(error.message).toContain(`instance ${id}`);
  expect(inspect(error)).not.toMatch(/canary|"?properties"?:/);
  expect(properties.__provider).toBe("the capsule");
  expect([properties.apiKey, properties.developerKey].every(isSealed)).toBe(true);
  // The plugin host can carry plain JSON only, and nothing that is undefined.
  expect(JSON.parse(JSON.stringify(properties))).toEqual({ ...properties });
  return { error, id, state: kept(properties) };
}

/** The next `up`, which updates what failed whatever diff says; a further one finds nothing to do. */
async function finished(id: string, state: Bag, program: Bag): Promise<Bag> {
  const news = await checked(program, state);
  const { outs } = await lifecycle.update(id, state, news);
  expect(await lifecycle.diff(id, kept(outs), news)).toEqual({ changes: false });
  return kept(outs);
}

test("a leftover with our tag stops the create with its id and the next step", async () => {
  const { id } = platform.simulator.add(draft);
  const error = await failureOf(up());
  for (const words of [
    `instance ${id} carries`,
    tag,
    "nothing was created",
    "pulumi stack export | npx pulumi-act365 orphans",
  ])
    expect(error.message).toContain(words);
  expect(error.message).not.toMatch(/adopt|onDestroy|delete/);
  const second = platform.simulator.add(draft);
  await expect(up()).rejects.toThrow(`instances ${id}, ${second.id} carry the ownership tag ${tag}`);
  expect(posts()).toEqual([]);
  expect(platform.simulator.instances()).toHaveLength(2);
});

test("another stack's instance, or a tag that only begins like ours, is no leftover", async () => {
  platform.simulator.add({ ...draft, tags: ["pulumi:project/stack/crm-2", "pulumi:project/other/crm"] });
  await up();
  expect(platform.simulator.instances()).toHaveLength(2);
});

test.each<Fault>([
  { kind: "reset-before", times: 0 },
  { kind: "error", status: 500, times: 0 },
])("a create that made nothing says so, and the next one works: $kind", async (fault) => {
  platform.simulator.fault({ ...fault, method: "POST" });
  await expect(up()).rejects.toThrow(`No instance carries the tag ${tag}`);
  expect(platform.simulator.instances()).toEqual([]);
  platform.simulator.clearFaults();
  await up();
  only();
});

test("an instance that could not be looked for is found by the next create", async () => {
  platform.simulator.fault(
    { kind: "reset-after", method: "POST" },
    { kind: "error", status: 500, method: "GET", nth: 3, times: 0 },
  );
  await expect(up()).rejects.toThrow(
    /POST .* It is not known whether an instance was created\. Run pulumi up again/,
  );
  platform.simulator.clearFaults();
  await expect(up()).rejects.toThrow(`instance ${only().id} carries the ownership tag`);
  expect(posts()).toHaveLength(1);
});

test("two instances with the tag after an unclear create are both named", async () => {
  const body = JSON.stringify([12, 13].map((id) => ({ id, name: "crm", tags: [tag] })));
  platform.simulator.fault(
    { kind: "reset-after", method: "POST" },
    { kind: "answer", status: 200, body, method: "GET", nth: 3 },
  );
  await expect(up()).rejects.toThrow(`instances 12, 13 carry the ownership tag ${tag}`);
  expect(posts()).toHaveLength(1);
});

test.each([400, 401, 403])(
  "a create that is refused with %d is not tried again, and nothing is looked for",
  async (status) => {
    platform.simulator.fault({ kind: "error", status, method: "POST", message: "No." });
    await expect(up()).rejects.toThrow(
      new RegExp(`^creating connector instance "crm": POST /instances was answered ${status} .*"No."`),
    );
    expect(callsTo(platform.simulator).filter((call) => call !== "GET /instances")).toEqual([
      "POST /instances",
    ]);
    expect(callsTo(platform.simulator).at(-1)).toBe("POST /instances");
  },
);

test("an instance whose token is never told is recorded, and completed by refresh", async () => {
  const answer = (body: object, where: Partial<Fault>) =>
    platform.simulator.fault({ ...where, kind: "answer", status: 200, body: JSON.stringify(body) } as Fault);
  const [told, path] = [{ id: 12, name: "crm", tags: [tag] }, "/instances/12"];
  answer(told, { method: "POST" });
  answer(told, { path });
  const program = { traceLogging: true, enabled: false, verify: true };
  const { error, id, state } = await halfMade(up(program));
  expect(id).toBe("12");
  expect(error.message).toContain("answer had no token; run pulumi refresh");
  // No switch that was never sent.
  expect(state).toMatchObject({ traceLogging: false, enabled: true, verify: false });
  expect((await lifecycle.diff(id, state, await checked(program))).changes).toBeUndefined();
  answer({ id: 12, name: "crm", token: "t" }, { path });
  const { __provider, ...properties } = state;
  expect(kept((await lifecycle.read(id, state)).props)).toMatchObject({ ...properties, token: "t" });
});

test("an instance whose keys Act! refuses is recorded, and the next up verifies it", async () => {
  keysWork = false;
  const { error, id, state } = await halfMade(up({ verify: true }));
  expect(error.message).toMatch(
    /GET \/hubs\/crm\/contacts .* 401 .*Act! answered: Invalid API key.*correct apiKey and developerKey/,
  );
  await expect(finished(id, state, { verify: true })).rejects.toThrow("Invalid API key");
  keysWork = true;
  await finished(id, state, { verify: true });
  expect(posts()).toHaveLength(1);
});

test("an update that fails at once leaves the state as it is", async () => {
  const { id, inputs, state } = await up();
  platform.simulator.fault({ kind: "error", status: 400, method: "PATCH" });
  const error = await failureOf(lifecycle.update(id, state, await checked({ name: "other" }, inputs)));
  expect(error).not.toHaveProperty("properties");
  expect(only().name).toBe("crm");
});

test("a first create that shows itself late is named, and the second recorded whole", async () => {
  await platform.simulator.close();
  await platform.start({ lag: { listMilliseconds: 500 } });
  platform.simulator.fault({ kind: "reset-after", method: "POST" });
  platform.simulator.fault({ kind: "delay", method: "POST", nth: 2, milliseconds: 600 });
  const { error, id, state } = await halfMade(lifecycle.create(await checked()));
  const [first, second] = platform.simulator.instances();
  expect(id).toBe(String(second?.id));
  expect(state).toMatchObject({ instanceId: second?.id, token: second?.token });
  expect(error.message).toContain(`instance ${first?.id} carries the ownership tag ${tag} too`);
  await lifecycle.delete(id, state);
  expect(only().id).toBe(first?.id);
});
