import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LocalWorkspace } from "@pulumi/pulumi/automation";
import { startSimulator } from "pulumi-act365/simulator";

// The stack on a real engine, against the simulated platform: neither needs an account.
test("the stack makes one tagged instance, and destroying it leaves nothing", async () => {
  const simulator = await startSimulator();
  const [{ userSecret, organizationSecret }] = simulator.organizations;
  const stack = await LocalWorkspace.createStack(
    { stackName: "test", workDir: __dirname },
    {
      envVars: {
        PULUMI_BACKEND_URL: `file://${mkdtempSync(join(tmpdir(), "state-"))}`,
        PULUMI_CONFIG_PASSPHRASE: "test",
      },
    },
  );
  await stack.setAllConfig({
    "act365:baseUrl": { value: simulator.baseUrl },
    "act365:userSecret": { value: userSecret, secret: true },
    "act365:organizationSecret": { value: organizationSecret, secret: true },
    apiKey: { value: "an API key", secret: true },
    developerKey: { value: "a developer key", secret: true },
  });

  const { outputs } = await stack.up();
  const [instance] = simulator.instances();
  expect(instance).toMatchObject({ name: "crm", tags: ["test", "pulumi:act365-testing/test/crm"] });
  expect(outputs.token).toEqual({ value: instance?.token, secret: true });

  await stack.destroy({ remove: true });
  expect(simulator.instances()).toEqual([]);
  await simulator.close();
}, 120_000);
