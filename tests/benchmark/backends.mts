/**
 * `node tests/benchmark/backends.mts [COUNT] [WAY...]`: what a killed run costs, by how the state is kept. For each way
 * the CLI gets a kill -9 in the middle of an `up`; then come the commands that a person runs, until all is well again.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { globSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";
import { type Simulator, startSimulator } from "pulumi-act365/simulator";
import { pulumi, type Run } from "../support/pulumi.mts";
import { root } from "./contestants.mts";
import { type Project, stackOf, yes } from "./life.mts";
import { markdown } from "./report.mts";
import { serverOf, statesKept, type Way } from "./ways.mts";

export interface Killed {
  readonly way: Way;
  /** Instances on the platform when the provider has ended, and those of them that the state knew. */
  readonly made: number;
  readonly known: number;
  /** What had to be run, in order, until `up` ended well. */
  readonly commands: readonly string[];
  /** Instances that `orphans` took over. */
  readonly takenOver: number;
  /** What the CLI said of the lock. */
  readonly lock: string | undefined;
}

export async function killed(way: Way, count: number): Promise<Killed> {
  await using simulator = await startSimulator({ latencyMilliseconds: 20 });
  await using server = (await serverOf(way)) ?? null;
  const setting = { count, latencyMilliseconds: 20, way };
  const project = await stackOf("class", setting, simulator, server ?? undefined);
  await killAmidUp(project, simulator, count / 2);
  const made = simulator.instances().length;
  const mended = await mend(project);
  const known = (await recorded(project)).size;
  const { commands, takenOver, lock } = await recover(project, simulator);
  const left = simulator.instances().map(({ id }) => String(id));
  const all = await recorded(project);
  if (left.length !== count || left.some((id) => !all.has(id)))
    throw new Error(`${way}: ${left.length} of ${count} instances are there, ${all.size} known`);
  await project.run(["destroy", ...yes]);
  if (simulator.instances().length > 0) throw new Error(`${way}: instances are left`);
  return { way, made, known, commands: [...mended, ...commands], takenOver, lock };
}

async function killAmidUp(project: Project, simulator: Simulator, enough: number): Promise<void> {
  let cli: ChildProcess | undefined;
  const ended = call(project, ["up", ...yes], (child) => {
    cli = child;
  });
  while (simulator.instances().length < enough) await wait(10);
  cli?.kill("SIGKILL");
  await ended;
  // The provider ends what is under way; what it made then is nobody's yet.
  for (let before = -1; before !== simulator.requests.length; await wait(1000))
    before = simulator.requests.length;
}

/** What a person runs, as the CLI and the messages say. */
async function recover(project: Project, simulator: Simulator) {
  const commands: string[] = [];
  let takenOver = 0;
  let lock: string | undefined;
  for (let round = 0; round < 6; round++) {
    commands.push("up");
    const { exitCode, text } = await call(project, ["up", ...yes]);
    if (exitCode === 0) return { commands, takenOver, lock };
    if (text.includes("currently locked")) {
      lock = /created by [^\n]*/.exec(text)?.[0];
      commands.push("cancel");
      await project.run(["cancel", "--yes", "dev"]);
    } else if (text.includes("pending operations")) {
      commands.push("refresh --clear-pending-creates");
      await project.run(["refresh", "--clear-pending-creates", ...yes]);
    } else if (text.includes("pulumi-act365 orphans")) {
      commands.push("orphans, import --file");
      takenOver += await takeOver(project, simulator);
    } else throw new Error(`the run ended with ${exitCode}:\n${text}`);
  }
  throw new Error(`no end after ${commands.join(", ")}`);
}

async function takeOver(project: Project, { baseUrl, organizations }: Simulator): Promise<number> {
  const [{ userSecret, organizationSecret }] = organizations;
  const { stdout } = await call(project, ["stack", "export"]);
  const env = {
    ...process.env,
    ACT365_BASE_URL: baseUrl,
    ACT365_USER_SECRET: userSecret,
    ACT365_ORGANIZATION_SECRET: organizationSecret,
  };
  const options = ["--import-file", "--project", "benchmark", "--stack", "dev"];
  const orphans = spawn("node", [join(root, "dist/cli/index.js"), "orphans", ...options], { env });
  orphans.stdin.end(stdout);
  const file = await text(orphans.stdout);
  await writeFile(join(project.folder, "leftovers.json"), file);
  await project.run([
    "import",
    "--file",
    "leftovers.json",
    "--yes",
    "--protect=false",
    "--generate-code=false",
  ]);
  return JSON.parse(file).resources.length;
}

/**
 * A kill between the opening and the writing of the attributes that the engine keeps beside a state in files leaves an
 * empty file, which it cannot read; the state itself is whole. BACKENDS.md says what to do.
 */
async function mend(project: Project): Promise<string[]> {
  const { text } = await call(project, ["stack", "export"]);
  if (!text.includes("failed to load checkpoint: EOF")) return [];
  const empty = globSync(join(project.folder, "state/.pulumi/stacks/benchmark/*.attrs"));
  for (const file of empty) await rm(file);
  return ["rm .pulumi/stacks/PROJECT/STACK.json.attrs"];
}

async function recorded(project: Project): Promise<Set<string>> {
  const { stdout, text } = await call(project, ["stack", "export"]);
  if (stdout === "") throw new Error(text);
  const resources: { id?: string; urn: string }[] = JSON.parse(stdout).deployment.resources ?? [];
  return new Set(resources.flatMap(({ id, urn }) => (id && urn.includes("::instance-") ? [id] : [])));
}

const call = (
  { folder, environment }: Project,
  args: readonly string[],
  onStart?: (child: ChildProcess) => void,
): Promise<Run> => pulumi(args, { cwd: folder, env: environment, ...(onStart && { onStart }) });

export const killedTable = (all: readonly Killed[]): string =>
  markdown(
    ["state", ":instances made", ":known to the state", ":taken over", "commands until all was well"],
    all.map(({ way, made, known, takenOver, commands }) => [
      way,
      made,
      known,
      takenOver,
      commands.join("; "),
    ]),
  );

if (import.meta.main) {
  const [count = "100", ...some] = process.argv.slice(2);
  const found: Killed[] = [];
  for (const way of (some.length > 0 ? some : Object.keys(statesKept)) as Way[]) {
    found.push(await killed(way, Number(count)));
    console.error(found.at(-1));
  }
  console.log(killedTable(found));
}
