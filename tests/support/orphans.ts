import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Simulator } from "../../provider/simulator";
import { act365, variablesOf } from "./cli";
import { leaksIn, type Stack } from "./stack";

/** `pulumi stack export | npx pulumi-act365 orphans ...`; what is printed shows no secret. */
export async function orphansOf(
  stack: Stack,
  simulator: Simulator,
  ...args: string[]
): Promise<{ code: unknown; stdout: string; stderr: string }> {
  const { stdout: state } = await stack.must("stack", "export");
  const ended = await act365(["orphans", ...args], variablesOf(simulator), state);
  const { exitCode: code, stdout, stderr } = ended;
  expect(leaksIn(stdout + stderr, simulator)).toEqual([]);
  return { code, stdout, stderr };
}

/** Takes all leftovers over as the command says, up to the next `pulumi up`; answers what Pulumi's import printed. */
export async function takeOver(stack: Stack, simulator: Simulator): Promise<string> {
  const { code, stdout, stderr } = await orphansOf(stack, simulator, "--import-file");
  if (code !== 0) throw new Error(stderr);
  await writeFile(join(stack.folder, "leftovers.json"), stdout);
  const options = ["--yes", "--protect=false", "--generate-code=false"];
  return (await stack.must("import", "--file", "leftovers.json", ...options)).text;
}
