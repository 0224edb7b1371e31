import { mkdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Simulator, startSimulator } from "pulumi-act365/simulator";
import { pulumi } from "../support/pulumi.mts";
import { type Contestant, isPlugin, work, writeProject } from "./contestants.mts";
import { watchMemory } from "./memory.mts";
import type { Server } from "./servers.mts";
import { pulumiIn, serverOf, type Way, ways } from "./ways.mts";

export const operations = ["up", "preview", "up of one change", "refresh", "destroy"] as const;
export type Operation = (typeof operations)[number];

/** Under what circumstances something is measured. */
export interface Setting {
  readonly count: number;
  readonly latencyMilliseconds: number;
  readonly way: Way;
  /** How many operations the engine runs at once; four for each core unless given. */
  readonly parallel?: number;
}

/** One operation of one contestant, once. */
export interface Sample {
  readonly contestant: Contestant;
  readonly operation: Operation;
  readonly seconds: number;
  /** What the platform got. */
  readonly requests: number;
  readonly sockets: number;
  /** The most that the provider's process held, in MB; undefined where there is no /proc. */
  readonly megabytes: number | undefined;
  /** Of the whole state in files, after the operation. */
  readonly stateBytes: number | undefined;
}

/** Runs the CLI on a contestant's stack; what ends in an error is one. */
export type Run = (args: readonly string[], more?: Readonly<Record<string, string>>) => Promise<void>;

export interface Project {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly run: Run;
}

/** A contestant's stack of its own, new and configured for the simulator. */
export async function stackOf(
  contestant: Contestant,
  { count, way }: Setting,
  simulator: Simulator,
  server?: Server,
): Promise<Project> {
  const folder = join(work, contestant);
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, "state"), { recursive: true });
  await writeProject(contestant, folder, { count, isChanged: false });
  const environment = {
    ...pulumiIn(folder, { way, ...(server && { server }) }),
    BENCHMARK_COUNT: String(count),
    // Users have none, and writing it takes time at the end of a process. The plugin has one of its own.
    ...(isPlugin(contestant) ? { NODE_COMPILE_CACHE: "" } : { NODE_DISABLE_COMPILE_CACHE: "1" }),
    ...ways[way],
  };
  const run: Run = async (args, more = {}) => {
    const { exitCode, text } = await pulumi(args, { cwd: folder, env: { ...environment, ...more } });
    if (exitCode !== 0)
      throw new Error(`${contestant}: pulumi ${args.join(" ")} ended with ${exitCode}:\n${text}`);
  };
  await run(["stack", "init", "dev"]);
  await configure(run, simulator);
  return { folder, environment, run };
}

export const yes = ["--yes", "--skip-preview", "--suppress-progress"];
export const preview = ["preview", "--suppress-progress", "--expect-no-changes"];

/**
 * A contestant's life from nothing to nothing, each operation timed as the user would: the whole CLI.
 *
 * @param onState gets the folder of the state while all is there.
 */
export async function life(
  contestant: Contestant,
  setting: Setting,
  onState?: (project: Project) => Promise<void>,
): Promise<Sample[]> {
  await using simulator = await startSimulator({ latencyMilliseconds: setting.latencyMilliseconds });
  await using server = (await serverOf(setting.way)) ?? null;
  const project = await stackOf(contestant, setting, simulator, server ?? undefined);
  const { folder, run } = project;
  const samples: Sample[] = [];
  const measure = async (operation: Operation, args: readonly string[], more = {}) => {
    simulator.clearRequests();
    const before = simulator.connections;
    const memory = watchMemory();
    const start = performance.now();
    await run(args, more);
    samples.push({
      contestant,
      operation,
      seconds: (performance.now() - start) / 1000,
      requests: simulator.requests.length,
      sockets: simulator.connections - before,
      megabytes: memory.stop(),
      stateBytes: server ? undefined : await bytesIn(folder),
    });
  };
  const parallel = setting.parallel === undefined ? [] : ["--parallel", String(setting.parallel)];
  const apply = [...yes, ...parallel];
  await measure("up", ["up", ...apply]);
  await onState?.(project);
  await measure("preview", [...preview, ...parallel]);
  await writeProject(contestant, folder, { count: setting.count, isChanged: true });
  await measure("up of one change", ["up", ...apply], { BENCHMARK_CHANGED: "1" });
  await measure("refresh", ["refresh", ...apply]);
  await measure("destroy", ["destroy", ...apply]);
  if (simulator.instances().length > 0) throw new Error(`${contestant} left instances behind`);
  return samples;
}

/** The file's name tells whether it is compressed. */
async function bytesIn(folder: string): Promise<number> {
  const file = join(folder, "state/.pulumi/stacks/benchmark/dev.json");
  return (await stat(`${file}.zst`).catch(() => stat(file))).size;
}

async function configure(run: Run, { baseUrl, organizations }: Simulator) {
  const [{ userSecret, organizationSecret }] = organizations;
  await run([
    "config",
    "set-all",
    ...["--plaintext", `act365:baseUrl=${baseUrl}`],
    ...["--secret", `act365:userSecret=${userSecret}`],
    ...["--secret", `act365:organizationSecret=${organizationSecret}`],
  ]);
}
