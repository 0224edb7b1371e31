import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import * as ts from "typescript";

const provider = resolve(__dirname, "../../provider");
const page = readFileSync(resolve(provider, "TROUBLESHOOTING.md"), "utf8");

// What a program or a schema tells of arguments and settings, and what stands in state.
const silent =
  /^(arguments\/(fields|shapes|connector-keys|resource-type)|program\/capsule|native\/schema)\.ts$/;
const isAbout = (node: ts.Node): boolean => ts.isPropertyAssignment(node) && node.name.getText() === "about";
// Most texts of these are for standard output, or the platform's own words.
const saysErrorsOnly = /^(cli|simulator)\//;
const isError = (node: ts.Node): boolean =>
  (ts.isNewExpression(node) && /^(Act365)?Error$/.test(node.expression.getText())) ||
  (ts.isCallExpression(node) && /^(console|command)\.error$|^agreed$/.test(node.expression.getText()));

/** A string, a template or a sum of them, with a gap in the place of what is put in; undefined for anything else. */
function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node))
    return [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join("\0");
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.PlusToken) return undefined;
  const [left, right] = [textOf(node.left), textOf(node.right)];
  return left === undefined && right === undefined ? undefined : `${left ?? "\0"}${right ?? "\0"}`;
}

interface Text {
  readonly text: string;
  readonly isMessage: boolean;
}

function textsIn(file: string): Text[] {
  const code = readFileSync(resolve(provider, file), "utf8");
  const found: Text[] = [];
  const visit = (node: ts.Node, isMessage: boolean): void => {
    if (isAbout(node)) return;
    const text = textOf(node);
    if (text !== undefined) found.push({ text, isMessage });
    node.forEachChild((child) => visit(child, isMessage || isError(node)));
  };
  visit(ts.createSourceFile(file, code, ts.ScriptTarget.Latest, true), !saysErrorsOnly.test(file));
  return found;
}

/** Plain words in a row; what is put in, a word of the code and a mark of punctuation end it. */
const runsOf = (text: string): string[][] =>
  text
    .replaceAll(/[:;,.?!](?=\s|$)/g, " \0")
    .split(/\s+/)
    .map((token) => token.replaceAll(/^[("]+|[)"]+$/g, ""))
    .map((word) => (/^[A-Za-z]?[a-z']*(-[a-z]+)*$/.test(word) ? word : "\0"))
    .join(" ")
    .split("\0")
    .map((run) => run.trim().split(" "))
    .filter(([word]) => word !== "");

/** Each word with the next one; the ends of a run count as words. */
const pairsOf = (run: readonly string[]): string[] =>
  ["", ...run].map((word, index) => `${word} ${run[index] ?? ""}`);

const texts = readdirSync(provider, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !silent.test(file))
  .flatMap(textsIn);
const said = texts.filter(({ isMessage }) => isMessage).flatMap(({ text }) => runsOf(text));
const told = [...page.matchAll(/^```text\n(.*?)^```$/gms)]
  .flatMap(([, block = ""]) => block.replaceAll(/\n +/g, " ").split("\n"))
  .flatMap(runsOf);

/** The runs with a word that stands beside neither of its neighbours in the pairs that are known. */
function missingIn(known: ReadonlySet<string>, runs: readonly string[][]): string[] {
  const isStrange = (run: string[]) =>
    pairsOf(run).some(
      (pair, index, pairs) => index > 0 && !known.has(pair) && !known.has(`${pairs[index - 1]}`),
    );
  return [...new Set(runs.filter((run) => run.length > 2 && isStrange(run)).map((run) => run.join(" ")))];
}

const toldPairs = new Set(told.flatMap(pairsOf));
const sayablePairs = new Set(texts.flatMap(({ text }) => runsOf(text)).flatMap(pairsOf));

test("every message of the code stands on the troubleshooting page", () => {
  expect(said.length).toBeGreaterThan(200);
  expect(missingIn(toldPairs, said)).toEqual([]);
});

test("every message on the troubleshooting page is one of the code", () => {
  expect(told.length).toBeGreaterThan(200);
  expect(missingIn(sayablePairs, told)).toEqual([]);
});

test.each([
  ["the code", said, toldPairs],
  ["the page", told, sayablePairs],
])("a word that changes in %s alone is found, in whichever message", (_, runs, known) => {
  const changed = (run: readonly string[]) => {
    const longest = run.reduce((one, other) => (other.length > one.length ? other : one));
    return run.map((word) => (word === longest ? `${word}x` : word));
  };
  const unseen = runs.filter((run) => run.length > 2 && missingIn(known, [changed(run)]).length === 0);
  expect(unseen).toEqual([]);
});
