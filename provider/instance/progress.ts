import type { Arguments } from "../arguments/check";
import { differences } from "../arguments/compare";
import { type FieldPath, field, fieldPaths } from "../arguments/fields";
import { othersAmong } from "../arguments/ownership";
import { at, type Bag, isBag, nested } from "../arguments/paths";
import type { InstanceResponse } from "../platform/answers";
import type { Client } from "../platform/client";
import { Act365Error, mayHaveWorked } from "../platform/errors";
import { afterwards, lookSeconds } from "../platform/operation";
import { originOf } from "./look";
import { asKept } from "./owner";
import { argumentsIn, ownerIn, propertiesOf, type Snapshot, stillUnconfirmed, unconfirmedIn } from "./state";

/** How far an update has come: what of it is on the platform, what is not, and what nobody knows. */
export class Progress {
  /** The last answer of the platform. */
  instance: InstanceResponse;
  /** The arguments that hold there. */
  reached: Bag;
  #unconfirmed: readonly FieldPath[];
  /** Whether a failure must be recorded. */
  isOurs: boolean;

  constructor(
    private readonly client: Client,
    private readonly known: Snapshot,
    private readonly args: Arguments,
  ) {
    this.instance = known.instance;
    this.reached = known.olds;
    this.isOurs = known.isOurs;
    this.#unconfirmed = unconfirmedIn(known.before);
  }

  /** What nobody knows of; undefined for none. */
  left(): readonly FieldPath[] | undefined {
    return this.#unconfirmed.length > 0 ? this.#unconfirmed : undefined;
  }

  /** The arguments were sent, and the platform took them. */
  done(paths: readonly FieldPath[]): void {
    this.reached = nested(
      fieldPaths.map((path) => [path, at(paths.includes(path) ? this.args : this.reached, path)] as const),
    );
    this.#unconfirmed = this.#unconfirmed.filter((path) => !paths.includes(path));
  }

  /** The platform's answer; a token that it leaves out is the one that was known. */
  heard(answer: InstanceResponse): void {
    this.instance = { ...answer, token: answer.token ?? this.instance.token };
  }

  /** The platform has made this of our tag. */
  tagIs(ownershipTag: unknown): void {
    this.reached = { ...this.reached, ownershipTag };
  }

  /** Sends what changes the arguments. When that ends unclearly, the platform is asked what came of it. */
  async send(paths: readonly FieldPath[], call: () => Promise<InstanceResponse>): Promise<InstanceResponse> {
    try {
      const answer = await call();
      this.heard(answer);
      this.#reach(paths, this.args);
      this.isOurs = true;
      return answer;
    } catch (error) {
      if (mayHaveWorked(error)) await this.#ask(paths);
      throw error;
    }
  }

  /**
   * An answer that shows another owner, who has come in between, tells nothing that belongs into our state.
   *
   * @param hasTags whether our tags were just sent: what the platform has made of ours is not another's.
   */
  demandStillOurs(answer: InstanceResponse, hasTags: boolean): InstanceResponse {
    const { id, tags = [] } = answer;
    const { ownershipTag } = this.args;
    const others = othersAmong(tags, [ownershipTag, ownerIn(this.known.before)]);
    const [other] = hasTags ? others.filter((tag) => !asKept([tag], ownershipTag)) : others;
    if (other === undefined) return answer;
    this.isOurs = false;
    throw new Act365Error(
      `another resource took instance ${id} over at the same time, by its tag ${other}, and what was just sent stands in it; let one program only have the instance, and run pulumi up there`,
    );
  }

  async #ask(paths: readonly FieldPath[]): Promise<void> {
    const { id } = this.instance;
    const look = () => this.client.getInstance(String(id), originOf(this.instance));
    const found = await afterwards(lookSeconds, look).catch(() => undefined);
    this.isOurs = true;
    // What only one of the two has is kept: it may be there, and must be taken out then.
    this.#reach(paths, found ? this.args : this.known.olds);
    // The look after a switch may be of before the PATCH that went first: all but the switches is known from its answer.
    const { disabled, traceLoggingEnabled } = found ?? {};
    const isSwitch = paths.every((path) => "call" in field(path).wire);
    if (found) this.heard(isSwitch ? { ...this.instance, disabled, traceLoggingEnabled } : found);
    // Whose it is, its tags tell; a state that knew another tag than they would take it for somebody else's. Of the tag
    // before and that of the program, the next update takes either for ours.
    if (paths.includes("ownershipTag"))
      this.tagIs(
        found?.tags
          ? this.#ourTagAmong(found.tags)
          : (this.known.olds.ownershipTag ?? this.args.ownershipTag),
      );
    if (paths.includes("traceLogging") && traceLoggingEnabled !== undefined)
      this.reached = { ...this.reached, traceLogging: traceLoggingEnabled };
    const unknown = found ? this.#unknownAfter(found, paths) : paths;
    this.#unconfirmed = [
      ...new Set([...this.#unconfirmed.filter((path) => !paths.includes(path)), ...unknown]),
    ];
  }

  /** What the answer does not tell, or tells as it was: it may be of before the call was done. */
  #unknownAfter(found: InstanceResponse, paths: readonly FieldPath[]): readonly FieldPath[] {
    const there = argumentsIn(propertiesOf(this.reached, {}, found));
    const asBefore = differences(there, this.args).filter(
      (path) => paths.includes(path) && path !== "ownershipTag",
    );
    return [...(stillUnconfirmed(paths, this.reached, found) ?? []), ...asBefore];
  }

  #ourTagAmong(tags: readonly string[]): string | undefined {
    const ours = [this.args.ownershipTag, this.known.olds.ownershipTag].filter(
      (tag) => typeof tag === "string",
    );
    return ours.find((tag) => tags.includes(tag)) ?? ours.map((tag) => asKept(tags, tag)).find(Boolean);
  }

  /** Takes the arguments from both sides, those of the first where both have them; the answer corrects what it tells. */
  #reach(paths: readonly FieldPath[], first: Bag): void {
    const second = first === this.args ? this.reached : this.args;
    const value = (path: FieldPath) => {
      if (!paths.includes(path)) return at(this.reached, path);
      const [one, other] = [at(first, path), at(second, path)];
      return path === "configuration" && isBag(one) && isBag(other) ? { ...other, ...one } : (one ?? other);
    };
    this.reached = nested(fieldPaths.map((path) => [path, value(path)] as const));
  }
}
