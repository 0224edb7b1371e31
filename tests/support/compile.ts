import { resolve } from "node:path";
import ts from "typescript";

const options = {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  types: ["node"],
};
/** Where the programs would lie: beside this file, so that they find the package by its name. */
const file = resolve(__dirname, "program.ts");
let program = "";

/** The compiler's host, which reads what all programs import once. */
const host = ts.createCompilerHost(options);
const { getSourceFile, fileExists } = host;
const declarations = new Map<string, ts.SourceFile | undefined>();
host.fileExists = (path) => path === file || fileExists(path);
host.getSourceFile = (path, language, ...more) => {
  if (path === file) return ts.createSourceFile(path, program, language);
  if (!path.endsWith(".d.ts")) return getSourceFile(path, language, ...more);
  if (!declarations.has(path)) declarations.set(path, getSourceFile(path, language, ...more));
  return declarations.get(path);
};

/** What the compiler says of a program, each with the line that it is about, from 0. */
export function problemsIn(text: string): { readonly line: number; readonly message: string }[] {
  program = text;
  const compiled = ts.createProgram([file], options, host);
  const source = compiled.getSourceFile(file);
  if (!source) throw new Error("the compiler did not read the program");
  return ts.getPreEmitDiagnostics(compiled).map(({ start = 0, messageText }) => ({
    line: source.getLineAndCharacterOfPosition(start).line,
    message: ts.flattenDiagnosticMessageText(messageText, "\n"),
  }));
}
