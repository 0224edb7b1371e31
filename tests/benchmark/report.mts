import type { Measured } from "./benchmark.mts";
import type { Call } from "./calls.mts";
import { type Contestant, contestants, type Operation, operations, type Sample } from "./measure.mts";

export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  const [low = Number.NaN, high = Number.NaN] = [sorted[(sorted.length - 1) >> 1], sorted[middle]];
  return (low + high) / 2;
}

/** The samples of an operation, one of each round. */
export const samplesOf = ({ rounds }: Measured, contestant: Contestant, operation: Operation): Sample[] =>
  rounds.flatMap((samples) =>
    samples.filter((each) => each.contestant === contestant && each.operation === operation),
  );

/** Of each round, how many times as long ours took as another. */
export function ratiosOf(measured: Measured, operation: Operation, than: Contestant): number[] {
  const others = samplesOf(measured, than, operation);
  return samplesOf(measured, "ours", operation).map(
    ({ seconds }, round) => seconds / (others[round]?.seconds ?? Number.NaN),
  );
}

const seconds = (samples: readonly Sample[]): string => {
  const all = samples.map((each) => each.seconds);
  const [least, most] = [Math.min(...all), Math.max(...all)];
  return `${medianOf(all).toFixed(1)} (${least.toFixed(1)}-${most.toFixed(1)})`;
};

/** A Markdown table: medians in seconds, least and most behind them, then what ours needed. */
export function table(all: readonly Measured[]): string {
  const rows = all.flatMap((measured) => {
    const { count, latencyMilliseconds, checkpoints } = measured.setting;
    return operations.map((operation) => {
      const [ours, floor, usual] = contestants.map((each) => samplesOf(measured, each, operation));
      const [one] = ours ?? [];
      const ratio = (than: Contestant) => medianOf(ratiosOf(measured, operation, than)).toFixed(2);
      const cells = [
        count,
        `${latencyMilliseconds} ms${checkpoints ? "" : ", no checkpoints"}`,
        operation,
        seconds(ours ?? []),
        seconds(floor ?? []),
        seconds(usual ?? []),
        ratio("floor"),
        ratio("usual"),
        `${one?.requests} / ${usual?.[0]?.requests}`,
        `${one?.sockets} / ${usual?.[0]?.sockets}`,
        `${one?.megabytes ?? "?"} / ${usual?.[0]?.megabytes ?? "?"}`,
      ];
      return `| ${cells.join(" | ")} |`;
    });
  });
  return [
    "| instances | latency | operation | ours, s | floor, s | usual, s | ours/floor | ours/usual | requests, ours/usual | sockets | plugin MB |",
    "| ---: | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ...rows,
  ].join("\n");
}

/** The table of provider/BACKENDS.md: ours, and how it compares, for each number of instances. */
export function summary(all: readonly Measured[]): string {
  const of = (count: number, latencyMilliseconds: number, checkpoints: boolean) =>
    all.find(
      ({ setting }) =>
        setting.count === count &&
        setting.latencyMilliseconds === latencyMilliseconds &&
        setting.checkpoints === checkpoints,
    );
  const counts = [...new Set(all.map(({ setting }) => setting.count))];
  const rows = counts.flatMap((count) =>
    operations.map((operation) => {
      const ratio = (measured: Measured | undefined, than: Contestant) =>
        measured ? medianOf(ratiosOf(measured, operation, than)).toFixed(2) : "";
      const [plain, slow, bare] = [of(count, 0, true), of(count, 100, true), of(count, 0, false)];
      const ours = plain
        ? medianOf(samplesOf(plain, "ours", operation).map((each) => each.seconds))
        : Number.NaN;
      const cells = [
        ...[count, operation, `${ours.toFixed(1)} s`, ratio(plain, "floor"), ratio(plain, "usual")],
        ...[ratio(slow, "usual"), ratio(bare, "floor")],
      ];
      return `| ${cells.join(" | ")} |`;
    }),
  );
  return [
    "| instances | operation | ours | ours/floor | ours/usual | ours/usual, 100 ms away | ours/floor, no checkpoints |",
    "| ---: | --- | ---: | ---: | ---: | ---: | ---: |",
    ...rows,
  ].join("\n");
}

/** Single operations inside the plugin, beside raw fetch. */
export function callsTable(all: readonly { latencyMilliseconds: number; calls: readonly Call[] }[]): string {
  const milliseconds = (values: readonly number[]) => medianOf(values).toFixed(1);
  const rows = all.flatMap(({ latencyMilliseconds, calls }) =>
    calls.map(({ operation, requests, ours, fetch }) => {
      const ratio = medianOf(ours.map((value, round) => value / (fetch[round] ?? Number.NaN)));
      const cells = [
        operation,
        `${latencyMilliseconds} ms`,
        requests,
        milliseconds(ours),
        milliseconds(fetch),
      ];
      return `| ${[...cells, ratio.toFixed(2)].join(" | ")} |`;
    }),
  );
  return [
    "| one | latency | requests | ours, ms | raw fetch, ms | ours/fetch |",
    "| --- | ---: | ---: | ---: | ---: | ---: |",
    ...rows,
  ].join("\n");
}

const colours: Readonly<Record<string, string>> = { ours: "#2f6fde", floor: "#9aa3b2", usual: "#e08a2e" };

/** A picture in SVG: for each number of instances, how long each operation took, without latency, checkpoints written. */
export function chart(all: readonly Measured[]): string {
  const panels = all.filter(({ setting }) => setting.latencyMilliseconds === 0 && setting.checkpoints);
  const [width, height, left] = [760, 34 + operations.length * 22 * 1, 150];
  const drawn = panels.map((measured, panel) => {
    const top = panel * (height + 10 + operations.length * 20) + 30;
    const medians = operations.map((operation) =>
      contestants.map((each) =>
        medianOf(samplesOf(measured, each, operation).map((sample) => sample.seconds)),
      ),
    );
    const most = Math.max(...medians.flat());
    const bars = medians.flatMap((times, row) =>
      times.map((time, index) => {
        const y = top + 10 + row * 40 + index * 11;
        const length = Math.max(1, ((width - left - 90) * time) / most);
        return (
          `<rect x="${left}" y="${y}" width="${length.toFixed(1)}" height="10" fill="${colours[contestants[index] ?? ""]}"/>` +
          `<text x="${(left + length + 6).toFixed(1)}" y="${y + 9}">${time.toFixed(1)} s</text>`
        );
      }),
    );
    const names = operations.map(
      (operation, row) =>
        `<text x="${left - 8}" y="${top + 30 + row * 40}" text-anchor="end">${operation}</text>`,
    );
    return `<text x="8" y="${top}" font-weight="bold">${measured.setting.count} instance${measured.setting.count > 1 ? "s" : ""}</text>${bars.join("")}${names.join("")}`;
  });
  const total = panels.length * (height + 10 + operations.length * 20) + 50;
  const key = contestants.map(
    (each, index) =>
      `<rect x="${left + index * 90}" y="${total - 20}" width="10" height="10" fill="${colours[each]}"/><text x="${left + 14 + index * 90}" y="${total - 11}">${each}</text>`,
  );
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${total}" font-family="sans-serif" font-size="11">` +
    `<title>Seconds of each operation: ours, the floor, the usual</title>` +
    `<rect width="100%" height="100%" fill="white"/>${drawn.join("")}${key.join("")}</svg>\n`
  );
}
