/**
 * `npm run explore`: disturbs everything that a pipeline does at every point, on every reading of the platform.
 *
 * --seconds N how long (default: 1500); --lifecycle FILE the code to explore (default: dist); --workers N; --seed N;
 * --engine N runs as many on the real engine too, each beside the model; --write writes a test for each kind of failure; --brief ends at a worker's first failure; --all shows every failure. SEED=n runs one random case again and tells all about it.
 */
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { writeTests } from "./found.mts";
import { comparisonOf, tableOf } from "./table.mts";
import { compared, exploring, linesOf } from "./workers.mts";

const today = resolve(import.meta.dirname, "../../dist/dynamic/lifecycle.js");
const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "1500" },
    lifecycle: { type: "string", default: today },
    workers: { type: "string", default: String(availableParallelism()) },
    seed: { type: "string", default: "1" },
    brief: { type: "boolean", default: false },
    all: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
    engine: { type: "string", default: "0" },
  },
});

const { SEED } = process.env;
if (SEED) {
  for await (const line of linesOf("replay.mts", [
    JSON.stringify({ seed: Number(SEED) }),
    values.lifecycle,
  ])) {
    const { title, failures, log } = JSON.parse(line);
    console.log([title, ...log, ...failures.map((each: string) => `FAILED: ${each}`)].join("\n"));
    process.exitCode = failures.length > 0 ? 1 : 0;
  }
} else {
  const parts = Number(values.workers);
  const start = performance.now();
  const reports = await exploring({
    lifecycle: values.lifecycle,
    parts,
    seconds: Number(values.seconds),
    seed: Number(values.seed),
    isBrief: values.brief,
    shrinks: true,
    isWrong: false,
  });
  console.log(tableOf(reports, (performance.now() - start) / 1000, values.all));
  const files = values.lifecycle === today && values.write ? await writeTests(reports) : [];
  for (const file of files) console.log(`written: ${file}`);
  const sample = await compared(Number(values.engine), Number(values.seed), parts);
  if (sample.length > 0) console.log(comparisonOf(sample));
  const isWrong = sample.some(({ failures, differences }) => failures.length + differences.length > 0);
  process.exitCode =
    isWrong || reports.some(({ failures }) => failures.length > 0) || reports.length === 0 ? 1 : 0;
}
