import { clientFor } from "../../provider/platform/client";
import { settingsFrom } from "../../provider/settings/stack";
import { startSimulator } from "../../provider/simulator";
import { inNode } from "../support/node";
import { settingsOf } from "../support/plugin";

test("clients of the same settings are one, and of other settings another one", () => {
  const config = (more: Record<string, string> = {}): Record<string, string> => ({
    "act365:baseUrl": "https://host.example",
    "act365:userSecret": "user",
    "act365:organizationSecret": "organization",
    ...more,
  });
  const client = (given: Record<string, string>) => clientFor(settingsFrom((key) => given[key], {}));
  expect(client(config())).toBe(client(config()));
  expect(client(config())).not.toBe(client(config({ "act365:userSecret": "other" })));
});

test("200 lookups of one program share 32 connections and the pace", async () => {
  await using simulator = await startSimulator({ rateLimit: { perSecond: 100 } });
  const { id } = simulator.add({ name: "crm", configuration: { username: "k", password: "d" } });
  const names = await inNode(
    `
    const pulumi = require("@pulumi/pulumi");
    const { getConnectorInstance } = require("pulumi-act365");
    pulumi.runtime.setAllConfig(input.config);
    const lookups = Array.from({ length: 200 }, () => getConnectorInstance({ id: input.id }));
    return (await Promise.all(lookups)).map(({ name }) => name);
  `,
    { id: String(id), config: settingsOf(simulator) },
  );
  expect(names).toEqual(Array(200).fill("crm"));
  expect(simulator.connections).toBeLessThanOrEqual(32);
  expect(simulator.requests.length).toBeLessThan(2 * 200);
});
