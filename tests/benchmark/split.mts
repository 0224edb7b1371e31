/**
 * `node tests/benchmark/split.mts`: one stack of 400 instances beside the same 400 shared out to 8 stacks, as
 * examples/split does it, with its own program and driver. The engine writes the whole state of a stack after each step,
 * so what one stack needs grows with the square of its instances.
 */
import { execFile } from "node:child_process";
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { startSimulator } from "pulumi-act365/simulator";
import { engineEnvironment } from "../support/pulumi.mts";
import { medianOf } from "./statistics.mts";
import { pulumiIn } from "./ways.mts";

export interface SplitSetting {
  readonly count: number;
  readonly stacks: number;
  /** How many of the stacks run at once. */
  readonly parallel: number;
  readonly rounds?: number;
}

/** Seconds of each round: the driver's `up` of the whole list, from nothing, the start of Node included. */
export interface SplitTimes {
  readonly one: readonly number[];
  readonly split: readonly number[];
}

const root = resolve(import.meta.dirname, "../..");

export async function splitTimes({ count, stacks, parallel, rounds = 1 }: SplitSetting): Promise<SplitTimes> {
  const times = { one: [] as number[], split: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    const turns = round % 2 === 0 ? (["one", "split"] as const) : (["split", "one"] as const);
    for (const turn of turns) times[turn].push(await upOf(count, turn === "one" ? 1 : stacks, parallel));
  }
  return times;
}

async function upOf(count: number, stacks: number, parallel: number): Promise<number> {
  const folder = join(root, ".cache/benchmark/split");
  await rm(folder, { recursive: true, force: true });
  await cp(join(root, "examples/split"), folder, { recursive: true });
  await mkdir(join(folder, "state"));
  const customers = Array.from({ length: count }, (_, index) => ({
    id: `customer-${index}`,
    name: `customer ${index}`,
    group: `group-${index % stacks}`,
  }));
  await writeFile(join(folder, "customers.json"), JSON.stringify(customers));
  await using simulator = await startSimulator();
  const [{ userSecret, organizationSecret }] = simulator.organizations;
  const keys = (index: number) => ({ apiKey: `api-key-${index}`, developerKey: `developer-key-${index}` });
  const start = performance.now();
  await promisify(execFile)("node", ["split.mts", "up", "--parallel", String(parallel)], {
    cwd: folder,
    env: {
      NODE_COMPILE_CACHE: join(root, ".cache/compiled"),
      ...process.env,
      ...engineEnvironment(),
      ...pulumiIn(folder),
      ACT365_BASE_URL: simulator.baseUrl,
      ACT365_USER_SECRET: userSecret,
      ACT365_ORGANIZATION_SECRET: organizationSecret,
      CUSTOMER_KEYS: JSON.stringify(Object.fromEntries(customers.map(({ id }, index) => [id, keys(index)]))),
    },
  });
  const seconds = (performance.now() - start) / 1000;
  if (simulator.instances().length !== count) throw new Error(`not all of ${count} instances were made`);
  return seconds;
}

/** A Markdown table of two lines. */
export function splitTable({ count, stacks, parallel }: SplitSetting, { one, split }: SplitTimes): string {
  const ratios = split.map((seconds, round) => seconds / (one[round] ?? Number.NaN));
  return [
    `| up of ${count} | seconds | ratio |`,
    "| --- | ---: | ---: |",
    `| one stack | ${medianOf(one).toFixed(1)} | 1 |`,
    `| ${stacks} stacks, ${parallel} at once | ${medianOf(split).toFixed(1)} | ${medianOf(ratios).toFixed(2)} |`,
  ].join("\n");
}

if (import.meta.main) {
  const setting = { count: Number(process.argv[2] ?? 400), stacks: 8, parallel: 2, rounds: 1 };
  console.log(splitTable(setting, await splitTimes(setting)));
}
