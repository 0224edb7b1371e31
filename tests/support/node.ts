import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";

/**
 * Runs the body of an async function in a Node of its own, at the root, on what is built: jest changes the text of
 * functions and what `require` finds. The environment holds canaries for secrets.
 *
 * @param input what the script knows as `input`; like the answer, plain JSON.
 * @param environment more variables.
 */
export async function inNode<T>(
  script: string,
  input: unknown = {},
  environment: Readonly<Record<string, string>> = {},
): Promise<T> {
  const program = `(async (input) => { ${script} })(${JSON.stringify(input)}).then(
    (result) => console.log(JSON.stringify(result)),
  )`;
  const { stdout } = await promisify(execFile)(process.execPath, ["-e", program], {
    cwd: resolve(__dirname, "../.."),
    env: {
      NODE_COMPILE_CACHE: resolve(".cache/compiled"),
      ...process.env,
      ACT365_USER_SECRET: "canary",
      ACT365_ORGANIZATION_SECRET: "canary",
      ...environment,
    },
  });
  return JSON.parse(stdout);
}

/** What a program registers, without an engine. */
export interface Registered {
  /** Empty unless an existing resource is looked up. */
  readonly id: string;
  readonly inputs: Record<string, unknown>;
}

/** Runs a program, with `ConnectorInstance` at hand, and returns what it registers, by the resources' names. */
export const registeredBy = (program: string): Promise<Record<string, Registered>> =>
  inNode(`
    const pulumi = require("@pulumi/pulumi");
    const { ConnectorInstance } = require("pulumi-act365");
    const registered = {};
    const newResource = ({ name, id, inputs }) => {
      registered[name] = { id, inputs };
      return { id: "12", state: inputs };
    };
    await pulumi.runtime.setMocks({ newResource, call: () => ({}) }, "project", "stack");
    ${program}
    await pulumi.runtime.waitForRPCs();
    return registered;
  `);
