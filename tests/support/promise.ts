import type { Simulator, StoredInstance } from "../../provider/simulator";
import { leaksIn, type Stack } from "./stack";

/** The ids of the instances on the server that carry an ownership tag of the stack. */
export function ownedBy({ name }: Stack, simulator: Simulator, project = "crm"): string[] {
  const prefix = `pulumi:${project}/${name}/`;
  return simulator
    .instances()
    .filter(({ tags }) => tags.some((tag) => tag.startsWith(prefix)))
    .map(({ id }) => String(id))
    .sort();
}

/** The ids in the state as it lies on disk, without another call of the CLI. */
export async function recordedBy(stack: Stack): Promise<string[]> {
  const { checkpoint } = JSON.parse(await stack.stateText());
  const resources: { type: string; id?: string; external?: boolean }[] = checkpoint.latest?.resources ?? [];
  return resources
    .filter(({ type, external }) => type.endsWith(":ConnectorInstance") && !external)
    .map(({ id }) => id ?? "")
    .sort();
}

/** The ownership tags that more than one instance carries. */
export function duplicatesOn(simulator: Simulator): string[] {
  const tags = simulator
    .instances()
    .flatMap((instance) => instance.tags.filter((tag) => tag.startsWith("pulumi:")));
  return [...new Set(tags.filter((tag, index) => tags.indexOf(tag) !== index))];
}

/** The promise: what the stack owns on the server is what its state knows, once each, and no secret is shown. */
export async function expectPromiseKept(stack: Stack, simulator: Simulator): Promise<void> {
  expect(duplicatesOn(simulator)).toEqual([]);
  expect(await recordedBy(stack)).toEqual(ownedBy(stack, simulator));
  expect(leaksIn(stack.printed + (await stack.stateText()), simulator)).toEqual([]);
  await stack.preview("--expect-no-changes");
}

/** Ends a test's stack and platforms: what was printed, and the state as it lies on disk, hold no secret of theirs. */
export async function endUnleaked(stack: Stack, ...platforms: Simulator[]): Promise<void> {
  const text = stack.printed + (await stack.stateText());
  const leaks = platforms.flatMap((each) => leaksIn(text, each));
  await stack[Symbol.asyncDispose]();
  await Promise.all(platforms.map((each) => each.close()));
  expect(leaks).toEqual([]);
}

/** The one instance that the platform holds. */
export function onlyOf(simulator: Simulator): StoredInstance {
  const [instance, ...others] = simulator.instances();
  expect(others).toEqual([]);
  if (!instance) throw new Error("the platform holds no instance");
  return instance;
}

/** The leftovers that an error names, by resource. */
export const leftoversIn = (text: string): Map<string, string> =>
  new Map(
    [
      ...text.matchAll(/instances? (\d+)[\d, ]* carr(?:y|ies) the ownership tag pulumi:[^/]+\/[^/]+\/(\S+)/g),
    ].map(([, id = "", resource = ""]) => [resource, id]),
  );
