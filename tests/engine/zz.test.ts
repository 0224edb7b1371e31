import { mkdtemp, writeFile, mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Stack, startCanarySimulator, settingsFor } from "../support/stack";
const root = resolve(__dirname, "../..");
test("yaml", async () => {
  const simulator = await startCanarySimulator();
  await mkdir(join(root, ".cache/stacks"), { recursive: true });
  const folder = await mkdtemp(join(root, ".cache/stacks/"));
  const program = (more: string) => `name: crm
runtime: yaml
plugins:
  providers:
    - name: act365
      path: ${root}/plugin
config:
  apiKey: { type: string, secret: true }
  developerKey: { type: string, secret: true }
resources:
  crm:
    type: act365:ConnectorInstance
    properties:
      apiKey: \${apiKey}
      developerKey: \${developerKey}
${more}
outputs:
  token: \${crm.token}
`;
  await writeFile(join(folder, "Pulumi.yaml"), program(""));
  const stack = await Stack.at(folder, settingsFor(simulator));
  console.log((await stack.run("preview", "--diff")).text);
  console.log((await stack.run("up", "--yes", "--skip-preview")).text);
  await writeFile(join(folder, "Pulumi.yaml"), program(`      tags: [one]
      events: { callbackUrl: "https://example.com/x" }
      configuration: { pagination.max: "100", event.vendor.type: polling }`));
  console.log((await stack.run("preview", "--diff")).text);
  console.log((await stack.run("up", "--yes", "--skip-preview")).text);
  await writeFile(join(folder, "Pulumi.yaml"), program(`      tags: [one, two]
      enabled: false
      configuration: { pagination.max: "200" }`));
  console.log((await stack.run("preview", "--diff")).text);
  console.log((await stack.run("refresh", "--yes", "--skip-preview")).text);
  console.log((await stack.run("destroy", "--yes", "--skip-preview")).text);
  console.log(JSON.stringify(simulator.requests.map((r) => r.method + r.path)));
  await simulator.close();
});
