import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { copyExamples, foreignFolder, installOnce, mustShell, pack, shell } from "../support/foreign";
import { canaries, leaksIn, Stack, settingsFor, startCanarySimulator } from "../support/stack";

let place: string;
beforeAll(async () => {
  place = await foreignFolder();
  await copyExamples(join(place, "examples"));
  const { tarball } = await pack(place);
  await writeFile(join(place, "package.json"), "{}");
  const others = ["@pulumi/pulumi", "typescript@5", "@types/node@22"];
  await installOnce(place, tarball, others.join(), () =>
    mustShell(place, "npm", "install", tarball, ...others),
  );
});
afterAll(() => rm(place, { recursive: true, force: true }));

test("the example pipeline does what it says", async () => {
  await using simulator = await startCanarySimulator();
  const stack = await Stack.at(join(place, "examples/pipeline"), settingsFor(simulator));
  const run = (step: string) =>
    shell(stack.folder, "./pipeline.sh", [step], { ...stack.environment, PULUMI_STACK: stack.name });
  const review = await run("review");
  expect(review).toMatchObject({ exitCode: 0 });
  expect(await readFile(join(stack.folder, "review.md"), "utf8")).toContain("| create | `crm` |");
  expect(simulator.requests).toEqual([]);
  expect(await run("apply")).toMatchObject({ exitCode: 0 });
  expect(await run("drift")).toMatchObject({ exitCode: 0 });

  await stack.configure({ developerKey: canaries.rotatedKey });
  const rotation = await run("review");
  expect(rotation.text).toContain("`developerKey`: [secret] → [secret]");
  const [instance] = simulator.instances();
  simulator.edit(instance?.id ?? 0, (held) => {
    held.name = "by hand";
  });
  const drift = await run("drift");
  expect(drift.exitCode).not.toBe(0);
  expect(drift.text).toContain('~ name: "crm" => "by hand"');

  await stack.configure({ apiKey: " " });
  const failed = await run("review");
  expect(failed.exitCode).not.toBe(0);
  expect(failed.text).toMatch(/The preview \*\*failed\*\*[\s\S]*apiKey: must not be empty/);
  stack.printed += [review, rotation, drift, failed].map(({ text }) => text).join("\n");
  expect(leaksIn(stack.printed, simulator)).toEqual([]);
});
