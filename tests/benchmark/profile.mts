/**
 * `npm run benchmark -- --profile` shows where the time of a hundred resources goes: CPU profiles of the program and of
 * the plugin, ours beside the floor.
 */
import { readdirSync, readFileSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { startSimulator } from "pulumi-act365/simulator";
import type { Contestant } from "./contestants.mts";
import { preview, stackOf, yes } from "./life.mts";
import { markdown } from "./report.mts";

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  /** Microseconds. */
  readonly timeDeltas: readonly number[];
}
type Frame = Profile["nodes"][number]["callFrame"];

/** What is looked for in the profiles, each with all that it calls. */
const parts: Readonly<Record<"program" | "plugin", Readonly<Record<string, (frame: Frame) => boolean>>>> = {
  program: {
    "loading modules": ({ functionName }) => functionName === "wrapModuleLoad",
    "declaring resources": ({ functionName }) => functionName === "exports.each",
    "stack traces": ({ functionName }) => functionName === "prepareStackTraceCallback",
    waiting: ({ functionName }) => functionName === "(idle)",
  },
  plugin: {
    "loading modules": ({ functionName }) => functionName === "wrapModuleLoad",
    "loading zod": ({ url }) => /node_modules\/zod\//.test(url),
    "loading got": ({ functionName, url }) => functionName === "" && /dist\/platform\/http\.js$/.test(url),
    check: ({ functionName, url }) => functionName === "check" && /dist\/dynamic\/lifecycle\.js$/.test(url),
    waiting: ({ functionName }) => functionName === "(idle)",
  },
};

/** Milliseconds in each part, and in all. */
function timesIn(profile: Profile, wanted: Readonly<Record<string, (frame: Frame) => boolean>>) {
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  const parents = new Map(
    profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])),
  );
  const times: Record<string, number> = { "in all": 0 };
  for (const [index, sample] of profile.samples.entries()) {
    const milliseconds = (profile.timeDeltas[index] ?? 0) / 1000;
    const seen = new Set<string>(["in all"]);
    for (let id: number | undefined = sample; id !== undefined; id = parents.get(id))
      for (const [part, isPart] of Object.entries(wanted))
        if (isPart(frames.get(id) as Frame)) seen.add(part);
    for (const part of seen) times[part] = (times[part] ?? 0) + milliseconds;
  }
  return times;
}

async function profileOf(contestant: Contestant, operation: "preview" | "up") {
  await using simulator = await startSimulator();
  const { folder, run } = await stackOf(
    contestant,
    { count: 100, latencyMilliseconds: 0, way: "files" },
    simulator,
  );
  const profiles = join(folder, "profiles");
  const profiled = { NODE_OPTIONS: `--cpu-prof --cpu-prof-interval=500 --cpu-prof-dir=${profiles}` };
  if (operation === "preview") await run(["up", ...yes]);
  await rm(profiles, { recursive: true, force: true });
  await mkdir(profiles);
  await run(operation === "preview" ? preview : ["up", ...yes], profiled);
  const found: Record<string, Record<string, number>> = {};
  for (const name of readdirSync(profiles)) {
    const profile: Profile = JSON.parse(readFileSync(join(profiles, name), "utf8"));
    const runs = (script: string) => profile.nodes.some(({ callFrame }) => callFrame.url.includes(script));
    if (runs("/cmd/run/")) found.program = timesIn(profile, parts.program);
    else if (runs("/cmd/dynamic-provider/")) found.plugin = timesIn(profile, parts.plugin);
  }
  return found;
}

/** A Markdown table. The floor's plugin dies of the engine's signal, without a profile. */
export async function profile(): Promise<string> {
  const rows: string[][] = [];
  for (const operation of ["preview", "up"] as const) {
    const [ours, floor] = [await profileOf("class", operation), await profileOf("floor", operation)];
    for (const process of ["program", "plugin"] as const)
      for (const part of ["in all", ...Object.keys(parts[process])]) {
        const cell = (found: Record<string, Record<string, number>>) =>
          found[process] ? (found[process][part] ?? 0).toFixed(0) : "";
        rows.push([operation, process, part, cell(ours), cell(floor)]);
      }
  }
  return markdown(["of 100", "process", "what", ":class, ms", ":floor, ms"], rows);
}
