import { leftoversIn, ownedBy, recordedBy } from "../support/promise";
import { keys, Stack, settingsFor, startCanarySimulator } from "../support/stack";

test("of two stacks of one name on two backends neither touches the other's instances", async () => {
  await using simulator = await startCanarySimulator();
  const program = (name: string) => `new ConnectorInstance("crm", { ${keys}, name: "${name}" });`;
  await using first = await Stack.create(program("first"), settingsFor(simulator));
  await using second = await Stack.create(program("second"), settingsFor(simulator));
  await first.up();
  const [made] = simulator.instances();

  const stopped = await second.upFails();
  expect(leftoversIn(stopped)).toEqual(new Map([["crm", String(made?.id)]]));
  for (const words of ["a resource of this or another stack owns it", "nothing was created"])
    expect(stopped).toContain(words);
  expect(await recordedBy(second)).toEqual([]);

  await second.refresh();
  await second.destroy();
  expect(simulator.instances()).toEqual([made]);
  expect(await recordedBy(first)).toEqual(ownedBy(first, simulator));
  await first.refresh("--expect-no-changes");
  await first.preview("--expect-no-changes");
  await first.destroy();
  expect(simulator.instances()).toEqual([]);

  // The tag is free now.
  await second.up();
  expect(simulator.instances().map(({ name }) => name)).toEqual(["second"]);
});
