import { canaries, keys, replaced, Stack, settingsFor, startCanarySimulator } from "../support/stack";

// The steps of SECURITY.md, "After a leak".
describe("after a leak", () => {
  test("a replaced instance has another token, and the old one is deleted", async () => {
    await using simulator = await startCanarySimulator();
    await using stack = await Stack.create(
      `new ConnectorInstance("crm", { ${keys} }, ${replaced});`,
      settingsFor(simulator),
    );
    await stack.up();
    const [old] = simulator.instances();
    const [{ urn = "" } = {}] = await stack.instances();
    await stack.up("--replace", urn);
    const tokens = simulator.instances().map(({ token }) => token);
    expect(tokens).toHaveLength(1);
    expect(tokens).not.toContain(old?.token);
  });

  test("an adopted instance is replaced once adopt is out of the program", async () => {
    await using simulator = await startCanarySimulator();
    const old = simulator.add({ name: "by hand", configuration: { username: "a", password: "b" } });
    const program = (more: string) => `new ConnectorInstance("crm", { ${keys}, ${more} }, ${replaced});`;
    await using stack = await Stack.create(program(`adopt: "${old.id}"`), settingsFor(simulator));
    await stack.up();
    await stack.write(program(`adopt: "${old.id}", onDestroy: "delete"`));
    await stack.up();
    await stack.write(program('onDestroy: "delete"'));
    const [{ urn = "" } = {}] = await stack.instances();
    await stack.up("--replace", urn);
    const tokens = simulator.instances().map(({ token }) => token);
    expect(tokens).toHaveLength(1);
    expect(tokens).not.toContain(old.token);
    await stack.preview("--expect-no-changes");
  });

  test("a rotated key leaves the instance and its token alone", async () => {
    await using simulator = await startCanarySimulator();
    await using stack = await Stack.create(
      `new ConnectorInstance("crm", { ${keys} });`,
      settingsFor(simulator),
    );
    await stack.up();
    const [old] = simulator.instances();
    await stack.configure({ developerKey: canaries.rotatedKey });
    await stack.up();
    expect(simulator.instances()).toMatchObject([
      { id: old?.id, token: old?.token, configuration: { password: canaries.rotatedKey } },
    ]);
  });
});
