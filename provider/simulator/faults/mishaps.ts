import type { ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { RESPONSE_ALREADY_SENT } from "../http";
import { type Exchange, PlatformError, refusal } from "../platform/refusals";
import type { Fault } from "./plan";

/** A request that a fault has met. */
export interface Victim extends Exchange {
  /** Where the answer goes; its socket is what a reset resets. */
  readonly outgoing: ServerResponse;
  readonly clock: () => Date;
  /** What the platform was asked to do. Its answer, if nothing goes wrong after it. */
  readonly work: (requestsAgo?: number) => Promise<Response>;
}

/** Makes a fault happen. RESPONSE_ALREADY_SENT when there is no whole answer. */
export async function happen(fault: Fault, victim: Victim): Promise<Response> {
  const { outgoing, work } = victim;
  switch (fault.kind) {
    case "reset-before":
      return reset(outgoing);
    case "reset-after":
      await work();
      return reset(outgoing);
    case "reset-in-body":
      return resetHalfway(outgoing, await work());
    case "delay": {
      const early = fault.workDone && (await work());
      await wait(fault.milliseconds, undefined, { ref: false });
      return early || work();
    }
    case "hang":
      if (fault.workDone) await work();
      return untilHangUp(outgoing);
    case "too-many-requests":
      return refusal(new PlatformError(429, "Too many requests."), victim, retryAfter(fault, victim.clock()));
    case "error": {
      const { status, message = `A planned fault: ${status}.`, providerMessage } = fault;
      if (fault.workDone) await work();
      return refusal(new PlatformError(status, message, providerMessage), victim);
    }
    case "bad-gateway":
      if (fault.workDone) await work();
      return new Response("<html><body><h1>502 Bad Gateway</h1></body></html>", {
        status: 502,
        headers: { "content-type": "text/html" },
      });
    case "page":
      if (fault.workDone) await work();
      return new Response("<html><body><h1>Sign in</h1></body></html>", {
        status: fault.status,
        headers: { "content-type": "text/html" },
      });
    case "stale":
      return work(fault.requestsAgo);
    case "answer":
      if (fault.workDone) await work();
      return new Response(fault.body || null, { status: fault.status, headers: fault.headers ?? {} });
    case "truncated-json":
      return reworded(await work(), (text) => text.slice(0, text.length / 2));
    case "wrong-types":
      return reworded(await work(), (text) => JSON.stringify(JSON.parse(text || "{}"), wrongType));
    case "wrong-content-type":
      return reworded(await work(), (text) => text, { "content-type": "text/html" });
    case "keys-missing": {
      const without = (key: string, value: unknown) => (fault.keys.includes(key) ? undefined : value);
      return reworded(await work(), (text) => JSON.stringify(JSON.parse(text || "{}"), without));
    }
    case "empty-body":
      return reworded(await work(), () => null);
  }
}

/** An RST segment, so that the client sees ECONNRESET and not a polite end. */
function reset(outgoing: ServerResponse): Response {
  outgoing.socket?.resetAndDestroy();
  return RESPONSE_ALREADY_SENT;
}

/** Headers that promise the whole body, half of it, then the reset. */
async function resetHalfway(outgoing: ServerResponse, answer: Response): Promise<Response> {
  const body = Buffer.from(await answer.arrayBuffer());
  // A body of nothing has no middle; a promised byte makes one.
  const length = Math.max(body.length, 1);
  outgoing.writeHead(answer.status, { ...Object.fromEntries(answer.headers), "content-length": length });
  outgoing.flushHeaders();
  await new Promise((resolve) => outgoing.write(body.subarray(0, body.length / 2), resolve));
  return reset(outgoing);
}

async function untilHangUp(outgoing: ServerResponse): Promise<Response> {
  if (!outgoing.closed) await new Promise((resolve) => outgoing.once("close", resolve));
  return RESPONSE_ALREADY_SENT;
}

/** Retry-After is a number of seconds or an HTTP date (RFC 9110, section 10.2.3). */
function retryAfter(
  { retryAfterSeconds, retryAfterForm }: Fault & { kind: "too-many-requests" },
  now: Date,
): Record<string, string> {
  if (retryAfterSeconds === undefined) return {};
  const date = new Date(now.getTime() + retryAfterSeconds * 1000);
  return { "retry-after": retryAfterForm === "date" ? date.toUTCString() : String(retryAfterSeconds) };
}

async function reworded(
  answer: Response,
  change: (text: string) => string | null,
  more: Record<string, string> = {},
): Promise<Response> {
  const headers = new Headers({ ...Object.fromEntries(answer.headers), ...more });
  headers.delete("content-length");
  return new Response(change(await answer.text()), { status: answer.status, headers });
}

/** For JSON.stringify: each leaf becomes one of another type. */
function wrongType(_key: string, value: unknown): unknown {
  if (typeof value === "number") return `no ${value}`;
  if (typeof value === "string") return value.length;
  if (typeof value === "boolean") return String(value);
  return value;
}
