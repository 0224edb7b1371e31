import * as lifecycle from "../../provider/dynamic/lifecycle";
import { byId } from "../../provider/instance/find";
import { type Simulator, type SimulatorOptions, startSimulator } from "../../provider/simulator";
import { clientOf, toldDuring } from "../support/client";
import { inNode } from "../support/node";
import { checked, connectPlugin, settingsOf } from "../support/plugin";
import { refresh, up } from "../support/story";

let simulator: Simulator;
afterEach(async () => {
  jest.restoreAllMocks();
  await simulator.close();
});

async function start(settleSeconds: number, options: SimulatorOptions = {}): Promise<void> {
  simulator = await startSimulator(options);
  await connectPlugin(simulator, { "act365:settleSeconds": String(settleSeconds) });
}

/** This machine's clock, which is wrong by so many hours. */
function runnerIsLateBy(hours: number): void {
  const { now } = Date;
  jest.spyOn(Date, "now").mockImplementation(() => now() - hours * 3_600_000);
}

describe("an instance that was just made", () => {
  test("and is invisible is waited for, and the run says so once", async () => {
    await start(20, { lag: { getCalls: 3 } });
    const made = await up();
    expect(await toldDuring(() => refresh(made))).toMatch(
      new RegExp(
        `^act365: reading connector instance "crm" ${made.id}: the platform may not see instance ${made.id} yet; looking for it for up to (19|20) s\n$`,
      ),
    );
  });

  test("may be invisible to ConnectorInstance.get and to a lookup of the same run", async () => {
    await start(20, { lag: { getCalls: 2 } });
    const { id } = await up();
    expect((await lifecycle.read(id, {})).id).toBe(id);
    const another = await up({ ownershipTag: "pulumi:project/stack/two" });
    const client = clientOf(simulator.baseUrl, { ...settingsOf(simulator), "act365:settleSeconds": "20" });
    expect(await byId(client, another.id)).toMatchObject({ id: Number(another.id) });
  });
});

describe("a runner's clock that is wrong", () => {
  test.each([[2], [-2], [24 * 365]])("by %d hours makes no 404 of a new instance count", async (hours) => {
    await start(20, { lag: { getCalls: 1 } });
    runnerIsLateBy(hours);
    const { id, state } = await up();
    // Of another process: nothing of this one's own clock tells its age.
    simulator.add({ name: "new", configuration: { username: "k", password: "d" } });
    const added = simulator.instances().at(-1);
    simulator.fault({ kind: "error", status: 404, path: `/instances/${added?.id}` });
    const read = await lifecycle.read(String(added?.id), { ...state, createdDate: added?.createdDate });
    expect(read.id).toBe(String(added?.id));
    expect((await refresh({ id, state, inputs: {} })).id).toBe(id);
  });

  test.each([[2], [-2]])("by %d hours makes no old instance a new one", async (hours) => {
    await start(300);
    runnerIsLateBy(hours);
    const state = { ...(await checked()), createdDate: "2020-01-01T00:00:00.000Z" };
    expect(await lifecycle.read("12", state)).toEqual({});
  });

  test.each(["America/New_York", "Asia/Tokyo"])(
    "in %s reads a creation date without a zone as UTC",
    async (TZ) => {
      await start(20, { datesHaveZone: false });
      const { id, createdDate } = simulator.add({
        name: "new",
        configuration: { username: "k", password: "d" },
      });
      simulator.fault({ kind: "error", status: 404, path: `/instances/${id}` });
      const config = { ...settingsOf(simulator), "act365:settleSeconds": "20" };
      const withoutZone = (date: string) => date.replace("Z", "");
      const long = new Date(Date.now() - 60_000).toISOString();
      const ran = await inNode<{ found: string; gone: object; seconds: number }>(
        `const lifecycle = require("pulumi-act365/lifecycle");
        await lifecycle.configure({ config: { get: (key) => input.config[key] } });
        const { id: found } = await lifecycle.read(input.id, { apiKey: "k", createdDate: input.createdDate });
        const begun = performance.now();
        const gone = await lifecycle.read("12", { apiKey: "k", createdDate: input.long });
        return { found, gone, seconds: (performance.now() - begun) / 1000 };`,
        { id: String(id), createdDate: withoutZone(createdDate), long: withoutZone(long), config },
        { TZ },
      );
      expect(ran).toEqual({ found: String(id), gone: {}, seconds: expect.any(Number) });
      expect(ran.seconds).toBeLessThan(10);
    },
  );
});

describe("an instance that was just deleted", () => {
  test("is waited for while the platform shows it, and the run says so", async () => {
    await start(6, { lag: { deletedMilliseconds: 700 } });
    const made = await up();
    await lifecycle.delete(made.id, made.state);
    expect(await toldDuring(up)).toBe(
      `act365: creating connector instance "crm": instance ${made.id} was deleted and shows still; looking for up to 6 s whether it goes\n`,
    );
  });

  test("is a leftover where the platform shows it for longer than it may", async () => {
    await start(1, { lag: { deletedMilliseconds: 60_000 } });
    const made = await up();
    await lifecycle.delete(made.id, made.state);
    await expect(up()).rejects.toThrow(`instance ${made.id} carries the ownership tag`);
  });
});
