import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { run } from "./run.mjs";

// The newest release that the Go module proxy gives out whole; newer ones do not build from it.
const version = "3.200.0";
const languageHost = "pulumi-language-nodejs";
const dynamicHost = "pulumi-resource-pulumi-nodejs";
const policyHost = "pulumi-analyzer-policy";

/**
 * Finds or makes a Pulumi engine: the CLI, the Node.js language host, and the hosts of dynamic providers and of policy
 * packs, in one folder.
 *
 * @returns the folder, and in words where it comes from.
 */
export async function bringEngine(root) {
  const cache = join(root, ".cache/engine", version);
  const tries = [
    ["on PATH", () => onPath()],
    ["from an earlier run", () => cached(cache)],
    ["by the official download", () => download(root, cache)],
    ["by a build from the Go module proxy", () => build(root, cache)],
  ];
  const failures = [];
  for (const [where, attempt] of tries) {
    try {
      const folder = await attempt();
      return { folder, where: `pulumi ${versionOf(join(folder, "pulumi"))} ${where}` };
    } catch (error) {
      failures.push(`  ${where}: ${error.message}`);
    }
  }
  throw new Error(
    `No Pulumi engine could be brought:\n${failures.join("\n")}\n` +
      "Ways out: install Pulumi (https://www.pulumi.com/docs/install), or Go 1.24 or newer, and run the same command again.",
  );
}

function onPath() {
  const folder = process.env.PATH.split(delimiter).find((each) => existsSync(join(each, "pulumi")));
  if (!folder) throw new Error("there is no pulumi");
  const found = versionOf(join(folder, "pulumi"));
  if (isOlder(found)) throw new Error(`pulumi is ${found}, and ${version} or newer is needed`);
  for (const host of [languageHost, dynamicHost])
    if (!process.env.PATH.split(delimiter).some((each) => existsSync(join(each, host))))
      throw new Error(`pulumi ${found} is there, but its ${host} is not`);
  return folder;
}

function cached(cache) {
  if (!isWhole(cache)) throw new Error("there was none");
  return cache;
}

/** An earlier commit's engine may lack a part. */
const isWhole = (folder) =>
  ["pulumi", languageHost, dynamicHost, policyHost].every((part) => existsSync(join(folder, part)));

async function download(root, cache) {
  console.log(`engine: trying the official download of pulumi ${version} (at most 3 minutes)`);
  const work = temporary(cache);
  const script = `require("@pulumi/pulumi/automation").PulumiCommand.install({
    version: new (require("semver").SemVer)("${version}"), root: ${JSON.stringify(work)} }).catch((error) => {
    console.error(error.message); process.exit(1); })`;
  try {
    await run(process.execPath, ["-e", script], { cwd: root, seconds: 180, log: "download.log" });
    return keep(join(work, "bin"), cache);
  } catch (error) {
    throw new Error(error.message.split("\n").slice(0, 2).join(" "));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function build(root, cache) {
  console.log(`engine: building pulumi ${version} from the Go module proxy, about 2 minutes on two cores`);
  const work = temporary(cache);
  const sources = join(root, "tests/engine");
  const set = `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${version}`;
  const go = (module, output, ...args) =>
    run("go", ["build", "-mod=readonly", "-trimpath", "-o", join(work, output), ...args], {
      cwd: join(sources, module),
      seconds: 1200,
      log: `build-${output}.log`,
      // A workspace file or flags of the machine would change what is built.
      env: { GOWORK: "off", GOFLAGS: "" },
    });
  try {
    // The Automation API refuses a CLI that does not tell its version.
    await go("cli", "pulumi", "-ldflags", set, "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi");
    await go("language-host", languageHost, `github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/${languageHost}`);
    copyFileSync(join(root, "node_modules/@pulumi/pulumi", dynamicHost), join(work, dynamicHost));
    copyFileSync(join(sdkFolder(join(sources, "cli")), "nodejs/dist", policyHost), join(work, policyHost));
    // Go keeps sources read-only, and no script executable.
    chmodSync(join(work, policyHost), 0o755);
    return keep(work, cache);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Where Go keeps the SDK's sources, the scripts that a release holds beside the programs among them. */
function sdkFolder(cwd) {
  const args = ["list", "-mod=readonly", "-m", "-f", "{{.Dir}}", "github.com/pulumi/pulumi/sdk/v3"];
  const env = { ...process.env, GOWORK: "off", GOFLAGS: "" };
  return execFileSync("go", args, { cwd, env, encoding: "utf8" }).trim();
}

/** Beside the cache, so that a finished engine gets there in one rename and a half-made one never does. */
function temporary(cache) {
  mkdirSync(dirname(cache), { recursive: true });
  return mkdtempSync(`${cache}-`);
}

function keep(work, cache) {
  versionOf(join(work, "pulumi"));
  if (!isWhole(cache)) rmSync(cache, { recursive: true, force: true });
  try {
    renameSync(work, cache);
  } catch {
    // Another run was quicker.
    cached(cache);
  }
  return cache;
}

function versionOf(pulumi) {
  const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
  return execFileSync(pulumi, ["version"], { env, encoding: "utf8", timeout: 30_000, stdio: "pipe" })
    .trim()
    .replace(/^v/, "");
}

function isOlder(found) {
  const [mine, least] = [found, version].map((each) => each.split(/[.-]/).map(Number));
  const at = mine.findIndex((part, index) => part !== least[index]);
  return at >= 0 && at < 3 && !(mine[at] > least[at]);
}
