import type { Simulator } from "../../provider/simulator";
import { canaries, keys, leaksIn, Stack, settingsFor, startCanarySimulator } from "../support/stack";

let simulator: Simulator;
let stack: Stack;
beforeEach(async () => {
  simulator = await startCanarySimulator();
  stack = await Stack.create(
    "",
    { ...settingsFor(simulator), "act365:settleSeconds": "0" },
    { door: "plugin" },
  );
});
afterEach(async () => {
  await simulator.close();
  const leaks = leaksIn(stack.printed + (await stack.stateText()), simulator);
  await stack[Symbol.asyncDispose]();
  expect(leaks).toEqual([]);
});

/** The lines of a preview that say what happens to a resource or a property. */
const changesIn = (text: string): string[] =>
  text.match(/^ *[~+-]+ .*$/gm)?.map((line) => line.trim().replaceAll(/ +/g, " ")) ?? [];

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
  console.log(text);
  expect(changesIn(text)).toEqual([]);
  await stack.up();
  await stack.preview("--expect-no-changes");
  expect(await stack.outputs()).toEqual({ token });
});
