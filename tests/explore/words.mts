/** A case in words that fit into a file: scenarios, readings and happenings by their names. */

import { scenarioNamed } from "./chains.mts";
import { happenings } from "./mishaps.mts";
import type { Case, Point } from "./run.mts";
import { combined, variants } from "./variants.mts";

export interface Words {
  readonly scenario: string;
  readonly variants: readonly string[];
  readonly disturbances: readonly { readonly point: Point; readonly happening: string }[];
  readonly isReverted: boolean;
  readonly seed: number;
}

export const wordsOf = ({ scenario, variant, disturbances, isReverted, seed }: Case): Words => ({
  scenario: scenario.name,
  variants: variant.name.split("; "),
  disturbances: disturbances.map(({ point, happening }) => ({ point, happening: happening.name })),
  isReverted,
  seed,
});

export const caseOf = ({ scenario, variants: names, disturbances, isReverted, seed }: Words): Case => ({
  scenario: scenarioNamed(scenario),
  variant: names.map((name) => named(variants, name)).reduce(combined),
  disturbances: disturbances.map(({ point, happening }) => ({
    point,
    happening: named(happenings, happening),
  })),
  isReverted,
  seed,
});

function named<T extends { readonly name: string }>(all: readonly T[], name: string): T {
  const found = all.find((each) => each.name === name);
  if (!found) throw new Error(`there is no "${name}"`);
  return found;
}

/** What a person calls a case. */
export const titleOf = ({ scenario, variant, disturbances, isReverted }: Case): string =>
  [
    scenario.name,
    ...(variant === variants[0] ? [] : [variant.name]),
    ...disturbances.map(
      ({ point: { nth, method, path, platform }, happening }) =>
        `${platform === 1 ? "other platform's " : ""}#${nth} ${method} ${path.replace(/\d{3,}/, "ID")} ${happening.name}`,
    ),
    ...(isReverted ? ["then back"] : []),
  ].join("; ");
