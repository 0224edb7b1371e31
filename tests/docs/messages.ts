import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import * as ts from "typescript";

/** A text that the code can say: its fixed pieces in their order, with anything between them. */
export interface Message {
  /** Where it stands, such as `settings/stack.ts:28`. */
  readonly place: string;
  readonly pieces: readonly string[];
}

const provider = resolve(__dirname, "../../provider");

// Text for a machine, or that a command prints on standard output when all went well.
const notMessages = new Set([
  ...["textInState", "authorization", "#authorization", "reserved"],
  ...["programThatAdopts", "resource", "reportOn", "tableOf", "nextSteps", "exitCodes"],
  ...["markdownOf", "driftWords", "failed", "summaryOf", "list", "inShort", "fatesOf", "changesOf", "shown"],
]);
// A command's help and output, and the columns of README's table.
const helpCalls = new Set(["description", "argument", "option", "addHelpText", "log"]);
const dataProperties = new Set(["about", "type", "default"]);

/** The pieces of a string, a template or a sum of them, with `undefined` between; nothing for another expression. */
function piecesOf(node: ts.Node): (string | undefined)[] {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return [node.text];
  if (ts.isTemplateExpression(node))
    return [node.head.text, ...node.templateSpans.flatMap(({ literal }) => [undefined, literal.text])];
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken)
    return [...piecesOf(node.left), ...piecesOf(node.right)];
  return [undefined];
}

/** Neighbours that are both fixed are one piece; white space is the same whatever it is, and none at the ends. */
const joined = (pieces: readonly (string | undefined)[]): string[] =>
  pieces
    .map((piece) => piece ?? "\0")
    .join("")
    .replaceAll(/\s+/g, " ")
    .replaceAll(/^[\0 ]+|[\0 ]+$/g, "")
    .split(/\0+/);

function isLeftOut(node: ts.Node): boolean {
  if (ts.isLiteralTypeNode(node) || ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return true;
  if (ts.isPropertyAssignment(node)) return dataProperties.has(node.name.getText());
  if (ts.isVariableDeclaration(node) || ts.isFunctionDeclaration(node))
    return notMessages.has(node.name?.getText() ?? "");
  if (ts.isBinaryExpression(node) && ts.isPropertyAccessExpression(node.left))
    return notMessages.has(node.left.name.text);
  return false;
}

const isHelp = (node: ts.Node): node is ts.CallExpression =>
  ts.isCallExpression(node) &&
  ts.isPropertyAccessExpression(node.expression) &&
  helpCalls.has(node.expression.name.text);

function messagesIn(file: string): Message[] {
  const source = ts.createSourceFile(
    file,
    readFileSync(resolve(provider, file), "utf8"),
    ts.ScriptTarget.Latest,
    true,
  );
  // Of the simulator's texts most are the platform's answers to itself; its own errors are made with `new Error`.
  const isWhole = !file.startsWith("simulator/");
  const found: Message[] = [];
  const visit = (node: ts.Node, isWanted: boolean): void => {
    if (isLeftOut(node)) return;
    const wanted = isWanted || (ts.isNewExpression(node) && node.expression.getText() === "Error");
    if (isHelp(node)) {
      visit(node.expression, wanted);
      return;
    }
    const pieces = piecesOf(node);
    const isText = pieces.some((piece) => piece !== undefined);
    if (isText && wanted) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      found.push({ place: `${file}:${line + 1}`, pieces: joined(pieces) });
    }
    inner(node, (child) => visit(child, wanted));
  };
  visit(source, isWhole);
  return found;
}

/** What is inside a node; of a sum of texts what stands in its parts, and not the parts themselves once more. */
function inner(node: ts.Node, visit: (child: ts.Node) => void): void {
  if (ts.isBinaryExpression(node) && piecesOf(node).some((piece) => piece !== undefined))
    for (const side of [node.left, node.right])
      if (piecesOf(side).every((piece) => piece === undefined)) visit(side);
      else inner(side, visit);
  else node.forEachChild(visit);
}

/** Every text in the source of the provider, its commands and, where it is an error, the simulator. */
export const messages: readonly Message[] = readdirSync(provider, { recursive: true, encoding: "utf8" })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => file.endsWith(".ts"))
  .flatMap(messagesIn);

/** Whether a text is made of words, and so for somebody to read. */
export const isProse = ({ pieces }: Message): boolean =>
  /\p{L}{2,}\P{L}+\p{L}{2,}/u.test(pieces.join("…")) && /\s/.test(pieces.join("…"));
