import { resolve } from "node:path";
import { mustShell, packed } from "../support/foreign";
import { inNode } from "../support/node";

const root = resolve(__dirname, "../..");
const here = packed();

test("the package holds what is compiled, the plugin, examples and pages, no more", async () => {
  const compiled = /^dist\/[\w/-]+\.(js|d\.ts)$/;
  // What git has: no state and no configuration of somebody who tried the examples.
  const tracked = await mustShell(root, "git", "ls-files", "examples", "plugin", "provider/*.md");
  const others = ["CHANGELOG.md", "LICENSE", "README.md", "SECURITY.md", "package.json"];
  expect(here.files.filter((path) => !compiled.test(path)).toSorted()).toEqual(
    [...others, ...tracked.trim().split("\n")].toSorted(),
  );
  for (const path of [
    "dist/index.js",
    "dist/dynamic/lifecycle.d.ts",
    "dist/simulator/index.js",
    "dist/cli/index.js",
  ])
    expect(here.files).toContain(path);
});

test("publint and arethetypeswrong find nothing in the tarball", async () => {
  const script = `
    const { readFile } = await import("node:fs/promises");
    const { checkPackage, createPackageFromTarballData } = await import("@arethetypeswrong/core");
    const { publint } = await import("publint");
    const bytes = new Uint8Array(await readFile(input));
    const { messages } = await publint({ pack: { tarball: bytes.buffer }, strict: true });
    const { problems, entrypoints } = await checkPackage(createPackageFromTarballData(bytes));
    // The plugin's entry is a process, which no program imports.
    const ofPrograms = problems.filter(({ entrypoint }) => entrypoint !== "./plugin");
    return { messages, problems: ofPrograms, entrypoints: Object.keys(entrypoints) };
  `;
  const entrypoints = [".", "./lifecycle", "./simulator", "./plugin", "./package.json"];
  expect(await inNode(script, here.tarball)).toEqual({ messages: [], problems: [], entrypoints });
});
