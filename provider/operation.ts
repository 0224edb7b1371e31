import { AsyncLocalStorage } from "node:async_hooks";
import { fstatSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { Act365Error } from "./errors";

/** What the plugin is doing at the moment for one instance. */
interface Operation {
  /** For messages, such as `creating connector instance "crm"`. */
  readonly what: string;
  /** Aborts when its time is over. */
  readonly signal: AbortSignal;
  /** By `performance.now()`. */
  readonly ends: number;
}

const current = new AsyncLocalStorage<Operation>();
let inFlight = 0;
/** When the last operation ended, by `performance.now()`. */
let lastEnd = 0;
let isStopping = false;
let isListening = false;

/**
 * Works within a time limit, since the plugin host drops Pulumi's own customTimeouts. Errors say what was being done.
 * A signal to the process lets the operations in flight end and be recorded.
 */
export async function operate<T>(what: string, seconds: number, work: () => Promise<T>): Promise<T> {
  inFlight += 1;
  try {
    return await within(what, seconds, work);
  } catch (error) {
    if (error instanceof Act365Error) error.during(what);
    throw error;
  } finally {
    inFlight -= 1;
    lastEnd = performance.now();
    if (isStopping) leaveOnceIdle();
  }
}

/** How long it is asked what became of a call, in seconds, even when the operation's own time is over. */
export const lookSeconds = 30;

/** Works on with a time of its own: for finding out what the operation came to, when its time is over. */
export const afterwards = <T>(seconds: number, work: () => Promise<T>): Promise<T> =>
  within(current.getStore()?.what ?? "", seconds, work);

function within<T>(what: string, seconds: number, work: () => Promise<T>): Promise<T> {
  const milliseconds = seconds * 1000;
  const signal = AbortSignal.timeout(milliseconds);
  return current.run({ what, signal, ends: performance.now() + milliseconds }, work);
}

/** The signal and the milliseconds left of the operation that asks; without one (a lookup, a command) no limit. */
export function timeLeft(): { signal?: AbortSignal; milliseconds: number } {
  const operation = current.getStore();
  if (!operation) return { milliseconds: Number.POSITIVE_INFINITY };
  return { signal: operation.signal, milliseconds: Math.max(0, operation.ends - performance.now()) };
}

/** Waits, but not longer than the operation has time. */
export const pause = (seconds: number): Promise<void> =>
  wait(Math.min(seconds * 1000, timeLeft().milliseconds));

/**
 * Tells the person who watches the apply: the host passes what the plugin prints on to Pulumi's output, under the stack.
 * It hands on neither the resource's URN nor a client of the engine, so no message can stand beside its resource.
 */
export function tell(words: string): void {
  const what = current.getStore()?.what;
  process.stderr.write(`act365: ${what ? `${what}: ` : ""}${words}\n`);
}

/** Tells the words, if any, once the answer takes as long as the other waits that are told. */
export async function tellIfSlow<T>(words: string | undefined, answer: Promise<T>): Promise<T> {
  const timer = words === undefined ? undefined : setTimeout(() => tell(words), 5000);
  try {
    return await answer;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The engine signals its plugins when it ends, and a runner that is stopped signals every process. A create in flight
 * must end and be recorded; only then may the process go.
 */
export function endOperationsBeforeLeaving(): void {
  if (isListening) return;
  isListening = true;
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.on(signal, () => {
      isStopping = true;
      leaveOnceIdle();
    });
  if (isPluginOfEngine()) process.stdin.on("close", () => process.exit(0)).resume();
}

/**
 * Whether standard input is the pipe that the engine holds open as long as it lives. An engine that was killed signals
 * nobody, and without it nothing can be recorded any more: what is not yet sent must not be sent.
 */
function isPluginOfEngine(): boolean {
  try {
    return /[\\/]dynamic-provider[\\/]/.test(process.argv[1] ?? "") && fstatSync(0).isFIFO();
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
