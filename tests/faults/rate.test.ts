import * as lifecycle from "../../provider/dynamic/lifecycle";
import { type Simulator, startSimulator } from "../../provider/simulator";
import { toldDuring } from "../support/client";
import { checked, connectPlugin } from "../support/plugin";
import { expectPromiseKept } from "../support/promise";
import { keys, Stack, settingsFor, startCanarySimulator } from "../support/stack";

// The look for the ownership tag, and POST.
const callsEach = 2;

function ratioOf(simulator: Simulator, count: number, perSecond: number, seconds: number): number {
  const ratio = seconds / ((count * callsEach) / perSecond);
  const refused = simulator.requests.filter(({ status }) => status === 429).length;
  process.stdout.write(
    `${count} creates at ${perSecond} requests in a second: ${seconds.toFixed(1)} s, ${ratio.toFixed(2)} of the least; ` +
      `${simulator.requests.length} requests, ${refused} of them refused\n`,
  );
  return ratio;
}

test("100 creates against a rate limit take about the time of the limit", async () => {
  const perSecond = 20;
  await using simulator = await startSimulator({ rateLimit: { perSecond } });
  await connectPlugin(simulator);
  const start = performance.now();
  // All at once, as a large program does.
  const said = await toldDuring(() =>
    Promise.all(
      Array.from({ length: 100 }, async (_, index) =>
        lifecycle.create(await checked({ ownershipTag: `pulumi:project/stack/n${index}` })),
      ),
    ),
  );
  const seconds = (performance.now() - start) / 1000;
  expect(simulator.instances()).toHaveLength(100);
  expect(ratioOf(simulator, 100, perSecond, seconds)).toBeLessThan(1.15);
  expect(simulator.requests.length).toBeLessThan(2 * 100 * callsEach);
  // Waits of a second are nobody's concern.
  expect(said).toBe("");
});

test("20 creates by one up against a rate limit all work", async () => {
  const perSecond = 8;
  await using simulator = await startCanarySimulator({ rateLimit: { perSecond } });
  await using stack = await Stack.create(
    `for (let n = 0; n < 20; n++) new ConnectorInstance("n" + n, { ${keys} });`,
    settingsFor(simulator),
  );
  const start = performance.now();
  await stack.up("--parallel", "32");
  ratioOf(simulator, 20, perSecond, (performance.now() - start) / 1000);
  expect(simulator.requests.length).toBeLessThan(4 * 20 * callsEach);
  await expectPromiseKept(stack, simulator);
});
