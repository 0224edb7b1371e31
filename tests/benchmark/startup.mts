/**
 * `node tests/benchmark/startup.mts`: what loading takes, in milliseconds by package and by room of dist/, in the
 * program, in Pulumi's host of dynamic providers, and in the plugin; and how soon the plugin is ready.
 */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "./contestants.mts";
import { markdown } from "./report.mts";
import { medianOf } from "./statistics.mts";

/** What a process loads, from its start until it serves; and what the first request adds. */
const entries = {
  "program: Pulumi": "@pulumi/pulumi",
  "program: ours, after it": "@pulumi/pulumi ./dist/index.js",
  "dynamic provider": "./dist/dynamic/lifecycle.js",
  plugin: "./dist/native/server.js",
  "first check": "./dist/native/server.js ./dist/arguments/check.js",
  "first request": "./dist/native/server.js ./dist/arguments/check.js got",
} as const;
type Entry = keyof typeof entries;

export interface Start {
  /** Milliseconds from the start of the process until it prints its port. */
  readonly pluginReady: number;
  readonly pluginMegabytes: number;
  /** Milliseconds of loading by entry, then by package or room. */
  readonly loading: Readonly<Record<Entry, Readonly<Record<string, number>>>>;
}

const rounds = 7;

export async function startOf(): Promise<Start> {
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
  const loading = {} as Record<Entry, Record<string, number>>;
  for (const entry of Object.keys(entries) as Entry[]) loading[entry] = await loadingOf(entry);
  return { pluginReady: medianOf(ready), pluginMegabytes: medianOf(held), loading };
}

async function loadingOf(entry: Entry): Promise<Record<string, number>> {
  const files = entries[entry].split(" ");
  const found: Record<string, number[]> = {};
  for (let round = 0; round < rounds; round++) {
    const script = files.map((file) => `require(${JSON.stringify(file)});`).join("");
    const hook = join(import.meta.dirname, "startup-hook.cjs");
    const { stdout } = await promisify(execFile)(process.execPath, ["-r", hook, "-e", script], {
      cwd: root,
      env: { ...process.env, NODE_DISABLE_COMPILE_CACHE: "1" },
    });
    const sums: Record<string, number> = {};
    for (const [file, took] of Object.entries(JSON.parse(stdout) as Record<string, number>))
      sums[ownerOf(file)] = (sums[ownerOf(file)] ?? 0) + took;
    for (const [owner, sum] of Object.entries(sums)) found[owner] = [...(found[owner] ?? []), sum];
  }
  return Object.fromEntries(Object.entries(found).map(([owner, all]) => [owner, medianOf(all)]));
}

/** The innermost package that a file belongs to, or the room of dist/. */
const ownerOf = (file: string): string =>
  /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? /\/(dist\/[^/]+)/.exec(file)?.[1] ?? file;

export function startTable({ pluginReady, pluginMegabytes, loading }: Start): string {
  const rows = Object.entries(loading).map(([entry, owners]) => {
    const sum = Object.values(owners).reduce((sofar, each) => sofar + each, 0);
    const most = Object.entries(owners)
      .toSorted(([, one], [, other]) => other - one)
      .filter(([, took]) => took >= 1)
      .slice(0, 8)
      .map(([owner, took]) => `${owner} ${took.toFixed(0)}`);
    return [entry, sum.toFixed(0), most.join(", ")];
  });
  const ready = `The plugin is ready after ${pluginReady.toFixed(0)} ms, from the start of its process, and holds ${pluginMegabytes.toFixed(0)} MB then.`;
  return `${ready}\n\n${markdown(["what is loaded", ":ms", "ms by package and room, most first"], rows)}`;
}

if (import.meta.main) console.log(startTable(await startOf()));
