import { z } from "zod";
import { isConnectorInstance, partsOf } from "../arguments/resource-type";

const bag = z.record(z.string(), z.unknown()).default({});
const state = z
  .looseObject({
    id: z.string().optional(),
    inputs: bag,
    outputs: bag,
    retainOnDelete: z.boolean().optional(),
  })
  .nullish();

/** What `pulumi preview --json` and `pulumi refresh --preview-only --json` print. */
export const previewOutput = z
  .looseObject({
    steps: z
      .array(
        z.looseObject({
          op: z.string(),
          urn: z.string(),
          oldState: state,
          newState: state,
          replaceReasons: z.array(z.string()).nullish(),
          detailedDiff: z
            .record(z.string(), z.looseObject({ kind: z.string(), inputDiff: z.boolean().optional() }))
            .nullish(),
        }),
      )
      .optional(),
    changeSummary: z.record(z.string(), z.number()).optional(),
    duration: z.number().optional(),
    diagnostics: z.array(z.looseObject({ severity: z.string(), message: z.string() })).nullish(),
  })
  // What Pulumi prints when it could not begin, `{}`, would read as "nothing to do".
  .refine((preview) => isWhole(preview) || (preview.diagnostics ?? []).length > 0)
  .transform(({ steps = [], diagnostics, ...rest }) => ({
    steps: inOrder(steps.map(named)),
    changeSummary: rest.changeSummary ?? {},
    failure: isWhole({ ...(steps.length > 0 && { steps }), ...rest })
      ? failureIn(diagnostics ?? [], "error")
      : failureIn(diagnostics ?? [], ""),
  }));

export type Preview = z.infer<typeof previewOutput>;
export type Step = Preview["steps"][number];

const isWhole = (preview: { steps?: unknown; changeSummary?: unknown; duration?: unknown }): boolean =>
  [preview.steps, preview.changeSummary, preview.duration].some((part) => part !== undefined);

/** Why the preview failed: no reason where Pulumi only says that it did; undefined when it did not fail. */
function failureIn(
  diagnostics: readonly { severity: string; message: string }[],
  severity: string,
): string[] | undefined {
  const errors = diagnostics.filter((each) => severity === "" || each.severity === severity);
  if (errors.length === 0) return undefined;
  return errors
    .map(({ message }) => message)
    .filter((message) => !/^\s*(error:\s*)?(preview|refresh|update|destroy) failed\s*$/.test(message));
}

const named = <T extends { urn: string }>(step: T) => {
  const { stack, type, name } = partsOf(step.urn);
  return { ...step, stack, type: type.split(":").at(-1) ?? "", name, isOurs: isConnectorInstance(type) };
};

/** The engine's order is that in which its tasks ended: here what is lost comes first, then by the resource. */
const weights = ["delete", "replace", "update"];

function inOrder<T extends { op: string; urn: string }>(steps: readonly T[]): (T & { isDrift: boolean })[] {
  const marked = withDrift(steps);
  const weight = ({ op }: T) => weights.indexOf(op) + (weights.includes(op) ? 0 : weights.length + 1);
  const text = ({ urn, op }: T) => `${urn} ${op}`;
  return marked.toSorted(
    (one, other) =>
      Number(other.isDrift) - Number(one.isDrift) ||
      weight(one) - weight(other) ||
      (text(one) < text(other) ? -1 : 1),
  );
}

/**
 * Which steps are a refresh's: what it found on the platform, and not what an `up` would do. A refresh alone has steps
 * of no other kind; before a preview (`--refresh`) it has the first step of each resource that the state had.
 */
function withDrift<T extends { op: string; urn: string }>(steps: readonly T[]): (T & { isDrift: boolean })[] {
  const hasRefresh = steps.some(({ op }) => op === "refresh");
  const seen = new Set<string>();
  return steps.map((step) => {
    const isFirst = !seen.has(step.urn);
    seen.add(step.urn);
    return { ...step, isDrift: hasRefresh && isFirst && ["refresh", "update", "delete"].includes(step.op) };
  });
}

/** Whether nothing but a refresh was previewed. */
export const isRefresh = ({ steps }: Preview): boolean =>
  steps.length > 0 && steps.every(({ isDrift }) => isDrift);
