import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { copyExamples, foreignFolder, installOnce, mustShell, pack, shell } from "../support/foreign";

test("the example testing does what it says", async () => {
  const place = await foreignFolder();
  await copyExamples(join(place, "examples"));
  const { tarball } = await pack(place);
  await writeFile(join(place, "package.json"), "{}");
  const others = [
    "@pulumi/pulumi",
    "typescript@5",
    "@types/node@22",
    "jest",
    "@types/jest",
    "@swc/jest",
    "@swc/core",
  ];
  await installOnce(place, tarball, others.join(), () =>
    mustShell(place, "npm", "install", tarball, ...others),
  );
  const folder = join(place, "examples/testing");
  const config = {
    rootDir: folder,
    transform: { "\\.ts$": ["@swc/jest", { jsc: { parser: { syntax: "typescript" }, target: "es2022" } }] },
  };
  await writeFile(join(folder, "jest.config.json"), JSON.stringify(config));
  const { text, exitCode } = await shell(folder, "npx", ["jest", "--ci"]);
  expect(text).toMatch(/Tests: +2 passed, 2 total/);
  expect(exitCode).toBe(0);
  await rm(place, { recursive: true, force: true });
});
