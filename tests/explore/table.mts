/** What an exploration came to. */
import type { Compared } from "./sample.mts";
import type { Report } from "./worker.mts";

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

/** The random ones, in one row. */
const chains = "any three programs, one after the other";

/** For each scenario its points, readings and runs; then what failed. */
export function tableOf(reports: readonly Report[], seconds: number, showsAll: boolean): string {
  const count = (some: readonly Report[], of: (report: Report) => readonly string[]) =>
    new Set(some.flatMap(of)).size;
  const rows = [
    ...Map.groupBy(reports, ({ scenario }) => (scenario.includes(" > ") ? chains : scenario)),
  ].map(([scenario, some]) => {
    const points = new Map(some.map((each) => [each.variant.split("; ")[0], each.points]));
    return [
      scenario,
      Math.max(...points.values()),
      points.size,
      count(some, (each) => each.happenings),
      some.length,
      some.filter(({ failures }) => failures.length > 0).length,
    ];
  });
  const total = [
    `${rows.length} scenarios`,
    sum(rows.map((row) => Number(row[1]))),
    count(reports, (each) => each.variant.split("; ")),
    count(reports, (each) => each.happenings),
    reports.length,
    sum(rows.map((row) => Number(row[5]))),
  ];
  const lines = [
    "| scenario | points | readings | happenings | runs | failed |",
    "| --- | ---: | ---: | ---: | ---: | ---: |",
    ...[...rows, total].map((row) => `| ${row.join(" | ")} |`),
    `\n${coverageOf(reports)}`,
    `${reports.length} runs in ${seconds.toFixed(0)} s`,
  ];
  const failed = reports.filter(({ failures }) => failures.length > 0);
  for (const [failure, some] of Map.groupBy(failed, ({ failures }) => failures[0])) {
    lines.push(`\n${some.length} x ${failure}`);
    const shown = showsAll ? some : some.filter(({ found }) => found).slice(0, 12);
    for (const { title, seed, found } of shown)
      lines.push(
        `    ${found?.title ?? title}${seed === undefined ? "" : ` (SEED=${seed})`} ${found?.seed ?? ""}`,
      );
  }
  return lines.join("\n");
}

/** How much of scenario x reading x point was met; chains and readings of chance have no end, and do not count. */
function coverageOf(reports: readonly Report[]): string {
  const pairs = Map.groupBy(
    reports.filter(({ scenario, variant }) => !`${scenario}${variant}`.match(/ > |; /)),
    ({ scenario, variant }) => `${scenario}; ${variant}`,
  );
  const known = sum([...pairs.values()].map(([one]) => one?.points ?? 0));
  const met = sum([...pairs.values()].map((some) => new Set(some.flatMap((each) => each.met)).size));
  return `${pairs.size} pairs of scenario and reading; ${met} of their ${known} points disturbed`;
}

/** What the real engine did, and where the model of it does otherwise. */
export function comparisonOf(sample: readonly Compared[]): string {
  const odd = sample.filter(({ failures, differences }) => failures.length + differences.length > 0);
  return [
    `\n${sample.length} runs on the engine, of which ${odd.length} failed or went otherwise than on the model`,
    ...odd.flatMap(({ title, failures, differences }) => [
      `    ${title}`,
      ...[...failures, ...differences].map((each) => `        ${each}`),
    ]),
  ].join("\n");
}
