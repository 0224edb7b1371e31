import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { run } from "./run.mjs";

/**
 * The releases of the CLI that the tests run on; each is built from the go.mod of its name's folder, and CONTRIBUTING.md
 * says how to raise `newest`. `oldest` is the one that README promises.
 */
export const releases = { newest: "3.274.1", oldest: "3.200.0" };

/** Where Pulumi's SDK for Go holds the hosts of languages; the one of YAML is a module of its own. */
const sdk = "github.com/pulumi/pulumi/sdk/v3";
const nodeHost = "pulumi-language-nodejs";
const dynamicHost = "pulumi-resource-pulumi-nodejs";
const policyHost = "pulumi-analyzer-policy";

/**
 * Hosts of further languages, which tests of programs in them need: the go.mod's folder, the package, what goes along.
 * Those that can be had are too old to make SDKs and imported programs, which codegen does with the engine's own packages.
 */
const furtherHosts = {
  "pulumi-language-yaml": ["yaml", "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml"],
  "pulumi-language-python": [
    "hosts",
    `${sdk}/python/cmd/pulumi-language-python`,
    "python/cmd/pulumi-language-python-exec",
  ],
  "pulumi-language-go": ["hosts", `${sdk}/go/pulumi-language-go`],
  "pulumi-codegen": ["newest", "./codegen"],
  "pulumi-program": ["newest", "./program"],
};

/** Those that `npm test` needs; programs in Python and Go are for `npm run test:all`. */
export const hostsOfShort = ["pulumi-language-yaml", "pulumi-codegen"];
export const allHosts = Object.keys(furtherHosts);

/**
 * Finds or makes a Pulumi engine: the CLI, the Node.js language host, and the hosts of dynamic providers and of policy
 * packs, in one folder.
 *
 * @param release a name of `releases`.
 * @returns the folder, and in words where it comes from.
 */
export async function bringEngine(root, release) {
  const version = releases[release];
  const cache = cacheOf(root, version);
  const tries = [
    ["on PATH", () => onPath(release)],
    ["from an earlier run", () => cached(cache)],
    ["by the official download", () => download(root, version, cache)],
    ["by a build from the Go module proxy", () => build(root, release, cache)],
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
      "Ways out: install Pulumi (https://www.pulumi.com/docs/install), or Go 1.21 or newer, and run the same command again.",
  );
}

/**
 * Builds those of the hosts that are neither beside the engine nor on PATH.
 *
 * @returns in words which were built.
 */
export async function bringFurtherHosts(root, engine, hosts) {
  const folder = cacheOf(root, releases.newest);
  const places = [engine, folder, ...process.env.PATH.split(delimiter)];
  const missing = hosts.filter((host) => !places.some((place) => existsSync(join(place, host))));
  if (missing.length === 0) return "there already";
  mkdirSync(folder, { recursive: true });
  const work = temporary(folder);
  try {
    for (const host of missing) {
      const [module, path, beside] = furtherHosts[host];
      await goBuild(root, module, join(work, host), path);
      if (beside) copyScript(join(sdkFolder(root, module), beside), folder);
      renameSync(join(work, host), join(folder, host));
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return `${missing.join(", ")} from the Go module proxy`;
}

/** A Python with Pulumi's SDK from PyPI, for programs in that language. @returns in words whether it was there. */
export async function bringPython(root) {
  const { folder, bin, ready } = pythonOf(root);
  if (existsSync(ready)) return "there already";
  await run("python3", ["-m", "venv", folder], { cwd: root, seconds: 120, log: "python.log" });
  const install = ["install", "--disable-pip-version-check", "pulumi>=3.269,<4", "setuptools", "wheel"];
  await run(join(bin, "pip"), install, { cwd: root, seconds: 600, log: "python.log" });
  writeFileSync(ready, "");
  return "with Pulumi's SDK from PyPI";
}

/** An engine's folder, and whatever of further hosts and of Python earlier runs have brought. */
export const foldersBeside = (root, engine) => {
  const { bin, ready } = pythonOf(root);
  return [
    engine,
    ...[cacheOf(root, releases.newest)].filter(existsSync),
    ...(existsSync(ready) ? [bin] : []),
  ];
};

function pythonOf(root) {
  const folder = join(root, ".cache/engine/python");
  const bin = join(folder, process.platform === "win32" ? "Scripts" : "bin");
  return { folder, bin, ready: join(folder, "ready") };
}

/** Whether there is nothing to build. */
export function isEngineThere(root, release) {
  for (const attempt of [() => onPath(release), () => cached(cacheOf(root, releases[release]))])
    try {
      attempt();
      return true;
    } catch {}
  return false;
}

const cacheOf = (root, version) => join(root, ".cache/engine", version);

function onPath(release) {
  if (release !== "newest") throw new Error(`only ${releases[release]} itself will do`);
  const folder = process.env.PATH.split(delimiter).find((each) => existsSync(join(each, "pulumi")));
  if (!folder) throw new Error("there is no pulumi");
  const found = versionOf(join(folder, "pulumi"));
  if (isOlder(found, releases.newest))
    throw new Error(`pulumi is ${found}, and ${releases.newest} or newer is needed`);
  for (const host of [nodeHost, dynamicHost])
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
  ["pulumi", nodeHost, dynamicHost, policyHost].every((part) => existsSync(join(folder, part)));

async function download(root, version, cache) {
  const host = "https://get.pulumi.com/";
  await fetch(host, { method: "HEAD", signal: AbortSignal.timeout(5000) }).catch(() => {
    throw new Error(`${host} did not answer in 5 seconds`);
  });
  console.log(`engine: trying the official download of pulumi ${version} (at most 2 minutes)`);
  const work = temporary(cache);
  const script = `require("@pulumi/pulumi/automation").PulumiCommand.install({
    version: new (require("semver").SemVer)("${version}"), root: ${JSON.stringify(work)} }).catch((error) => {
    console.error(error.message); process.exit(1); })`;
  try {
    await run(process.execPath, ["-e", script], { cwd: root, seconds: 120, log: "download.log" });
    return keep(join(work, "bin"), cache);
  } catch (error) {
    throw new Error(error.message.split("\n").slice(0, 2).join(" "));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function build(root, release, cache) {
  const version = releases[release];
  console.log(`engine: building pulumi ${version} from the Go module proxy, about 4 minutes on two cores`);
  const work = temporary(cache);
  // The Automation API refuses a CLI that does not tell its version.
  const set = `-s -w -X ${sdk}/go/common/version.Version=v${version}`;
  try {
    await goBuild(
      root,
      release,
      join(work, "pulumi"),
      "-ldflags",
      set,
      "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    );
    await goBuild(root, "hosts", join(work, nodeHost), `${sdk}/nodejs/cmd/${nodeHost}`);
    copyFileSync(join(root, "node_modules/@pulumi/pulumi", dynamicHost), join(work, dynamicHost));
    copyScript(join(sdkFolder(root, "hosts"), "nodejs/dist", policyHost), work);
    return keep(work, cache);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

// A workspace file or flags of the machine would change what is built.
const goEnvironment = { GOWORK: "off", GOFLAGS: "" };

/** Nobody debugs what is built here: what a debugger reads is a tenth of the compiler's time. */
const flags = ["-mod=readonly", "-trimpath", "-gcflags=all=-dwarf=false"];

const goBuild = (root, module, output, ...args) =>
  run("go", ["build", ...flags, "-o", output, ...args], {
    cwd: join(root, "tests/setup", module),
    seconds: 1200,
    log: `build-${module}.log`,
    env: goEnvironment,
  });

/** Where Go keeps the SDK's sources, the scripts that a release holds beside the programs among them. */
function sdkFolder(root, module) {
  const args = ["list", "-mod=readonly", "-m", "-f", "{{.Dir}}", sdk];
  const env = { ...process.env, ...goEnvironment };
  return execFileSync("go", args, { cwd: join(root, "tests/setup", module), env, encoding: "utf8" }).trim();
}

/** Go keeps sources read-only, and no script executable. */
function copyScript(file, folder) {
  const copy = join(folder, file.slice(dirname(file).length + 1));
  copyFileSync(file, copy);
  chmodSync(copy, 0o755);
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

function isOlder(found, wanted) {
  const [mine, least] = [found, wanted].map((each) => each.split(/[.-]/).map(Number));
  const at = mine.findIndex((part, index) => part !== least[index]);
  return at >= 0 && at < 3 && !(mine[at] > least[at]);
}
