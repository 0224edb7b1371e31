import type { dynamic, Output } from "@pulumi/pulumi";
import { textInState } from "../arguments/capsule-text";

/**
 * The same as `textInState`, for Pulumi to serialize, which it insists on. What it makes of it works too, but takes ten
 * times the bytes, twice for each resource, and a backend of files writes all of them at each step.
 */
export const capsule = {
  configure(request: dynamic.ConfigureRequest) {
    return Object.assign(this, require("pulumi-act365/lifecycle")).configure(request);
  },
} as dynamic.ResourceProvider;

/** Properties that, once Pulumi has put there what it serialized, hold `textInState` instead. */
export function encapsulated(properties: object): Record<string, unknown> {
  let text: Output<string> | undefined;
  return Object.defineProperty({ ...properties }, "__provider", {
    enumerable: true,
    // Pulumi refuses properties that hold a provider already.
    get: () => text,
    set: (serialized: Output<string>) => {
      text = serialized.apply(() => textInState);
    },
  });
}
