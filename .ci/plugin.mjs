/**
 * Makes the plugin's archives for the plugin cache and for `pluginDownloadURL`: a few hundred bytes whose package.json
 * depends on the release of npm, in which Pulumi runs npm install. One content, under the name of each platform.
 *
 * `node .ci/plugin.mjs FOLDER [DEPENDENCY]`, where DEPENDENCY stands for the release, such as `file:/pulumi-act365.tgz`.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(fileURLToPath(new URL(".", import.meta.url)), "..");
const { version, license, peerDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const [, , folder = "", dependency = version] = process.argv;
if (folder === "") throw new Error("give the folder for the archives: node .ci/plugin.mjs FOLDER");

mkdirSync(folder, { recursive: true });
const work = mkdtempSync(join(tmpdir(), "act365-plugin-"));
cpSync(join(root, "plugin"), work, { recursive: true });
rmSync(join(work, "README.md"), { force: true });
const manifest = {
  name: "pulumi-resource-act365",
  private: true,
  license,
  dependencies: { ...peerDependencies, "pulumi-act365": dependency },
};
writeFileSync(join(work, "package.json"), JSON.stringify(manifest));
const archive = join(work, "..", `act365-plugin-${process.pid}.tar.gz`);
execFileSync("tar", ["-czf", archive, "-C", work, "."]);
for (const os of ["linux", "darwin", "windows"])
  for (const cpu of ["amd64", "arm64"])
    copyFileSync(archive, join(folder, `pulumi-resource-act365-v${version}-${os}-${cpu}.tar.gz`));
rmSync(archive);
rmSync(work, { recursive: true });
