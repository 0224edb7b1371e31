/** One run: a scenario on a platform of some reading, disturbed at one point, then what a pipeline does about it. */
import { isDeepStrictEqual } from "node:util";
import type { Outcome, Program, Stack } from "./engine.mts";
import { reset, seed as seedOf, work } from "./machine.mts";
import type { Happening } from "./mishaps.mts";
import { disagreements, isChange, isOwners, ours, pictureOf, violations, wentWell } from "./oracles.mts";
import type { Code } from "./plugin.mts";
import type { Scenario } from "./scenarios.mts";
import type { Variant } from "./variants.mts";
import { close, type World, wait, worldOf } from "./world.mts";

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
  readonly failures: readonly string[];
  /** The requests of the disturbed command. */
  readonly points: readonly Point[];
  /** What was asked of the platform and answered, and what was said, for who looks into a failure. */
  readonly log: readonly string[];
}

let watch: () => void = () => undefined;

export async function run(code: Code, one: Case): Promise<Result> {
  reset();
  seedOf(one.seed);
  watch = () => undefined;
  const log: string[] = [];
  const points: Point[] = [];
  const failures = await work(inner(code, one, points, log), () => watch()).catch((error) => [
    `the run breaks: ${(error as Error).message}`,
  ]);
  return { failures, points, log };
}

async function inner(code: Code, one: Case, points: Point[], log: string[]): Promise<string[]> {
  const { scenario, variant, seed } = one;
  const { before, after } = scenario;
  const options = {
    ...(variant.skew !== undefined && { skew: variant.skew }),
    stacks: after.length,
    attempts: seed % 2 === 0 ? 5 : 1,
  };
  const world = await worldOf(code, variant.options, options);
  const failures: string[] = [];
  const note = (what: string, outcomes: readonly Outcome[]) =>
    log.push(
      `${what}: ${outcomes.map(({ isGreen, errors }) => (isGreen ? "green" : `failed\n  ${errors.join("\n  ")}`)).join(", ")}`,
    );
  try {
    const first = await eachUp(world, before);
    note("before", first);
    if (!wentWell(first)) return variant.losesTags ? [] : ["the first up fails"];
    await wait(30);
    const idsBefore = idsOf(world);
    for (const platform of world.platforms) platform.clearRequests();
    scenario.arrange?.(world);
    const isKilled = one.disturbances.some(({ happening }) => happening.kills);
    const end = disturb(world, one);
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
    failures.push(...violations(world, { ...scenario, isKilled }));
    scenario.undo?.(world);
    await wait(100);
    const wanted = one.isReverted ? before : after;
    const isWell = await recover(world, wanted, isKilled || isUnsure(one), note);
    const mayFail =
      variant.losesTags || variant.neverClears || (scenario.isRefused && !scenario.keeps && !scenario.undo);
    failures.push(...violations(world, { ...scenario, isKilled }));
    if (!isWell) return mayFail ? failures : [...failures, "it does not come right again"];
    failures.push(...disagreements(world, { ...variant, ...scenario }));
    if (scenario.keeps && !isDeepStrictEqual(idsOf(world), idsBefore))
      failures.push("an instance was lost or made anew");
    const fresh = scenario.leaves ? undefined : await freshPicture(code, one, wanted);
    if (fresh && !isDeepStrictEqual(fresh, pictureOf(world))) {
      failures.push("the platform is not what a fresh up makes");
      log.push(JSON.stringify(pictureOf(world)), JSON.stringify(fresh));
    }
    failures.push(...(await stillness(world, wanted, note)));
    return failures;
  } finally {
    for (const stack of world.stacks)
      log.push(...[...stack.resources.values()].map((each) => JSON.stringify(each)));
    await close(world);
  }
}

const eachUp = (world: World, programs: readonly Program[]): Promise<Outcome[]> =>
  Promise.all(world.stacks.map((stack, index) => stack.up(programs[index] ?? [])));

const idsOf = (world: World): string[] =>
  world.stacks.flatMap((stack) => [...stack.resources.values()].map(({ id }) => id)).sort();

/** Plans what happens; the answer ends it. */
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
  watch = () => {
    for (const kill of kills) {
      if (kill.isDone || world.platforms[kill.at.platform].requests.length < kill.at.nth) continue;
      kill.isDone = true;
      for (const stack of world.stacks) {
        if (kill.kills === "engine") stack.kill();
        const worksOn = disturbances.some(
          ({ happening }) => happening.kills === "engine" && !happening.fault,
        );
        if (!worksOn) stack.plugin?.kill();
      }
    }
  };
  return () => {
    watch = () => undefined;
  };
}

/** A DELETE of which nobody knows what came of it: only a refresh tells, when the program no longer wants it deleted. */
const isUnsure = ({ disturbances, isReverted }: Case): boolean =>
  isReverted && disturbances.some(({ point }) => point.method === "DELETE" && !/[a-z]$/.test(point.path));

/** What a pipeline does after a run that failed or was killed. */
async function recover(
  world: World,
  wanted: readonly Program[],
  refreshes: boolean,
  note: (what: string, outcomes: readonly Outcome[]) => void,
): Promise<boolean> {
  if (refreshes) note("refresh", await Promise.all(world.stacks.map((stack) => stack.refresh())));
  for (let time = 0; time < 4; time += 1) {
    const outcomes = await eachUp(world, wanted);
    note("up", outcomes);
    if (wentWell(outcomes)) {
      for (const stack of world.stacks) deleteOrphans(world, stack);
      return true;
    }
    for (const stack of world.stacks) deleteOrphans(world, stack);
    await wait(30);
  }
  return false;
}

/** `pulumi stack export | pulumi-act365 orphans --delete`. */
function deleteOrphans(world: World, stack: Stack): void {
  const ids = new Set([...stack.resources.values()].map(({ id }) => id));
  const found = ours(world).filter(
    ({ id, tags, platform }) =>
      platform === world.platforms[0] &&
      !ids.has(String(id)) &&
      tags.some((tag) => isOwners(tag) && tag.startsWith(stack.tagPrefix)),
  );
  for (const { id, platform } of found) platform.remove(id);
}

const pictures = new Map<string, unknown[] | undefined>();

/** What the platform is like when the wanted programs are all that ever was; undefined when that cannot be. */
async function freshPicture(
  code: Code,
  { scenario, variant, isReverted }: Case,
  wanted: readonly Program[],
): Promise<unknown[] | undefined> {
  const key = [code.lifecycle, scenario.name, variant.name, isReverted].join("|");
  if (!pictures.has(key)) {
    const world = await worldOf(code, variant.options, {
      stacks: wanted.length,
      ...(variant.skew !== undefined && { skew: variant.skew }),
    });
    const outcomes = await eachUp(world, wanted);
    pictures.set(key, wentWell(outcomes) ? pictureOf(world) : undefined);
    await close(world);
  }
  return pictures.get(key);
}

/** A second `up`, a refresh and a third `up` change nothing. */
async function stillness(
  world: World,
  wanted: readonly Program[],
  note: (what: string, outcomes: readonly Outcome[]) => void,
): Promise<string[]> {
  const failures: string[] = [];
  const quiet = async (what: string, work: () => Promise<readonly Outcome[]>) => {
    for (const platform of world.platforms) platform.clearRequests();
    const outcomes = await work();
    note(what, outcomes);
    if (!wentWell(outcomes)) failures.push(`${what} fails`);
    else if (outcomes.some(({ changes }) => changes > 0)) failures.push(`${what} is not empty`);
    if (world.platforms.some(({ requests }) => requests.some(isChange)))
      failures.push(`${what} changes something`);
  };
  await quiet("the second up", () => eachUp(world, wanted));
  await quiet("a refresh", () => Promise.all(world.stacks.map((stack) => stack.refresh())));
  await quiet("the up after a refresh", () => eachUp(world, wanted));
  return failures;
}
