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
