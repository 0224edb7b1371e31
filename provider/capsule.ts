import type { dynamic } from "@pulumi/pulumi";

/**
 * The only code that Pulumi serializes into every user's state, so it must stay as it is for ever. It holds no logic:
 * the plugin host calls `configure` first, and that fills this object with the methods of the installed release's
 * `pulumi-act365/lifecycle`. Reached by name, an old state always runs the code that is installed now.
 */
export const capsule = {
  configure(request: dynamic.ConfigureRequest) {
    return Object.assign(this, require("pulumi-act365/lifecycle")).configure(request);
  },
} as dynamic.ResourceProvider;
