/** Every reading that the contract leaves open, one at a time. */
import type { SimulatorOptions } from "../../provider/simulator/index.ts";

export interface Variant {
  readonly name: string;
  readonly options: Partial<SimulatorOptions>;
  /** The platform's clock, seconds ahead of the runner's. */
  readonly skew?: number;
  /** It does not keep ownership tags as they are sent: an error may say so for ever. */
  readonly losesTags?: true;
  /** It leaves open what the code must know: an error may say so for ever. */
  readonly staysUnsure?: true;
}

const v = (name: string, options: Partial<SimulatorOptions>, more: Partial<Variant> = {}): Variant => ({
  name,
  options,
  ...more,
});
const loses = { losesTags: true } as const;

export const variants: readonly Variant[] = [
  v("the mild readings", {}),
  v("tags folded", { tags: { folded: true } }, loses),
  v("tags cut", { tags: { cutAt: 16 } }, loses),
  v("tags split at commas", { tags: { splitAtCommas: true } }, loses),
  v("tags in no answer", { tags: { shownIn: "none" } }, loses),
  v("tags not in lists", { tags: { shownIn: "all-but-lists" } }),
  v("filter by tag ignored", { tags: { filter: "ignored" } }),
  v("filter by tag as a prefix", { tags: { filter: "prefix" } }),
  v("lists one request behind", { lag: { listsBehind: 1 } }),
  v("lists three requests behind", { lag: { listsBehind: 3 } }),
  v("a new one unseen for 10 s", { lag: { listMilliseconds: 10_000, getMilliseconds: 10_000 } }),
  v("a new one unlisted for 14 s", { lag: { listMilliseconds: 14_000 } }),
  v("a new one unlisted for seven lists", { lag: { listCalls: 7 } }),
  v("a new one unseen by all for 5 s", {
    lag: { listMilliseconds: 5000, getMilliseconds: 5000, changeMilliseconds: 5000 },
  }),
  v("a deleted one seen for 10 s", { lag: { deletedMilliseconds: 10_000 } }),
  v("colleagues see all", { sight: "organization" }),
  v("403 for others' instances", { foreignInstance: 403 }),
  v("403 for what is gone", { goneInstance: 403 }, { staysUnsure: true }),
  v("masks of three", { maskLength: 3 }),
  v("masks of sixteen", { maskLength: 16 }),
  v("dates without a zone", { datesHaveZone: false }),
  v("clock an hour ahead", {}, { skew: 3600_000 }),
  v("clock an hour behind", {}, { skew: -3600_000 }),
  v("the owner not told", { tellsOwner: false }),
  v("tokens rotate", { rotatesToken: true }),
  v("tags reversed", { tagOrder: "reversed" }),
  v("the name added as a tag", { addsNameTag: "always" }),
  v("lists without configuration", { listsConfiguration: false }),
  v("null clears", { clearedBy: [null] }),
  v("empty clears", { clearedBy: [""] }),
  v("nothing clears", { clearedBy: [] }, { staysUnsure: true }),
  v("unknown keys dropped", { keepsUnknownKeys: false }),
  v("masks written back are values", { keepsMaskedValues: false }),
  v("no privilege to view elements", { organizations: [{ viewsElements: false }] }),
  v("ten requests a second", { rateLimit: { perSecond: 10, burst: 3 } }),
];

/** Two readings at once; where they speak of the same, the second. */
export function combined(one: Variant, other: Variant): Variant {
  if (one === variants[0] || one.name === other.name) return other;
  if (other === variants[0]) return one;
  return {
    ...one,
    ...other,
    name: `${one.name}; ${other.name}`,
    options: {
      ...one.options,
      ...other.options,
      ...((one.options.lag || other.options.lag) && { lag: { ...one.options.lag, ...other.options.lag } }),
      ...((one.options.tags || other.options.tags) && {
        tags: { ...one.options.tags, ...other.options.tags },
      }),
    },
  };
}
