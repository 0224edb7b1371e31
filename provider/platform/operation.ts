import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as wait } from "node:timers/promises";

/** What the plugin is doing at the moment for one instance. */
interface Operation {
  /** For messages, such as `creating connector instance "crm"`. */
  readonly what: string;
  /** Aborts when its time is over. */
  readonly signal: AbortSignal;
  /** By `performance.now()`. */
  readonly ends: number;
  readonly limit: Limit;
}

/** How long an operation may take. */
export interface Limit {
  readonly seconds: number;
  /** Where the user says so, if not in the settings. */
  readonly setBy?: string;
}

/** What a door knows of an operation beside the client; the host of dynamic providers tells nothing. */
export interface Circumstances {
  /** The resource's own time. */
  readonly limit?: Limit;
  /** Tells the person who watches the apply, at the resource. */
  readonly tell?: (words: string) => void;
}

const current = new AsyncLocalStorage<Operation>();
const circumstances = new AsyncLocalStorage<Circumstances>();
/** Waits that are shorter are told to nobody. */
export const quietSeconds = 5;

/** How long it is asked what became of a call, in seconds, even when the operation's own time is over. */
export const lookSeconds = 30;

/** Works for a door that knows more of the operation than its client does. */
export const under = <T>(known: Circumstances, work: () => Promise<T>): Promise<T> =>
  circumstances.run(known, work);

/** Works on with a time of its own: for finding out what the operation came to, when its time is over. */
export function afterwards<T>(seconds: number, work: () => Promise<T>): Promise<T> {
  const { what, limit } = current.getStore() ?? { what: "", limit: { seconds } };
  return run(what, limit, seconds, work);
}

/** Works within the resource's own time, or else within the limit that is given. */
export function within<T>(what: string, limit: Limit, work: () => Promise<T>): Promise<T> {
  const own = circumstances.getStore()?.limit ?? limit;
  return run(what, own, own.seconds, work);
}

function run<T>(what: string, limit: Limit, seconds: number, work: () => Promise<T>): Promise<T> {
  const milliseconds = seconds * 1000;
  const signal = AbortSignal.timeout(milliseconds);
  return current.run({ what, signal, ends: performance.now() + milliseconds, limit }, work);
}

/** The signal and the milliseconds left of the operation that asks; without one (a lookup, a command) no limit. */
export function timeLeft(): { signal?: AbortSignal; limit?: Limit; milliseconds: number } {
  const operation = current.getStore();
  if (!operation) return { milliseconds: Number.POSITIVE_INFINITY };
  const { signal, limit, ends } = operation;
  return { signal, limit, milliseconds: Math.max(0, ends - performance.now()) };
}

/** Waits, but not longer than the operation has time. */
export const pause = (seconds: number): Promise<void> =>
  wait(Math.min(seconds * 1000, timeLeft().milliseconds));

/**
 * Tells the person who watches the apply. The host of dynamic providers hands on neither the resource's URN nor a client
 * of the engine: it passes what the process prints on to Pulumi's output, under the stack.
 */
export function tell(words: string): void {
  const what = current.getStore()?.what;
  const message = `${what ? `${what}: ` : ""}${words}`;
  const told = circumstances.getStore()?.tell;
  if (told) told(message);
  else process.stderr.write(`act365: ${message}\n`);
}

/** Tells the words, if any, once the answer takes as long as the other waits that are told. */
export async function tellIfSlow<T>(words: string | undefined, answer: Promise<T>): Promise<T> {
  const timer = words === undefined ? undefined : setTimeout(() => tell(words), quietSeconds * 1000);
  try {
    return await answer;
  } finally {
    clearTimeout(timer);
  }
}
