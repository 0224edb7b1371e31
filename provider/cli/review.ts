import { text } from "node:stream/consumers";
import { Command } from "commander";
import { changesOf, fatesOf, inShort } from "./changes";
import { exitCodes } from "./exit";
import { parsedOr } from "./input";
import { isRefresh, type Preview, previewOutput, type Step } from "./preview";
import { code, row, shortened } from "./text";

/** The exit code that tells drift from a check that failed. */
const differs = 3;

/** `pulumi preview --json | pulumi-act365 review`: the preview as a Markdown comment for a pull request. */
export const reviewCommand = new Command("review")
  .description("print a preview as Markdown, a table by resource, for a comment on a pull request")
  .addHelpText(
    "before",
    "Reads a preview on standard input: pulumi preview --json | npx pulumi-act365 review\n" +
      "(or that of a refresh: pulumi refresh --preview-only --json)\n",
  )
  .addHelpText(
    "after",
    exitCodes({
      0: "the preview is printed",
      1: "the preview failed, or is none",
      [differs]: "it is the preview of a refresh, and the platform differs from the state",
    }),
  )
  .action(async () => {
    const preview = parsedOr(
      previewOutput,
      await text(process.stdin),
      "no preview in JSON",
      "pulumi preview --json | npx pulumi-act365 review",
    );
    console.log(markdownOf(preview));
    if (preview.failure) process.exitCode = 1;
    else if (isRefresh(preview) && driftIn(preview).length > 0) process.exitCode = differs;
  });

/** GitHub takes comments of at most 65,536 characters. */
const most = { inAll: 64_500, ofErrors: 16_000, ofTable: 40_000 };

const words: Readonly<Record<string, string>> = {
  create: "create",
  update: "update",
  replace: "**replace**",
  delete: "**delete**",
  read: "read",
  import: "import",
};
const driftWords: Readonly<Record<string, string>> = {
  update: "changed on the platform",
  delete: "**gone** from the platform",
};

/** The parts of a replacement that stand as steps of their own beside it, and what stays as it is. */
const parts = new Set(["create-replacement", "delete-replaced", "same", "refresh"]);

/**
 * A preview as Markdown: a table of what happens, and below it the values in a list, since a table's lines do not wrap
 * on a phone. The engine has put `[secret]` in the place of every secret already; all else that a program or the
 * platform wrote stands as code.
 */
function markdownOf(preview: Preview): string {
  const [first] = preview.steps;
  const steps = preview.steps.filter(({ op }) => !parts.has(op));
  const lines = [
    `### ${isRefresh(preview) ? "Refresh" : "Preview"}${first ? ` of ${code(first.stack)}` : ""}`,
    "",
    ...(preview.failure ? failed(preview.failure) : [summaryOf(preview)]),
  ];
  const table = steps.map((step) => {
    const what = step.isDrift ? driftWords[step.op] : words[step.op];
    return row([what ?? code(step.op), code(nameOf(step)), code(step.type), inShort(step)]);
  });
  if (table.length > 0) lines.push("", "| | resource | type | what changes |", "| --- | --- | --- | --- |");
  add(lines, table, most.ofTable, (left) => row(["", `… and ${left} more`, "", ""]));
  const details = steps.flatMap((step) => {
    const below = [...fatesOf(step), ...changesOf(step)];
    return below.length > 0 ? [`- ${code(nameOf(step))}`, ...below.map((line) => `  - ${line}`)] : [];
  });
  if (details.length > 0) lines.push("");
  add(
    lines,
    details,
    most.inAll,
    (left) => `\n… and ${left} lines more; all of them: \`pulumi preview --diff\``,
  );
  return lines.join("\n").trimEnd();
}

/** Adds as many lines as there is room for, and says how many are left out. */
function add(
  lines: string[],
  more: readonly string[],
  room: number,
  leftOut: (count: number) => string,
): void {
  let size = lines.join("\n").length;
  for (const [index, line] of more.entries()) {
    size += line.length + 1;
    if (size > room - 200) {
      lines.push(leftOut(more.length - index));
      return;
    }
    lines.push(line);
  }
}

function failed(reasons: readonly string[]): string[] {
  const lines = ["The preview **failed**; nothing can be applied."];
  if (reasons.length === 0)
    lines.push(
      "",
      "Pulumi's JSON does not say why, as when a policy pack refuses: see the log, or run `pulumi preview`.",
    );
  // Not a block of code, whose lines do not wrap.
  const said = reasons.map(
    (message) =>
      `\n> ${linesOf(message)
        .map((line) => code(shortened(line, 2000)))
        .join("<br>")}`,
  );
  add(lines, said, most.ofErrors, (left) => `\n… and ${left} errors more, in the log`);
  return lines;
}

const linesOf = (message: string): string[] =>
  message
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .slice(0, 40);

function summaryOf(preview: Preview): string {
  const changed = driftIn(preview);
  const drift =
    changed.length > 0
      ? `The platform differs from the state for ${changed.length} ${changed.length === 1 ? "resource" : "resources"}.`
      : "The platform has what the state has.";
  if (isRefresh(preview)) return drift;
  const { same = 0, ...changes } = preview.changeSummary;
  const said = Object.entries(changes)
    .filter(([, count]) => count > 0)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([op, count]) => `${count} to ${words[op] ? op : code(op)}`);
  const plan = `${said.length > 0 ? said.join(", ") : "Nothing to do"}; ${same} unchanged.`;
  return changed.length > 0 ? `${drift} ${plan}` : plan;
}

const driftIn = ({ steps }: Preview): Step[] =>
  steps.filter(({ isDrift, op }) => isDrift && op !== "refresh");

const nameOf = ({ name }: Step): string => shortened(name, 200);
