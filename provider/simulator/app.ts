import { randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { happen } from "./faults/mishaps";
import type { Fault, FaultPlan } from "./faults/plan";
import { RateLimit } from "./faults/rate-limit";
import { Hono, type HttpBindings, RESPONSE_ALREADY_SENT } from "./http";
import type { Settings } from "./options";
import type { Platform } from "./platform/platform";
import { type Exchange, PlatformError, refusal } from "./platform/refusals";
import type { RecordedRequest } from "./record";
import { contactRoutes } from "./routes/contacts";
import { elementRoutes } from "./routes/elements";
import { instanceRoutes } from "./routes/instances";
import { type Environment, instanceOf, parsed } from "./routes/requests";

/** What every path of the API begins with (PLATFORM.md 1). */
export const apiPath = "/elements/api-v2";

type Server = { Bindings: HttpBindings };

/** What each request goes through: the record, the latency, the rate limit, the faults, and then the platform itself. */
export function simulatorApp(
  platform: Platform,
  settings: Settings,
  plan: FaultPlan,
  requests: RecordedRequest[],
): Hono<Server> {
  const api = apiOf(platform, settings);
  const limit = settings.rateLimit && new RateLimit(settings.rateLimit, settings.clock);
  const app = new Hono<Server>();
  app.route("/simulator/faults", faultRoutes(plan));
  app.all("*", async (c) => {
    const hasBody = c.req.header("content-length") ?? c.req.header("transfer-encoding");
    const text = hasBody ? await c.req.raw.clone().text() : "";
    const authorization = c.req.header("authorization");
    const path = c.req.path.startsWith(`${apiPath}/`) ? c.req.path.slice(apiPath.length) : c.req.path;
    const caller = platform.callers.callerOf(authorization);
    const record: RecordedRequest = {
      method: c.req.method,
      path,
      query: new URL(c.req.url).search.slice(1),
      headers: c.req.header(),
      body: text === "" ? undefined : (parsed(text) ?? text),
      organizationId: caller?.organization.id,
      userId: caller?.user.userId,
    };
    requests.push(record);
    platform.world.tick();
    // PLATFORM.md 3: 24 hexadecimal characters.
    const requestId = randomBytes(12).toString("hex");
    const echo = settings.echoBodies ? ` Sent: ${text} Authorization: ${authorization}` : "";
    const exchange: Exchange = { requestId, echo, requestsAgo: 0 };
    const work = async (requestsAgo = 0): Promise<Response> => {
      const answer = await api.fetch(c.req.raw, { ...exchange, requestsAgo });
      answer.headers.set("elements-request-id", requestId);
      answer.headers.set("date", settings.clock().toUTCString());
      return answer;
    };
    const answer = async (): Promise<Response> => {
      if (settings.latencyMilliseconds > 0)
        await wait(settings.latencyMilliseconds, undefined, { ref: false });
      const seconds = limit?.turnAway();
      if (seconds !== undefined)
        return refusal(new PlatformError(429, "Too many requests."), exchange, {
          "retry-after": String(seconds),
        });
      // PLATFORM.md 9: 8 MB at most, and 429 beyond.
      if (Buffer.byteLength(text) > 8 * 2 ** 20)
        return refusal(new PlatformError(429, "The request is larger than 8 MB."), exchange);
      const query = [...new URL(c.req.url).searchParams].map((pair) => pair.join("="));
      const fault = plan.meet(c.req.method, path, [...query, text].join("\n"));
      if (!fault) return work();
      record.fault = fault.kind;
      return happen(fault, { ...exchange, outgoing: c.env.outgoing, clock: settings.clock, work });
    };
    const response = await answer();
    if (response === RESPONSE_ALREADY_SENT) return response;
    record.status = response.status;
    // Not this machine's clock, which Node.js would tell.
    if (!response.headers.has("date")) response.headers.set("date", settings.clock().toUTCString());
    return response;
  });
  return app;
}

/** The platform, without anything that goes wrong. */
function apiOf(platform: Platform, settings: Settings): Hono<Environment> {
  const api = new Hono<Environment>()
    .basePath(apiPath)
    .route("/", instanceRoutes(platform, settings))
    .route("/", elementRoutes(platform))
    .route("/", contactRoutes(platform));
  const methodsAt = (path: string) =>
    ["GET", "POST", "PUT", "PATCH", "DELETE"].filter(
      (method) => api.router.match(method, path)[0].length > 0,
    );
  // PLATFORM.md 3: 405 for another method. By the vendor's own tests a path that does not exist is 401 before it is 404,
  // without an Element token too: it may be one of the connector's.
  api.notFound((c) => {
    const allow = methodsAt(c.req.path).join(", ");
    if (allow !== "")
      return refusal(new PlatformError(405, `Method ${c.req.method} is not allowed`), c.env, { allow });
    const below = c.req.path.startsWith(`${apiPath}/`) && c.req.path.slice(apiPath.length);
    if (below && !/^\/(instances|elements|organizations)\b/.test(below)) instanceOf(c, platform);
    throw new PlatformError(404, `No resource found for ${c.req.path}`);
  });
  api.onError((error, c) =>
    refusal(error instanceof PlatformError ? error : new PlatformError(500, String(error.stack)), c.env),
  );
  return api;
}

/** Plans faults from another process, with the same JSON; outside the platform's own paths. */
function faultRoutes(plan: FaultPlan): Hono<Server> {
  return new Hono<Server>()
    .get("/", (c) => c.json(plan.planned))
    .post("/", async (c) => {
      try {
        const sent: Fault | Fault[] = await c.req.json();
        plan.add(...[sent].flat());
      } catch (error) {
        return c.json({ message: (error as Error).message }, 400);
      }
      return c.json(plan.planned);
    })
    .delete("/", (c) => {
      plan.clear();
      return c.json(plan.planned);
    });
}
