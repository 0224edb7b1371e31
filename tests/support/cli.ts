import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import type { Simulator } from "../../provider/simulator";

/** What one call of the package's own command came to. */
export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The variables with which a command reaches the first organization of a simulator. */
export const variablesOf = ({
  baseUrl,
  organizations: [{ userSecret, organizationSecret }],
}: Simulator): Record<string, string> => ({
  ACT365_BASE_URL: baseUrl,
  ACT365_USER_SECRET: userSecret,
  ACT365_ORGANIZATION_SECRET: organizationSecret,
});

/** Runs `pulumi-act365` as it is built by `npm run build`, with nothing of ours in the environment but what is given. */
export async function act365(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input = "",
): Promise<Ended> {
  const { PATH } = process.env;
  const child = spawn(process.execPath, [resolve(__dirname, "../../dist/cli/index.js"), ...args], {
    // A session of its own, and so without a terminal, also where the tests have one.
    detached: true,
    env: { PATH, ...env },
  });
  child.stdin.end(input);
  const exited = new Promise<number | null>((done) => child.on("exit", done));
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
  return { exitCode, stdout, stderr };
}
