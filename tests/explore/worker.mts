/** One of the processes that explore: it works through its part of the cases until its time is over. */
import { everyCase, randomCase, Recordings, titleOf } from "./cases.mts";
import { codeAt } from "./plugin.mts";
import { run } from "./run.mts";

export interface Order {
  readonly lifecycle: string;
  readonly part: number;
  readonly parts: number;
  readonly seconds: number;
  readonly seed: number;
  /** Ends at the first failure. */
  readonly isBrief: boolean;
}

/** What a run came to, in words. */
export interface Report {
  readonly title: string;
  readonly scenario: string;
  readonly variant: string;
  readonly happenings: readonly string[];
  readonly failures: readonly string[];
  /** Of a random case: what makes it again. */
  readonly seed?: number;
}

const { lifecycle, part, parts, seconds, seed, isBrief }: Order = JSON.parse(process.argv[2] ?? "{}");
process.setMaxListeners(0);
const write = process.stdout.write.bind(process.stdout);
// What the plugin tells who watches an apply is not for who watches this.
process.stderr.write = (() => true) as typeof process.stderr.write;
process.on("unhandledRejection", () => undefined);

const code = codeAt(lifecycle);
const recordings = new Recordings(code);
const ends = process.hrtime.bigint() + BigInt(Math.round(seconds * 1e9));
const isOver = () => process.hrtime.bigint() >= ends;
const tell = (report: Report) => write(`${JSON.stringify(report)}\n`);

async function explore(): Promise<void> {
  const report = async (one: Parameters<typeof titleOf>[0], more: Partial<Report> = {}): Promise<boolean> => {
    const { failures } = await run(code, one);
    tell({
      title: titleOf(one),
      scenario: one.scenario.name,
      variant: one.variant.name,
      happenings: one.disturbances.map(({ happening }) => happening.name),
      failures,
      ...more,
    });
    return failures.length > 0 && isBrief;
  };
  for await (const one of everyCase(recordings, seed, part, parts)) {
    if (isOver()) return;
    if (await report(one)) return;
  }
  for (let index = part; !isOver(); index += parts) {
    const own = seed * 1_000_003 + index;
    if (await report(await randomCase(recordings, own), { seed: own })) return;
  }
}

await explore();
process.exit();
