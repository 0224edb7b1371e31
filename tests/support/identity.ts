import { type Simulator, type SimulatorOptions, startSimulator } from "../../provider/simulator";
import { canaries, keys, Stack, settingsFor } from "./stack";

/** The organization whose secrets are canaries. */
export const organization = {
  userSecret: canaries.userSecret,
  organizationSecret: canaries.organizationSecret,
};

/** A platform, and a stack on it that is not applied yet. */
export async function pairOf(program: string, options: SimulatorOptions = {}): Promise<[Simulator, Stack]> {
  const simulator = await startSimulator({ organizations: [organization], ...options });
  return [simulator, await Stack.create(program, settingsFor(simulator))];
}

/** A program of one resource. */
export const crm = (more = "", options = "{}") =>
  `new ConnectorInstance("crm", { ${keys}, ${more} }, ${options});`;

/** In a program: components of two types. */
export const components = `
  class Sales extends pulumi.ComponentResource { constructor(name) { super("my:Sales", name); } }
  class Service extends pulumi.ComponentResource { constructor(name) { super("my:Service", name); } }
`;

/** What a command prints that has to fail. */
export async function failureOf(stack: Stack, ...args: string[]): Promise<string> {
  const { exitCode, text } = await stack.warm(...args);
  expect(exitCode).not.toBe(0);
  return text;
}

export const upFailureOf = (stack: Stack): Promise<string> =>
  failureOf(stack, "up", "--yes", "--skip-preview", "--suppress-progress");

/** The ids of the instances on the platform. */
export const idsOn = (platform: Simulator): number[] =>
  platform
    .instances()
    .map(({ id }) => id)
    .sort();
