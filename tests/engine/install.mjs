/**
 * What `npm start` and `npm test` run first: dependencies, build, and a Pulumi engine. On a fresh clone nothing is
 * installed yet, so this is plain JavaScript for Node 20 or newer, without a dependency.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { bringEngine } from "./engine.mjs";
import { run, step } from "./run.mjs";

const root = resolve(fileURLToPath(new URL(".", import.meta.url)), "../..");
const bin = join(root, "node_modules/.bin");
const environmentFile = join(root, ".cache/engine/environment.json");

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

async function build() {
  await run("npm", ["run", "build"], {
    cwd: root,
    seconds: 300,
    log: "build.log",
    // The scripts' Node is the one of the devDependency `node`, whatever the machine has.
    env: { PATH: [bin, process.env.PATH].join(delimiter) },
  });
  return "provider/ to dist/";
}

async function main() {
  mkdirSync(join(root, ".cache/engine"), { recursive: true });
  await step("dependencies", installDependencies);
  await step("build", build);
  await step("engine", async () => {
    const { folder, where } = await bringEngine(root);
    // The environment in which the CLI finds the engine, its plugins and a current Node; PATH goes before the machine's.
    const environment = {
      PATH: [folder, bin].join(delimiter),
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    };
    writeFileSync(environmentFile, JSON.stringify(environment));
    return where;
  });
}

main().catch((error) => {
  console.error(`\n${error.message}`);
  process.exitCode = 1;
});
