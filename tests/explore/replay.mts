/** Runs one case again, given in words or by a seed, and tells what came of it: `{ failures, log }` as JSON. */
import { resolve } from "node:path";
import { Recordings, randomCase } from "./cases.mts";
import { install } from "./machine.mts";
import { codeAt } from "./plugin.mts";
import { run } from "./run.mts";
import { caseOf, titleOf, type Words } from "./words.mts";

install();
process.setMaxListeners(0);
process.stderr.write = (() => true) as typeof process.stderr.write;
const given: Words | { readonly seed: number } = JSON.parse(process.argv[2] ?? "");
const code = codeAt(process.argv[3] ?? resolve(import.meta.dirname, "../../dist/dynamic/lifecycle.js"));
const one = "scenario" in given ? caseOf(given) : await randomCase(new Recordings(code), given.seed);
const result = await run(code, one);
process.stdout.write(JSON.stringify({ title: titleOf(one), ...result }), () => process.exit());
