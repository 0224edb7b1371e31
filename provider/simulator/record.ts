import type { Fault } from "./faults/plan";

/** A request as it arrived, and what it was answered. */
export interface RecordedRequest {
  /** In capitals. */
  readonly method: string;
  /** Below `/elements/api-v2`, such as `/instances/12`; the whole path when it is not below. */
  readonly path: string;
  /** As sent, without the question mark. */
  readonly query: string;
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed where it is JSON, else the text; undefined when there was none. */
  readonly body: unknown;
  /** Whose secrets it carried; undefined when they are wrong. */
  readonly organizationId: number | undefined;
  /** Which user's secret it carried; undefined when they are wrong. */
  readonly userId: number | undefined;
  /** The answer's status; undefined while, or where, no whole answer was given. */
  status?: number;
  /** The fault that it met. */
  fault?: Fault["kind"];
}
