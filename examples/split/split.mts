/**
 * Runs the stacks of the list, one for each group of customers, several at once:
 *
 *     node split.mts preview|up [GROUP...] [--parallel 4]     all groups unless some are named
 *     node split.mts destroy GROUP... [--parallel 4]
 *
 * `pulumi preview --stack GROUP --diff` shows one of them in full. Each has a plugin with a limiter of its own, so that
 * N at once send up to N times as many requests at once as one; each of them obeys the platform's 429.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { LocalWorkspace, type OpMap, Stack } from "@pulumi/pulumi/automation/index.js";
import PQueue from "p-queue";
import { z } from "zod";

interface Options {
  readonly signal: AbortSignal;
  readonly suppressProgress: true;
  readonly onOutput: (text: string) => void;
  readonly onError: (text: string) => void;
}
const commands: Record<string, (stack: Stack, options: Options) => Promise<OpMap | undefined>> = {
  preview: async (stack, options) => (await stack.preview(options)).changeSummary,
  up: async (stack, options) => (await stack.up(options)).summary.resourceChanges,
  destroy: async (stack, options) => (await stack.destroy(options)).summary.resourceChanges,
};

function stop(text: string): never {
  console.error(text);
  process.exit(2);
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { parallel: { type: "string", default: "4" } },
});
const [command = "", ...named] = positionals;
const run = commands[command];
const concurrency = Number(values.parallel);
if (!run || !(concurrency >= 1) || (command === "destroy" && named.length === 0))
  stop("usage: node split.mts preview|up [GROUP...] | destroy GROUP... [--parallel 4]");

const workDir = import.meta.dirname;
// The rest of a line is the program's to read.
const list = z.array(z.looseObject({ group: z.string().regex(/^[a-z][a-z0-9-]*$/) }));
const customers = list.parse(JSON.parse(readFileSync(`${workDir}/customers.json`, "utf8")));
const groups = new Set(customers.map(({ group }) => group));
// Types are for `tsc` to check, once, instead of each stack anew.
const workspace = await LocalWorkspace.create({ workDir, envVars: { PULUMI_NODEJS_TRANSPILE_ONLY: "true" } });
const stacks = new Set((await workspace.listStacks()).map(({ name }) => name));

// An `up` of a group that the list does not have would delete all its instances.
for (const name of named) {
  if (command === "destroy" && !stacks.has(name)) stop(`${name}: there is no such stack`);
  if (command !== "destroy" && !groups.has(name)) stop(`${name}: the list has no customer of this group`);
}
for (const name of stacks)
  if (!groups.has(name) && !named.includes(name))
    console.error(
      `${name}: not in the list any more, and left alone; its instances go with: node split.mts destroy ${name}`,
    );

const queue = new PQueue({ concurrency });
const waiting = new Set(named.length > 0 ? named : groups);
// A terminal's Ctrl-C reaches Pulumi by itself, where a second one would cut it off; a runner's SIGTERM does not.
const stopping = new AbortController();
process.on("SIGINT", () => queue.clear());
process.on("SIGTERM", () => {
  queue.clear();
  stopping.abort();
});

const apply = async (name: string) => {
  waiting.delete(name);
  let output = "";
  const keep = (text: string) => {
    output += text;
  };
  const options = { signal: stopping.signal, suppressProgress: true, onOutput: keep, onError: keep } as const;
  try {
    const stack = await (stacks.has(name) ? Stack.select(name, workspace) : Stack.create(name, workspace));
    const changes = await run(stack, options);
    // So that it is not told again. Pulumi keeps a stack that has anything in it.
    if (command === "destroy" && !groups.has(name)) await workspace.removeStack(name);
    const counts = Object.entries(changes ?? {}).map(([kind, count]) => `${count} ${kind}`);
    console.log(`${name}: ${counts.join(", ") || "nothing to do"}`);
  } catch (error) {
    // The others go on.
    process.exitCode = 1;
    console.error(`${name}: FAILED\n${output || error}`);
  }
};
for (const name of waiting) queue.add(() => apply(name));
await queue.onIdle();
for (const name of waiting) {
  process.exitCode = 1;
  console.error(`${name}: not begun`);
}
