import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Simulator } from "../../provider/simulator";
import { killWhole, until } from "../support/processes";
import { endUnleaked } from "../support/promise";
import {
  canaries,
  doorOfSuite,
  keys,
  replaced,
  Stack,
  settingsFor,
  startCanarySimulator,
  typeThrough,
} from "../support/stack";

let here: Simulator;
let there: Simulator;
let stack: Stack;
beforeEach(async () => {
  [here, there] = await Promise.all([startCanarySimulator(), startCanarySimulator()]);
  const [organization] = there.organizations;
  const settings = {
    ...settingsFor(here),
    "act365:settleSeconds": "0",
    "act365:maxAttempts": "1",
    "act365:eu.baseUrl": there.baseUrl,
    "act365:eu.userSecret": organization.userSecret,
    "act365:eu.organizationSecret": organization.organizationSecret,
    "act365:eu.settleSeconds": "0",
  };
  stack = await Stack.create(program(), settings, { isKilled: true });
});
afterEach(() => endUnleaked(stack, here, there));

const program = (more = "") =>
  `exports.token = new ConnectorInstance("crm", { ${keys}, ${more} }, ${replaced}).token;`;
const idsOn = (simulator: Simulator) => simulator.instances().map(({ id }) => String(id));
const recorded = async () => (await stack.instances()).map(({ id }) => id);

// The plugin has providers instead (plugin-providers.test.ts).
if (doorOfSuite() === "class")
  // What may go wrong with it: tests/instance/move.test.ts.
  test("a move to another connection ends with the new instance in the state alone", async () => {
    await stack.up();
    await stack.write(program('connection: "eu"'));
    expect((await stack.preview()).text).toContain(
      "+-pulumi-nodejs:dynamic/act365:ConnectorInstance: (replace)",
    );
    await stack.up();
    expect([idsOn(here), idsOn(there)]).toEqual([[], await recorded()]);
    expect(await stack.outputs()).toEqual({ token: there.instances()[0]?.token });
    await stack.refresh("--expect-no-changes");
    await stack.preview("--expect-no-changes");
  });

const replace = ["--replace", `urn:pulumi:dev::crm::${typeThrough(doorOfSuite())}::crm`];

test("a replacement whose delete was answered 500 goes on after the refresh it names", async () => {
  await stack.up();
  here.fault(
    { kind: "error", status: 500, method: "DELETE", workDone: true },
    { kind: "page", status: 502, path: "/organizations/me" },
  );
  expect(await stack.upFails(...replace)).toContain("was deleted. Run pulumi refresh to find out.");
  here.clearFaults();
  await stack.refresh();
  expect([idsOn(here), await recorded()]).toEqual([[], []]);
  await stack.up();
  expect(await recorded()).toEqual(idsOn(here));
  await stack.preview("--expect-no-changes");
});

describe("a replacement of an adopted instance", () => {
  const byHand = () =>
    String(here.add({ name: "crm", configuration: { username: "k", password: canaries.rotatedKey } }).id);

  test("that would adopt it again is refused, and nothing is changed", async () => {
    const id = byHand();
    await stack.write(program(`adopt: "${id}"`));
    await stack.up();
    const [before] = here.instances();
    const text = await stack.upFails(...replace);
    expect(text).toContain(
      `instance ${id} would be adopted again by its own replacement, and keep its token; `,
    );
    expect(here.instances()).toEqual([before]);
    expect(await recorded()).toEqual([id]);
  });

  test("that creates first is of one instance, which stays, tagged, in the state", async () => {
    const id = byHand();
    // Only with the plugin a program may ask for it by leaving the option out.
    const first = program(`adopt: "${id}", onDestroy: "delete"`).replace("Replace: true", "Replace: false");
    await stack.write(first);
    await stack.up();
    const { text } = await stack.run("up", "--yes", "--skip-preview", ...replace);
    const told = doorOfSuite() === "plugin" ? "own replacement, so it was not deleted" : "keep its token";
    expect(text).toContain(told);
    expect(here.instances()).toMatchObject([
      { id: Number(id), tags: expect.arrayContaining(["pulumi:crm/dev/crm"]) },
    ]);
    expect(await recorded()).toEqual([id]);
    await stack.refresh("--expect-no-changes");
  });

  // Only the plugin creates first, by itself.
  if (doorOfSuite() === "plugin")
    test.each([["delete"], ["release"]])(
      "that was killed before it deleted keeps the instance, with onDestroy: %s",
      async (onDestroy) => {
        const id = byHand();
        const first = program(`adopt: "${id}", onDestroy: "${onDestroy}"`).replace(`, ${replaced}`, "");
        await stack.write(first);
        await stack.up();
        const [before] = here.instances();
        // The engine deletes when all is made, so it is killed while something else is.
        await stack.write(`${first}\nnew ConnectorInstance("late", { ${keys} });`);
        here.fault({ kind: "hang", method: "POST" });
        const { cli, ended } = stack.start(
          "up",
          "--yes",
          "--skip-preview",
          "--suppress-progress",
          ...replace,
        );
        const stateFile = join(stack.folder, "state/.pulumi/stacks/crm/dev.json");
        const isReplaced = () => /"delete": ?true/.test(readFileSync(stateFile, "utf8"));
        await until("the new one is recorded beside the old one", 60, isReplaced);
        killWhole(cli.pid ?? 0);
        await ended;
        here.clearFaults();
        await stack.must("cancel", "--yes");
        await stack.must("refresh", "--yes", "--skip-preview", "--clear-pending-creates");
        await stack.write(first);
        const { text } = await stack.up();
        expect(text).toContain(
          `instance ${id} was adopted again by its own replacement, so it was not deleted`,
        );
        expect(here.instances()).toEqual([before]);
        expect(await recorded()).toEqual([id]);
        await stack.refresh("--expect-no-changes");
        await stack.preview("--expect-no-changes");
      },
    );

  test("that leaves it alive says that its token goes on", async () => {
    const id = byHand();
    await stack.write(program(`adopt: "${id}"`));
    await stack.up();
    await stack.write(program());
    const { text } = await stack.warm("up", "--yes", "--skip-preview", ...replace);
    expect(text).toContain(`instance ${id} was released and not deleted, so its token is valid as before`);
    expect(idsOn(here)).toEqual([id, ...(await recorded())]);
  });

  // SECURITY.md, "After a leak".
  test('ends its token after onDestroy: "delete"', async () => {
    const id = byHand();
    await stack.write(program(`adopt: "${id}"`));
    await stack.up();
    await stack.write(program('onDestroy: "delete"'));
    await stack.up();
    expect(await recorded()).toEqual([id]);
    await stack.up(...replace);
    expect(idsOn(here)).toEqual(await recorded());
    expect(idsOn(here)).not.toContain(id);
    await stack.preview("--expect-no-changes");
  });
});
