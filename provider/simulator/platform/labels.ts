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

/** Contract 2.6: `<a href="x">y</a>` becomes `y`, in names and tags. */
const withoutHtml = (text: string): string => text.replaceAll(/<[^>]*>/g, "");
