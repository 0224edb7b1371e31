import type { dynamic } from "@pulumi/pulumi";

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

/** Properties that keep `textInState` in the place where Pulumi puts what it has serialized. */
export function encapsulated(properties: object): Record<string, unknown> {
  let isSerialized = false;
  return Object.defineProperty({ ...properties }, "__provider", {
    enumerable: true,
    // Pulumi refuses properties that hold a provider before it puts its own there.
    get: () => (isSerialized ? textInState : undefined),
    set: () => {
      isSerialized = true;
    },
  });
}
