import type { Simulator } from "../../provider/simulator";
import { act365 } from "../support/cli";
import { endUnleaked } from "../support/promise";
import { canaries, changesIn, keys, Stack, settingsFor, startCanarySimulator } from "../support/stack";

let simulator: Simulator;
let stack: Stack;
beforeEach(async () => {
  simulator = await startCanarySimulator();
  const settings = { ...settingsFor(simulator), "act365:settleSeconds": "0" };
  stack = await Stack.create("", settings, { door: "plugin" });
});
afterEach(() => endUnleaked(stack, simulator));

test("dependents of the token stay unchanged while a key, the name and the tags change", async () => {
  const program = (more: string) => `
    const crm = new ConnectorInstance("crm", { ${keys}, ${more} });
    new ConnectorInstance("dependent", { ${keys}, configuration: { "instance.variables": crm.token } });
    exports.token = crm.token;`;
  await stack.write(program(""));
  await stack.up();
  const { token } = await stack.outputs();
  await stack.write(
    program('name: "new", tags: ["one"], configuration: { "pagination.max": 100 }').replace(
      'config.requireSecret("apiKey")',
      `"${canaries.rotatedKey}"`,
    ),
  );
  const { text } = await stack.preview();
  expect(changesIn(text)).toEqual([
    "~ act365:index:ConnectorInstance: (update)",
    "~ apiKey : [secret] => [secret]",
    "+ configuration: {",
    '+ pagination.max: "100"',
    '~ name : "crm" => "new"',
    "~ tags : [",
    '+ [0]: "one"',
  ]);
  expect(text).toContain("2 unchanged");
  await stack.up();
  await stack.preview("--expect-no-changes");
  expect(await stack.outputs()).toEqual({ token });
});

test("customTimeouts end an operation, and waits are told at their resource", async () => {
  simulator.fault(
    { kind: "hang", method: "POST", holds: '"slow"' },
    { kind: "reset-before", method: "POST", holds: '"lost"' },
  );
  await stack.write(`
    new ConnectorInstance("slow", { ${keys} }, { customTimeouts: { create: "2s" } });
    new ConnectorInstance("lost", { ${keys} });`);
  const text = await stack.fails("up", "--yes", "--skip-preview");
  const [, diagnostics = ""] = text.split("Diagnostics:");
  expect(diagnostics).toContain("not finished after 2 seconds (customTimeouts)");
  // Below the resource's own line, and not the stack's.
  expect(diagnostics).toMatch(
    /act365:index:ConnectorInstance \(lost\):\n\s*creating connector instance "lost": none was created, so POST is sent once more/,
  );
  expect(diagnostics).toMatch(/act365:index:ConnectorInstance \(slow\):\n(.*\n)*\s*error: /);
});

const byCommand = ["--replace", "urn:pulumi:dev::crm::act365:index:ConnectorInstance::crm"];
test.each<[string, string, string[]]>([
  ["--replace", "", byCommand],
  ["replacementTrigger", 'replacementTrigger: "new"', []],
])("a replacement by %s needs deleteBeforeReplace, and says so", async (_, trigger, flags) => {
  const program = (options: string) => `
    const crm = new ConnectorInstance("crm", { ${keys} }, { ${options} });
    exports.token = crm.token;`;
  await stack.write(program('replacementTrigger: "old"'));
  await stack.up();
  const { token } = await stack.outputs();
  const replace = () => stack.warm("up", "--yes", "--skip-preview", "--suppress-progress", ...flags);
  await stack.write(program(trigger));
  const { stdout: preview } = await stack.warm("preview", "--json", ...flags);
  const { stdout: review } = await act365(["review"], {}, preview);
  expect(review).toContain("needs the option `deleteBeforeReplace: true` for this");
  const refused = await replace();
  expect(refused.exitCode).not.toBe(0);
  expect(refused.text).toContain("give the resource the option deleteBeforeReplace: true");
  expect(await stack.outputs()).toEqual({ token });
  await stack.write(program(`deleteBeforeReplace: true, ${trigger}`));
  const replaced = await replace();
  expect([replaced.exitCode, simulator.instances().length]).toEqual([0, 1]);
  const { token: fresh } = await stack.outputs();
  expect(fresh).toBe(simulator.instances()[0]?.token);
  expect(fresh).not.toBe(token);
});
