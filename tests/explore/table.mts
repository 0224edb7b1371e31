/** What an exploration came to. */
import type { Report } from "./worker.mts";

export function tableOf(reports: readonly Report[], seconds: number, showsAll: boolean): string {
  const failed = reports.filter(({ failures }) => failures.length > 0);
  const byFailure = new Map<string, Report[]>();
  for (const report of failed)
    for (const failure of report.failures) {
      const all = byFailure.get(failure) ?? [];
      byFailure.set(failure, [...all, report]);
    }
  const count = (of: (report: Report) => readonly string[]) => new Set(reports.flatMap(of)).size;
  const lines = [
    `${reports.length} runs in ${seconds.toFixed(0)} s: ${count((each) => [each.scenario])} scenarios, ` +
      `${count((each) => [each.variant])} readings, ${count((each) => each.happenings)} happenings; ${failed.length} failed`,
  ];
  for (const [failure, all] of [...byFailure].sort(([, one], [, other]) => other.length - one.length)) {
    lines.push(`\n${all.length} x ${failure}`);
    const shown = [...all].sort((one, other) => one.title.length - other.title.length);
    for (const { title, seed } of shown.slice(0, showsAll ? shown.length : 5))
      lines.push(`    ${title}${seed === undefined ? "" : ` (SEED=${seed})`}`);
  }
  return lines.join("\n");
}
