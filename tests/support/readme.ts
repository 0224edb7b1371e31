import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Ended, shell } from "./foreign";
import { engineEnvironment } from "./pulumi.mts";

const page = readFileSync(resolve(__dirname, "../../README.md"), "utf8");

/** The first block of a language behind some words of README. */
export function blockOf(language: string, words: string): string {
  const start = page.indexOf(words);
  const block = new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(page.slice(start))?.[1];
  if (start === -1 || block === undefined)
    throw new Error(`README has no ${language} block behind: ${words}`);
  return block;
}

/** The commands of a shell block, one a line. */
export const commandsOf = (words: string): string[] => blockOf("sh", words).trim().split("\n");

/** The command in README's running text that matches. */
export function commandIn(pattern: RegExp): string {
  const command = page.match(/(?<=`)[^`\n]+(?=`)/g)?.find((code) => pattern.test(code));
  if (!command) throw new Error(`README has no command like ${pattern}`);
  return command;
}

/** Runs a line of a shell as it stands, with what a user types when it asks. */
export const typed = (
  folder: string,
  line: string,
  environment: Record<string, string>,
  input = "",
): Promise<Ended> =>
  shell(folder, "bash", ["-o", "pipefail", "-c", `printf %s "$TYPED" | {\n${line}\n}`], {
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
