import { type ExecException, execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import {
  copyFile,
  cp,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
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

/** For a file of tests: a folder elsewhere, and in it what is packed, until the file ends. */
export function packed(): Readonly<{ place: string; tarball: string; files: readonly string[] }> {
  const here = { place: "", tarball: "", files: [] as string[] };
  beforeAll(async () => {
    here.place = await foreignFolder();
    Object.assign(here, await pack(here.place));
  });
  afterAll(() => rm(here.place, { recursive: true, force: true }));
  return here;
}

/**
 * Installs what is packed beside other packages. Those of third parties are kept from run to run, and ours is unpacked
 * anew; without `.cache/third-parties`, as in CI, everything is installed as a user would.
 *
 * @param install runs the package manager's command.
 * @param wanted the other packages, which the command names.
 */
export async function installOnce(
  folder: string,
  tarball: string,
  wanted: string,
  install: () => Promise<unknown>,
): Promise<void> {
  const { dependencies, peerDependencies } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const key = JSON.stringify([wanted, dependencies, peerDependencies]);
  const name = createHash("sha256").update(key).digest("hex").slice(0, 16);
  const kept = join(root, ".cache/third-parties", name);
  const modules = join(folder, "node_modules");
  const ours = join(modules, "pulumi-act365");
  if (existsSync(kept)) {
    await linked(kept, modules);
    await mkdir(ours);
    await mustShell(ours, "tar", "-xzf", tarball, "--strip-components=1");
    await mustShell(ours, "chmod", "+x", "dist/cli/index.js");
    return;
  }
  await install();
  const work = `${kept}-${process.pid}`;
  await linked(modules, work);
  await rm(join(work, "pulumi-act365"), { recursive: true });
  // Whoever is second keeps what the first one has.
  await rename(work, kept).catch(() => rm(work, { recursive: true }));
}

/** The same files in another folder, linked where the two lie on one disk. */
async function linked(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await linked(source, target);
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
    else await link(source, target).catch(() => copyFile(source, target));
  }
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
