/** What a user sets for a faster run, and which server it takes. */
import { join } from "node:path";
import { type Server, startBucket, startPostgres } from "./servers.mts";

/** How the state is kept. */
export const statesKept = {
  files: {},
  "files, metadata=skip": {},
  "files, zstd": { PULUMI_DIY_BACKEND_ZSTD: "true" },
  "files, metadata=skip, zstd": { PULUMI_DIY_BACKEND_ZSTD: "true" },
  "files, no backups": { PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS: "true" },
  "files, no checkpoints": { PULUMI_EXPERIMENTAL: "1", PULUMI_SKIP_CHECKPOINTS: "true" },
  postgresql: {},
  bucket: {},
} as const satisfies Record<string, Record<string, string>>;
/** All that are compared. */
export const ways = { ...statesKept, "files, no stack traces": { NODE_OPTIONS: "--stack-trace-limit=0" } };
export type Way = keyof typeof ways;

/** Pulumi's own settings for stacks whose home is in a folder, and its state too unless a server has it. */
export const pulumiIn = (folder: string, { way = "files", server }: { way?: Way; server?: Server } = {}) => ({
  PULUMI_BACKEND_URL: `file://${join(folder, "state")}${way.includes("metadata=skip") ? "?metadata=skip" : ""}`,
  PULUMI_HOME: join(folder, "home"),
  PULUMI_CONFIG_PASSPHRASE: "benchmark",
  ...server?.environment,
});

/** The server that a way needs. */
export async function serverOf(way: Way): Promise<Server | undefined> {
  if (way === "postgresql") return startPostgres();
  if (way === "bucket") return startBucket();
  return undefined;
}
