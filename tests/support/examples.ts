import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Simulator, StoredInstance } from "../../provider/simulator";
import { copyExamples, foreignFolder, installOnce, mustShell, pack } from "./foreign";
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

/** Stacks on a simulator in such a place, whose output may show no secret. */
export class ExampleStacks {
  readonly all: Stack[] = [];

  private constructor(
    readonly place: string,
    readonly simulator: Simulator,
  ) {}

  static async start(place: string): Promise<ExampleStacks> {
    const credentials = (_: string, developerKey: string) => developerKey !== "wrong-key";
    return new ExampleStacks(place, await startCanarySimulator({ credentials }));
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

  /** The one instance that the platform holds. */
  only(): StoredInstance {
    const [instance, ...others] = this.simulator.instances();
    expect(others).toEqual([]);
    if (!instance) throw new Error("the platform holds no instance");
    return instance;
  }

  async end(): Promise<void> {
    const leaks = this.all.flatMap(({ printed }) => leaksIn(printed, this.simulator));
    await this.simulator.close();
    expect(leaks).toEqual([]);
  }
}
