#!/usr/bin/env node
/**
 * The plugin's process. The engine starts it, reads the port that it prints, and calls `pulumirpc.ResourceProvider` there
 * until it ends the process with a signal, or ends itself.
 */
import { enableCompileCache } from "node:module";
import { endOperationsBeforeLeaving } from "../instance/in-flight";

// From the start: an engine that is killed while it waits for the port leaves no process behind.
endOperationsBeforeLeaving({ isPlugin: true });
enableCompileCache?.();

const { serve } = require("./server") as typeof import("./server");
// Flags, such as `--logtostderr`, may stand before the engine's address.
serve(process.argv.slice(2).find((each) => !each.startsWith("-"))).then(
  (port) => process.stdout.write(`${port}\n`),
  (error: Error) => {
    process.stderr.write(`act365: ${error.message}\n`);
    process.exitCode = 1;
  },
);
