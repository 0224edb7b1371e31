import { type Door, Stack, startCanarySimulator } from "../support/stack";
import { type Cell, cellsOf, everyCell, operations, shuffled, worlds } from "./matrix/cells";
import { type Outcome, round, roundSettings } from "./matrix/round";

/** `npm run faults` runs every cell; `npm test` a part of them that the seed decides. */
const isFull = process.env.ACT365_FAULTS === "all";
const seed = Number(process.env.ACT365_SEED ?? 365);
// Each round waits for the platform most of the time.
const atOnce = 3;

type Setting = "alone" | "among 20";
const results: { setting: Setting; outcome: Outcome }[] = [];

test(
  "whatever goes wrong, one more up doubles, loses and shows nothing",
  async () => {
    const [ups, deletes, reads] = kinds.map((kind) =>
      shuffled(
        everyCell.filter((cell) => kindOf(cell) === kind && !isLimit(cell)),
        seed,
      ),
    ) as [Cell[], Cell[], Cell[]];
    const jobs: (() => Promise<void>)[] = [];
    const part = <T>(list: readonly T[], least: number) => (isFull ? list : list.slice(0, least));
    for (const [cells, least] of [
      [ups, 2],
      [deletes, 1],
      [reads, 1],
    ] as const)
      for (const batch of part(batches(cells, 20), least)) jobs.push(() => inStack("among 20", [batch]));
    for (const world of part(shuffled(Object.keys(worlds), seed), 1)) {
      const cells = cellsOf(world);
      for (const kind of part(kinds, 1)) {
        const some = cells.filter((cell) => kindOf(cell) === kind);
        const twenty = Array.from({ length: 20 }, (_, index) => some[index % some.length] as Cell);
        jobs.push(() => inStack("among 20", [twenty], world));
      }
      for (const cell of part(cells, 0)) jobs.push(() => inStack("alone", [[cell]], world));
    }
    // One stack for several rounds spares most of what a stack costs.
    const single = shuffled(everyCell, seed + 1).filter(isFull ? everySecond : Boolean);
    for (const cells of batches(part(single, 4), isFull ? 12 : 2))
      jobs.push(() =>
        inStack(
          "alone",
          cells.map((cell) => [cell]),
        ),
      );
    await allOf(jobs);
    process.stdout.write(tableOf(results));
    expect(
      results.flatMap(({ setting, outcome: { cell, problems } }) =>
        problems.map(
          (problem) => `${cell.operation}, ${cell.fault} (${cell.duration}), ${setting}: ${problem}`,
        ),
      ),
    ).toEqual([]);
    expect(results.length).toBeGreaterThan(isFull ? 300 : 60);
  },
  isFull ? 3_600_000 : 240_000,
);

// The engine deletes only when all else went well, so deletes are in a run of their own.
const kinds = ["up", "delete", "refresh"] as const;
const kindOf = ({ operation }: Cell) =>
  operations[operation]?.after === undefined ? "delete" : operations[operation]?.command;
// A limited rate holds the requests of all, also of those that have a fault of their own to meet. So it is met alone here,
// and by all in the world of the token bucket.
const isLimit = ({ fault }: Cell): boolean => fault.startsWith("429");
const everySecond = (_: unknown, index: number): boolean => index % 2 === 0;

function batches<T>(list: readonly T[], size: number): T[][] {
  return list.flatMap((_, index) => (index % size === 0 ? [list.slice(index, index + size)] : []));
}

let count = 0;
async function inStack(setting: Setting, rounds: readonly Cell[][], world?: string): Promise<void> {
  await using simulator = await startCanarySimulator(world ? worlds[world] : {});
  // Every second one through the plugin: the promise holds through both doors.
  const door: Door = count++ % 2 === 0 ? "class" : "plugin";
  await using stack = await Stack.create("", roundSettings(simulator, world !== undefined), { door });
  for (const cells of rounds)
    for (const outcome of await round(stack, simulator, cells)) results.push({ setting, outcome });
}

async function allOf(jobs: (() => Promise<void>)[]): Promise<void> {
  const work = async () => {
    for (let job = jobs.shift(); job; job = jobs.shift()) await job();
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

function tableOf(all: typeof results): string {
  const count = (rows: typeof results, is: (outcome: Outcome) => boolean) =>
    String(rows.filter(({ outcome }) => is(outcome)).length).padStart(11);
  const has = (word: string) => (outcome: Outcome) => outcome.problems.some((each) => each.includes(word));
  const line = (title: string, rows: typeof results) =>
    title.padEnd(40) +
    [
      count(rows, () => true),
      count(rows, ({ failed }) => failed),
      count(rows, ({ failed, adopted, problems }) => failed && !adopted && problems.length === 0),
      count(rows, ({ adopted, problems }) => adopted && problems.length === 0),
      count(rows, has("duplicate")),
      count(rows, has("lost")),
      count(rows, has("leak")),
    ].join("");
  const heads = ["runs", "failed", "healed", "adopted", "duplicates", "lost", "leaks"];
  const groups = (["alone", "among 20"] as const).flatMap((setting) =>
    Object.keys(operations).map((operation) => [setting, operation] as const),
  );
  const rows = groups.map(([setting, operation]) =>
    line(
      `${operation}, ${setting}`,
      all.filter((each) => each.setting === setting && each.outcome.cell.operation === operation),
    ),
  );
  const names = [...new Set(all.map(({ outcome }) => outcome.cell.fault))].sort();
  const byFault = names.map((name) =>
    line(
      name,
      all.filter(({ outcome }) => outcome.cell.fault === name),
    ),
  );
  const head = "".padEnd(40) + heads.map((each) => each.padStart(11)).join("");
  return `\nfaults, seed ${seed}\n${[head, ...rows, "", ...byFault, "", line("all", all)].join("\n")}\n\n`;
}
