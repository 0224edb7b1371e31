import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Simulator, StoredInstance } from "../../provider/simulator";
import { copyExamples, foreignFolder, installOnce, mustShell, pack } from "./foreign";
import { onlyOf } from "./promise";
import { leaksIn, Stack, settingsFor, startCanarySimulator } from "./stack";

/** The examples that `npm test` tries; all further ones are tried by `npm run test:all`. */
export const shortExamples = ["basic", "adopt", "events", "token"];

/** The examples, as a stranger has them: copied elsewhere, beside the package from its tarball and others. */
export async function examplesBeside(...others: string[]): Promise<{ place: string; tarball: string }> {
  const place = await foreignFolder();
  await copyExamples(join(place, "examples"));
  const { tarball } = await pack(place);
  await writeFile(join(place, "package.json"), "{}");
  await installOnce(place, tarball, others.join(), () =>
    mustShell(place, "npm", "install", tarball, ...others),
  );
  return { place, tarball };
}

/**
 * Up, nothing to do, down of a project that gives its one instance's token, with the server asked each time.
 *
 * @param prepare makes what is missing once there is a stack.
 */
export async function lives(
  folder: string,
  environment: Record<string, string> = {},
  prepare: (stack: Stack) => Promise<unknown> = async () => undefined,
): Promise<void> {
  await using simulator = await startCanarySimulator();
  const stack = await Stack.at(folder, settingsFor(simulator));
  Object.assign(stack.environment, environment);
  await prepare(stack);
  await stack.up();
  const [instance] = simulator.instances();
  expect(await stack.outputs()).toEqual({ token: instance?.token });
  await stack.up("--expect-no-changes");
  await stack.destroy();
  expect(simulator.instances()).toEqual([]);
  expect(leaksIn(stack.printed, simulator)).toEqual([]);
}

/** For a file of tests: such a place, and for each test a simulator and stacks, whose output may show no secret. */
export class ExampleStacks {
  place = "";
  simulator!: Simulator;
  all: Stack[] = [];

  /** @param packages beside which the examples lie. */
  constructor(...packages: string[]) {
    beforeAll(async () => {
      ({ place: this.place } = await examplesBeside(...packages));
    });
    afterAll(() => rm(this.place, { recursive: true, force: true }));
    beforeEach(async () => {
      this.all = [];
      this.simulator = await startCanarySimulator({ credentials: (_, key) => key !== "wrong-key" });
    });
    afterEach(async () => {
      const leaks = this.all.flatMap(({ printed }) => leaksIn(printed, this.simulator));
      await this.simulator.close();
      expect(leaks).toEqual([]);
    });
  }

  folderOf = (example: string): string => join(this.place, "examples", example);

  /** @param folder the example's, or another one in the place. */
  async begin(
    folder: string,
    config: Record<string, string> = {},
    options: { backend?: string; name?: string } = {},
  ): Promise<Stack> {
    const settings = { ...settingsFor(this.simulator), ...config };
    const stack = await Stack.at(folder, settings, { warmRoot: this.place, ...options });
    this.all.push(stack);
    return stack;
  }

  of = (example: string, config: Record<string, string> = {}, backend?: string): Promise<Stack> =>
    this.begin(this.folderOf(example), config, backend === undefined ? {} : { backend });

  only = (): StoredInstance => onlyOf(this.simulator);
}
