import { readdirSync, readFileSync } from "node:fs";
import { mkdir, rm, stat, writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { type Simulator, startSimulator } from "pulumi-act365/simulator";
import { pulumi } from "../support/pulumi.mts";

export const contestants = ["ours", "floor", "usual"] as const;
/** Beside them the plugin, which is compared with the class (doors.mts). */
export type Contestant = (typeof contestants)[number] | "plugin";
export const operations = ["up", "preview", "up of one change", "refresh", "destroy"] as const;
export type Operation = (typeof operations)[number];

/** Under what circumstances something is measured. */
export interface Setting {
  readonly count: number;
  readonly latencyMilliseconds: number;
  /** Whether the engine writes the whole state after each step, as it does unless told otherwise. */
  readonly checkpoints: boolean;
}

/** One operation of one contestant, once. */
export interface Sample {
  readonly contestant: Contestant;
  readonly operation: Operation;
  readonly seconds: number;
  /** What the platform got. */
  readonly requests: number;
  readonly sockets: number;
  /** The most that the plugin's process held, in MB; undefined where there is no /proc. */
  readonly megabytes: number | undefined;
  /** Of the whole state, after the operation. */
  readonly stateBytes: number;
}

const root = resolve(import.meta.dirname, "../..");

/** Runs the CLI on a contestant's stack; what ends in an error is one. */
export type Run = (args: readonly string[], more?: Readonly<Record<string, string>>) => Promise<void>;

/** Pulumi's own settings for stacks whose state, an existing folder, and home are in a folder. */
export const pulumiIn = (folder: string) => ({
  PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
  PULUMI_HOME: join(folder, "home"),
  PULUMI_CONFIG_PASSPHRASE: "benchmark",
});

/** A contestant's stack of its own, new and configured for the simulator, in `folder`. */
export async function stackOf(
  contestant: Contestant,
  setting: Setting,
  simulator: Simulator,
): Promise<{ folder: string; run: Run }> {
  const folder = join(root, ".cache/benchmark", contestant);
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, "state"), { recursive: true });
  const program = join(import.meta.dirname, "contestants", `${contestant}.js`);
  await writeFile(
    join(folder, "Pulumi.yaml"),
    `name: benchmark\nruntime: nodejs\nmain: ${relative(folder, program)}\nplugins: { providers: [{ name: act365, path: ${join(root, "plugin")} }] }\n`,
  );
  const environment = {
    ...pulumiIn(folder),
    BENCHMARK_COUNT: String(setting.count),
    // Users have none, and writing it takes time at the end of a process. The plugin has one of its own.
    ...(contestant === "plugin" ? { NODE_COMPILE_CACHE: "" } : { NODE_DISABLE_COMPILE_CACHE: "1" }),
    ...(!setting.checkpoints && { PULUMI_EXPERIMENTAL: "1", PULUMI_SKIP_CHECKPOINTS: "true" }),
  };
  const run: Run = async (args, more = {}) => {
    const { exitCode, text } = await pulumi(args, { cwd: folder, env: { ...environment, ...more } });
    if (exitCode !== 0)
      throw new Error(`${contestant}: pulumi ${args.join(" ")} ended with ${exitCode}:\n${text}`);
  };
  await run(["stack", "init", "dev"]);
  await configure(run, simulator);
  return { folder, run };
}

export const apply = ["--yes", "--skip-preview", "--suppress-progress"];
export const preview = ["preview", "--suppress-progress", "--expect-no-changes"];

/** A contestant's life from nothing to nothing, each operation timed as the user would: the whole CLI. */
export async function life(contestant: Contestant, setting: Setting): Promise<Sample[]> {
  await using simulator = await startSimulator({ latencyMilliseconds: setting.latencyMilliseconds });
  const { folder, run } = await stackOf(contestant, setting, simulator);
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
      stateBytes: (await stat(join(folder, "state/.pulumi/stacks/benchmark/dev.json"))).size,
    });
  };
  await measure("up", ["up", ...apply]);
  await measure("preview", preview);
  await measure("up of one change", ["up", ...apply], { BENCHMARK_CHANGED: "1" });
  await measure("refresh", ["refresh", ...apply]);
  await measure("destroy", ["destroy", ...apply]);
  if (simulator.instances().length > 0) throw new Error(`${contestant} left instances behind`);
  return samples;
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

/** Watches the plugin's process from outside, since it ends with the CLI. */
function watchMemory(): { stop(): number | undefined } {
  let most: number | undefined;
  const look = () => {
    for (const id of processes()) {
      const kilobytes = Number(/VmHWM:\s+(\d+)/.exec(textOf(`/proc/${id}/status`))?.[1]);
      if (/dynamic-provider|pulumi-resource-act365/.test(textOf(`/proc/${id}/cmdline`)) && kilobytes > 0)
        most = Math.max(most ?? 0, Math.round(kilobytes / 1024));
    }
  };
  const timer = setInterval(look, 100);
  return {
    stop() {
      clearInterval(timer);
      return most;
    },
  };
}

function processes(): string[] {
  try {
    return readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
