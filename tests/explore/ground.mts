/** Where a run takes place: on the model of the engine with a clock that jumps, or on the real one. */
import type { SimulatorOptions } from "../../provider/simulator/index.ts";
import { Stack } from "./engine.mts";
import type { Code } from "./plugin.mts";
import { type Circumstances, type World, worldOf } from "./world.mts";

export interface Ground {
  /** Tells the code apart, for what is known of its fresh worlds. */
  readonly name: string;
  world(options: Partial<SimulatorOptions>, circumstances: Circumstances): Promise<World>;
  /** Lets time pass for everybody. */
  wait(seconds: number): Promise<void>;
  /** Calls it all the time, until it is told to end. */
  watch(look: () => void): () => void;
  /** A run ends with one more `up` instead of three commands. */
  readonly isBrief: boolean;
}

/** @param watch is handed what is to be called at each turn of the machine. */
export const modelOf = (code: Code, watch: (look: () => void) => void): Ground => ({
  name: code.lifecycle,
  world: (options, circumstances) =>
    worldOf((config, name) => new Stack(code, config, name), options, circumstances),
  wait: (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000)),
  watch: (look) => {
    watch(look);
    return () => watch(() => undefined);
  },
  isBrief: false,
});
