/**
 * `node tests/benchmark/resource-bytes.mts`: what is in the state of a resource, one by one: the median of a hundred, in
 * bytes of the file, for the class and the plugin. The whole benchmark takes it from its own states.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Contestant, makeSdk } from "./contestants.mts";
import { life, type Project } from "./life.mts";
import { markdown } from "./report.mts";
import { medianOf } from "./statistics.mts";

type Part = Readonly<Record<string, unknown>>;

/** By name, such as `outputs.token`, the bytes of each part of a resource; and how many of it are secrets and values. */
export interface Parts {
  readonly bytes: Readonly<Record<string, number>>;
  readonly secrets: number;
  /** Strings, numbers and such, and the maps and lists around them: each is work for the engine at each write. */
  readonly values: number;
}

/** The key that marks a secret in a state (Pulumi's SDKs, `resource.SecretSig`). */
const isSecret = (value: object) => "ciphertext" in value;

export async function partsIn({ folder }: Project): Promise<Parts> {
  const text = await readFile(join(folder, "state/.pulumi/stacks/benchmark/dev.json"), "utf8");
  const resources: Part[] = JSON.parse(text).checkpoint.latest.resources;
  const ours = resources.filter(({ urn }) => String(urn).includes("::instance-"));
  const found = new Map<string, number[]>();
  for (const resource of ours)
    for (const [name, value] of partsOf(resource))
      found.set(name, [...(found.get(name) ?? []), JSON.stringify(value).length + nameBytes(name)]);
  const [one = {}] = ours;
  return {
    bytes: Object.fromEntries([...found].map(([name, all]) => [name, medianOf(all)])),
    secrets: count(one, isSecret),
    values: count({ inputs: one.inputs, outputs: one.outputs }, () => true),
  };
}

/** Inputs and outputs by their properties, the rest as it is. */
const partsOf = (resource: Part): [string, unknown][] =>
  Object.entries(resource).flatMap(([name, value]) =>
    name === "inputs" || name === "outputs"
      ? Object.entries(value as Part).map(([key, inner]): [string, unknown] => [`${name}.${key}`, inner])
      : [[name, value]],
  );

/** The name in its quotes, a colon and a comma. */
const nameBytes = (name: string) => name.slice(name.lastIndexOf(".") + 1).length + 4;

function count(value: unknown, isWanted: (value: object) => boolean): number {
  if (typeof value !== "object" || value === null) return isWanted(Object(value)) ? 1 : 0;
  const inner = isSecret(value) ? [] : Object.values(value);
  return (isWanted(value) ? 1 : 0) + inner.reduce<number>((sum, each) => sum + count(each, isWanted), 0);
}

/** A Markdown table, and what it sums up to. */
export function partsTable(all: Readonly<Partial<Record<Contestant, Parts>>>): string {
  const columns = Object.values(all);
  const names = [...new Set(columns.flatMap(({ bytes }) => Object.keys(bytes)))];
  const cells = (row: (parts: Parts) => number | undefined) => columns.map((each) => row(each) ?? "");
  const sum = ({ bytes }: Parts) => Object.values(bytes).reduce((sofar, each) => sofar + each, 0);
  return markdown(
    ["part", ...Object.keys(all).map((each) => `:${each}`)],
    [
      ...names.map((name) => [`\`${name}\``, ...cells(({ bytes }) => bytes[name])]),
      ["**bytes in all**", ...cells(sum)],
      ["**values in inputs and outputs**", ...cells(({ values }) => values)],
      ["**secrets**", ...cells(({ secrets }) => secrets)],
    ],
  );
}

if (import.meta.main) {
  await makeSdk();
  const found: Partial<Record<Contestant, Parts>> = {};
  for (const contestant of ["floor", "class", "plugin"] as const)
    await life(contestant, { count: 100, latencyMilliseconds: 0, way: "files" }, async (project) => {
      found[contestant] = await partsIn(project);
    });
  console.log(partsTable(found));
}
