import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Ended, shell } from "./foreign";
import { engineEnvironment } from "./pulumi.mts";

const page = readFileSync(resolve(__dirname, "../../README.md"), "utf8");

interface Block {
  /** Of the section in which it stands. */
  readonly heading: string;
  readonly language: string;
  readonly text: string;
}

/** A page's blocks of code, in their order. */
function blocksOf(markdown: string): Block[] {
  let heading = "";
  return [...markdown.matchAll(/^#+ (.+)$|^```(\w*)\n([\s\S]*?)^```$/gm)].flatMap((match) => {
    const [, title, language = "", text = ""] = match;
    if (title === undefined) return [{ heading, language, text }];
    heading = title;
    return [];
  });
}

const blocks = blocksOf(page);
const used = new Set<Block>();

/** The block of a language in one of README's sections, which counts as used from now on. */
export function blockOf(heading: string, language: string): string {
  const block = blocks.find((each) => each.heading === heading && each.language === language);
  if (!block) throw new Error(`README has no ${language} block below: ${heading}`);
  used.add(block);
  return block.text;
}

/** The commands of a shell block, one a line. */
export const commandsOf = (heading: string): string[] => blockOf(heading, "sh").trim().split("\n");

/** The blocks that nobody has used. */
export const unusedBlocks = (): Block[] => blocks.filter((block) => !used.has(block));

/** The command in README's running text that matches. */
export function commandIn(pattern: RegExp): string {
  const command = page.match(/(?<=`)[^`\n]+(?=`)/g)?.find((code) => pattern.test(code));
  if (!command) throw new Error(`README has no command like ${pattern}`);
  return command;
}

/** The files that README names. */
export const filesNamed = (): string[] => [
  ...new Set(page.match(/(?<=`)(?:provider|examples)\/[\w./-]+(?=`)|(?<=`)[A-Z]+\.md(?=`)/g)),
];

/** Runs lines of a shell as they stand, with what a user types when one asks. */
export const typed = (
  folder: string,
  lines: string,
  environment: Record<string, string>,
  input = "",
): Promise<Ended> =>
  shell(folder, "bash", ["-e", "-o", "pipefail", "-c", `printf %s "$TYPED" | {\n${lines}\n}`], {
    ...environment,
    TYPED: input,
  });

/** Runs a command that goes on until it is disposed of; gives what it prints until it matches. */
export async function started(folder: string, command: string, pattern: RegExp) {
  const child = spawn("bash", ["-c", command], {
    cwd: folder,
    env: { ...process.env, ...engineEnvironment() },
    stdio: ["ignore", "pipe", "inherit"],
    // Its own group, since npx starts another process.
    detached: true,
  });
  const exited = once(child, "exit");
  const end = async () => {
    if (child.exitCode === null && child.pid) process.kill(-child.pid, "SIGTERM");
    await exited;
  };
  let printed = "";
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    printed += chunk;
    if (pattern.test(printed)) return { printed, [Symbol.asyncDispose]: end };
  }
  await end();
  throw new Error(`${command} ended; it printed: ${printed}`);
}
