import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { installOnce, mustShell, newTsconfig, packed, writeAll } from "../support/foreign";
import { canaries, leaksIn, Stack, settingsFor, startCanarySimulator } from "../support/stack";

const root = resolve(__dirname, "../..");
const here = packed();
let oldest: string;
beforeAll(async () => {
  const { place, tarball } = here;
  const { peerDependencies } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  oldest = peerDependencies["@pulumi/pulumi"].replace("^", "");
  // What `pulumi new typescript` writes.
  await writeAll(place, {
    "package.json": { devDependencies: { typescript: "^5.0.0", "@types/node": "^22" } },
  });
  const pulumi = `@pulumi/pulumi@${oldest}`;
  await installOnce(place, tarball, pulumi, () => mustShell(place, "npm", "install", tarball, pulumi));
});

test("the tarball beside the oldest promised Pulumi serves a stack of `pulumi new`", async () => {
  const folder = join(here.place, "stack");
  await writeAll(folder, {
    "Pulumi.yaml": "name: foreign\nruntime: nodejs\n",
    "package.json": { name: "foreign", main: "index.ts" },
    "tsconfig.json": newTsconfig,
    "index.ts": `
      import * as pulumi from "@pulumi/pulumi";
      import { ConnectorInstance, type ConnectorInstanceArgs, getConnectorInstancesOutput } from "pulumi-act365";
      import { type Fault, startSimulator } from "pulumi-act365/simulator";
      const config = new pulumi.Config();
      export const unused: [Fault["kind"], typeof startSimulator] | undefined = undefined;
      const args: ConnectorInstanceArgs = {
        apiKey: config.requireSecret("apiKey"),
        developerKey: config.requireSecret("developerKey"),
        name: config.get("name"),
      };
      const crm = new ConnectorInstance("crm", args);
      export const { token } = crm;
      export const days: pulumi.Output<number> = crm.instanceId;
      export const others = getConnectorInstancesOutput({ tags: [pulumi.getStack()] }).apply((all) => all.length);
    `,
  });
  const installed = JSON.parse(
    await readFile(join(here.place, "node_modules/@pulumi/pulumi/package.json"), "utf8"),
  );
  expect(installed.version).toBe(oldest);
  await mustShell(folder, "npx", "tsc", "--noEmit");
  expect(await mustShell(folder, "npx", "--offline", "pulumi-act365", "--help")).toContain("simulate");

  await using simulator = await startCanarySimulator();
  const stack = await Stack.at(folder, settingsFor(simulator));
  await stack.up();
  const [instance] = simulator.instances();
  expect(await stack.outputs()).toMatchObject({ token: instance?.token, others: 0 });
  await stack.up("--expect-no-changes");
  await stack.configure({ developerKey: canaries.rotatedKey, name: "other" });
  expect((await stack.preview()).text).toMatch(/~ developerKey: \[secret\] => \[secret\]/);
  await stack.up();
  simulator.edit(instance?.id ?? 0, (held) => {
    held.name = "by hand";
  });
  await stack.refresh();
  // Without the inputs that a read may answer since the oldest Pulumi, this would not be seen.
  expect((await stack.preview()).text).toContain('~ name: "by hand" => "other"');
  await stack.destroy();
  expect(simulator.instances()).toEqual([]);
  expect(leaksIn(stack.printed, simulator)).toEqual([]);
});
