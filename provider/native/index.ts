#!/usr/bin/env node
/**
 * The plugin's process. The engine starts it, reads the port that it prints, and calls `pulumirpc.ResourceProvider` there
 * until it ends the process with a signal, or ends itself.
 */
import { enableCompileCache } from "node:module";
import { endOperationsBeforeLeaving } from "../instance/in-flight";

demandNode();
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

/** Pulumi starts the plugin with whatever `node` is on PATH, which programs in other languages need for nothing else. */
function demandNode(): void {
  const { engines } = require("../../package.json") as { engines: { node: string } };
  const [least, here] = [engines.node.replace(/^\D+/, ""), process.versions.node].map((version) =>
    version.split(".").map(Number),
  ) as [number[], number[]];
  const [major = 0, minor = 0] = least;
  if ((here[0] ?? 0) > major || (here[0] === major && (here[1] ?? 0) >= minor)) return;
  process.stderr.write(
    `act365: the plugin needs Node.js ${least.join(".")} or newer, and the one on PATH is ${here.join(".")}; install a newer one, and look with: node --version\n`,
  );
  process.exit(1);
}
