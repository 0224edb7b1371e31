import { text } from "node:stream/consumers";
import { Command } from "commander";
import { z } from "zod";
import { isBag } from "../arguments/paths";
import { parsedOr } from "./input";

const bag = z.record(z.string(), z.unknown()).default({});
const state = z
  .looseObject({
    id: z.string().optional(),
    inputs: bag,
    outputs: bag,
    retainOnDelete: z.boolean().optional(),
  })
  .nullish();

const previewOutput = z.looseObject({
  steps: z
    .array(
      z.looseObject({
        op: z.string(),
        urn: z.string(),
        oldState: state,
        newState: state,
        replaceReasons: z.array(z.string()).nullish(),
        detailedDiff: z.record(z.string(), z.looseObject({ kind: z.string() })).nullish(),
      }),
    )
    .default([]),
  changeSummary: z.record(z.string(), z.number()).default({}),
  diagnostics: z.array(z.looseObject({ severity: z.string(), message: z.string() })).nullish(),
});
type Preview = z.infer<typeof previewOutput>;
type Step = Preview["steps"][number];

/** `pulumi preview --json | pulumi-act365 review`: the preview as a Markdown comment for a pull request. */
export const reviewCommand = new Command("review")
  .description("print a preview as Markdown, a table by resource, for a comment on a pull request")
  .addHelpText(
    "before",
    "Reads a preview on standard input: pulumi preview --json | npx pulumi-act365 review\n",
  )
  .action(async () => {
    const preview = parsedOr(
      previewOutput,
      await text(process.stdin),
      "no preview in JSON",
      "pulumi preview --json | npx pulumi-act365 review",
    );
    console.log(markdownOf(preview));
    if (errorsIn(preview).length > 0) process.exitCode = 1;
  });

const words: Readonly<Record<string, string>> = {
  create: "create",
  update: "update",
  replace: "**replace**",
  delete: "**delete**",
  read: "read",
  import: "import",
};

/** The parts of a replacement that stand as steps of their own beside it. */
const parts = new Set(["create-replacement", "delete-replaced", "same"]);

/**
 * A preview as Markdown: a table of what happens, and below it the values in a list, since a table's lines do not wrap
 * on a phone. The engine has put `[secret]` in the place of every secret already.
 */
export function markdownOf(preview: Preview): string {
  const [first] = preview.steps;
  const steps = preview.steps.filter(({ op }) => !parts.has(op));
  const errors = errorsIn(preview);
  return [
    `### Preview${first ? ` of ${stackOf(first)}` : ""}`,
    "",
    errors.length > 0 ? "The preview **failed**; nothing can be applied." : summaryOf(preview),
    ...errors.flatMap((message) => ["", `> ${linesOf(message).map(code).join("<br>")}`]),
    ...(steps.length > 0 ? ["", "| | resource | type | what changes |", "| --- | --- | --- | --- |"] : []),
    ...steps.map((step) => {
      const cells = [words[step.op] ?? step.op, code(nameOf(step)), typeOf(step), inShort(step)];
      return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
    }),
    "",
    ...steps.flatMap((step) => {
      const lines = [...fatesOf(step), ...changesOf(step)].map((line) => `  - ${line}`);
      return lines.length > 0 ? [`- ${code(nameOf(step))}`, ...lines] : [];
    }),
  ]
    .join("\n")
    .trimEnd();
}

const errorsIn = ({ diagnostics }: Preview): string[] =>
  (diagnostics ?? []).filter(({ severity }) => severity === "error").map(({ message }) => message);

/** Not a block of code, whose lines do not wrap. */
const linesOf = (message: string): string[] =>
  message
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");

function summaryOf({ changeSummary: { same = 0, ...changes } }: Preview): string {
  const said = Object.entries(changes)
    .filter(([, count]) => count > 0)
    .map(([op, count]) => `${count} to ${op}`);
  return `${said.length > 0 ? said.join(", ") : "Nothing to do"}; ${same} unchanged.`;
}

// urn:pulumi:<stack>::<project>::<parents' types$><type>::<name>
const stackOf = ({ urn }: Step): string => code(urn.split("::")[0]?.replace("urn:pulumi:", "") ?? "");
const nameOf = ({ urn }: Step): string => urn.split("::").slice(3).join("::");
const fullTypeOf = ({ urn }: Step): string => urn.split("::")[2] ?? "";
const typeOf = (step: Step): string => fullTypeOf(step).split(/[$:]/).at(-1) ?? "";

/** Why a resource is replaced, else which of its properties change. */
function inShort({ replaceReasons, detailedDiff }: Step): string {
  const changed = Object.keys(detailedDiff ?? {});
  if (!replaceReasons?.length) return changed.map(code).join("<br>");
  // The engine gives `id` as the reason when it was told to replace, by `--replace` or `pulumi state taint`.
  if (replaceReasons.includes("id") && !changed.includes("id")) return "because it was asked for";
  return `because of ${replaceReasons.map(code).join(", ")}`;
}

/** What happens to the instances on the platform, where the engine's word for the step does not say it. */
function fatesOf(step: Step): string[] {
  const { op, oldState, newState } = step;
  if (!fullTypeOf(step).endsWith("act365:ConnectorInstance")) return [];
  const adopted = newState?.inputs.adopt;
  const takesOver = adopted === undefined ? [] : [`takes over instance ${shown(adopted)}`];
  if (op === "create") return takesOver;
  if (op !== "delete" && op !== "replace") return [];
  const stays = oldState?.retainOnDelete || oldState?.outputs.onDestroy === "release";
  const instance = `instance ${code(oldState?.id ?? "")}`;
  const fate = stays ? `${instance} stays on the platform` : `${instance} is deleted, and its token with it`;
  if (op === "delete") return [fate];
  return [fate, ...(adopted ? takesOver : ["the new instance gets another id and another token"])];
}

function changesOf({ detailedDiff, oldState, newState }: Step): string[] {
  return Object.entries(detailedDiff ?? {}).flatMap(([path, { kind }]) => {
    const [before, after] = [oldState, newState].map((each) => valueAt(each?.inputs, path));
    if (kind.startsWith("add"))
      return leavesOf(path, after).map(([leaf, value]) => `${code(leaf)}: + ${shown(value)}`);
    if (kind.startsWith("delete"))
      return leavesOf(path, before).map(([leaf, value]) => `${code(leaf)}: - ${shown(value)}`);
    return [`${code(path)}: ${shown(before)} → ${shown(after)}`];
  });
}

/** The engine shows an object that comes or goes as one; each of its values gets a line of its own. */
function leavesOf(path: string, value: unknown): [path: string, value: unknown][] {
  if (!isBag(value) || Object.keys(value).length === 0) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) =>
    leavesOf(/^\w+$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`, inner),
  );
}

/** The value at a path in the engine's form, such as `configuration["pagination.max"]` or `tags[0]`. */
function valueAt(inputs: unknown, path: string): unknown {
  const keys = [...path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g)];
  return keys.reduce<unknown>(
    (value, [, quoted, index, plain]) =>
      (Object(value) as Record<string, unknown>)[quoted ?? index ?? plain ?? ""],
    inputs,
  );
}

/** What the engine shows for a value that is not known yet. */
const unknown = /^(04da6b54|\[unknown\])/;

function shown(value: unknown): string {
  if (value === undefined || (typeof value === "string" && unknown.test(value))) return "(known after apply)";
  if (value === "[secret]") return "[secret]";
  const json = JSON.stringify(value);
  return code(json.length > 200 ? `${json.slice(0, 200)}…` : json);
}

/** As code: with as many backticks around it as it takes. */
function code(value: string): string {
  const ticks = "`".repeat(1 + Math.max(0, ...(value.match(/`+/g) ?? []).map(({ length }) => length)));
  const padding = /^`|`$/.test(value) ? " " : "";
  return `${ticks}${padding}${value.replaceAll(/\s+/g, " ")}${padding}${ticks}`;
}
