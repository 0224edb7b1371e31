/** What a pipeline does: from one program to another, by one command that is disturbed. */
import type { Outcome, Program } from "./stack.mts";
import type { World } from "./world.mts";

export interface Scenario {
  readonly name: string;
  /** Each stack's program that was applied before, without anything going wrong. */
  readonly before: readonly Program[];
  /** Each stack's program that is wanted. */
  readonly after: readonly Program[];
  /** What is done; by default an `up` of `after` in each stack, at the same time. */
  readonly act?: (world: World) => Promise<readonly Outcome[]>;
  /** What is done outside of Pulumi before the command; undone by `undo` before the recovery. */
  readonly arrange?: (world: World) => void;
  readonly undo?: (world: World, outcomes: readonly Outcome[]) => void;
  /** What a message says to do before the recovery. */
  readonly repair?: (world: World) => Promise<unknown>;
  /** What is wanted in the end, where it is neither of the two. */
  readonly last?: readonly Program[];
  /** The instances of before are still those of after. */
  readonly keeps?: true;
  /** Without any fault it is refused, whatever happens to be first. */
  readonly isRefused?: true;
  /** The instances of before stay on the platform, without an owner. */
  readonly leaves?: true;
  /** What is done is a refresh, which is done again when it fails. */
  readonly refreshes?: true;
  /** Nothing is to be sent that changes anything. */
  readonly isStill?: true;
  /** Two want the same, of which the platform keeps no order. */
  readonly isRace?: true;
  /** There is no way back. */
  readonly isFinal?: true;
}
