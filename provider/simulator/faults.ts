import { z } from "zod";

/** Which requests a fault meets. */
const match = {
  /** Default: every method. */
  method: z.enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]).optional(),
  /**
   * A regular expression for the whole path below `/elements/api-v2`, such as `/instances` or `/instances/\d+`.
   * Default: every path.
   */
  path: z.string().refine(isPattern, "not a regular expression").optional(),
  /**
   * A regular expression that the query (as `key=value`, decoded) or the body must hold somewhere, such as the name or a
   * tag of one instance: the path of POST does not tell which. Default: any.
   */
  holds: z.string().refine(isPattern, "not a regular expression").optional(),
  /** The first request that is met, among those that match from the planning on, counted from 1. Default: 1. */
  nth: z.int().positive().optional(),
  /** How many matching requests in a row are met; 0 for all from there on. Default: 1. */
  times: z.int().nonnegative().optional(),
  /** How often each of them is met, from 0 to 1, decided by the seed. Default: 1. */
  probability: z.number().min(0).max(1).optional(),
};

/** Whether the platform does what was asked before the fault happens. Default: false. */
const workDone = z.boolean().optional();

const status = z.int().min(200).max(599);

/** Something that goes wrong, and for which requests. Tell apart by `kind`. */
export const faultSchema = z.discriminatedUnion("kind", [
  /** The connection is reset before the work. */
  z.strictObject({ ...match, kind: z.literal("reset-before") }),
  /** The work is done, and the connection reset instead of an answer. */
  z.strictObject({ ...match, kind: z.literal("reset-after") }),
  /** The work is done, and the connection reset in the middle of the answer's body. */
  z.strictObject({ ...match, kind: z.literal("reset-in-body") }),
  /** The request waits before the work, which is done and answered even so. */
  z.strictObject({ ...match, kind: z.literal("delay"), milliseconds: z.number().nonnegative() }),
  /** No answer ever comes, and the connection stays open. */
  z.strictObject({ ...match, kind: z.literal("hang"), workDone }),
  /** 429, the work not done. */
  z.strictObject({
    ...match,
    kind: z.literal("too-many-requests"),
    /** What Retry-After says. Default: there is no such header. */
    retryAfterSeconds: z.number().nonnegative().optional(),
    /** Whether Retry-After gives the seconds, or the HTTP date that they lead to. Default: "seconds". */
    retryAfterForm: z.enum(["seconds", "date"]).optional(),
  }),
  /** Any status with a body in the platform's form of an error (contract 3), such as 401, 403 or a 500. */
  z.strictObject({
    ...match,
    kind: z.literal("error"),
    status,
    /** Default: a sentence that says it was planned. */
    message: z.string().optional(),
    providerMessage: z.string().optional(),
    workDone,
  }),
  /** 502 with a page of HTML, as a gateway answers. Contract 3: bodies of 5xx may not be JSON. */
  z.strictObject({ ...match, kind: z.literal("bad-gateway"), workDone }),
  /** Exactly this answer. */
  z.strictObject({
    ...match,
    kind: z.literal("answer"),
    status,
    /** Default: empty. */
    body: z.string().optional(),
    headers: z.record(z.string(), z.string()).optional(),
    workDone,
  }),
  /** The work is done, and the answer's JSON ends halfway. */
  z.strictObject({ ...match, kind: z.literal("truncated-json") }),
  /** The work is done, and the answer's JSON has words for numbers and flags, and numbers for words. */
  z.strictObject({ ...match, kind: z.literal("wrong-types") }),
  /** The work is done, and the answer is called text/html. */
  z.strictObject({ ...match, kind: z.literal("wrong-content-type") }),
  /** The work is done, and the answer has no body. */
  z.strictObject({ ...match, kind: z.literal("empty-body") }),
]);

/** Something that goes wrong, and for which requests. */
export type Fault = z.infer<typeof faultSchema>;

/** A fault with what became of it so far. */
export interface PlannedFault {
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
        content: new RegExp(fault.holds ?? ""),
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
