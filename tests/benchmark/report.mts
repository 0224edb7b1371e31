/** The tables of results.md, and those of provider/BACKENDS.md. */
import type { Call } from "./calls.mts";
import { contestants } from "./contestants.mts";
import { operations } from "./life.mts";
import { bytesOf, contestantsIn, find, type Measured, ratiosOf, samplesOf, secondsOf } from "./measured.mts";
import { medianOf } from "./statistics.mts";

/** A Markdown table; `:` before a head makes its column flush right. */
export function markdown(heads: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const line = (cells: readonly unknown[]) => `| ${cells.join(" | ")} |`;
  return [
    line(heads.map((head) => head.replace(/^:/, ""))),
    line(heads.map((head) => (head.startsWith(":") ? "---:" : "---"))),
    ...rows.map(line),
  ].join("\n");
}

/** All that was measured: medians, least and most, ratios, and what each needed. */
export function everything(all: readonly Measured[]): string {
  const rows = all.flatMap((measured) => {
    const { count, latencyMilliseconds, way, parallel = "" } = measured.setting;
    return operations.flatMap((operation) =>
      contestantsIn(measured).map((who) => {
        const samples = samplesOf(measured, who, operation);
        const [one] = samples;
        const ratio = (than: "floor" | "usual") => {
          const ratios = who === than ? [] : ratiosOf(measured, operation, [who, than]);
          return ratios.length > 0 ? medianOf(ratios).toFixed(2) : "";
        };
        const needed = [one?.requests, one?.sockets, one?.megabytes ?? "?"];
        return [
          ...[count, way, `${latencyMilliseconds} ms`, parallel, operation, who],
          ...[spread(samples.map(({ seconds }) => seconds)), ratio("floor"), ratio("usual"), ...needed],
        ];
      }),
    );
  });
  return markdown(
    [
      ...[
        ":instances",
        "state",
        ":away",
        ":--parallel",
        "operation",
        "who",
        ":seconds",
        ":to floor",
        ":to usual",
      ],
      ...[":requests", ":sockets", ":provider MB"],
    ],
    rows,
  );
}

function spread(values: readonly number[]): string {
  const median = medianOf(values).toFixed(2);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return values.length > 1 ? `${median} (${least.toFixed(2)}-${most.toFixed(2)})` : median;
}

/** Bytes of the state of a resource, by contestant. */
export function bytesTable(all: readonly Measured[]): string {
  const rows = all.flatMap((measured) => {
    const { count, way, latencyMilliseconds } = measured.setting;
    if (count === 1 || latencyMilliseconds > 0 || /checkpoints|backups|traces/.test(way)) return [];
    const cells = Object.keys(contestants).map((each) => bytesOf(measured, each as "class") ?? "");
    return cells.some((cell) => cell !== "") ? [[count, way, ...cells]] : [];
  });
  return markdown([":instances", "state", ...Object.keys(contestants).map((each) => `:${each}`)], rows);
}

/** For README's readers: both doors, and how they compare, for each number of instances. */
export function summary(all: readonly Measured[]): string {
  const rows = all
    .filter(({ setting }) => setting.way === "files" && setting.latencyMilliseconds === 0)
    .flatMap((measured) =>
      operations.map((operation) => {
        const ratio = (who: "class" | "plugin", than: "floor" | "usual") => {
          const ratios = ratiosOf(measured, operation, [who, than]);
          return ratios.length > 0 ? medianOf(ratios).toFixed(2) : "";
        };
        const [ofClass, ofPlugin] = (["class", "plugin"] as const).map((who) => [
          `${secondsOf(measured, who, operation).toFixed(1)} s`,
          ratio(who, "floor"),
          ratio(who, "usual"),
        ]) as [string[], string[]];
        return [measured.setting.count, operation, ...ofClass, ...ofPlugin];
      }),
    );
  return markdown(
    [
      ...[":instances", "operation", ":class", ":to empty", ":to documented"],
      ...[":plugin", ":to empty", ":to documented"],
    ],
    rows,
  );
}

/** What each way does to a door, beside plain files in the same run. */
export function waysTable(all: readonly Measured[], who: "class" | "plugin"): string {
  const rows = all.flatMap((measured) => {
    const { count, way, latencyMilliseconds } = measured.setting;
    const beside = find(all, { count });
    if (count === 1 || latencyMilliseconds > 0 || !beside || samplesOf(measured, who, "up").length === 0)
      return [];
    const cells = (["up", "preview", "refresh", "destroy"] as const).map((operation) => {
      const seconds = secondsOf(measured, who, operation);
      const times = seconds / secondsOf(beside, who, operation);
      return `${seconds.toFixed(1)} s${measured === beside ? "" : ` (${times.toFixed(2)})`}`;
    });
    return [[count, way, ...cells, bytesOf(measured, who) ?? ""]];
  });
  return markdown(
    [...[":instances", "state", ":up", ":preview", ":refresh", ":destroy"], ":bytes of each instance"],
    rows,
  );
}

/** Where the class's time over the floor goes: requests, told by the floor that sends them, and the rest. */
export function shares(all: readonly Measured[]): string {
  const rows = all
    .filter((measured) => contestantsIn(measured).includes("requests"))
    .flatMap((measured) =>
      operations.map((operation) => {
        const seconds = (who: "floor" | "requests" | "class") => secondsOf(measured, who, operation);
        const [floor, requests, ofClass] = [seconds("floor"), seconds("requests"), seconds("class")];
        const { count, latencyMilliseconds, way } = measured.setting;
        return [
          ...[count, way, `${latencyMilliseconds} ms`, operation, floor.toFixed(2)],
          ...[(requests - floor).toFixed(2), (ofClass - requests).toFixed(2), ofClass.toFixed(2)],
        ];
      }),
    );
  return markdown(
    [
      ...[":instances", "state", ":away", "operation", ":floor, s"],
      ...[":its requests, s", ":the rest, s", ":class, s"],
    ],
    rows,
  );
}

/** Single operations inside the provider, beside raw fetch. */
export function callsTable(all: readonly { latencyMilliseconds: number; calls: readonly Call[] }[]): string {
  const milliseconds = (values: readonly number[]) => medianOf(values).toFixed(1);
  const rows = all.flatMap(({ latencyMilliseconds, calls }) =>
    calls.map(({ operation, requests, ours, fetch }) => {
      const ratio = medianOf(ours.map((value, round) => value / (fetch[round] ?? Number.NaN)));
      return [
        ...[operation, `${latencyMilliseconds} ms`, requests],
        ...[milliseconds(ours), milliseconds(fetch), ratio.toFixed(2)],
      ];
    }),
  );
  return markdown(["one", ":away", ":requests", ":ours, ms", ":raw fetch, ms", ":to fetch"], rows);
}

/** What a platform that is far away costs, and what more operations at once give back. */
export function farTable(all: readonly Measured[]): string {
  const far = all.filter(({ setting }) => setting.latencyMilliseconds > 0);
  const rows = far.flatMap((measured) =>
    contestantsIn(measured).map((who) => {
      const { count, latencyMilliseconds, way, parallel = "as usual" } = measured.setting;
      const seconds = (["up", "refresh", "destroy"] as const).map(
        (operation) => `${secondsOf(measured, who, operation).toFixed(1)} s`,
      );
      return [count, way, `${latencyMilliseconds} ms`, parallel, who, ...seconds];
    }),
  );
  return markdown(
    [":instances", "state", ":away", ":--parallel", "who", ":up", ":refresh", ":destroy"],
    rows,
  );
}
