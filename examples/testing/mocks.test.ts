import * as pulumi from "@pulumi/pulumi";

// Without an engine: what the program declares, and nothing of what the provider does.
test("the instance is tagged with the stack's name", async () => {
  await pulumi.runtime.setMocks(
    {
      newResource: ({ inputs }) => ({ id: "12345", state: { ...inputs, token: "a token" } }),
      call: () => ({}),
    },
    "project",
    "production",
  );
  pulumi.runtime.setAllConfig({ "project:apiKey": "an API key", "project:developerKey": "a developer key" });
  const { crm } = require("./index") as typeof import("./index");
  const [name, tags, instanceId, isSecret] = await new Promise<[string, string[], number, boolean]>(
    (resolve) =>
      pulumi
        .all([crm.name, crm.tags, crm.instanceId])
        .apply(async (known) => resolve([...known, await pulumi.isSecret(crm.token)])),
  );
  expect({ name, tags, instanceId, isSecret }).toEqual({
    name: "crm",
    tags: ["production"],
    instanceId: 12345,
    isSecret: true,
  });
});
