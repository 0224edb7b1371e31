import { createRequire } from "node:module";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { misspeltSettings } from "../settings/names";

let isFound = false;

/**
 * The plugin looks the package up from the program's folder, where a strict installation (pnpm's) does not show it when
 * only another package, such as one of components, depends on it. Node's own error would not tell what to do. Only
 * where the language host runs the program is its folder known to be the plugin's too.
 *
 * @throws pulumi.RunError
 */
export function demandVisible(): void {
  if (isFound || !/[\\/]cmd[\\/]run([\\/]|$)/.test(process.argv[1] ?? "")) return;
  try {
    createRequire(join(process.cwd(), "index.js")).resolve("pulumi-act365/lifecycle");
    isFound = true;
  } catch {
    throw new pulumi.RunError(
      "pulumi-act365 is not among this project's own dependencies, so Pulumi's plugin cannot find it; run in the project's folder: npm install pulumi-act365 (or the like with pnpm or yarn)",
    );
  }
}

let hasWarned = false;

export function warnOfMisspeltSettings(): void {
  if (hasWarned) return;
  hasWarned = true;
  for (const warning of misspeltSettings(pulumi.runtime.allConfig())) pulumi.log.warn(warning);
}

/**
 * Pulumi would read the instance with no more than its id, and so without this provider, and fail with words about code.
 *
 * @throws pulumi.RunError
 */
export function refuseImport(name: string, options: pulumi.CustomResourceOptions | undefined): void {
  if (options?.import === undefined) return;
  throw new pulumi.RunError(
    `ConnectorInstance("${name}"): the option import does not work for a dynamic resource, and nothing was changed; take the option out and write adopt: "ID" among the arguments, which takes the same instance over`,
  );
}
