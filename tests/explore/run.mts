/** One run: a scenario on a platform of some reading, disturbed at one point, then what a pipeline does about it. */
import { isDeepStrictEqual } from "node:util";
import { type Ground, modelOf } from "./ground.mts";
import { reset, seed as seedOf, work } from "./machine.mts";
import type { Happening } from "./mishaps.mts";
import { disagreements, isChange, pictureOf, violations, wentWell } from "./oracles.mts";
import { eachUp, idsOf, recover, stillness } from "./pipeline.mts";
import type { Code } from "./plugin.mts";
import type { Scenario } from "./scenario.mts";
import type { Outcome, Program } from "./stack.mts";
import type { Variant } from "./variants.mts";
import { close, type World } from "./world.mts";

/** A request of the run that nothing disturbed. */
export interface Point {
  /** Which platform it came to. */
  readonly platform: 0 | 1;
  /** Which of its requests it was, from 1. */
  readonly nth: number;
  readonly method: string;
  readonly path: string;
}

/** All that a run depends on. */
export interface Case {
  readonly scenario: Scenario;
  readonly variant: Variant;
  readonly disturbances: readonly { readonly point: Point; readonly happening: Happening }[];
  /** Whether the recovery goes back to the program of before. */
  readonly isReverted: boolean;
  readonly seed: number;
}

export interface Result {
  readonly failures: string[];
  /** The requests of the disturbed command. */
  readonly points: Point[];
  /** What was asked of the platform and answered, and what was said, for who looks into a failure. */
  readonly log: string[];
  /** How each command ended. */
  readonly ways: string[];
  /** The platforms at the end. */
  readonly picture: unknown[];
}

/** Runs a case on the model of the engine. */
export async function run(code: Code, one: Case): Promise<Result> {
  reset();
  seedOf(one.seed);
  let watch: () => void = () => undefined;
  const ground = modelOf(code, (look) => {
    watch = look;
  });
  const result: Result = { failures: [], points: [], log: [], ways: [], picture: [] };
  await work(runOn(ground, one, result), () => watch()).catch((error) => {
    result.failures.push(`the run breaks: ${(error as Error).message}`);
  });
  return result;
}

export async function runOn(ground: Ground, one: Case, result: Result): Promise<void> {
  const { failures, points, log, ways } = result;
  const { scenario, variant, seed } = one;
  const { before, after } = scenario;
  const { losesTags = false } = variant;
  const circumstances = { skew: variant.skew ?? 0, stacks: after.length };
  const world = await ground.world(variant.options, { ...circumstances, attempts: seed % 2 === 0 ? 5 : 1 });
  const note = (what: string, outcomes: readonly Outcome[]) => {
    ways.push(`${what}: ${outcomes.map(({ isGreen }) => (isGreen ? "green" : "failed")).join(", ")}`);
    log.push(
      `${what}: ${outcomes.map(({ isGreen, errors }) => (isGreen ? "green" : `failed\n  ${errors.join("\n  ")}`)).join(", ")}`,
    );
  };
  const settles = () => {
    const limits = { isKilled, listsLag: variant.options.lag?.listCalls !== undefined, losesTags };
    const all = new Set([...failures, ...violations(world, { ...scenario, ...limits })]);
    failures.splice(0, failures.length, ...all);
  };
  const isStale = one.disturbances.some(({ happening }) => happening.fault?.kind === "stale");
  const isKilled = one.disturbances.some(({ happening }) => happening.kills);
  try {
    const isNew = before.every((program) => program.length === 0);
    const first = isNew ? [] : await eachUp(world, before);
    note("before", first);
    if (!wentWell(first)) {
      if (!variant.losesTags) failures.push("the first up fails");
      return;
    }
    // What is answered as it was must be able to have been before.
    await ground.wait(isStale ? 1 : 30);
    const idsBefore = idsOf(world);
    for (const platform of world.platforms) platform.clearRequests();
    scenario.arrange?.(world);
    const end = ground.watch(disturb(world, one));
    const outcomes = await (scenario.act?.(world) ?? eachUp(world, after));
    end();
    note("disturbed", outcomes);
    for (const [index, platform] of world.platforms.entries()) {
      for (const [nth, { method, path, status, fault }] of platform.requests.entries()) {
        points.push({ platform: index as 0 | 1, nth: nth + 1, method, path });
        log.push(`  ${index} #${nth + 1} ${method} ${path} ${status ?? "no answer"} ${fault ?? ""}`);
      }
      platform.clearFaults();
    }
    settles();
    scenario.undo?.(world, outcomes);
    await ground.wait(100);
    await scenario.repair?.(world);
    const wanted = one.isReverted ? before : (scenario.last ?? after);
    const isWell = await recover(
      world,
      wanted,
      isKilled || isUnsure(one, outcomes) || scenario.refreshes === true,
      note,
      ground.wait,
      settles,
    );
    if (scenario.isStill && world.platforms.some(({ requests }) => requests.some(isChange)))
      failures.push("something is changed although nothing differs");
    const mayFail =
      variant.losesTags || variant.staysUnsure || (scenario.isRefused && !scenario.keeps && !scenario.undo);
    if (!isWell && !mayFail) failures.push("it does not come right again");
    // An instance whose absence is answered 403 stays in the state: what is gone cannot be told from what is hidden.
    const staysUnsure = variant.staysUnsure && (one.disturbances.length > 0 || scenario.refreshes === true);
    if (!isWell || staysUnsure) return;
    // Where tags are not kept, nobody knows a killed run's instance again when the program no longer wants it.
    const leaves = scenario.leaves === true || (isKilled && losesTags);
    failures.push(...disagreements(world, { ...variant, ...scenario, leaves }));
    if (scenario.keeps && !isDeepStrictEqual(idsOf(world), idsBefore))
      failures.push("an instance was lost or made anew");
    // What a killed run has set beyond the program to which it goes back, nobody can know.
    const isLeftOver = scenario.leaves || (isKilled && wanted !== after);
    const fresh = isLeftOver || ground.isBrief ? undefined : await freshPicture(ground, one, wanted);
    if (fresh && !isDeepStrictEqual(fresh, pictureOf(world))) {
      failures.push("the platform is not what a fresh up makes");
      log.push(JSON.stringify(pictureOf(world)), JSON.stringify(fresh));
    }
    failures.push(...(await stillness(world, wanted, note, ground.isBrief)));
  } finally {
    result.picture.push(...pictureOf(world));
    for (const stack of world.stacks)
      log.push(...[...stack.resources.values()].map((each) => JSON.stringify(each)));
    await close(world);
  }
}

/** Plans what happens; the answer is to be called all the time, to kill who is to be killed. */
function disturb(world: World, { disturbances }: Case): () => void {
  const kills: { at: Point; kills: "plugin" | "engine" | undefined; isDone: boolean }[] = [];
  for (const { point, happening } of disturbances) {
    const { nth, method, path } = point;
    const matching = happening.lasts
      ? { method: method as "GET", path: path.replaceAll(/\d{3,}/g, "\\d+"), times: 0 }
      : { nth };
    if (happening.fault) world.platforms[point.platform].fault({ ...matching, ...happening.fault });
    if (happening.kills) kills.push({ at: point, kills: happening.kills, isDone: false });
  }
  return () => {
    for (const kill of kills) {
      if (kill.isDone || world.platforms[kill.at.platform].requests.length < kill.at.nth) continue;
      kill.isDone = true;
      for (const stack of world.stacks) {
        if (kill.kills === "engine") stack.kill();
        const worksOn = disturbances.some(({ happening }) => happening.worksOn);
        if (!worksOn) stack.killPlugin();
      }
    }
  };
}

/**
 * A deletion or release whose message says that nobody knows what came of it: only a refresh tells, when the program
 * does not want it, be it no longer or, where the command alone asked for a replacement that failed, never.
 */
const isUnsure = (
  { scenario: { before, after, last }, isReverted }: Case,
  outcomes: readonly Outcome[],
): boolean =>
  (isReverted || last !== undefined || (isDeepStrictEqual(before, after) && !wentWell(outcomes))) &&
  outcomes.some(({ errors }) => errors.some((text) => text.includes("Run pulumi refresh to find out")));

const pictures = new Map<string, unknown[] | undefined>();

/** What the platform is like when the wanted programs are all that ever was; undefined when that cannot be. */
async function freshPicture(
  ground: Ground,
  { scenario, variant, isReverted }: Case,
  wanted: readonly Program[],
): Promise<unknown[] | undefined> {
  const key = [ground.name, scenario.name, variant.name, isReverted].join("|");
  if (!pictures.has(key)) {
    const circumstances = { skew: variant.skew ?? 0, stacks: wanted.length, attempts: 5 };
    const world = await ground.world(variant.options, circumstances);
    const outcomes = await eachUp(world, wanted);
    pictures.set(key, wentWell(outcomes) ? pictureOf(world) : undefined);
    await close(world);
  }
  return pictures.get(key);
}
