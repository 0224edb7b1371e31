import Anser from "anser";

// One cell of the terminal, so that 88 columns are as wide as README is on GitHub. Every run of characters is told how
// wide to be: which font there is differs from reader to reader.
const cell = { width: 8.8, height: 20 };
const margin = 13;
const bar = 34;

const style = `
text { font: 14.5px ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", "DejaVu Sans Mono", monospace; fill: #d6deeb }
.ansi-red { fill: #ff7b85 } .ansi-green { fill: #7ee2a0 } .ansi-yellow { fill: #f2cc60 } .ansi-bright-magenta { fill: #d2a8ff }
.bold { font-weight: bold } .dim { fill: #8b98a9 }`;

/** Draws what a terminal shows as a picture for web pages: SVG without anything that is loaded. */
export function pictureOf(printed: string, title: string): string {
  const lines = linesOf(printed.trimEnd());
  const columns = Math.max(
    ...lines.map((runs) => runs.reduce((sum, { content }) => sum + content.length, 0)),
  );
  const width = Math.ceil(columns * cell.width + 2 * margin);
  const height = bar + lines.length * cell.height + margin;
  const drawn = lines.map((runs, row) => {
    let column = 0;
    const spans = runs.flatMap(({ content, classes }) => {
      const start = column;
      column += content.length;
      const looks = classes === "" ? "" : ` class="${classes}"`;
      // Each stretch without wide gaps stands where it stands by itself: spaces in SVG mean little.
      return [...content.matchAll(/\S+( \S+)*/g)].map(({ 0: text, index }) => {
        const x = margin + (start + index) * cell.width;
        return `<tspan x="${x.toFixed(1)}" textLength="${(text.length * cell.width).toFixed(1)}"${looks}>${Anser.escapeForHtml(text)}</tspan>`;
      });
    });
    const y = bar + (row + 0.7) * cell.height;
    return spans.length === 0 ? "" : `<text y="${y}">${spans.join("")}</text>\n`;
  });
  const dots = ["#ff5f57", "#febc2e", "#28c840"]
    .map((fill, index) => `<circle cx="${20 + index * 18}" cy="18" r="5.5" fill="${fill}"/>`)
    .join("");
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<title>${title}</title>
<style>${style}
</style>
<rect x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="9" fill="#0f1722" stroke="#2b3a4e"/>
${dots}
${drawn.join("")}</svg>
`;
}

interface Drawn {
  readonly content: string;
  readonly classes: string;
}

/** Each line's runs of characters that look the same. */
function linesOf(printed: string): Drawn[][] {
  const lines: Drawn[][] = [[]];
  for (const { content, fg, decorations } of Anser.ansiToJson(printed, { use_classes: true })) {
    const classes = [fg, ...decorations].filter(Boolean).join(" ");
    for (const [index, part] of content.split("\n").entries()) {
      if (index > 0) lines.push([]);
      if (part !== "") lines.at(-1)?.push({ content: part, classes });
    }
  }
  return lines;
}
