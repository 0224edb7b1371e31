/** What a program declares, and the stack that it is applied to, on the model or on the engine. */
import type { Bag } from "./plugin.mts";

/** A resource as a program declares it. */
export interface Declared {
  readonly name: string;
  /** The types of its parents, the outermost first. */
  readonly parents?: readonly string[];
  /** What the user gives the class. */
  readonly args: Bag;
  /** The names, or parents and names, that it had before. */
  readonly aliases?: readonly { readonly name?: string; readonly parents?: readonly string[] }[];
  readonly retainOnDelete?: boolean;
}
export type Program = readonly Declared[];

/** A resource in the state. */
export interface Resource {
  readonly urn: string;
  readonly id: string;
  readonly inputs: Bag;
  /** With secrets as the engine keeps them. */
  readonly outputs: Bag;
  readonly initErrors?: readonly string[];
  /** Deleted before its replacement came. */
  readonly pendingReplacement?: boolean;
  readonly retainOnDelete?: boolean;
}

/** How a command ended. */
export interface Outcome {
  readonly isGreen: boolean;
  readonly errors: readonly string[];
  /** How many resources were to be made, changed or deleted. */
  readonly changes: number;
}

/** A stack, on the model or on the engine: its state, and the commands that work on it. */
export interface AnyStack {
  readonly project: string;
  readonly name: string;
  /** What the ownership tags of all its resources begin with. */
  readonly tagPrefix: string;
  config: Readonly<Record<string, string>>;
  resources: Map<string, Resource>;
  /** All that anybody could read. */
  readonly printed: string[];
  up(program: Program, options?: { readonly replace?: readonly string[] }): Promise<Outcome>;
  destroy(): Promise<Outcome>;
  refresh(): Promise<Outcome>;
  /** Kills the engine: nothing is recorded from here on, whatever the plugin still does. */
  kill(): void;
  killPlugin(): void;
}
