import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import type { Words } from "./words.mts";

/** Runs a case that was found once more, in a process of its own, whose clock is not this one's. */
export async function replayed(words: Words): Promise<string[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    resolve(__dirname, "replay.mts"),
    JSON.stringify(words),
  ]);
  return JSON.parse(stdout).failures;
}
