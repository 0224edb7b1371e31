import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";
import { type Simulator, startSimulator } from "../../provider/simulator";
import { given } from "../support/plugin";

const signals = ["SIGINT", "SIGTERM"] as const;

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator();
});
afterEach(() => simulator.close());

/** A process that stays until a signal ends it, as Pulumi's plugin host does, with the plugin configured in it. */
function startPlugin(script: string): ChildProcess & { stdout: NodeJS.ReadableStream } {
  const [{ userSecret, organizationSecret }] = simulator.organizations;
  const input = {
    config: {
      "act365:baseUrl": simulator.baseUrl,
      "act365:userSecret": userSecret,
      "act365:organizationSecret": organizationSecret,
    },
    args: given(),
  };
  const program = `
    const lifecycle = require("pulumi-act365/lifecycle");
    const input = ${JSON.stringify(input)};
    lifecycle.configure({ config: { get: (key) => input.config[key] } });
    setInterval(() => {}, 1000);
    ${script}
  `;
  return spawn(process.execPath, ["-e", program], {
    cwd: resolve(__dirname, "../.."),
    stdio: ["ignore", "pipe", "inherit"],
  }) as ChildProcess & { stdout: NodeJS.ReadableStream };
}

test.each(signals)(
  "%s lets a create in flight end and be answered, then the process goes",
  async (signal) => {
    simulator.fault({ kind: "delay", method: "POST", milliseconds: 700 });
    const child = startPlugin(`
    lifecycle.check({}, input.args)
      .then(({ inputs }) => lifecycle.create(inputs))
      .then(({ id }) => console.log(id));
  `);
    const printed = text(child.stdout);
    const ended = once(child, "exit");
    while (!simulator.requests.some(({ method }) => method === "POST")) await wait(10);
    child.kill(signal);
    expect(await ended).toEqual([0, null]);
    const [instance] = simulator.instances();
    expect((await printed).trim()).toBe(String(instance?.id));
    expect(simulator.instances()).toHaveLength(1);
  },
);

test.each(signals)("%s ends an idle plugin at once", async (signal) => {
  const child = startPlugin('console.log("ready");');
  await once(child.stdout, "data");
  const begin = performance.now();
  child.kill(signal);
  expect(await once(child, "exit")).toEqual([0, null]);
  expect(performance.now() - begin).toBeLessThan(2000);
});
