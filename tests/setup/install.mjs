/**
 * What each command that needs the engine runs first: dependencies, build, and a Pulumi engine. On a fresh clone nothing
 * is installed yet, so this is plain JavaScript for Node 20 or newer, without a dependency.
 *
 * `node tests/setup/install.mjs [RELEASE] [--hosts]`: the engine of `newest` or `oldest`, with the hosts of YAML, Python
 * and Go on demand. What earlier runs brought stays in use.
 */
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { allHosts, bringEngine, bringFurtherHosts, bringPython, foldersBeside } from "./engine.mjs";
import { run, step } from "./run.mjs";

const root = resolve(fileURLToPath(new URL(".", import.meta.url)), "../..");
const bin = join(root, "node_modules/.bin");

/** Dependencies as the lock file has them, and dist/. */
export async function install() {
  mkdirSync(join(root, ".cache/engine"), { recursive: true });
  await step("dependencies", installDependencies);
  await step("build", build);
}

/** The engine of a release, with hosts of further languages, and the environment in which tests find it. */
export async function installEngine(release, hosts) {
  let engine;
  await step("engine", async () => {
    const { folder, where } = await bringEngine(root, release);
    engine = folder;
    prepareWarm(release, folder);
    return where;
  });
  if (hosts.length > 0) await step("language hosts", () => bringFurtherHosts(root, engine, hosts));
  if (hosts.includes("pulumi-language-python")) await step("python", () => bringPython(root));
  writeEnvironment(release, foldersBeside(root, engine));
}

const environmentFile = (release) => join(root, `.cache/engine/${release}.json`);

/** The environment in which the CLI finds the engine, its plugins and a current Node; PATH goes before the machine's. */
function writeEnvironment(release, folders) {
  const environment = {
    PATH: [...new Set([...folders, bin])].join(delimiter),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
  writeFileSync(environmentFile(release), JSON.stringify(environment));
}

/** The same CLI in another folder: it warns of a plugin on PATH that it does not find beside itself. */
function prepareWarm(release, engine) {
  const folder = join(root, `.cache/engine/${release}-warm`);
  const [cli, host] = [join(folder, "pulumi"), join(folder, "pulumi-resource-pulumi-nodejs")];
  const script = join(root, "tests/support/warm.sh");
  const sameText = () => readFileSync(host, "utf8") === readFileSync(script, "utf8");
  // Tests that run at this moment use it.
  if (
    existsSync(cli) &&
    existsSync(host) &&
    statSync(cli).ino === statSync(join(engine, "pulumi")).ino &&
    sameText()
  )
    return;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  try {
    linkSync(realpathSync(join(engine, "pulumi")), cli);
  } catch {
    copyFileSync(join(engine, "pulumi"), cli);
  }
  copyFileSync(script, host);
  const policyHost = join(engine, "pulumi-analyzer-policy");
  if (existsSync(policyHost)) copyFileSync(policyHost, join(folder, "pulumi-analyzer-policy"));
}

async function installDependencies() {
  const lock = readFileSync(join(root, "package-lock.json"));
  const wanted = createHash("sha256").update(lock).digest("hex");
  const stamp = join(root, "node_modules/.lock-hash");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return "there already";
  // `--foreground-scripts` is left out: the log has them when something fails.
  await run("npm", ["ci"], { cwd: root, seconds: 600, log: "npm-ci.log" });
  writeFileSync(stamp, wanted);
  return "from package-lock.json";
}

/** A build takes seconds, and most runs change nothing in provider/. */
async function build() {
  const stamp = join(root, ".cache/build-hash");
  const folder = join(root, "provider");
  const sources = readdirSync(folder, { recursive: true }).map((name) => join("provider", name));
  const files = [
    ...sources.filter((name) => name.endsWith(".ts")).sort(),
    "tsconfig.json",
    "package-lock.json",
    "tests/setup/bundle.mjs",
  ];
  const hash = createHash("sha256");
  for (const file of files) hash.update(file).update(readFileSync(join(root, file)));
  const wanted = hash.digest("hex");
  const isBuilt = existsSync(join(root, "dist/index.js")) && existsSync(stamp);
  if (isBuilt && readFileSync(stamp, "utf8") === wanted) return "there already";
  await run("npm", ["run", "build"], {
    cwd: root,
    seconds: 300,
    log: "build.log",
    // The scripts' Node is the one of the devDependency `node`, whatever the machine has.
    env: { PATH: [bin, process.env.PATH].join(delimiter) },
  });
  writeFileSync(stamp, wanted);
  return "provider/ to dist/";
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , ...args] = process.argv;
  try {
    await install();
    const release = args.find((each) => !each.startsWith("-")) ?? "newest";
    await installEngine(release, args.includes("--hosts") ? allHosts : []);
  } catch (error) {
    console.error(`\n${error.message}`);
    process.exitCode = 1;
  }
}
