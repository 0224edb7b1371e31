/**
 * What the explorer finds where it is known that there is something to find:
 *
 * --old FILE the lifecycle of commit 78ce4e1, which has six faults that people found; without it today's code, with one
 * thing at a time that is broken on purpose (mutations.mts), of which --only TEXT takes those whose name holds it.
 * --seconds N how long for the old code (default: 1200), or for each mutation (default: 300); --workers N. Exits with 1
 * unless each is found.
 */
import { spawnSync } from "node:child_process";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { mutations } from "./mutations.mts";
import type { Words } from "./words.mts";
import type { Report } from "./worker.mts";
import { exploring } from "./workers.mts";

const { values } = parseArgs({
  options: {
    old: { type: "string" },
    only: { type: "string" },
    seconds: { type: "string" },
    workers: { type: "string", default: String(availableParallelism()) },
  },
});
/** What is known to be wrong, all failures of which are wanted as they are. */
const order = {
  parts: Number(values.workers),
  seconds: Number(values.seconds ?? (values.old ? 1200 : 300)),
  seed: 1,
  isBrief: false,
  shrinks: false,
  isWrong: true,
};
const root = resolve(import.meta.dirname, "../..");
/** What is built, as it was when this began. */
const base = resolve(root, ".cache/explore/base");

/** What people found in 78ce4e1, and how a report of it looks. */
const faults: Readonly<Record<string, (report: Report) => boolean>> = {
  "two resources sharing one instance": ({ failures, scenario }) =>
    failures.includes("two resources have one instance") && scenario.startsWith("create"),
  "the duplicate after a lost POST where tags are folded": ({ failures, variant, title }) =>
    failures.includes("an instance is in no state, and nobody said so") &&
    variant === "tags folded" &&
    title.includes("POST"),
  "the instance dropped by another platform's 404": ({ failures, scenario }) =>
    failures.includes("an instance was lost or made anew") && scenario.includes("on another platform"),
  "DELETE believed from a login page": ({ failures, title }) =>
    failures.includes("an instance is in no state, and nobody said so") &&
    /DELETE \/instances\/\w+ not done, a page with 200/.test(title),
  "the half-made record that says what was never done": ({ failures, title }) =>
    failures.includes("the platform is not what a fresh up makes") &&
    !failures.some((failure) => /no state|two/.test(failure)) &&
    /^create.*POST/.test(title),
  "the lost PATCH answer that no diff shows": ({ failures, title }) =>
    failures.includes("the platform is not what a fresh up makes") &&
    /PATCH \/instances\/\w+ done.*; then back/.test(title),
};

interface Row {
  readonly what: string;
  readonly runs: number | undefined;
  readonly title: string;
}

async function foundInOld(lifecycle: string): Promise<Row[]> {
  const rows = new Map<string, Row>();
  let runs = 0;
  await exploring({ ...order, lifecycle }, (report) => {
    runs += 1;
    for (const [what, isIt] of Object.entries(faults))
      if (!rows.has(what) && isIt(report))
        rows.set(what, { what, runs, title: `${report.title}: ${report.failures[0]}` });
    return rows.size === Object.keys(faults).length;
  });
  return Object.keys(faults).map(
    (what) => rows.get(what) ?? { what, runs: undefined, title: `not in ${runs} runs` },
  );
}

/** Whether a case fails in what is built as well. */
function isKnown(words: Words): boolean {
  const args = [
    resolve(import.meta.dirname, "replay.mts"),
    JSON.stringify(words),
    resolve(base, "dynamic/lifecycle.js"),
  ];
  const { stdout } = spawnSync(process.execPath, args, { encoding: "utf8", maxBuffer: 2 ** 26 });
  return JSON.parse(stdout).failures.length > 0;
}

/** The built package, with one text in the place of another. */
async function foundIn({ what, file, from, to }: (typeof mutations)[number]): Promise<Row> {
  const folder = resolve(root, ".cache/explore/mutant");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await cp(base, folder, { recursive: true });
  const text = await readFile(resolve(folder, file), "utf8");
  if (!text.includes(from)) return { what, runs: undefined, title: `${file} has no ${JSON.stringify(from)}` };
  await writeFile(resolve(folder, file), text.replace(from, to));
  const lifecycle = resolve(folder, "dynamic/lifecycle.js");
  let found: Report | undefined;
  const reports = await exploring({ ...order, lifecycle }, (report) => {
    // What is wrong without the mutation too is not found by it.
    if (report.words && !isKnown(report.words)) found ??= report;
    return found !== undefined;
  });
  return {
    what,
    runs: found && reports.length,
    title: found ? `${found.title}: ${found.failures[0]}` : `not in ${reports.length} runs`,
  };
}

async function* found(): AsyncGenerator<Row> {
  if (values.old) {
    yield* await foundInOld(values.old);
    return;
  }
  await rm(base, { recursive: true, force: true });
  await cp(resolve(root, "dist"), base, { recursive: true });
  for (const each of mutations)
    if (!values.only || each.what.includes(values.only)) yield await foundIn(each);
}

console.log("| what | found in run | as |\n| --- | ---: | --- |");
const rows: Row[] = [];
for await (const row of found()) {
  rows.push(row);
  console.log(`| ${row.what} | ${row.runs ?? "never"} | ${row.title} |`);
}
// Those that were ended early may not have left yet.
process.exit(rows.some(({ runs }) => runs === undefined) ? 1 : 0);
