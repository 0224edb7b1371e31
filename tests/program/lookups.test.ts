import { startSimulator } from "../../provider/simulator";
import { inNode } from "../support/node";

test("a lookup by id waits for what the platform need not show yet, and for no other", async () => {
  const script = `
    const pulumi = require("@pulumi/pulumi");
    const { getConnectorInstance } = require("pulumi-act365");
    const { startSimulator } = require("pulumi-act365/simulator");
    await using simulator = await startSimulator({ lag: { getCalls: 1 } });
    const [{ userSecret, organizationSecret }] = simulator.organizations;
    const response = await fetch(simulator.baseUrl + "/instances", {
      method: "POST",
      headers: { authorization: \`User \${userSecret}, Organization \${organizationSecret}\`, "content-type": "application/json" },
      body: JSON.stringify({ name: "crm", element: { key: "actessentials" }, configuration: { username: "k", password: "d" } }),
    });
    const { id } = await response.json();
    const configure = (settleSeconds) => pulumi.runtime.setAllConfig({
      "act365:baseUrl": simulator.baseUrl, "act365:userSecret": userSecret,
      "act365:organizationSecret": organizationSecret, "act365:settleSeconds": settleSeconds,
    });
    const look = (id) => getConnectorInstance({ id }).then(({ name }) => name, ({ message }) => message);
    configure("10");
    const found = await look(String(id));
    configure("0");
    return [found, await look("12")];
  `;
  expect(await inNode(script)).toEqual([
    "crm",
    "getConnectorInstance: the platform has no instance 12; npx pulumi-act365 adopt lists those that it has",
  ]);
});

test("lookups refuse what is no id, no text and no list, and send nothing", async () => {
  await using simulator = await startSimulator();
  const messages = await inNode<string[]>(
    `
    const pulumi = require("@pulumi/pulumi");
    const act365 = require("pulumi-act365");
    pulumi.runtime.setAllConfig({ "act365:baseUrl": input.baseUrl });
    const said = async (work) => { try { await work(); return "fine"; } catch (error) {
      return (pulumi.RunError.isInstance(error) ? "" : "not plain: ") + error.message; } };
    const messages = [];
    for (const id of ["../1", "", "0", "12/../13", "canary\\r\\n", {}, ["12"]]) {
      messages.push(await said(() => act365.getConnectorInstance({ id })));
      if (typeof id === "string") messages.push(await said(() => act365.ConnectorInstance.get("it", id)));
    }
    for (const args of [{}, { id: "1", name: "a" }, { name: 7 }, { nam: "x" }, { name: "x", connection: "a.b" }, { name: "" }])
      messages.push(await said(() => act365.getConnectorInstance(args)));
    for (const args of [{ tags: "one" }, { tags: [7] }, { searchText: {} }, { tag: ["x"] }])
      messages.push(await said(() => act365.getConnectorInstances(args)));
    return messages;
  `,
    { baseUrl: simulator.baseUrl },
  );
  for (const message of messages) {
    expect(message).toMatch(
      /^(getConnectorInstances?: |ConnectorInstance\.get\("it"\): |the act365 settings )/,
    );
    expect(message).not.toMatch(/is not a function|\n\s+at |not plain|TypeError/);
  }
  expect(simulator.requests).toEqual([]);
});

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
