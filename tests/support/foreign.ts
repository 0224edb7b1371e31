import { type ExecException, execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { engineEnvironment } from "./pulumi.mts";

const root = resolve(__dirname, "../..");

/** What a command printed, standard output first, and how it ended. */
export interface Ended {
  readonly text: string;
  readonly exitCode: number;
}

/** Runs a command where a user would: with the engine and a current Node on PATH. */
export async function shell(
  folder: string,
  command: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<Ended> {
  const { PATH, ...rest } = engineEnvironment();
  const env = { ...process.env, ...rest, PATH: `${PATH}${delimiter}${process.env.PATH}`, ...environment };
  return promisify(execFile)(command, args, { cwd: folder, env, maxBuffer: 2 ** 26 }).then(
    ({ stdout, stderr }) => ({ text: stdout + stderr, exitCode: 0 }),
    ({ stdout, stderr, code }: ExecException) => ({ text: `${stdout}${stderr}`, exitCode: Number(code) }),
  );
}

/** @throws with all that it printed, unless it ended well. */
export async function mustShell(folder: string, command: string, ...args: string[]): Promise<string> {
  const { text, exitCode } = await shell(folder, command, args);
  if (exitCode !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${exitCode}:\n${text}`);
  return text;
}

/** A folder outside the repository, which nothing of the repository's node_modules reaches. */
export const foreignFolder = (): Promise<string> => mkdtemp(join(tmpdir(), "act365-"));

/**
 * Packs what is built, as it would be published.
 *
 * @returns the tarball's path, and the paths of the files in it.
 */
export async function pack(into: string): Promise<{ tarball: string; files: string[] }> {
  // Not built anew: the build is that of the present source (capsule.test.ts), and other tests use it at this moment.
  const printed = await mustShell(
    root,
    "npm",
    "pack",
    "--ignore-scripts",
    "--json",
    "--pack-destination",
    into,
  );
  const [{ filename, files }] = Object.values(JSON.parse(printed.slice(0, printed.lastIndexOf("]") + 1))) as [
    { filename: string; files: { path: string }[] },
  ];
  return { tarball: join(into, filename), files: files.map(({ path }) => path) };
}

export async function writeAll(
  folder: string,
  files: Readonly<Record<string, string | object>>,
): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
  }
}

export const copyExamples = (into: string): Promise<void> =>
  cp(join(root, "examples"), into, { recursive: true });

/** What `pulumi new typescript` writes beside the program. */
export const newTsconfig = {
  compilerOptions: {
    strict: true,
    outDir: "bin",
    target: "es2020",
    module: "commonjs",
    moduleResolution: "node",
    sourceMap: true,
    experimentalDecorators: true,
    pretty: true,
    noFallthroughCasesInSwitch: true,
    noImplicitReturns: true,
    forceConsistentCasingInFileNames: true,
  },
  files: ["index.ts"],
};
