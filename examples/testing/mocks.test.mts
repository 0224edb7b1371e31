import assert from "node:assert/strict";
import { test } from "node:test";
import * as pulumi from "@pulumi/pulumi";

// Without an engine: what the program declares, and nothing of what the provider does.
test("the instance is tagged with the stack's name, and the other team's is looked up", async () => {
  const lookups: unknown[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ name, inputs }) => ({ id: "12345", state: { name, ...inputs, token: "a token" } }),
      call: ({ token, inputs }) => {
        lookups.push([token, inputs]);
        return { id: "77", name: inputs.name, token: "another token" };
      },
    },
    "project",
    "production",
  );
  pulumi.runtime.setAllConfig({ "project:apiKey": "an API key", "project:developerKey": "a developer key" });
  const { crm, billingToken } = await import("./index.ts");

  const known = pulumi.all([crm.name, crm.tags, crm.instanceId, billingToken]);
  await new Promise<void>((done) => {
    known.apply((values) => {
      assert.deepEqual(values, ["crm", ["production"], 12345, "another token"]);
      done();
    });
  });
  assert.deepEqual(lookups, [["act365:index:getConnectorInstance", { name: "billing" }]]);
  assert.equal(await pulumi.isSecret(crm.token), true);
  assert.equal(await pulumi.isSecret(billingToken), true);
});
