/** Writes what a run found: results.md, the picture, and the parts of the pages that quote it. */
import { readFile, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { withPart } from "../support/page.mts";
import { killedTable } from "./backends.mts";
import { chart } from "./chart.mts";
import { type Contestant, contestants, root } from "./contestants.mts";
import type { Further } from "./further.mts";
import type { Measured } from "./measured.mts";
import { bytesTable, callsTable, everything, farTable, shares, summary, waysTable } from "./report.mts";
import { type Parts, partsTable } from "./resource-bytes.mts";
import { startTable } from "./startup.mts";
import { judge, judgeLimit, judgeStart } from "./targets.mts";

/** All that a run found, as it is kept. */
export interface Found {
  readonly measured: readonly Measured[];
  readonly parts: Readonly<Partial<Record<Contestant, Parts>>>;
  readonly further?: Further | undefined;
}

/** @returns whether a target is missed by more than the noise. */
export async function write(
  { measured, parts, further }: Found,
  { isShown, isKept }: { isShown: boolean; isKept: boolean },
): Promise<boolean> {
  const verdicts = [
    ...judge(measured),
    ...(further ? [judgeLimit(further.timesTheLimit), judgeStart(further.start.pluginReady)] : []),
  ];
  const bytes = partsTable(parts);
  const chapters: [string, string][] = [
    ["Targets", verdicts.map(({ text }) => `- ${text}`).join("\n")],
    ["Bytes of each resource", bytesTable(measured)],
    ["What is in them, of 100", bytes],
    ["Ways to keep the state, with the class; in brackets, times plain files", waysTable(measured, "class")],
    ["The same with the plugin from the SDK for Node.js", waysTable(measured, "plugin")],
    ["A platform that is far away", farTable(measured)],
    ["The class's time over the floor", shares(measured)],
    ...(further
      ? ([
          ["Killed runs", killedTable(further.killed)],
          ["Several stacks", further.split],
          ["Start-up", startTable(further.start)],
          ["Single calls inside the provider", callsTable(further.calls)],
        ] as [string, string][])
      : []),
    ["All", everything(measured)],
  ];
  const text = chapters.map(([title, body]) => `## ${title}\n\n${body}`).join("\n\n");
  if (isShown) console.log(text);
  if (isKept) await keep(text, { measured, parts, further });
  return verdicts.some(({ isMissed }) => isMissed);
}

async function keep(text: string, { measured, further }: Found): Promise<void> {
  const here = (name: string) => join(import.meta.dirname, name);
  const who = Object.entries(contestants).map(([name, what]) => `${name} (${what})`);
  const intro = `Made by \`npm run benchmark\` with Node ${process.version} on ${availableParallelism()} cores and the simulator on the same machine. Seconds are medians, least and most in brackets; ratios are medians of the rounds' own. Who took turns: ${who.join(", ")}.`;
  const picture = "![Bars: the seconds of each operation](benchmark.svg)";
  await writeFile(here("results.md"), `# Benchmark\n\n${picture}\n\n${intro}\n\n${text}\n`);
  await writeFile(here("benchmark.svg"), chart(measured));
  const page = join(root, "provider/BACKENDS.md");
  let renewed = await readFile(page, "utf8");
  renewed = withPart(renewed, "speed", summary(measured));
  renewed = withPart(renewed, "ways", waysTable(measured, "class"));
  renewed = withPart(renewed, "ways-plugin", waysTable(measured, "plugin"));
  renewed = withPart(renewed, "far", farTable(measured));
  if (further) renewed = withPart(renewed, "killed", killedTable(further.killed));
  await writeFile(page, renewed);
}
