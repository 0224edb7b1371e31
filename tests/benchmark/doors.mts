/**
 * `node tests/benchmark/doors.mts [ROUNDS]`: one resource through the class and through the plugin, taking turns, as a
 * user runs it; and how soon the plugin is ready, and what it holds then. Exits with 1 when the plugin takes more than
 * 0.85 of the class's time, is ready after more than 0.25 s, or holds 100 MB.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Contestant, life, operations, type Sample } from "./measure.mts";

const rounds = Number(process.argv[2] ?? 7);
const median = (numbers: readonly number[]): number =>
  numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? Number.NaN;

const { start } = createRequire(import.meta.url)("../support/engine-client.js");
const ready: number[] = [];
const held: number[] = [];
for (let round = 0; round < rounds; round++) {
  const { process: plugin, milliseconds } = await start();
  ready.push(milliseconds);
  const status = readFileSync(`/proc/${plugin.pid}/status`, "utf8");
  held.push(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024);
  plugin.stdin.end();
}
console.log(`ready after ${median(ready).toFixed(0)} ms, with ${median(held).toFixed(0)} MB`);
let isMissed = median(ready) > 250 || median(held) > 100;

const setting = { count: 1, latencyMilliseconds: 0, checkpoints: true };
const done: Sample[] = [];
for (let round = 0; round < rounds; round++) {
  const doors: Contestant[] = round % 2 === 0 ? ["ours", "plugin"] : ["plugin", "ours"];
  for (const door of doors) done.push(...(await life(door, setting)));
}
const samplesOf = (contestant: Contestant, operation: string) =>
  done.filter((sample) => sample.contestant === contestant && sample.operation === operation);
console.log("| operation | class | plugin | ratio |\n| --- | --- | --- | --- |");
for (const operation of operations) {
  const [ofClass, ofPlugin] = (["ours", "plugin"] as const).map((contestant) =>
    samplesOf(contestant, operation).map(({ seconds }) => seconds),
  ) as [number[], number[]];
  const ratio = median(ofPlugin.map((seconds, index) => seconds / (ofClass[index] ?? Number.NaN)));
  isMissed ||= ratio > 0.85;
  console.log(
    `| ${operation} | ${median(ofClass).toFixed(2)} s | ${median(ofPlugin).toFixed(2)} s | ${ratio.toFixed(2)} |`,
  );
}
for (const contestant of ["ours", "plugin"] as const) {
  const megabytes = done
    .filter((sample) => sample.contestant === contestant)
    .map((sample) => sample.megabytes ?? 0);
  console.log(`${contestant === "ours" ? "class" : "plugin"}: at most ${Math.max(...megabytes)} MB`);
}
if (isMissed) process.exitCode = 1;
