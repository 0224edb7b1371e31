/**
 * `node tests/benchmark/split.mts`: one stack of 400 instances beside the same 400 shared out to 8 stacks, as
 * examples/split does it, with its own program and driver. The engine writes the whole state of a stack after each step,
 * so what one stack needs grows with the square of its instances.
 */
import { execFile } from "node:child_process";
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { startSimulator } from "pulumi-act365/simulator";
import { engineEnvironment } from "../support/pulumi.mts";
import { root } from "./contestants.mts";
import { markdown } from "./report.mts";
import { pulumiIn } from "./ways.mts";

interface SplitSetting {
  readonly count: number;
  readonly stacks: number;
  /** How many of the stacks run at once. */
  readonly parallel: number;
}

/** Markdown: the seconds of the driver's `up` of the whole list, from nothing, the start of Node included. */
export async function splitTable({ count, stacks, parallel }: SplitSetting): Promise<string> {
  const one = await upOf(count, 1, parallel);
  const split = await upOf(count, stacks, parallel);
  return markdown(
    [`up of ${count}`, ":seconds", ":ratio"],
    [
      ["one stack", one.toFixed(1), 1],
      [`${stacks} stacks, ${parallel} at once`, split.toFixed(1), (split / one).toFixed(2)],
    ],
  );
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

if (import.meta.main)
  console.log(await splitTable({ count: Number(process.argv[2] ?? 400), stacks: 8, parallel: 2 }));
