import type { dynamic, Output } from "@pulumi/pulumi";

/**
 * The only code that stands in users' state, so it stays as it is for ever: the provider is the installed release's
 * `pulumi-act365/lifecycle`. Reached by name when it is called, it serves old states with the code of today.
 */
export const textInState = 'exports.handler = () => require("pulumi-act365/lifecycle");';

/**
 * The same, for Pulumi to serialize, which it insists on. What it makes of it works too, but takes ten times the bytes,
 * twice for each resource, and a backend of files writes all of them at each step.
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
