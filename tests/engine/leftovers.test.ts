import type { Simulator } from "../../provider/simulator";
import { orphansOf, takeOver } from "../support/orphans";
import { killWhole, until } from "../support/processes";
import { endUnleaked } from "../support/promise";
import { keys, Stack, settingsFor, startCanarySimulator } from "../support/stack";

let simulator: Simulator;
let stack: Stack;
beforeEach(async () => {
  simulator = await startCanarySimulator();
  const settings = { ...settingsFor(simulator), "act365:settleSeconds": "0" };
  stack = await Stack.create(program("managed"), settings, { isKilled: true });
  await stack.up();
});
afterEach(() => endUnleaked(stack, simulator));

/** One instance for each customer, below a component of the customer's name, and one without. */
const program = (...customers: string[]) => `
  class Customer extends pulumi.ComponentResource {
    constructor(name) {
      super("my:index:Customer", name);
      this.token = new ConnectorInstance("crm-" + name, { ${keys}, tags: [name] }, { parent: this }).token;
    }
  }
  exports.tokens = ${JSON.stringify(customers)}.map((name) => new Customer(name).token);
  new ConnectorInstance("plain", { ${keys} });
`;

/** An `up` that is killed outright while the platform has done every POST and answered none. */
async function killedUp(posts: number): Promise<void> {
  simulator.fault({ kind: "hang", method: "POST", path: "/instances", workDone: true, times: posts });
  const held = simulator.instances().length + posts;
  const { cli, ended } = stack.start("up", "--yes", "--skip-preview");
  await until("every POST is done", 60, () => simulator.instances().length === held);
  killWhole(cli.pid ?? 0);
  await ended;
  simulator.clearFaults();
  await stack.must("cancel", "--yes");
}

describe("leftovers of a killed run", () => {
  test("are all taken over with one import file, without an edit of the program", async () => {
    await stack.write(program("managed", "acme", "globex"));
    await killedUp(2);
    const report = await orphansOf(stack, simulator);
    expect(report.code).toBe(3);
    expect(report.stdout).toContain("2 of crm/dev on the platform, but not in its state");
    const before = simulator.instances();

    const imported = await takeOver(stack, simulator);
    expect(imported).not.toContain("warning:");
    await stack.up();
    expect(simulator.instances().map(({ id, token }) => [id, token])).toEqual(
      before.map(({ id, token }) => [id, token]),
    );
    const recorded = await stack.instances();
    expect(recorded.map(({ id }) => Number(id)).sort()).toEqual(before.map(({ id }) => id).sort());
    const { tokens } = (await stack.outputs()) as { tokens: string[] };
    expect(tokens).toEqual(
      ["managed", "acme", "globex"].map((name) => before.find((each) => each.name === `crm-${name}`)?.token),
    );
    await stack.preview("--expect-no-changes");
    expect(await orphansOf(stack, simulator)).toMatchObject({ code: 0 });
    // README's lines after a kill go on where it left nothing.
    await takeOver(stack, simulator);
    await stack.preview("--expect-no-changes");
    await stack.must("refresh", "--yes", "--skip-preview", "--clear-pending-creates");
    await stack.destroy();
    expect(simulator.instances()).toEqual([]);
  });
});

// README's lines end with an `up` that nobody looks at: what retainOnDelete has kept may be in use.
test.each(["class", "plugin"] as const)(
  "what retainOnDelete kept is released by the up after its import, by the %s",
  async (door) => {
    const program = (more: string) => `new ConnectorInstance("crm", { ${keys} }); ${more}`;
    await using kept = await Stack.create(
      program(`new ConnectorInstance("kept", { ${keys} }, { retainOnDelete: true });`),
      settingsFor(simulator),
      { door, project: "other" },
    );
    await kept.up();
    const { token } = simulator.instances().find(({ name }) => name === "kept") ?? {};
    await kept.write(program(""));
    await kept.up();
    await takeOver(kept, simulator);
    await kept.up();
    await kept.preview("--expect-no-changes");
    await kept.destroy();
    const left = simulator.instances().filter(({ name }) => name !== "plain" && name !== "crm-managed");
    expect(left).toMatchObject([{ name: "kept", token, tags: [] }]);
  },
);

// What provider/QUESTIONS.md says to a CLI that cannot import them.
test("a killed run's leftover is kept by adopt in the program, and goes with the stack", async () => {
  const withLate = (more: string) =>
    `${program("managed")} new ConnectorInstance("late", { ${keys}, ${more} });`;
  await stack.write(withLate(""));
  await killedUp(1);
  const before = simulator.instances().map(({ id, token }) => [id, token]);
  const { id } = simulator.instances().find(({ name }) => name === "late") ?? {};
  await stack.write(withLate(`adopt: "${id}", onDestroy: "delete"`));
  await stack.up();
  await stack.must("refresh", "--yes", "--skip-preview", "--clear-pending-creates");
  expect(simulator.instances().map(({ id, token }) => [id, token])).toEqual(before);
  expect((await stack.instances()).map((each) => Number(each.id))).toContain(id);
  await stack.write(withLate('onDestroy: "delete"'));
  await stack.preview("--expect-no-changes");
  await stack.destroy();
  expect(simulator.instances()).toEqual([]);
});
