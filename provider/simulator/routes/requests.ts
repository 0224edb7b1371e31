import type { Context } from "../http";
import type { Caller } from "../platform/callers";
import { element } from "../platform/connector";
import type { StoredInstance } from "../platform/instance";
import type { Platform } from "../platform/platform";
import { type Exchange, PlatformError } from "../platform/refusals";

/** What the platform's routes are handed beside the request itself. */
export type Environment = { Bindings: Exchange };
export type PlatformContext = Context<Environment>;

/** @throws PlatformError 401. */
export const callerOf = (c: PlatformContext, platform: Platform): Caller =>
  platform.callers.authenticate(c.req.header("authorization"));

/** @throws PlatformError 401, for a call that carries no Element token too. */
export function instanceOf(c: PlatformContext, platform: Platform): StoredInstance {
  const { instance } = callerOf(c, platform);
  if (!instance) throw new PlatformError(401, "An Element token is required.");
  return instance;
}

/** @throws PlatformError 415 for another content type (PLATFORM.md 3), 400 for anything but a JSON object. */
export async function bodyOf(c: PlatformContext): Promise<Record<string, unknown>> {
  if (!/\bjson\b/i.test(c.req.header("content-type") ?? ""))
    throw new PlatformError(415, "Unsupported media type: application/json is expected.");
  const body = parsed(await c.req.text());
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw new PlatformError(400, "The request body is not a JSON object.");
  return body as Record<string, unknown>;
}

/** The text's JSON, or undefined. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Refuses every element but Act! 365: the simulator has no other. UNKNOWN: the words for it. */
export function demandElement(keyOrId: unknown): void {
  if (keyOrId !== element.key && String(keyOrId) !== String(element.id))
    throw new PlatformError(404, `No element found with key or id ${keyOrId}`);
}
