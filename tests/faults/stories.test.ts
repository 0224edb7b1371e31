import fc from "fast-check";
import { expectPromiseKept, leftoversIn, recordedBy } from "../support/promise";
import { Stack, settingsFor, startCanarySimulator } from "../support/stack";
import { step, take } from "./steps";

/** A program's text; keys that differ from the stack's own are no secret here. */
const textOf = (program: ReadonlyMap<string, Record<string, unknown>>): string =>
  [...program]
    .map(
      ([name, args]) =>
        `new ConnectorInstance("${name}", { apiKey: config.requireSecret("apiKey"), developerKey: config.requireSecret("developerKey"), ...${JSON.stringify(args)} });`,
    )
    .join("\n");

test("such stories end well through the real engine too", async () => {
  await using simulator = await startCanarySimulator();
  await using stack = await Stack.create("", {
    ...settingsFor(simulator),
    "act365:maxAttempts": "1",
    "act365:settleSeconds": "0",
  });
  const program = new Map<string, Record<string, unknown>>();
  const idOf = async (name: string) =>
    Number((await stack.instances()).find(({ urn }) => urn.endsWith(`::${name}`))?.id ?? 0);
  const up = async () => {
    await stack.write(textOf(program));
    return stack.warm("up", "--yes", "--skip-preview", "--suppress-progress");
  };
  // The engine's own part is the same for every argument; the other connection would need a second server.
  const steps = fc
    .sample(step, {
      seed: Number(process.env.ACT365_SEED ?? 365),
      numRuns: Number(process.env.ACT365_STEPS ?? 6),
    })
    .map((each) =>
      each.do === "declare" ? { ...each, args: without(each.args, "connection", "apiKey", "verify") } : each,
    );
  for (const each of steps) {
    const isByHand = await take(each, { simulator, program, idOf });
    if (each.do === "break") continue;
    await (each.do === "refresh" ? stack.warm("refresh", "--yes", "--skip-preview") : up());
    simulator.clearFaults();
    if (isByHand) await stack.refresh();
    const healed = await up();
    for (const [name, id] of leftoversIn(healed.text))
      program.set(name, { ...program.get(name), adopt: id, onDestroy: "delete" });
    if (healed.exitCode !== 0) expect(await up()).toMatchObject({ exitCode: 0 });
    await expectPromiseKept(stack, simulator);
    expect(await recordedBy(stack)).toHaveLength(program.size);
  }
});

const without = (bag: Record<string, unknown>, ...keys: string[]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(bag).filter(([key]) => !keys.includes(key)));
