import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";
import { type Simulator, startSimulator } from "../../provider/simulator";
import { given, settingsOf } from "../support/plugin";

const signals = ["SIGINT", "SIGTERM"] as const;

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator();
});
afterEach(() => simulator.close());

/** What a process does that stays until something ends it, as Pulumi's plugin host does, with the plugin configured. */
function programOf(script: string): string {
  const input = { config: settingsOf(simulator), args: given() };
  return `
    const lifecycle = require("pulumi-act365/lifecycle");
    const input = ${JSON.stringify(input)};
    lifecycle.configure({ config: { get: (key) => input.config[key] } });
    setInterval(() => {}, 1000);
    ${script}
  `;
}

const cwd = resolve(__dirname, "../..");
type Child = ChildProcess & { stdin: NodeJS.WritableStream; stdout: NodeJS.ReadableStream };

const startPlugin = (script: string): Child =>
  spawn(process.execPath, ["-e", programOf(script)], { cwd, stdio: ["ignore", "pipe", "inherit"] }) as Child;

/** The same with a pipe for its standard input, as Go makes one, and run as the file of that name. */
const startBehindPipe = (script: string, file: string): Child =>
  spawn("sh", ["-c", 'cat | exec "$0" "$@"', process.execPath, "-e", programOf(script), file], {
    cwd,
    stdio: ["pipe", "pipe", "inherit"],
  }) as Child;

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

const host = "/node_modules/@pulumi/pulumi/cmd/dynamic-provider/index.js";
const creating = "lifecycle.check({}, input.args).then(({ inputs }) => lifecycle.create(inputs));";

test("a plugin whose engine was killed leaves at once and sends nothing more", async () => {
  simulator.fault({ kind: "delay", method: "GET", milliseconds: 600 });
  const child = startBehindPipe(creating, host);
  while (simulator.requests.length === 0) await wait(10);
  const begin = performance.now();
  child.stdin.end();
  expect(await once(child, "exit")).toEqual([0, null]);
  expect(performance.now() - begin).toBeLessThan(500);
  await wait(700);
  // Two lists at once, and nothing after them.
  expect(simulator.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(
    Array(2).fill("GET /instances"),
  );
});

test("a closed standard input ends no process but the engine's plugin", async () => {
  const child = startBehindPipe(
    `${creating.slice(0, -1)}.then(({ id }) => { console.log(id); process.exit(3); });`,
    "program.js",
  );
  child.stdin.end();
  const printed = text(child.stdout);
  expect(await once(child, "exit")).toEqual([3, null]);
  expect((await printed).trim()).toBe(String(simulator.instances()[0]?.id));
});
