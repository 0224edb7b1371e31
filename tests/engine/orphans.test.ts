import type { Simulator } from "../../provider/simulator";
import { orphansOf, takeOver } from "../support/orphans";
import { canaries, keys, Stack, settingsFor, startCanarySimulator } from "../support/stack";

let simulator: Simulator;
let stack: Stack;
beforeEach(async () => {
  simulator = await startCanarySimulator();
  stack = await Stack.create(`new ConnectorInstance("crm", { ${keys} });`, settingsFor(simulator));
  await stack.up();
});
afterEach(async () => {
  await stack[Symbol.asyncDispose]();
  await simulator.close();
});

const tagged = (...tags: string[]) =>
  simulator.add({ name: "left", tags, configuration: { username: "u", password: canaries.developerKey } });
const idsLeft = () => simulator.instances().map(({ id }) => id);

const orphans = (...args: string[]) => orphansOf(stack, simulator, ...args);

test("a stack that lost nothing has no orphans", async () => {
  expect(await orphans()).toMatchObject({ code: 0, stdout: "no leftovers of crm/dev\n" });
  expect(await orphans("--json")).toMatchObject({ code: 0, stdout: "[]\n" });
  // README's lines after a kill go on where it left nothing.
  await takeOver(stack, simulator);
  await stack.preview("--expect-no-changes");
});

test("an instance with the stack's tag that is not in its state is shown", async () => {
  const { id, createdDate } = tagged("sales", "pulumi:crm/dev/gone");
  const table = await orphans();
  expect(table.code).toBe(3);
  for (const words of [String(id), "left", createdDate, "pulumi:crm/dev/gone"])
    expect(table.stdout).toContain(words);
  expect(JSON.parse((await orphans("--json")).stdout)).toEqual([
    {
      ...{ id, name: "left", tags: ["sales", "pulumi:crm/dev/gone"], createdDate },
      ownershipTag: "pulumi:crm/dev/gone",
    },
  ]);
  expect(idsLeft()).toContain(id);
});

test("--delete --yes deletes the orphans and no other instance", async () => {
  const [known] = idsLeft();
  const others = [
    tagged("sales"),
    tagged("pulumi:crm/dev-2/crm"),
    tagged("pulumi:crm/development/crm"),
    tagged("pulumi:other/dev/crm"),
    tagged("about pulumi:crm/dev/crm"),
  ].map(({ id }) => id);
  const twin = tagged("pulumi:crm/dev/crm");
  const gone = tagged("pulumi:crm/dev/gone");
  const ended = await orphans(String(twin.id), String(gone.id), "--delete", "--yes");
  expect(ended.code).toBe(0);
  expect(ended.stderr).toContain(`deleted ${twin.id}\ndeleted ${gone.id}\n`);
  expect(idsLeft()).toEqual([known, ...others]);
});

test("--delete without a terminal to ask at deletes nothing and names --yes", async () => {
  const { id } = tagged("pulumi:crm/dev/gone");
  const ended = await orphans("--delete");
  expect(ended.code).toBe(1);
  expect(ended.stderr).toContain(
    "there is no terminal to ask at, so nothing was deleted; run it at one, or give the IDs",
  );
  expect(idsLeft()).toContain(id);
});

test("all pages are looked through, and every orphan among them is deleted", async () => {
  const [known] = idsLeft();
  for (let count = 0; count < 230; count++) tagged(`pulumi:crm/dev/n${count}`);
  for (let count = 0; count < 230; count++) tagged(`pulumi:crm/other/n${count}`);
  const listed: { id: number }[] = JSON.parse((await orphans("--json")).stdout);
  expect(listed).toHaveLength(230);
  const ids = listed.map(({ id }) => String(id));
  expect((await orphans(...ids, "--delete", "--yes")).code).toBe(0);
  expect(simulator.instances()).toHaveLength(231);
  expect(idsLeft()).toContain(known);
});

test("a destroyed stack's state does not tell whose it is; --project and --stack do", async () => {
  const { id } = tagged("pulumi:crm/dev/gone");
  await stack.destroy();
  const without = await orphans();
  expect(without.code).toBe(1);
  expect(without.stderr).toContain("give --project and --stack");
  const ended = await orphans("--json", "--project", "crm", "--stack", "dev");
  expect(JSON.parse(ended.stdout)).toEqual([expect.objectContaining({ id })]);
});
