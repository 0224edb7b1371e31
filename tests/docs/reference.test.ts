import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const root = resolve(__dirname, "../..");

/** What `npm run reference` does, but for the writing of HTML; its options are package.json's `typedocOptions`. */
const typedoc = (...args: string[]) =>
  promisify(execFile)(
    process.execPath,
    [join(root, "node_modules/typedoc/bin/typedoc"), "--emit", "none", ...args],
    { cwd: root, env: { ...process.env, NO_COLOR: "1" } },
  );

test("the reference tells all that a program imports, passes and reads", async () => {
  const { stdout, stderr } = await typedoc();
  expect(`${stdout}${stderr}`).not.toMatch(/warning|error/i);
});

test("a missing text or type, or a broken link, is refused by the reference", async () => {
  await mkdir(join(root, ".cache"), { recursive: true });
  const folder = await mkdtemp(join(root, ".cache/reference-"));
  try {
    await writeFile(
      join(folder, "index.ts"),
      `/** @module bad */
      interface Hidden { /** Told. */ told: string }
      /** Told, but for what is in it. */
      export interface Args { untold: string; inner: { untoldToo: string }; hidden: Hidden }
      /** See {@link nowhere}. */
      export function linked(unexplained: string): void { void unexplained }
      export const silent = 1;\n`,
    );
    await writeFile(
      join(folder, "tsconfig.json"),
      JSON.stringify({ extends: "../../tsconfig.json", compilerOptions: { rootDir: "." }, include: ["."] }),
    );
    const refusal = await typedoc(
      "--tsconfig",
      join(folder, "tsconfig.json"),
      "--entryPoints",
      join(folder, "index.ts"),
    ).catch((error) => error);
    expect(refusal.code).toBeGreaterThan(0);
    for (const words of [
      "Args.untold (Property)",
      "Args.inner (Property)",
      "Args.inner.__type.untoldToo (Property)",
      "linked.unexplained (Parameter)",
      "silent (Variable)",
      "Hidden, defined in",
      '"nowhere"',
    ])
      expect(`${refusal.stdout}${refusal.stderr}`).toContain(words);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
