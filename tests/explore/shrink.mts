/** Makes the case of a failure as small as it gets while it fails in the same way. */
import { happenings } from "./mishaps.mts";
import type { Code } from "./plugin.mts";
import { type Case, run } from "./run.mts";
import { combined, variants } from "./variants.mts";

export async function shrunk(code: Code, found: Case, failure: string): Promise<Case> {
  const fails = async (one: Case) => (await run(code, one)).failures.includes(failure);
  let best = found;
  for (let isSmaller = true; isSmaller; ) {
    isSmaller = false;
    for (const smaller of smallerThan(best)) {
      if (!(await fails(smaller))) continue;
      best = smaller;
      isSmaller = true;
      break;
    }
  }
  return best;
}

function* smallerThan(one: Case): Generator<Case> {
  const { disturbances, variant } = one;
  for (const [index, { point, happening }] of disturbances.entries()) {
    yield { ...one, disturbances: disturbances.toSpliced(index, 1) };
    const simpler =
      happening.lasts && happenings.find(({ name }) => `${name}, again and again` === happening.name);
    if (simpler) yield { ...one, disturbances: disturbances.with(index, { point, happening: simpler }) };
  }
  const [mild] = variants;
  if (mild && variant !== mild) yield { ...one, variant: mild };
  const parts = variant.name.split("; ");
  for (const left of parts.length > 1 ? parts : []) {
    const rest = parts
      .filter((name) => name !== left)
      .map((name) => variants.find((each) => each.name === name) ?? mild);
    yield { ...one, variant: (rest as typeof variants).reduce(combined) };
  }
  if (one.isReverted && !one.scenario.isFinal) yield { ...one, isReverted: false };
  if (one.seed !== 2) yield { ...one, seed: 2 };
}
