import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
import { startSimulator } from "pulumi-act365/simulator";

// The stack on a real engine, against the simulated platform: neither needs an account.
test("the stack makes one tagged instance, and destroying it leaves nothing", async (t) => {
  const workDir = import.meta.dirname;
  // What is opened is closed, also when the test fails.
  const simulator = await startSimulator();
  t.after(() => simulator.close());
  const state = await mkdtemp(join(tmpdir(), "state-"));
  t.after(() => rm(state, { recursive: true }));
  t.after(() => rm(join(workDir, "Pulumi.test.yaml"), { force: true }));

  const configuration = { username: "k", password: "k" };
  const billing = simulator.add({ name: "billing", configuration });
  const [{ userSecret, organizationSecret }] = simulator.organizations;
  const envVars = { PULUMI_BACKEND_URL: `file://${state}`, PULUMI_CONFIG_PASSPHRASE: "test" };
  const stack = await LocalWorkspace.createStack({ stackName: "test", workDir }, { envVars });
  await stack.setAllConfig({
    "act365:baseUrl": { value: simulator.baseUrl },
    "act365:userSecret": { value: userSecret, secret: true },
    "act365:organizationSecret": { value: organizationSecret, secret: true },
    apiKey: { value: "an API key", secret: true },
    developerKey: { value: "a developer key", secret: true },
  });

  const { outputs } = await stack.up();
  const made = simulator.instances().find(({ name }) => name === "crm");
  assert.deepEqual(made?.tags, ["test", "pulumi:act365-testing/test/crm"]);
  assert.deepEqual(outputs.token, { value: made?.token, secret: true });
  assert.deepEqual(outputs.billingToken, { value: billing.token, secret: true });

  await stack.destroy({ remove: true });
  assert.deepEqual(simulator.instances(), [billing]);
});
