import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import type { Simulator } from "../../provider/simulator";
import { leaksIn, type Stack } from "./stack";

/** `pulumi stack export | npx pulumi-act365 orphans ...`; what is printed shows no secret. */
export async function orphansOf(
  stack: Stack,
  simulator: Simulator,
  ...args: string[]
): Promise<{ code: unknown; stdout: string; stderr: string }> {
  const { baseUrl, organizations } = simulator;
  const [{ userSecret, organizationSecret }] = organizations;
  const { stdout: state } = await stack.must("stack", "export");
  const child = spawn(process.execPath, [resolve("dist/cli.js"), "orphans", ...args], {
    // A session of its own, and so without a terminal, also where the tests have one.
    detached: true,
    env: {
      ...process.env,
      ACT365_BASE_URL: baseUrl,
      ACT365_USER_SECRET: userSecret,
      ACT365_ORGANIZATION_SECRET: organizationSecret,
    },
  });
  child.stdin.end(state);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  expect(leaksIn(stdout + stderr, simulator)).toEqual([]);
  return { code, stdout, stderr };
}
