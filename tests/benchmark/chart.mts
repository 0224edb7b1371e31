import type { Contestant } from "./contestants.mts";
import { operations } from "./life.mts";
import { type Measured, samplesOf, secondsOf } from "./measured.mts";

const colours = {
  class: "#2f6fde",
  plugin: "#3aa76d",
  floor: "#9aa3b2",
  usual: "#e08a2e",
} as const satisfies Partial<Record<Contestant, string>>;
const shown = Object.keys(colours) as (keyof typeof colours)[];

const [width, left, bar] = [760, 150, 11];
const rowHeight = shown.length * bar + 8;
const panelHeight = operations.length * rowHeight + 34;

/** A picture in SVG: for each number of instances, how long each operation took, without latency, on plain files. */
export function chart(all: readonly Measured[]): string {
  const panels = all.filter(({ setting }) => setting.latencyMilliseconds === 0 && setting.way === "files");
  const total = panels.length * panelHeight + 50;
  const key = shown.map((each, index) => {
    const x = left + index * 90;
    return `<rect x="${x}" y="${total - 20}" width="10" height="10" fill="${colours[each]}"/><text x="${x + 14}" y="${total - 11}">${each}</text>`;
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${total}" font-family="sans-serif" font-size="11">` +
    "<title>Seconds of each operation: class, plugin, floor, usual</title>" +
    `<rect width="100%" height="100%" fill="white"/>${panels.map(panelOf).join("")}${key.join("")}</svg>\n`
  );
}

function panelOf(measured: Measured, panel: number): string {
  const top = panel * panelHeight + 30;
  const those = shown.filter((each) => samplesOf(measured, each, "up").length > 0);
  const times = operations.map((operation) => those.map((each) => secondsOf(measured, each, operation)));
  const most = Math.max(...times.flat());
  const rows = operations.map((operation, row) => {
    const y = top + 10 + row * rowHeight;
    const bars = those.map((each, index) => {
      const time = times[row]?.[index] ?? 0;
      const length = Math.max(1, ((width - left - 90) * time) / most);
      return (
        `<rect x="${left}" y="${y + index * bar}" width="${length.toFixed(1)}" height="10" fill="${colours[each]}"/>` +
        `<text x="${(left + length + 6).toFixed(1)}" y="${y + index * bar + 9}">${time.toFixed(1)} s</text>`
      );
    });
    return `${bars.join("")}<text x="${left - 8}" y="${y + rowHeight / 2 + 2}" text-anchor="end">${operation}</text>`;
  });
  const { count } = measured.setting;
  return `<text x="8" y="${top}" font-weight="bold">${count} instance${count > 1 ? "s" : ""}</text>${rows.join("")}`;
}
