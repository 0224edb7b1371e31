import type { Simulator } from "../../../provider/simulator";
import { duplicatesOn, leftoversIn, ownedBy, recordedBy } from "../../support/promise";
import { keys, leaksIn, type Stack, settingsFor } from "../../support/stack";
import { type Cell, faultsFor, type Operation, operations } from "./cells";

/** What became of one cell. */
export interface Outcome {
  readonly cell: Cell;
  /** Whether the command failed for this resource while the fault lasted. */
  failed: boolean;
  /** Whether it took the way out that an error named. */
  adopted: boolean;
  readonly problems: string[];
}

interface Subject {
  readonly resource: string;
  readonly operation: Operation;
  readonly outcome: Outcome;
  adopt?: string;
}

let count = 0;

/** Brings resources up, lets each meet its fault in one command, and then does what a user would do. */
export async function round(stack: Stack, simulator: Simulator, cells: readonly Cell[]): Promise<Outcome[]> {
  const subjects = cells.map((cell): Subject => {
    const operation = operations[cell.operation] as Operation;
    count += 1;
    return {
      resource: `r${count}`,
      operation,
      outcome: { cell, failed: false, adopted: false, problems: [] },
    };
  });
  const change = ["--yes", "--skip-preview", "--suppress-progress", "--parallel", "32"];
  const up = () => stack.warm("up", ...change, "--continue-on-error");
  const command = subjects[0]?.operation.command === "refresh" ? () => stack.warm("refresh", ...change) : up;

  simulator.clearFaults();
  await stack.write(programOf(subjects, "before"));
  const prepared = await up();
  if (prepared.exitCode !== 0) throw new Error(`the round could not begin:\n${prepared.text}`);

  for (const subject of subjects.filter(({ operation }) => operation.adopts))
    subject.adopt = String(
      simulator.add({ name: "one", configuration: { username: "u", password: "p" } }).id,
    );
  simulator.fault(...faultsOf(subjects, simulator));
  await stack.write(programOf(subjects, "after"));
  const faulted = await command();
  const isMet = await metBy(simulator);
  simulator.clearFaults();
  const lost = ownedBy(stack, simulator).filter((id) => !idsIn(faulted.text).has(id));
  const recorded = new Set(await recordedBy(stack));
  for (const subject of subjects) {
    const { resource, outcome } = subject;
    outcome.failed = new RegExp(`\\b${resource}\\b.*(failed|error)`).test(faulted.text);
    if (!isMet(subject)) outcome.problems.push("the fault never happened");
    const left = instancesOf(subject, stack, simulator).filter(({ id }) => !recorded.has(String(id)));
    const isNamed = left.every(({ id }) => !lost.includes(String(id))) || saysWayOut(faulted.text, resource);
    if (left.length > 0 && !isNamed && subject.operation.held)
      outcome.problems.push(`${left.map(({ id }) => id)} was left without a word`);
  }

  let healed = await up();
  const leftovers = leftoversIn(healed.text);
  if (leftovers.size > 0) {
    for (const subject of subjects) {
      const id = leftovers.get(subject.resource);
      if (id) Object.assign(subject, { adopt: id }).outcome.adopted = true;
    }
    await stack.write(programOf(subjects, "after"));
    healed = await up();
    for (const subject of subjects) if (!subject.operation.adopts) delete subject.adopt;
    await stack.write(programOf(subjects, "after"));
  }
  const last = await stack.warm("preview", "--suppress-progress", "--expect-no-changes");
  await judge(subjects, stack, simulator, { healed: healed.exitCode === 0, quiet: last.exitCode === 0 });
  return subjects.map(({ outcome }) => outcome);
}

async function judge(
  subjects: readonly Subject[],
  stack: Stack,
  simulator: Simulator,
  { healed, quiet }: { healed: boolean; quiet: boolean },
): Promise<void> {
  const recorded = await recordedBy(stack);
  const duplicates = duplicatesOn(simulator);
  for (const subject of subjects) {
    const { problems } = subject.outcome;
    const mine = instancesOf(subject, stack, simulator);
    if (duplicates.some((tag) => tag.endsWith(`/${subject.resource}`))) problems.push("duplicate");
    if (mine.length !== (subject.operation.held ? 1 : 0)) problems.push(`lost: ${mine.length} instances`);
    for (const { id } of mine)
      if (!recorded.includes(String(id))) problems.push(`lost: ${id} is not in state`);
    for (const instance of mine)
      if (!isLike(instance, subject.operation.held)) problems.push("not as the program says");
  }
  const all = subjects[0]?.outcome.problems ?? [];
  if (recorded.join() !== ownedBy(stack, simulator).join())
    all.push("lost: the state knows others than the server");
  if (!healed) all.push("the next up failed");
  if (!quiet) all.push("a further preview shows changes");
  for (const leak of leaksIn(stack.printed + (await stack.stateText()), simulator))
    all.push(`leak: ${leak.slice(0, 6)}`);
}

const isLike = (instance: object, held: object | undefined): boolean => {
  try {
    expect(instance).toMatchObject(held ?? {});
    return true;
  } catch {
    return false;
  }
};

/** An error that says no id must say by which tag the next up finds out. */
const saysWayOut = (text: string, resource: string): boolean =>
  new RegExp(`run pulumi up again: it looks for the tag \\S+/${resource}\\b`, "i").test(text);

const idsIn = (text: string): Set<string> => new Set(text.match(/\b\d+\b/g));

const instancesOf = ({ resource, adopt }: Subject, { name }: Stack, simulator: Simulator) =>
  simulator
    .instances()
    .filter(
      ({ id, tags }) => tags.includes(`pulumi:crm/${name}/${resource}`) || (adopt && String(id) === adopt),
    );

function programOf(subjects: readonly Subject[], when: "before" | "after"): string {
  return subjects
    .filter(({ operation }) => operation[when] !== undefined)
    .map(({ resource, operation, adopt }) => {
      const taken = adopt && when === "after" ? `, adopt: "${adopt}", onDestroy: "delete"` : "";
      return `new ConnectorInstance("${resource}", { ${keys}, ${operation[when] || "tags: []"}${taken} });`;
    })
    .join("\n");
}

function faultsOf(subjects: readonly Subject[], simulator: Simulator) {
  return subjects.flatMap(({ resource, outcome, adopt }) => {
    const own = simulator
      .instances()
      .find(({ id, tags }) => tags.some((tag) => tag.endsWith(`/${resource}`)) || String(id) === adopt);
    return faultsFor(outcome.cell, resource, own?.id ?? 0);
  });
}

/** Whether one of the faults that were planned for a subject has happened; in a world that is wrong all meet it. */
async function metBy(simulator: Simulator): Promise<(subject: Subject) => boolean> {
  const response = await fetch(`${simulator.url}/simulator/faults`);
  const planned = (await response.json()) as { fault: { holds?: string; path?: string }; happened: number }[];
  const happened = planned.filter((each) => each.happened > 0);
  return ({ resource, outcome: { cell }, adopt }) => {
    if (faultsFor(cell, resource, 0).length === 0) return true;
    const own = simulator
      .instances()
      .find(({ id, tags }) => tags.some((tag) => tag.endsWith(`/${resource}`)) || String(id) === adopt);
    return happened.some(
      ({ fault }) =>
        fault.holds === `/${resource}\\b` ||
        own === undefined ||
        fault.path?.startsWith(`/instances/${own.id}`),
    );
  };
}

/** The settings that keep a round short. */
export const roundSettings = (simulator: Simulator, isWorld: boolean): Record<string, string> => ({
  ...settingsFor(simulator),
  "act365:timeoutSeconds": isWorld ? "30" : "5",
  "act365:settleSeconds": isWorld ? "8" : "1",
  "act365:maxAttempts": "3",
});
