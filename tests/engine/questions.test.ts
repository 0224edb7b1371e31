import { keys, Stack, settingsFor, startCanarySimulator } from "../support/stack";

test("an alias, a renamed stack and a move between stacks keep the instance", async () => {
  await using simulator = await startCanarySimulator();
  const program = (name: string, options = "") =>
    `new ConnectorInstance("${name}", { ${keys}, name: "CRM" }, { ${options} });`;
  await using stack = await Stack.create(program("crm"), settingsFor(simulator));
  const requests = () => {
    const sent = simulator.requests.map(({ method, path, body }) => [method, path, body]);
    simulator.clearRequests();
    return sent;
  };
  await stack.up();
  const [instance] = simulator.instances();
  const path = `/instances/${instance?.id}`;
  // Every change begins with a look whether the instance is still ours.
  const look = ["GET", path, undefined];
  requests();

  await stack.write(program("sales", 'aliases: [{ name: "crm" }]'));
  await stack.up();
  expect(requests()).toEqual([look, ["PATCH", path, { tags: ["pulumi:crm/dev/sales"] }]]);

  await stack.must("stack", "rename", "prod");
  await stack.up();
  expect(requests()).toEqual([look, ["PATCH", path, { tags: ["pulumi:crm/prod/sales"] }]]);

  const { deployment } = JSON.parse((await stack.must("stack", "export")).stdout);
  const { urn } = deployment.resources.find(({ type }: { type: string }) =>
    type.endsWith("ConnectorInstance"),
  );
  await stack.must("stack", "init", "next");
  await stack.configure(settingsFor(simulator));
  await stack.must("state", "move", "--source", "prod", "--dest", "next", "--yes", urn);
  const preview = await stack.preview();
  expect(preview.text).toContain('~ ownershipTag: "pulumi:crm/prod/sales" => "pulumi:crm/next/sales"');
  await stack.up();
  expect(requests()).toEqual([look, ["PATCH", path, { tags: ["pulumi:crm/next/sales"] }]]);
  expect(simulator.instances()).toEqual([{ ...instance, tags: ["pulumi:crm/next/sales"] }]);
});
