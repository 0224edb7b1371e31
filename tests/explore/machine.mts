/**
 * A machine whose clock stands still while anything happens and jumps while everything waits, and whose network is this
 * process: a run of minutes takes milliseconds, and the same seed is the same run.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { createRequire, syncBuiltinESMExports } from "node:module";
import { beat, forgetListeners, installNetwork, type Process, processes, pulse } from "./network.mts";

const require = createRequire(import.meta.url);
const real = { setImmediate, Date, setTimeout, clearTimeout };

// ---- the clock

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly owner: Process | undefined;
  readonly fire: () => void;
}
const timers = new Map<number, Timer>();
const start = 1_750_000_000_000;
let now = 0;
let order = 0;

function later(fire: () => void, milliseconds: number): number {
  order += 1;
  const at = now + Math.max(1, Number.isFinite(milliseconds) ? milliseconds : 2 ** 31);
  timers.set(order, { at, order, owner: processes.getStore(), fire: AsyncLocalStorage.bind(fire) });
  return order;
}

class Handle {
  readonly id: number;
  constructor(id: number) {
    this.id = id;
  }
  ref = () => this;
  unref = () => this;
  hasRef = () => true;
  refresh = () => this;
  close = () => this[Symbol.dispose]();
  [Symbol.toPrimitive] = () => this.id;
  [Symbol.dispose] = () => {
    timers.delete(this.id);
    return this;
  };
}

const fakeTimeout = (fire: (...args: unknown[]) => void, milliseconds = 1, ...args: unknown[]) =>
  new Handle(later(() => fire(...args), milliseconds));
const fakeInterval = (fire: (...args: unknown[]) => void, milliseconds = 1, ...args: unknown[]) => {
  const handle = new Handle(0);
  const again = (): void => {
    const next = () => {
      again();
      fire(...args);
    };
    Object.assign(handle, { id: later(next, milliseconds) });
  };
  again();
  return handle;
};
const fakeClear = (handle: unknown) => {
  if (handle !== undefined && handle !== null) timers.delete(Number(handle));
};
const fakeWait = (milliseconds = 1, value?: unknown, { signal }: { signal?: AbortSignal } = {}) =>
  new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const id = later(() => resolve(value), milliseconds);
    signal?.addEventListener("abort", () => {
      timers.delete(id);
      reject(signal.reason);
    });
  });

class FakeDate extends Date {
  constructor(...args: ConstructorParameters<typeof Date> | []) {
    super(...((args.length === 0 ? [FakeDate.now()] : args) as [number]));
  }
  static override now = (): number => start + Math.floor(now);
}

function fakeAbortTimeout(milliseconds: number): AbortSignal {
  const controller = new AbortController();
  later(() => controller.abort(new DOMException("The operation timed out.", "TimeoutError")), milliseconds);
  return controller.signal;
}

let random = 1;
/** Random numbers start again from a seed. */
export const seed = (value: number): void => {
  random = value;
};
function fakeRandom(): number {
  random = (random + 0x6d2b79f5) | 0;
  let mixed = Math.imul(random ^ (random >>> 15), 1 | random);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}

/** Puts the clock and the network in the place of Node's. What runs outside of `work` cannot wait for anything. */
export function install(): void {
  const promises = require("node:timers/promises");
  const plain = require("node:timers");
  Object.assign(plain, {
    setTimeout: fakeTimeout,
    clearTimeout: fakeClear,
    setInterval: fakeInterval,
    clearInterval: fakeClear,
  });
  Object.assign(promises, { setTimeout: fakeWait });
  Object.assign(globalThis, {
    setTimeout: fakeTimeout,
    clearTimeout: fakeClear,
    setInterval: fakeInterval,
    clearInterval: fakeClear,
    Date: FakeDate,
  });
  Object.defineProperty(performance, "now", { value: () => now });
  Object.defineProperty(AbortSignal, "timeout", { value: fakeAbortTimeout });
  Math.random = fakeRandom;
  // The ids of a platform; its tokens may be what they are.
  const crypto = require("node:crypto");
  crypto.randomInt = (from: number, to: number) => from + Math.floor(fakeRandom() * (to - from));

  installNetwork();
  syncBuiltinESMExports();
}

// ---- what drives both

/** Turns of the event loop without anything happening, after which everybody waits for the clock. */
const quietTurns = 4;

/**
 * Works until the promise is settled: jumps to the next timer whenever nothing else happens.
 *
 * @param watch is called at each turn.
 * @throws when everybody waits for ever.
 */
export async function work<T>(promise: Promise<T>, watch: () => void = () => undefined): Promise<T> {
  let isSettled = false;
  const settled = promise.finally(() => {
    isSettled = true;
  });
  settled.catch(() => undefined);
  let quiet = 0;
  let seen = pulse();
  while (!isSettled) {
    await new Promise<void>((resolve) => real.setImmediate(resolve));
    watch();
    if (pulse() !== seen) quiet = 0;
    else quiet += 1;
    seen = pulse();
    if (quiet < quietTurns || isSettled) continue;
    quiet = 0;
    if (!fireNext()) throw new Error("everybody waits for ever");
  }
  return settled;
}

function fireNext(until = Number.POSITIVE_INFINITY): boolean {
  let next: Timer | undefined;
  for (const [id, timer] of timers)
    if (timer.owner?.isAlive === false) timers.delete(id);
    else if (!next || timer.at < next.at || (timer.at === next.at && timer.order < next.order)) next = timer;
  if (!next || next.at > until) return false;
  timers.delete(next.order);
  now = Math.max(now, next.at);
  beat();
  next.fire();
  return true;
}

/** Lets time pass; what is due meanwhile happens. */
export async function pass(milliseconds: number): Promise<void> {
  const end = now + milliseconds;
  await work(new Promise((resolve) => later(() => resolve(undefined), milliseconds)));
  now = Math.max(now, end);
}

/** Forgets everything that waits: the next run begins. */
export function reset(): void {
  timers.clear();
  forgetListeners();
}
