import { z } from "zod";

/** Which requests a fault meets. */
export interface FaultMatch {
  /** Default: every method. */
  readonly method?: (typeof methods)[number] | undefined;
  /**
   * A regular expression for the whole path below `/elements/api-v2`, such as `/instances` or `/instances/\\d+`.
   * Default: every path.
   */
  readonly path?: string | undefined;
  /**
   * A regular expression that the query (as `key=value`, decoded) or the body must hold somewhere, such as the name or a
   * tag of one instance: the path of POST does not tell which. `^` and `$` are the ends of a line, which each pair of the
   * query is. Default: any.
   */
  readonly holds?: string | undefined;
  /** The first request that is met, among those that match from the planning on, counted from 1. Default: 1. */
  readonly nth?: number | undefined;
  /** How many matching requests in a row are met; 0 for all from there on. Default: 1. */
  readonly times?: number | undefined;
  /** How often each of them is met, from 0 to 1, decided by the seed. Default: 1. */
  readonly probability?: number | undefined;
}

/** What can go wrong, told apart by `kind`. */
export type Mishap =
  /** The connection is reset before the work. */
  | { readonly kind: "reset-before" }
  /** The work is done, and the connection reset instead of an answer. */
  | { readonly kind: "reset-after" }
  /** The work is done, and the connection reset in the middle of the answer's body. */
  | { readonly kind: "reset-in-body" }
  /** The request waits, before the work or, when that is done at once, before the answer. */
  | ({
      readonly kind: "delay";
      /** How long it waits, from 0. */
      readonly milliseconds: number;
    } & WorkDone)
  /** No answer ever comes, and the connection stays open. */
  | ({ readonly kind: "hang" } & WorkDone)
  /** 429, the work not done. */
  | {
      readonly kind: "too-many-requests";
      /** What Retry-After says. Default: there is no such header. */
      readonly retryAfterSeconds?: number | undefined;
      /** Whether Retry-After gives the seconds, or the HTTP date that they lead to. Default: "seconds". */
      readonly retryAfterForm?: "seconds" | "date" | undefined;
    }
  /** Any status with a body in the platform's form of an error (PLATFORM.md 3), such as 401, 403 or a 500. */
  | ({
      readonly kind: "error";
      /** The answer's, from 200 to 599. */
      readonly status: number;
      /** Default: a sentence that says it was planned. */
      readonly message?: string | undefined;
      /** What Act! is made to have said. Default: absent. */
      readonly providerMessage?: string | undefined;
    } & WorkDone)
  /** 502 with a page of HTML, as a gateway answers. PLATFORM.md 3: bodies of 5xx may not be JSON. */
  | ({ readonly kind: "bad-gateway" } & WorkDone)
  /** A page of HTML instead of an answer, as a gateway or a login page before the platform gives it. */
  | ({
      readonly kind: "page";
      /** From 200 to 599. */
      readonly status: number;
    } & WorkDone)
  /**
   * Answered by a part of the platform that is behind: as it was some requests before, but no longer ago than the option
   * `lag.behindMilliseconds` says. What it does not know yet is 404; what it does not know to be gone, it answers for.
   */
  | {
      readonly kind: "stale";
      /** How many requests behind, from 1. */
      readonly requestsAgo: number;
    }
  /** Exactly this answer. */
  | ({
      readonly kind: "answer";
      /** From 200 to 599. */
      readonly status: number;
      /** Default: empty. */
      readonly body?: string | undefined;
      /** Default: none but those that Node.js adds. */
      readonly headers?: Readonly<Record<string, string>> | undefined;
    } & WorkDone)
  /** The work is done, and the answer's JSON ends halfway. */
  | { readonly kind: "truncated-json" }
  /** The work is done, and the answer's JSON has words for numbers and flags, and numbers for words. */
  | { readonly kind: "wrong-types" }
  /** The work is done, and the answer is called text/html. */
  | { readonly kind: "wrong-content-type" }
  /** The work is done, and the answer has no body. */
  | { readonly kind: "empty-body" }
  /** The work is done, and the answer lacks what may be missing (PLATFORM.md 1.7). */
  | {
      readonly kind: "keys-missing";
      /** Such as `token`; left out wherever they stand in the JSON. */
      readonly keys: readonly string[];
    };

/** For the mishaps that can come before the work or after it. */
export interface WorkDone {
  /** Whether the platform does what was asked before the fault happens. Default: false. */
  readonly workDone?: boolean | undefined;
}

/** Something that goes wrong, and for which requests. */
export type Fault = FaultMatch & Mishap;

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] as const;
const pattern = z.string().refine(isPattern, "not a regular expression");
const match = {
  method: z.enum(methods).optional(),
  path: pattern.optional(),
  holds: pattern.optional(),
  nth: z.int().positive().optional(),
  times: z.int().nonnegative().optional(),
  probability: z.number().min(0).max(1).optional(),
};
const workDone = z.boolean().optional();
const status = z.int().min(200).max(599);

// The types above are written out, since those that zod infers drag its own into users' programs.
const faultSchema: z.ZodType<Fault> = z.discriminatedUnion("kind", [
  z.strictObject({
    ...match,
    kind: z.enum([
      "reset-before",
      "reset-after",
      "reset-in-body",
      "truncated-json",
      "wrong-types",
      "wrong-content-type",
      "empty-body",
    ]),
  }),
  z.strictObject({ ...match, kind: z.literal("keys-missing"), keys: z.array(z.string()) }),
  z.strictObject({ ...match, kind: z.literal("delay"), milliseconds: z.number().nonnegative(), workDone }),
  z.strictObject({ ...match, kind: z.enum(["hang", "bad-gateway"]), workDone }),
  z.strictObject({
    ...match,
    kind: z.literal("too-many-requests"),
    retryAfterSeconds: z.number().nonnegative().optional(),
    retryAfterForm: z.enum(["seconds", "date"]).optional(),
  }),
  z.strictObject({
    ...match,
    kind: z.literal("error"),
    status,
    message: z.string().optional(),
    providerMessage: z.string().optional(),
    workDone,
  }),
  z.strictObject({ ...match, kind: z.literal("page"), status, workDone }),
  z.strictObject({ ...match, kind: z.literal("stale"), requestsAgo: z.int().positive() }),
  z.strictObject({
    ...match,
    kind: z.literal("answer"),
    status,
    body: z.string().optional(),
    headers: z.record(z.string(), z.string()).optional(),
    workDone,
  }),
]);

/** A fault with what became of it so far. */
export interface PlannedFault {
  /** As it was planned. */
  readonly fault: Fault;
  /** How many requests matched since it was planned. */
  readonly matched: number;
  /** How often it happened. */
  readonly happened: number;
}

/** The faults to come. Pure data: `mishaps.ts` makes them happen. */
export class FaultPlan {
  #planned: { fault: Fault; path: RegExp; content: RegExp; matched: number; happened: number }[] = [];
  readonly #random: () => number;

  constructor(faults: readonly Fault[], seed: number) {
    this.#random = randomFrom(seed);
    this.add(...faults);
  }

  get planned(): PlannedFault[] {
    return this.#planned.map(({ fault, matched, happened }) => ({ fault, matched, happened }));
  }

  /** @throws Error that names what is wrong with a fault; then none is planned. */
  add(...faults: Fault[]): void {
    const checked = faults.map((fault) => {
      const { data, error } = faultSchema.safeParse(fault);
      if (error) throw new Error(`not a fault of the simulator: ${z.prettifyError(error)}`);
      return data;
    });
    for (const fault of checked)
      this.#planned.push({
        fault,
        path: new RegExp(`^(?:${fault.path ?? ".*"})$`),
        content: new RegExp(fault.holds ?? "", "m"),
        matched: 0,
        happened: 0,
      });
  }

  clear(): void {
    this.#planned = [];
  }

  /**
   * The fault that meets a request. Every fault counts the request; of several that are due, the first planned wins.
   *
   * @param content the query, decoded, and the body.
   */
  meet(method: string, path: string, content: string): Fault | undefined {
    const due = this.#planned.filter((plan) => {
      const { fault } = plan;
      if ((fault.method ?? method) !== method || !plan.path.test(path) || !plan.content.test(content))
        return false;
      plan.matched += 1;
      const { nth = 1, times = 1, probability = 1 } = fault;
      const isTurn = plan.matched >= nth && (times === 0 || plan.matched < nth + times);
      return isTurn && (probability === 1 || this.#random() < probability);
    });
    const [first] = due;
    if (first) first.happened += 1;
    return first?.fault;
  }
}

function isPattern(source: string): boolean {
  try {
    return new RegExp(`^(?:${source})$`) instanceof RegExp;
  } catch {
    return false;
  }
}

/** Numbers from 0 to 1 (mulberry32): small, and the same for the same seed on every machine. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
