import * as lifecycle from "../../provider/dynamic/lifecycle";
import { appliedIn } from "../../provider/instance/state";
import { type Fault, type Simulator, type SimulatorOptions, startSimulator } from "../../provider/simulator";
import { failureOf } from "../support/client";
import { checked, connectPlugin } from "../support/plugin";
import { onlyOf } from "../support/promise";
import { type Applied, type Bag, half, refresh, up, upAgain } from "../support/story";

let simulator: Simulator;
let keysWork = true;
beforeEach(() => start());
afterEach(() => simulator.close());
const only = () => onlyOf(simulator);
const tag = "pulumi:project/stack/crm";

async function start(options: SimulatorOptions = {}): Promise<void> {
  await simulator?.close();
  keysWork = true;
  simulator = await startSimulator({ credentials: () => keysWork, ...options });
  await connectPlugin(simulator, { "act365:maxAttempts": "1" });
}

/** An update of a program that fails half-way. */
async function halfUpdated(made: Applied, program: Bag): Promise<Applied> {
  const news = await checked(program, made.inputs);
  return half(lifecycle.update(made.id, made.state, news), news);
}

describe("an update whose answer is lost", () => {
  test("and whose second try never left is asked about", async () => {
    await start();
    await connectPlugin(simulator, { "act365:maxAttempts": "2" });
    const made = await up();
    simulator.fault(
      { kind: "reset-after", method: "PATCH" },
      { kind: "error", status: 400, method: "PATCH", nth: 2 },
    );
    const stopped = await halfUpdated(made, { name: "other" });
    expect(stopped.state).toMatchObject({ name: "other" });
    await upAgain(stopped);
    expect(only().name).toBe("crm");
  });
});

describe("a login page with 200", () => {
  const page = { kind: "page", status: 200 } as const;

  test("in the place of a deletion leaves the instance where it is, and is an error", async () => {
    const made = await up();
    simulator.fault({ ...page, method: "DELETE", path: "/instances/\\d+" });
    await expect(lifecycle.delete(made.id, made.state)).rejects.toThrow("the body is not JSON");
    expect(only().id).toBe(Number(made.id));
  });

  test.each<[string, Bag, Fault]>([
    ["disabled", { enabled: false }, { ...page, method: "DELETE", path: ".*/enabled" }],
    ["traced", { traceLogging: true }, { ...page, method: "PUT", path: ".*/trace-logging" }],
    ["verified", { verify: true }, { ...page, path: "/hubs/crm/contacts" }],
  ])("records no new instance as %s, and the next up does it", async (_, program, fault) => {
    simulator.fault(fault);
    const inputs = await checked(program);
    const stopped = await half(lifecycle.create(inputs), inputs);
    expect(stopped.error.message).toContain("the body is not JSON");
    expect(appliedIn(stopped.state)).not.toMatchObject(program);
    simulator.clearRequests();
    expect((await upAgain(stopped, program)).state).toMatchObject(program);
    expect(simulator.requests).toContainEqual(
      expect.objectContaining({ status: 200, path: expect.stringMatching(fault.path ?? "") }),
    );
  });
});

describe("a key that was taken out and has no default", () => {
  const withKey = { configuration: { "bulk.relations": "x" } };
  const untold = (method: "PATCH" | "GET") =>
    ({ kind: "keys-missing", keys: ["configuration"], method, path: "/instances/\\d+", times: 0 }) as const;

  test("is looked for after an answer without configuration, and cleared otherwise", async () => {
    await start({ clearedBy: [""] });
    const made = await up(withKey);
    simulator.fault(untold("PATCH"));
    await upAgain(made);
    expect(only().configuration["bulk.relations"]).toBeFalsy();
  });

  test("stays in the state while no answer tells it; the next up clears it", async () => {
    await start({ clearedBy: [""] });
    const made = await up(withKey);
    simulator.fault(untold("PATCH"), untold("GET"));
    const news = await checked({}, made.inputs);
    const stopped = await half(lifecycle.update(made.id, made.state, news), news);
    expect(stopped.error.message).toContain(
      "the platform's answer has no configuration, so it is not known whether bulk.relations was cleared",
    );
    expect(stopped.state).toMatchObject(withKey);
    simulator.clearFaults();
    await upAgain(stopped);
    expect(only().configuration["bulk.relations"]).toBeFalsy();
  });
});

describe("a delete that was done and answered 500", () => {
  const answered500 = { kind: "error", status: 500, workDone: true, method: "DELETE" } as const;

  test("names the command that finds out, when the look after it proves nothing", async () => {
    const made = await up();
    simulator.fault(answered500, { kind: "page", status: 502, path: "/organizations/me" });
    const { message } = await failureOf(lifecycle.delete(made.id, made.state));
    expect(message).toMatch(
      /was answered 500.* It is not known whether instance \d+ was deleted\. Run pulumi refresh to find out\.$/,
    );
    expect(await lifecycle.read(made.id, made.state)).toEqual({});
  });

  test("names that command, when the platform may only show still what is gone", async () => {
    await start({ lag: { deletedCalls: 2 } });
    const made = await up();
    simulator.fault(answered500);
    expect((await failureOf(lifecycle.delete(made.id, made.state))).message).toContain(
      "Run pulumi refresh to find",
    );
  });
});

describe("a create", () => {
  test("that makes an instance of another connector says so", async () => {
    const body = JSON.stringify({
      id: 12,
      name: "crm",
      tags: [tag],
      token: "t",
      element: { key: "salesforce" },
    });
    simulator.fault({ kind: "answer", status: 200, method: "POST", body });
    await expect(up()).rejects.toThrow("instance 12 belongs to the connector salesforce");
  });
});

describe("the gate verify", () => {
  test("stays shut until it was passed, also over a refresh and over what else changes", async () => {
    keysWork = false;
    const program = { verify: true };
    const inputs = await checked(program);
    let stopped: Applied = await half(lifecycle.create(inputs), inputs);
    for (let round = 0; round < 2; round++) {
      stopped = await refresh(stopped);
      expect(stopped.inputs).toMatchObject({ verify: false });
      expect((await lifecycle.diff(stopped.id, stopped.state, inputs)).changes).toBeUndefined();
      const news = await checked({ ...program, name: `round ${round}` }, stopped.inputs);
      stopped = await half(lifecycle.update(stopped.id, stopped.state, news), news);
      expect(stopped.state).toMatchObject({ name: `round ${round}` });
    }
    keysWork = true;
    const { state: passed } = await upAgain(stopped, program);
    expect(passed).toMatchObject({ verify: true, verified: true });
    const again = await refresh({ ...stopped, state: passed });
    expect((await lifecycle.diff(again.id, again.state, await checked(program, again.inputs))).changes).toBe(
      false,
    );
  });

  test("shuts when a refresh finds another API key, also where the program says that one", async () => {
    const made = await up({ verify: true });
    keysWork = false;
    simulator.edit(Number(made.id), ({ configuration }) => {
      configuration.username = "refused";
    });
    const seen = await refresh(made);
    const news = await checked({ verify: true, apiKey: "refused" }, seen.inputs);
    expect((await lifecycle.diff(seen.id, seen.state, news)).changes).not.toBe(false);
    await expect(lifecycle.update(seen.id, seen.state, news)).rejects.toThrow("Invalid API key");
  });

  test("asks nothing of a disabled instance, and everything once it is enabled", async () => {
    keysWork = false;
    const made = await up({ verify: true, enabled: false });
    expect(await lifecycle.diff(made.id, made.state, made.inputs)).toEqual({ changes: false });
    const news = await checked({ verify: true }, made.inputs);
    await expect(lifecycle.update(made.id, made.state, news)).rejects.toThrow("Invalid API key");
  });
});

describe("small things that lasted", () => {
  test("onDestroy that is taken out goes back to its default", async () => {
    const made = await up({ onDestroy: "release" });
    expect((await upAgain(made)).state).toMatchObject({ onDestroy: "delete" });
    const { id } = simulator.add({ name: "x", configuration: { username: "k", password: "d" } });
    const inputs = await checked({ adopt: String(id), onDestroy: "delete" });
    for (const program of [{ adopt: String(id) }, {}])
      expect(await checked(program, inputs)).toMatchObject({ onDestroy: "release" });
  });

  test.each([[undefined], [""], [null]])(
    "an empty value in configuration, told as %j, does not drift",
    async (told) => {
      const program = { configuration: { "bulk.relations": "" } };
      const made = await up(program);
      simulator.edit(Number(made.id), ({ configuration }) => {
        if (told === undefined) delete configuration["bulk.relations"];
        else configuration["bulk.relations"] = told;
      });
      const { id, state, inputs } = await refresh(made);
      expect(await lifecycle.diff(id, state, await checked(program, inputs))).toEqual({ changes: false });
      simulator.edit(Number(id), ({ configuration }) => {
        configuration["bulk.relations"] = "by hand";
      });
      expect((await refresh(made)).state).toMatchObject({ configuration: { "bulk.relations": "by hand" } });
    },
  );

  test("the old name does not stay as a tag after a rename", async () => {
    await start({ addsNameTag: "always" });
    const made = await up({ tags: ["one"] });
    expect(only().tags).toContain("crm");
    const { state: renamed } = await upAgain(made, { name: "other", tags: ["one"] });
    expect(only().tags).toEqual(["one", tag]);
    expect(renamed.tags).toEqual(["one"]);
  });

  test("an adopted instance keeps the name and the tags that the program does not say", async () => {
    const draft = { name: "by hand", tags: ["one", "two"], configuration: { username: "k", password: "d" } };
    const { id } = simulator.add(draft);
    const program = { adopt: String(id), name: undefined };
    const adopted = await up(program);
    expect(only()).toMatchObject({ name: "by hand", tags: ["one", "two", tag] });
    expect(adopted.state).toMatchObject({ name: "by hand", tags: ["one", "two"] });
    for (const later of [adopted, await refresh(adopted)])
      for (const same of [program, { name: undefined }])
        expect(await lifecycle.diff(later.id, later.state, await checked(same, later.inputs))).toEqual({
          changes: false,
        });
    await upAgain(adopted, { ...program, name: "said", tags: ["three"] });
    expect(only()).toMatchObject({ name: "said", tags: ["three", tag] });
  });

  test("a key taken out goes to the known default where the platform refuses its own", async () => {
    await start({ organizations: [{ viewsElements: false }] });
    const made = await up({ configuration: { "pagination.max": 10, "bulk.relations": "x" } });
    await upAgain(made);
    expect(only().configuration).toMatchObject({ "pagination.max": "150", "bulk.relations": null });
  });
});
