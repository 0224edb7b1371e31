import type { TagReadings } from "../options";
import { PlatformError } from "./refusals";

/** A request's name. UNKNOWN: whether an instance may be without one; here it may not. */
export function nameFrom(sent: unknown): string {
  const name = typeof sent === "string" ? withoutHtml(sent) : "";
  if (name === "") throw new PlatformError(400, "The name is required.");
  return name;
}

/** A request's tags; undefined when it has none. */
export function tagsFrom(sent: unknown): string[] | undefined {
  if (sent === undefined) return undefined;
  if (!Array.isArray(sent)) throw new PlatformError(400, "The tags must be a list.");
  return sent.map((tag) => withoutHtml(String(tag)));
}

/** Tags as a platform keeps them that reads the documents so. */
export const kept = (tags: readonly string[], { folded, cutAt, splitAtCommas }: TagReadings): string[] =>
  tags
    .flatMap((tag) => (splitAtCommas ? tag.split(",").map((part) => part.trim()) : [tag]))
    .map((tag) => (folded ? tag.toLowerCase() : tag))
    .map((tag) => (cutAt === undefined ? tag : [...tag].slice(0, cutAt).join("")));

/** Whether an instance with these tags is among those that a list of `tags[]=wanted` shows. */
export const matches = (
  tags: readonly string[],
  wanted: string,
  { filter = "exact" }: TagReadings,
): boolean =>
  filter === "ignored" || tags.some((tag) => (filter === "prefix" ? tag.startsWith(wanted) : tag === wanted));

/** PLATFORM.md 2.6: `<a href="x">y</a>` becomes `y`, in names and tags. */
const withoutHtml = (text: string): string => text.replaceAll(/<[^>]*>/g, "");
