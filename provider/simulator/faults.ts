import { setTimeout as wait } from "node:timers/promises";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Context, Next } from "hono";
import type { Environment } from "./app";

/** Which requests a fault meets. */
interface Match {
  /** Default: every method. */
  readonly method?: string;
  /** A regular expression for the path below the base path, such as `^/instances$`. Default: every path. */
  readonly path?: string;
  /** The first of the matching requests that is met, counted from 1. Default: 1. */
  readonly nth?: number;
  /** How many from there on; 0 for all. Default: 1. */
  readonly times?: number;
  /** Meets each of them only this often, from 0 to 1, by the seed. Default: 1. */
  readonly probability?: number;
}

/** What goes wrong. Unless it says otherwise, the platform has not done the work. */
type Kind =
  | { readonly kind: "reset-before" }
  /** The work is done, the connection reset before the answer. */
  | { readonly kind: "reset-after" }
  /** The work is done, the connection reset in the middle of the answer's body. */
  | { readonly kind: "reset-in-body" }
  /** The work is done after a wait, in milliseconds. */
  | { readonly kind: "delay"; readonly milliseconds: number }
  /** Never answered. */
  | { readonly kind: "hang" }
  /** Answered like this instead; with `workDone`, after the work was done. */
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly body?: string;
      readonly headers?: Readonly<Record<string, string>>;
      readonly workDone?: boolean;
    }
  /** The work is done, the answer's JSON cut in half. */
  | { readonly kind: "truncated-json" }
  /** The work is done, ids answered as strings, strings as numbers. */
  | { readonly kind: "wrong-types" }
  /** The work is done, the answer called text/html. */
  | { readonly kind: "wrong-content-type" }
  /** The work is done, the answer's body empty. */
  | { readonly kind: "empty-body" };

export type Fault = Match & Kind;

/** The faults that are planned, and their meeting requests. */
export class Faults {
  #planned: { fault: Fault; met: number }[] = [];
  #random: () => number;

  constructor(faults: readonly Fault[], seed: number) {
    this.#random = randomFrom(seed);
    this.plan(...faults);
  }

  plan(...faults: Fault[]): void {
    this.#planned.push(...faults.map((fault) => ({ fault, met: 0 })));
  }

  clear(): void {
    this.#planned = [];
  }

  get planned(): Fault[] {
    return this.#planned.map(({ fault }) => fault);
  }

  /** The first fault that meets this request. */
  meet(method: string, path: string): Fault | undefined {
    let found: Fault | undefined;
    for (const plan of this.#planned) {
      const { fault } = plan;
      if (fault.method !== undefined && fault.method !== method) continue;
      if (fault.path !== undefined && !new RegExp(fault.path).test(path)) continue;
      plan.met += 1;
      const { nth = 1, times = 1, probability = 1 } = fault;
      const isInside = plan.met >= nth && (times === 0 || plan.met < nth + times);
      if (isInside && !found && this.#random() < probability) found = fault;
    }
    return found;
  }
}

/** Lets the request through with the fault. */
export async function suffer(
  c: Context<Environment>,
  fault: Fault,
  next: Next,
): Promise<Response | undefined> {
  switch (fault.kind) {
    case "reset-before":
      return reset(c);
    case "hang":
      await new Promise((resolve) => c.env.outgoing.once("close", resolve));
      return RESPONSE_ALREADY_SENT;
    case "delay":
      await wait(fault.milliseconds);
      await next();
      return undefined;
    case "answer":
      if (fault.workDone) await next();
      c.res = undefined;
      return new Response(fault.body ?? "", { status: fault.status, headers: { ...fault.headers } });
  }
  await next();
  const whole = await c.res.text();
  const headers = new Headers(c.res.headers);
  const { status } = c.res;
  c.res = undefined;
  switch (fault.kind) {
    case "reset-after":
      return reset(c);
    case "reset-in-body": {
      const { outgoing } = c.env;
      outgoing.writeHead(status, { ...Object.fromEntries(headers), "content-length": whole.length + 1 });
      outgoing.write(whole.slice(0, whole.length / 2), () => outgoing.socket?.resetAndDestroy());
      return RESPONSE_ALREADY_SENT;
    }
    case "truncated-json":
      return new Response(whole.slice(0, whole.length / 2), { status, headers });
    case "wrong-types":
      return new Response(
        whole.replaceAll(/"id":(\d+)/g, '"id":"no $1"').replaceAll(/"name":"[^"]*"/g, '"name":7'),
        {
          status,
          headers,
        },
      );
    case "wrong-content-type":
      headers.set("content-type", "text/html");
      return new Response(whole, { status, headers });
    case "empty-body":
      return new Response("", { status, headers });
  }
}

function reset(c: Context<Environment>): Response {
  c.env.outgoing.socket?.resetAndDestroy();
  return RESPONSE_ALREADY_SENT;
}

/** Mulberry32: small, and the same on every machine. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
