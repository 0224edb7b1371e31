import { once } from "node:events";
import type { Simulator } from "../../provider/simulator";
import { orphansOf, takeOver } from "./orphans";
import { alive, descendantsOf, killAll, type Process, until } from "./processes";
import { expectPromiseKept, leftoversIn, ownedBy, recordedBy } from "./promise";
import { type Door, keys, Stack, settingsFor, startCanarySimulator } from "./stack";

const up = "up --yes";
const unlock = ["cancel --yes", "refresh --clear-pending-creates --yes"];
/** Whom a kill amid creates and updates meets, and the commands that recover from it. */
const recoveries = {
  provider: [up, "import --file", up],
  "language host": [up],
  CLI: [up, ...unlock, up, "import --file", up],
};
export type Victim = keyof typeof recoveries;

/**
 * The tests of killed runs through a door, whose promise holds through both.
 *
 * @param victims are killed amid creates and updates.
 * @param isWhole whether deletes, signals and late creates are tried too.
 */
export function describeKills(door: Door, victims: Victim[], { isWhole }: { isWhole: boolean }): void {
  const change = ["--yes", "--skip-preview", "--suppress-progress"];
  let simulator: Simulator;
  let stack: Stack;
  let started: Process[];
  beforeEach(async () => {
    started = [];
    simulator = await startCanarySimulator();
    stack = await Stack.create(
      program({ kept: 'name: "old"' }),
      {
        ...settingsFor(simulator),
        "act365:timeoutSeconds": "4",
        "act365:settleSeconds": "1",
        "act365:maxAttempts": "2",
      },
      { door, isKilled: true },
    );
    await stack.up();
  });
  afterEach(async () => {
    killAll(alive(started).map(({ pid }) => pid));
    await stack[Symbol.asyncDispose]();
    await simulator.close();
  });

  const program = (resources: Record<string, string>) =>
    Object.entries(resources)
      .map(([name, more]) => `new ConnectorInstance("${name}", { ${keys}, ${more} });`)
      .join("\n");

  const idOf = (resource: string) =>
    simulator.instances().find(({ tags }) => tags.includes(`pulumi:crm/dev/${resource}`))?.id;
  const namesOnServer = () =>
    simulator
      .instances()
      .map(({ name }) => name)
      .toSorted();

  /** Starts a command and waits until the platform has got each of the calls; they are held from there on. */
  async function held(command: string, ...methods: ("POST" | "PATCH" | "DELETE")[]) {
    simulator.clearRequests();
    const { cli, ended } = stack.start(command, ...change);
    const arrived = () => simulator.requests.map(({ method }) => method).filter((each) => each !== "GET");
    await until(`${methods} arrived`, 30, () => arrived().toSorted().join() === methods.toSorted().join());
    started = descendantsOf(cli.pid ?? 0);
    return { cli, ended };
  }

  const processOf: Record<Door, RegExp> = { class: /dynamic-provider/, plugin: /pulumi-resource-act365/ };
  const processesOf: Record<string, RegExp> = {
    provider: processOf[door],
    "language host": /pulumi-language-nodejs|pulumi\/cmd\/run/,
  };
  function kill(victim: string, cli: number): void {
    const pattern = processesOf[victim];
    const pids = pattern
      ? started.filter(({ command }) => pattern.test(command)).map(({ pid }) => pid)
      : [cli];
    expect(pids).not.toEqual([]);
    killAll(pids);
  }

  /** What a pipeline runs after an interrupted one; answers which commands it took, each with the text before it. */
  async function recover(command: "up" | "destroy"): Promise<string[]> {
    const commands: string[] = [];
    const run = async (...args: string[]) => {
      commands.push(args.join(" "));
      return stack.warm(...args, ...(args[0] === "cancel" ? [] : ["--skip-preview", "--suppress-progress"]));
    };
    let last = await run(command, "--yes");
    if (/currently locked|pending operations/.test(last.text)) {
      if (last.text.includes("currently locked")) await run("cancel", "--yes");
      await run("refresh", "--clear-pending-creates", "--yes");
      last = await run(command, "--yes");
    }
    if (leftoversIn(last.text).size > 0) {
      expect(last.text).toContain("pulumi stack export | npx pulumi-act365 orphans");
      await takeOver(stack, simulator);
      commands.push("import --file");
      last = await run(command, "--yes");
    }
    expect(last.exitCode).toBe(0);
    return commands;
  }

  // Each kill meets two creates and two updates at once: of one the platform does nothing, the other it does.
  test.each(victims)(
    "kill -9 of the %s amid creates and updates loses and doubles nothing",
    async (victim) => {
      const resources = { kept: 'name: "new"', other: 'name: "new"', never: "", done: "" };
      await stack.write(program({ kept: 'name: "old"', other: 'name: "old"' }));
      await stack.up();
      await stack.write(program(resources));
      const hang = (workDone: boolean) => ({ kind: "hang", workDone }) as const;
      simulator.fault(
        { ...hang(false), method: "POST", holds: "/never\\b" },
        { ...hang(true), method: "POST", holds: "/done\\b" },
        { ...hang(false), method: "PATCH", path: `/instances/${idOf("kept")}` },
        { ...hang(true), method: "PATCH", path: `/instances/${idOf("other")}` },
      );
      const { cli, ended } = await held("up", "POST", "POST", "PATCH", "PATCH");
      kill(victim, cli.pid ?? 0);
      expect((await ended).exitCode).not.toBe(0);
      await noneOfOursLingers();
      expect(namesOnServer()).toEqual(["done", "new", "old"]);
      simulator.clearFaults();
      expect(await recover("up")).toEqual(recoveries[victim]);
      expect(namesOnServer()).toEqual(["done", "never", "new", "new"]);
      await expectPromiseKept(stack, simulator);
      await stack.destroy();
      expect(simulator.instances()).toEqual([]);
    },
  );

  if (!isWhole) return;
  test.each([
    ["provider", ["destroy --yes"]],
    ["CLI", ["destroy --yes", ...unlock, "destroy --yes"]],
  ])("kill -9 of the %s amid deletes: the next destroy ends them", async (victim, commands) => {
    const resources = { kept: 'name: "old"', other: 'name: "old"' };
    await stack.write(program(resources));
    await stack.up();
    const hang = (workDone: boolean) => ({ kind: "hang", workDone, method: "DELETE" }) as const;
    simulator.fault(
      { ...hang(false), path: `/instances/${idOf("kept")}` },
      { ...hang(true), path: `/instances/${idOf("other")}` },
    );
    const { cli, ended } = await held("destroy", "DELETE", "DELETE");
    kill(victim, cli.pid ?? 0);
    expect((await ended).exitCode).not.toBe(0);
    await noneOfOursLingers();
    expect(namesOnServer()).toEqual(["old"]);
    simulator.clearFaults();
    expect(await recover("destroy")).toEqual(commands);
    expect(simulator.instances()).toEqual([]);
    expect(await recordedBy(stack)).toEqual([]);
  });

  test.each([
    ["Ctrl-C once", "SIGINT", false],
    ["SIGTERM to all, of a stopped runner,", "SIGTERM", true],
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

  test("Ctrl-C twice gives up on a create, and an import takes its instance over", async () => {
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
    expect(await recover("up")).toEqual([
      up,
      "refresh --clear-pending-creates --yes",
      up,
      "import --file",
      up,
    ]);
    await expectPromiseKept(stack, simulator);
  });

  // Nobody can know of a request that is still on its way: the limit of what the ownership tag can do.
  test("a create done only after the next up has looked is deleted by orphans", async () => {
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
    await orphansOf(stack, simulator, late ?? "", "--delete", "--yes");
    await expectPromiseKept(stack, simulator);
  });

  /** The provider may not outlive the CLI: its deadline is far, and what it would make is recorded nowhere. */
  async function noneOfOursLingers(): Promise<void> {
    const ours = started.filter(({ command }) => processOf[door].test(command));
    expect(ours).not.toEqual([]);
    await until("the provider has ended", 8, () => alive(ours).length === 0);
  }
}
