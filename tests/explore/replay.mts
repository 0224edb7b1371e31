/**
 * Runs one case again, given in words or by a seed, and tells what came of it as JSON. Without an argument it takes a case
 * from each line of its standard input.
 */
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { Recordings, randomCase } from "./cases.mts";
import { install } from "./machine.mts";
import { codeAt } from "./plugin.mts";
import { run } from "./run.mts";
import { caseOf, titleOf, type Words } from "./words.mts";

const [, , text, lifecycle = resolve(import.meta.dirname, "../../dist/dynamic/lifecycle.js")] = process.argv;
install();
process.setMaxListeners(0);
process.stderr.write = (() => true) as typeof process.stderr.write;
const code = codeAt(lifecycle);

async function replay(given: Words | { readonly seed: number }): Promise<void> {
  const one = "scenario" in given ? caseOf(given) : await randomCase(new Recordings(code), given.seed);
  const told = JSON.stringify({ title: titleOf(one), ...(await run(code, one)) });
  await new Promise((done) => process.stdout.write(`${told}\n`, done));
}

if (text) await replay(JSON.parse(text));
else for await (const line of createInterface({ input: process.stdin })) await replay(JSON.parse(line));
process.exit();
