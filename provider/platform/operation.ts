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
}

const current = new AsyncLocalStorage<Operation>();
/** Waits that are shorter are told to nobody. */
export const quietSeconds = 5;

/** How long it is asked what became of a call, in seconds, even when the operation's own time is over. */
export const lookSeconds = 30;

/** Works on with a time of its own: for finding out what the operation came to, when its time is over. */
export const afterwards = <T>(seconds: number, work: () => Promise<T>): Promise<T> =>
  within(current.getStore()?.what ?? "", seconds, work);

export function within<T>(what: string, seconds: number, work: () => Promise<T>): Promise<T> {
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
  const timer = words === undefined ? undefined : setTimeout(() => tell(words), quietSeconds * 1000);
  try {
    return await answer;
  } finally {
    clearTimeout(timer);
  }
}
