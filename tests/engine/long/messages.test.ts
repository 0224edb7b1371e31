import { mkdir, readFile, rm, symlink, unlink, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { foreignFolder, writeAll } from "../../support/foreign";
import { keys, Stack, settingsFor, startCanarySimulator } from "../../support/stack";

const root = resolve(__dirname, "../../..");

/** Pulumi's own messages on the troubleshooting page. */
async function told(): Promise<string[]> {
  const page = await readFile(join(root, "provider/TROUBLESHOOTING.md"), "utf8");
  return [...page.matchAll(/^```console\n(.*?)\n```$/gms)].flatMap(([, block = ""]) => block.split("\n"));
}

test("what Pulumi itself says stands on the troubleshooting page", async () => {
  await using simulator = await startCanarySimulator();
  const folder = await foreignFolder();
  const packages = join(folder, "node_modules");
  await writeAll(folder, {
    "Pulumi.yaml": "name: crm\nruntime: nodejs\n",
    "package.json": { name: "crm", main: "index.js" },
    "index.js": `const pulumi = require("@pulumi/pulumi");
      const { ConnectorInstance } = require("pulumi-act365");
      const config = new pulumi.Config();
      new ConnectorInstance("crm", { ${keys} });`,
  });
  await mkdir(join(packages, "@pulumi"), { recursive: true });
  await symlink(root, join(packages, "pulumi-act365"));
  await symlink(join(root, "node_modules/@pulumi/pulumi"), join(packages, "@pulumi/pulumi"));
  await using stack = await Stack.at(folder, settingsFor(simulator));
  await stack.up();
  const [instance] = simulator.instances();
  const said: string[] = [];
  const fails = async (...args: string[]) => {
    const { exitCode, text } = await stack.run(...args, "--yes", "--skip-preview");
    expect(exitCode).not.toBe(0);
    said.push(text);
  };

  const type = "pulumi-nodejs:dynamic/act365:ConnectorInstance";
  await fails("import", type, "other", String(instance?.id));

  const lock = join(folder, "state/.pulumi/locks/organization/crm/dev/a.json");
  await writeAll(folder, { "state/.pulumi/locks/organization/crm/dev/a.json": { pid: 1 } });
  await fails("up");
  await unlink(lock);

  const file = join(folder, "state/.pulumi/stacks/crm/dev.json");
  const before = await readFile(file, "utf8");
  const state = JSON.parse(before);
  const { id: _, ...pending } = state.checkpoint.latest.resources.at(-1);
  state.checkpoint.latest.pending_operations = [
    { resource: { ...pending, urn: pending.urn.replace(/crm$/, "lost") }, type: "creating" },
  ];
  await writeFile(file, JSON.stringify(state));
  said.push((await stack.up()).text);
  await stack.must("refresh", "--yes", "--skip-preview", "--clear-pending-creates");
  expect((await stack.up()).text).not.toContain("pending operations");

  await unlink(join(packages, "pulumi-act365"));
  await fails("up");
  await fails("destroy");
  await rm(packages, { recursive: true });
  await fails("up");
  await fails("destroy");
  expect(simulator.instances()).toEqual([instance]);

  // What only Bun says was read in the SDK: no engine here runs it.
  const bun = "Error: Function serialization is not supported when using bun as a runtime.";
  expect((await told()).filter((line) => !said.some((text) => text.includes(line)))).toEqual([bun]);
}, 300_000);
