import { once } from "node:events";
import type { Simulator } from "../../provider/simulator";
import { orphansOf } from "../support/orphans";
import { alive, descendantsOf, type Process, until } from "../support/processes";
import { expectPromiseKept, leftoversIn, ownedBy, recordedBy } from "../support/promise";
import { keys, Stack, settingsFor, startCanarySimulator } from "../support/stack";

const change = ["--yes", "--skip-preview", "--suppress-progress"];
let simulator: Simulator;
let stack: Stack;
let started: Process[];
beforeEach(async () => {
  started = [];
  simulator = await startCanarySimulator();
  stack = await Stack.create(program({ kept: 'name: "old"' }), {
    ...settingsFor(simulator),
    "act365:timeoutSeconds": "4",
    "act365:settleSeconds": "1",
    "act365:maxAttempts": "2",
  });
  await stack.up();
});
afterEach(async () => {
  for (const { pid } of alive(started)) process.kill(pid, "SIGKILL");
  await stack[Symbol.asyncDispose]();
  await simulator.close();
});

const program = (resources: Record<string, string>) =>
  Object.entries(resources)
    .map(([name, more]) => `new ConnectorInstance("${name}", { ${keys}, ${more} });`)
    .join("\n");

/** Starts a command and waits until the platform has got each of the calls; they are held from there on. */
async function held(command: string, ...methods: ("POST" | "PATCH" | "DELETE")[]) {
  simulator.clearRequests();
  const { cli, ended } = stack.start(command, ...change);
  await until(`${methods} arrived`, 30, () =>
    methods.every((wanted) => simulator.requests.some(({ method }) => method === wanted)),
  );
  started = descendantsOf(cli.pid ?? 0);
  return { cli, ended };
}

const processesOf: Record<string, RegExp> = {
  provider: /dynamic-provider/,
  "language host": /pulumi-language-nodejs|pulumi\/cmd\/run/,
};
function kill(victim: string, cli: number): void {
  const pattern = processesOf[victim];
  const pids = pattern ? started.filter(({ command }) => pattern.test(command)).map(({ pid }) => pid) : [cli];
  expect(pids).not.toEqual([]);
  for (const pid of pids) process.kill(pid, "SIGKILL");
}

/** What a pipeline runs after an interrupted one; answers which commands it took, each with the text before it. */
async function recover(command: "up" | "destroy", resources: Record<string, string>): Promise<string[]> {
  const commands: string[] = [];
  const run = async (...args: string[]) => {
    commands.push(args.join(" "));
    return stack.run(...args, ...(args[0] === "cancel" ? [] : ["--skip-preview", "--suppress-progress"]));
  };
  let last = await run(command, "--yes");
  if (/currently locked|pending operations/.test(last.text)) {
    if (last.text.includes("currently locked")) await run("cancel", "--yes");
    await run("refresh", "--clear-pending-creates", "--yes");
    last = await run(command, "--yes");
  }
  for (const [resource, id] of leftoversIn(last.text)) {
    expect(last.text).toContain(`adopt: "${id}", onDestroy: "delete"`);
    await stack.write(program({ ...resources, [resource]: `adopt: "${id}", onDestroy: "delete"` }));
    last = await run(command, "--yes");
    commands.push(`${commands.pop()} with adopt`);
    await stack.write(program(resources));
  }
  expect(last.exitCode).toBe(0);
  return commands;
}

const up = "up --yes";
const unlocked = [up, "cancel --yes", "refresh --clear-pending-creates --yes", up];
test.each([
  ["provider", "before", [up]],
  ["provider", "after", [up, "up --yes with adopt"]],
  ["language host", "before", [up]],
  ["language host", "after", [up]],
  ["CLI", "before", unlocked],
  ["CLI", "after", [...unlocked, "up --yes with adopt"]],
])(
  "kill -9 of the %s %s the platform does a create and an update: the next runs lose and double nothing",
  async (victim, when, commands) => {
    const resources = { kept: 'name: "new"', made: "" };
    await stack.write(program(resources));
    const hang = { kind: "hang", workDone: when === "after" } as const;
    simulator.fault({ ...hang, method: "POST" }, { ...hang, method: "PATCH" });
    const { cli, ended } = await held("up", "POST", "PATCH");
    kill(victim, cli.pid ?? 0);
    expect((await ended).exitCode).not.toBe(0);
    await noneOfOursLingers();
    simulator.clearFaults();
    expect(await recover("up", resources)).toEqual(commands);
    expect(
      simulator
        .instances()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["made", "new"]);
    await expectPromiseKept(stack, simulator);
    await stack.destroy();
    expect(simulator.instances()).toEqual([]);
  },
);

test.each([
  ["provider", "before", ["destroy --yes"]],
  ["provider", "after", ["destroy --yes"]],
  [
    "CLI",
    "before",
    ["destroy --yes", "cancel --yes", "refresh --clear-pending-creates --yes", "destroy --yes"],
  ],
  [
    "CLI",
    "after",
    ["destroy --yes", "cancel --yes", "refresh --clear-pending-creates --yes", "destroy --yes"],
  ],
])(
  "kill -9 of the %s %s the platform does a delete: the next destroy ends it",
  async (victim, when, commands) => {
    simulator.fault({ kind: "hang", workDone: when === "after", method: "DELETE" });
    const { cli, ended } = await held("destroy", "DELETE");
    kill(victim, cli.pid ?? 0);
    expect((await ended).exitCode).not.toBe(0);
    await noneOfOursLingers();
    simulator.clearFaults();
    expect(await recover("destroy", { kept: 'name: "old"' })).toEqual(commands);
    expect(simulator.instances()).toEqual([]);
    expect(await recordedBy(stack)).toEqual([]);
  },
);

test.each([
  ["Ctrl-C once", "SIGINT", false],
  ["SIGTERM to all processes, as of a runner that is stopped", "SIGTERM", true],
] as const)("%s lets a create in flight end and be recorded", async (_, signal, isForAll) => {
  const resources = { kept: 'name: "old"', made: "" };
  await stack.write(program(resources));
  simulator.fault({ kind: "delay", milliseconds: 1500, method: "POST" });
  const { cli, ended } = await held("up", "POST");
  for (const pid of isForAll ? [cli.pid ?? 0, ...started.map((each) => each.pid)] : [cli.pid ?? 0])
    process.kill(pid, signal);
  const run = await ended;
  expect(run.exitCode).not.toBe(0);
  expect(await recordedBy(stack)).toEqual(ownedBy(stack, simulator));
  expect(await recordedBy(stack)).toHaveLength(2);
  await noneOfOursLingers();
  await expectPromiseKept(stack, simulator);
});

test("Ctrl-C twice gives up on a create in flight; refresh and up find what it made, and adopt takes it over", async () => {
  const resources = { kept: 'name: "old"', made: "" };
  await stack.write(program(resources));
  simulator.fault({ kind: "delay", milliseconds: 2000, method: "POST" });
  const { cli, ended } = await held("up", "POST");
  const isHeard = once(cli.stdout ?? process.stdin, "data");
  process.kill(cli.pid ?? 0, "SIGINT");
  await isHeard;
  process.kill(cli.pid ?? 0, "SIGINT");
  expect((await ended).exitCode).not.toBe(0);
  await until("the platform has made the instance", 10, () => simulator.instances().length === 2);
  await noneOfOursLingers();
  expect(await recover("up", resources)).toEqual([
    up,
    "refresh --clear-pending-creates --yes",
    up,
    "up --yes with adopt",
  ]);
  await expectPromiseKept(stack, simulator);
});

// Nobody can know of a request that is still on its way: the limit of what the ownership tag can do.
test("a create that the platform does only after the next up has looked is named, and deleted, by orphans", async () => {
  await stack.write(program({ kept: 'name: "old"', made: "" }));
  simulator.fault({ kind: "hang", method: "POST" });
  const { cli, ended } = await held("up", "POST");
  kill("provider", cli.pid ?? 0);
  await ended;
  simulator.clearFaults();
  await stack.up();
  const { name, tags, configuration } = simulator.instances().find((each) => each.name === "made") ?? {};
  // Only now the platform does what it was asked first.
  simulator.add({ name, tags, configuration });
  const known = await recordedBy(stack);
  const [late, ...others] = ownedBy(stack, simulator).filter((id) => !known.includes(id));
  expect(others).toEqual([]);
  const { stdout } = await orphansOf(stack, simulator, "--json");
  expect(JSON.parse(stdout)).toEqual([expect.objectContaining({ id: Number(late) })]);
  await orphansOf(stack, simulator, "--delete", "--yes");
  await expectPromiseKept(stack, simulator);
});

/** The provider may not outlive the CLI: its deadline is far, and what it would make is recorded nowhere. */
async function noneOfOursLingers(): Promise<void> {
  const ours = started.filter(({ command }) => /dynamic-provider/.test(command));
  expect(ours).not.toEqual([]);
  await until("the provider has ended", 8, () => alive(ours).length === 0);
}
