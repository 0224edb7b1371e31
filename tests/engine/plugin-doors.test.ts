import type { Simulator } from "../../provider/simulator";
import { type Door, keys, leaksIn, Stack, settingsFor, startCanarySimulator } from "../support/stack";

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startCanarySimulator();
});
afterEach(() => simulator.close());

const toPlugin = ""; // An SDK knows the alias.
const toClass = ', { aliases: [{ type: "act365:index:ConnectorInstance" }] }';
const program = (options: string) => `
  const crm = new ConnectorInstance("crm", {
    ${keys}, tags: ["one"], configuration: { "pagination.max": 100 },
    events: { callbackUrl: "https://example.com/hook", callbackHeaders: "canary-headers" },
  }${options});
  exports.token = crm.token;`;

test.each<[Door, Door]>([
  ["class", "plugin"],
  ["plugin", "class"],
])("from the %s to the %s and back: nothing is replaced or sent", async (from, to) => {
  const optionsOf = { class: toClass, plugin: toPlugin };
  await using stack = await Stack.create(program(optionsOf[from]), settingsFor(simulator), { door: from });
  await stack.up();
  const { token } = await stack.outputs();
  const sent = () => simulator.requests.filter(({ method }) => method !== "GET");
  simulator.clearRequests();
  for (const door of [to, from, to]) {
    await stack.write(program(optionsOf[door]), door);
    const { text } = await stack.up();
    expect(text).toMatch(/ 2 unchanged/);
    await stack.refresh("--expect-no-changes");
  }
  expect(await stack.outputs()).toEqual({ token });
  expect(sent()).toEqual([]);
  await stack.destroy();
  expect(sent()).toHaveLength(1);
  expect(simulator.instances()).toEqual([]);
  expect(leaksIn(stack.printed + (await stack.stateText()), simulator)).toEqual([]);
});
