import { inNode } from "../support/node";

test("a lookup by a secret shows it in no error", async () => {
  const script = `
    const pulumi = require("@pulumi/pulumi");
    const { getConnectorInstanceOutput, getConnectorInstancesOutput } = require("pulumi-act365");
    const { startSimulator } = require("pulumi-act365/simulator");
    await using simulator = await startSimulator();
    const [{ userSecret, organizationSecret }] = simulator.organizations;
    pulumi.runtime.setAllConfig({
      "act365:baseUrl": simulator.baseUrl, "act365:userSecret": userSecret,
      "act365:organizationSecret": organizationSecret, "act365:settleSeconds": "0", "act365:maxAttempts": "1",
    });
    // Pulumi derives other promises from an output, which nobody waits for here.
    process.on("unhandledRejection", () => undefined);
    const failureOf = (output) => output.promise().then(() => "none", ({ message }) => message);
    const said = [
      await failureOf(getConnectorInstanceOutput({ name: pulumi.secret("canary name") })),
      await failureOf(getConnectorInstanceOutput({ id: pulumi.secret("canary-id") })),
      await failureOf(getConnectorInstanceOutput({ name: "open name" })),
    ];
    simulator.fault({ kind: "error", status: 400, path: "/instances", message: "no canary text" });
    said.push(await failureOf(getConnectorInstancesOutput({ searchText: pulumi.secret("canary text") })));
    return said;
  `;
  const said = await inNode<string[]>(script);
  expect(said.join("\n")).not.toContain("canary");
  expect(said).toEqual([
    expect.stringContaining('no Act! 365 instance named "[secret]"'),
    'getConnectorInstance: "[secret]" is not an id, a whole number such as "12345"',
    expect.stringContaining('no Act! 365 instance named "open name"'),
    expect.stringContaining("[secret]"),
  ]);
});
