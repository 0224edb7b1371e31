/**
 * `npm run explore`: disturbs everything that a pipeline does at every point, on every reading of the platform.
 *
 * --seconds N how long (default: 1200); --lifecycle FILE the code to explore (default: dist); --workers N; --seed N;
 * --brief ends at the first failure. SEED=n runs one random case again and tells all about it.
 */
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { tableOf } from "./table.mts";
import type { Order, Report } from "./worker.mts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "1200" },
    lifecycle: { type: "string", default: resolve(import.meta.dirname, "../../dist/dynamic/lifecycle.js") },
    workers: { type: "string", default: String(availableParallelism()) },
    seed: { type: "string", default: "1" },
    brief: { type: "boolean", default: false },
    all: { type: "boolean", default: false },
  },
});

const reports: Report[] = [];
const parts = Number(values.workers);
const start = performance.now();

await Promise.all(
  Array.from({ length: parts }, async (_, part) => {
    const order: Order = {
      lifecycle: values.lifecycle,
      part,
      parts,
      seconds: Number(values.seconds),
      seed: Number(values.seed),
      isBrief: values.brief,
    };
    const child = spawn(process.execPath, [resolve(import.meta.dirname, "worker.mts"), JSON.stringify(order)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    for await (const line of createInterface({ input: child.stdout })) reports.push(JSON.parse(line));
  }),
);

const seconds = (performance.now() - start) / 1000;
console.log(tableOf(reports, seconds, values.all));
process.exitCode = reports.some(({ failures }) => failures.length > 0) ? 1 : 0;
