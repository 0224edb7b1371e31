import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { foreignFolder, installOnce, mustShell, pack, shell } from "../support/foreign";

const example = resolve(__dirname, "../../examples/testing");
let folder: string;
beforeAll(async () => {
  folder = await foreignFolder();
  await cp(example, folder, { recursive: true });
  const { tarball } = await pack(folder);
  await installOnce(folder, tarball, "examples/testing", () =>
    mustShell(folder, "npm", "install", "--no-save", tarball),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const runTests = () =>
  shell(folder, "npm", ["test"], { NODE_OPTIONS: "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON" });

describe("examples/testing in an empty folder", () => {
  test("installs, compiles and passes on its own", async () => {
    await mustShell(folder, "npx", "tsc", "--noEmit");
    const { text, exitCode } = await runTests();
    expect(text).toMatch(/pass 2\n/);
    expect(exitCode).toBe(0);
  });

  test("leaves nothing behind when a test fails", async () => {
    const before = await readdir(folder);
    const file = join(folder, "stack.test.mts");
    const text = await readFile(file, "utf8");
    await writeFile(file, text.replace('["test", "pulumi:', '["wrong", "pulumi:'));
    const failed = await runTests();
    expect(failed.exitCode).not.toBe(0);
    expect(failed.text).toMatch(/fail 1\n/);
    expect(await readdir(folder)).toEqual(before);
  });
});
