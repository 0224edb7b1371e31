/** One of the processes that explore: it works through its part of the cases until its time is over. */
import { everyCase, Recordings, randomCase } from "./cases.mts";
import { install } from "./machine.mts";
import { codeAt } from "./plugin.mts";
import { type Case, run } from "./run.mts";
import { shrunk } from "./shrink.mts";
import { variants } from "./variants.mts";
import { titleOf, type Words, wordsOf } from "./words.mts";

export interface Order {
  readonly lifecycle: string;
  readonly part: number;
  readonly parts: number;
  readonly seconds: number;
  readonly seed: number;
  /** Ends at the first failure. */
  readonly isBrief: boolean;
  /** Whether failures are shrunk. */
  readonly shrinks: boolean;
  /** Whether the code is known to be wrong, so that no number of failures speaks against the harness. */
  readonly isWrong: boolean;
}

/** What a run came to, in words. */
export interface Report {
  readonly title: string;
  readonly scenario: string;
  readonly variant: string;
  /** How many requests the scenario makes by itself there. */
  readonly points: number;
  readonly happenings: readonly string[];
  /** Which of the points were disturbed. */
  readonly met: readonly string[];
  readonly failures: readonly string[];
  /** Of a failure: how to run it again. */
  readonly words?: Words;
  /** The smallest case that fails so, for the first failure of its kind. */
  readonly found?: Words & { readonly title: string };
  /** Of a random case: what makes it again. */
  readonly seed?: number;
}

const { lifecycle, part, parts, seconds, seed, isBrief, shrinks, isWrong }: Order = JSON.parse(
  process.argv[2] ?? "{}",
);
install();
process.setMaxListeners(0);
// Traces are dear, and nobody reads those of a run of many.
Error.stackTraceLimit = 0;
const write = process.stdout.write.bind(process.stdout);
const complain = process.stderr.write.bind(process.stderr);
// What the plugin tells who watches an apply is not for who watches this.
process.stderr.write = (() => true) as typeof process.stderr.write;
process.on("unhandledRejection", () => undefined);

const code = codeAt(lifecycle);
const recordings = new Recordings(code);
const ends = process.hrtime.bigint() + BigInt(Math.round(seconds * 1e9));
const isOver = () => process.hrtime.bigint() >= ends;
const seen = new Set<string>();
/** More failures than these are not the code's. */
const mostFailures = 200;
let failed = 0;

/** @throws when a failure comes of the harness, by the looks of it. */
async function demandSound({ scenario }: Case): Promise<void> {
  failed += 1;
  if (failed > mostFailures) throw new Error(`${failed} runs failed`);
  const [variant] = variants as [(typeof variants)[number]];
  const { failures } = await run(code, { scenario, variant, disturbances: [], isReverted: false, seed: 0 });
  if (failures.length > 0)
    throw new Error(`"${scenario.name}" fails without any disturbance, on the mild readings: ${failures[0]}`);
}

/** @returns whether to stop. */
async function explore(one: Case, more: Partial<Report> = {}): Promise<boolean> {
  const { failures, log } = await run(code, one);
  if (process.env.EXPLORE_LOG && failures.length > 0)
    write(`${titleOf(one)}\n${log.join("\n")}\n${failures.join("\n")}\n`);
  if (failures.length > 0 && !isWrong) await demandSound(one);
  const [failure] = failures;
  let found: Report["found"];
  if (failure && shrinks && !seen.has(`${one.scenario.name} ${failure}`)) {
    seen.add(`${one.scenario.name} ${failure}`);
    const small = await shrunk(code, one, failure);
    found = { ...wordsOf(small), title: titleOf(small) };
  }
  const report: Report = {
    title: titleOf(one),
    scenario: one.scenario.name,
    variant: one.variant.name,
    points: (await recordings.of(one.scenario, one.variant)).length,
    happenings: one.disturbances.map(({ happening }) => happening.name),
    met: one.disturbances.map(({ point }) => `${point.platform}#${point.nth}`),
    failures,
    ...(failures.length > 0 && { words: wordsOf(one) }),
    ...(found && { found }),
    ...more,
  };
  write(`${JSON.stringify(report)}\n`);
  return failures.length > 0 && isBrief;
}

/** Every case, and one of chance beside each nine; when there are no more, those alone. */
async function all(): Promise<void> {
  let index = part;
  const atRandom = async () => {
    const own = seed * 1_000_003 + index;
    index += parts;
    return explore(await randomCase(recordings, own), { seed: own });
  };
  let count = 0;
  for await (const one of everyCase(recordings, seed, part, parts)) {
    count += 1;
    if (isOver() || (await explore(one)) || (count % 9 === 0 && (await atRandom()))) return;
  }
  while (!isOver() && !(await atRandom()));
}

let exitCode = 0;
await all().catch(({ message }: Error) => {
  complain(`worker ${part}: ${message}: the harness is broken, or the code fails by itself\n`);
  exitCode = 1;
});
// What is written must have left.
process.stdout.write("", () => process.exit(exitCode));
