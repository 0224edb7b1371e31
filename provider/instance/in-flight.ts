import { fstatSync } from "node:fs";
import { Act365Error } from "../platform/errors";
import { within } from "../platform/operation";

let inFlight = 0;

/** When the last operation ended, by `performance.now()`. */
let lastEnd = 0;

let isStopping = false;

let isListening = false;

/**
 * Works within the resource's own time where the door knows one, else within these seconds. Errors say what was being
 * done. A signal to the process lets the operations in flight end and be recorded.
 */
export async function operate<T>(what: string, seconds: number, work: () => Promise<T>): Promise<T> {
  inFlight += 1;
  try {
    return await within(what, { seconds }, work);
  } catch (error) {
    if (error instanceof Act365Error) error.during(what);
    throw error;
  } finally {
    inFlight -= 1;
    lastEnd = performance.now();
    if (isStopping) leaveOnceIdle();
  }
}

/**
 * The engine signals its plugins when it ends, and a runner that is stopped signals every process. A create in flight
 * must end and be recorded; only then may the process go.
 *
 * @param isPlugin whether the engine started this process, and not a user's test.
 */
export function endOperationsBeforeLeaving({ isPlugin }: { readonly isPlugin: boolean }): void {
  if (isListening) return;
  isListening = true;
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.on(signal, () => {
      isStopping = true;
      leaveOnceIdle();
    });
  if (isPlugin && isInputHeldOpen()) process.stdin.on("close", () => process.exit(0)).resume();
}

/**
 * Whether standard input is a pipe or a socket: the engine holds such a one open as long as it lives. An engine that was
 * killed signals nobody, and without it nothing can be recorded any more: what is not yet sent must not be sent.
 */
function isInputHeldOpen(): boolean {
  try {
    const input = fstatSync(0);
    return input.isFIFO() || input.isSocket();
  } catch {
    return false;
  }
}

/** Milliseconds in which the host has handed an answer to the engine. */
const handOver = 50;

function leaveOnceIdle(): void {
  if (inFlight > 0) return;
  // The engine signals at the end of each run, and waits for its plugins to go: who has nothing to hand over goes at once.
  const left = Math.max(0, lastEnd + handOver - performance.now());
  // A process that got no time meanwhile finds its timers due before it could write anything.
  setTimeout(() => setImmediate(() => inFlight === 0 && process.exit(0)), left);
}
