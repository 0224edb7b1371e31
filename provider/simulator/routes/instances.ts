import { Lag } from "../faults/lag";
import { Hono } from "../http";
import type { Settings } from "../options";
import { rowsOf } from "../platform/configuration";
import type { StoredInstance } from "../platform/instance";
import { noInstance, type Platform } from "../platform/platform";
import { PlatformError } from "../platform/refusals";
import type { Instances } from "../platform/world";
import {
  bodyOf,
  callerOf,
  demandElement,
  type Environment,
  instanceOf,
  type PlatformContext,
} from "./requests";
import { lightViewOf, viewOf } from "./views";

/** How a route finds the instance that it is about. */
type Find = (c: PlatformContext) => StoredInstance;

/**
 * The instances API (PLATFORM.md 1.1, 1.2 and 1.4). Docs, events, objects and transformations (1.3) are left out: they
 * answer 404 like every path that the platform does not know.
 */
export function instanceRoutes(platform: Platform, settings: Settings): Hono<Environment> {
  const app = new Hono<Environment>();
  const lag = new Lag(settings.lag, settings.clock);
  const gone = new Map<number, StoredInstance>();
  const view = (instance: StoredInstance) => viewOf(instance, platform, settings);

  /** What an answer knows: of these ids also those that it does not know yet to be gone. */
  const world = (c: PlatformContext, requestsAgo: number, ids: Iterable<number>): Instances => {
    const known = platform.world.before(requestsAgo);
    const late =
      c.req.method !== "GET"
        ? []
        : [...ids].flatMap((id) => {
            const instance = gone.get(id);
            return instance && lag.hides(id, "deleted") ? [[id, instance] as const] : [];
          });
    return late.length === 0 ? known : new Map([...known, ...late].sort(([one], [other]) => one - other));
  };
  const byId: Find = (c) => {
    const caller = callerOf(c, platform);
    if (c.req.param("keyOrId") !== undefined) demandElement(c.req.param("keyOrId"));
    const id = Number(c.req.param("id"));
    return platform.get(caller, id, world(c, c.env.requestsAgo, [id]));
  };
  // PLATFORM.md 1.1: without an id, calls act on the token's instance. UNKNOWN: the answer when there is no token either.
  const byToken: Find = (c) => instanceOf(c, platform);

  const create = async (c: PlatformContext) => {
    const caller = callerOf(c, platform);
    const body = await bodyOf(c);
    // PLATFORM.md 1.4: below an element, the body needs no element.
    demandElement(c.req.param("keyOrId") ?? elementIn(body));
    const instance = platform.create(caller, { ...body, element: undefined });
    lag.touched(instance.id);
    // PLATFORM.md 1.1: 200, not 201.
    return c.json(view(instance), 200);
  };

  const listed = <T extends { tags?: string[] }>({ tags, ...row }: T) =>
    settings.tags.shownIn === "all-but-lists" ? row : { ...row, tags };
  const list = (c: PlatformContext) => {
    const caller = callerOf(c, platform);
    if (c.req.param("keyOrId") !== undefined) demandElement(c.req.param("keyOrId"));
    const requestsAgo = c.env.requestsAgo + (settings.lag.listsBehind ?? 0);
    const found = platform
      .list(
        caller,
        world(c, requestsAgo, gone.keys()),
        c.req.queries("tags[]") ?? [],
        c.req.query("searchText"),
      )
      .filter(({ id }) => !lag.hides(id, "list"));
    // PLATFORM.md 1.1 and 3: an empty match is 404, not [].
    if (found.length === 0) throw new PlatformError(404, "No element instances found.");
    const { page, next } = pageOf(found, c.req.query("pageSize"), c.req.query("nextPage"));
    // PLATFORM.md 1.6.
    c.header("elements-returned-count", String(page.length));
    c.header("elements-total-count", String(found.length));
    if (next !== undefined) c.header("elements-next-page-token", next);
    if (c.req.query("hydrate") === "false")
      return c.json(page.map((each) => listed(lightViewOf(each, settings))));
    return c.json(
      page
        .map(view)
        .map(({ configuration, ...row }) => (settings.listsConfiguration ? { ...row, configuration } : row))
        .map(listed),
    );
  };

  const show = (c: PlatformContext) => {
    const instance = byId(c);
    if (lag.hides(instance.id, "get")) throw noInstance(instance.id);
    return c.json(view(instance));
  };
  const toChange: Find = (c) => {
    const instance = byId(c);
    if (lag.hides(instance.id, "change")) throw noInstance(instance.id);
    // Whoever is behind may not know it, but never undoes what was done since.
    return platform.world.now.get(instance.id) ?? instance;
  };

  const update = (find: Find, method: "PATCH" | "PUT") => async (c: PlatformContext) => {
    const instance = find(c);
    const body = await bodyOf(c);
    // PLATFORM.md 2.3: another element is UNKNOWN, the same one is fine.
    if (body.element !== undefined) demandElement(elementIn(body));
    return c.json(view(platform.update(instance, body, method)));
  };

  // PLATFORM.md 1.1: 200, and nothing is said of a body; PLATFORM.md 3: the token answers 401 from here on.
  const remove = (find: Find) => (c: PlatformContext) => {
    const instance = find(c);
    platform.world.delete(instance.id);
    gone.set(instance.id, instance);
    lag.touched(instance.id);
    return c.body(null, 200);
  };

  const enable = (find: Find, on: boolean) => (c: PlatformContext) => {
    platform.change(find(c), { disabled: !on });
    return c.body(null, 200);
  };

  const trace = (find: Find, on: boolean) => async (c: PlatformContext) => {
    const instance = find(c);
    // PLATFORM.md 1.2: a body is optional here.
    const { duration } = (await c.req.text()) === "" ? {} : await bodyOf(c);
    platform.trace(instance, on, typeof duration === "number" ? duration : undefined);
    return c.body(null, 200);
  };

  const row = (instance: StoredInstance, c: PlatformContext) => {
    const found = rowsOf(instance, settings).find(({ id }) => id === Number(c.req.param("configId")));
    if (!found) throw new PlatformError(404, `No configuration found with id ${c.req.param("configId")}`);
    return found;
  };

  const updateRow = (find: Find) => async (c: PlatformContext) => {
    const instance = find(c);
    const { key } = row(instance, c);
    const { propertyValue } = await bodyOf(c);
    if (propertyValue === undefined) throw new PlatformError(400, "The propertyValue is required.");
    return c.json(row(platform.update(instance, { configuration: { [key]: propertyValue } }, "PATCH"), c));
  };

  for (const path of ["/instances", "/elements/:keyOrId/instances"]) app.get(path, list).post(path, create);
  for (const [path, find] of [
    ["/instances", byToken],
    ["/instances/:id{[0-9]+}", toChange],
  ] as const) {
    app.put(path, update(find, "PUT")).patch(path, update(find, "PATCH")).delete(path, remove(find));
    app.put(`${path}/enabled`, enable(find, true)).delete(`${path}/enabled`, enable(find, false));
    app.put(`${path}/trace-logging`, trace(find, true)).delete(`${path}/trace-logging`, trace(find, false));
    app.get(`${path}/configuration`, (c) => c.json(rowsOf(find(c), settings)));
    // PLATFORM.md 1.2: rows are found by number, not by key, and can only be read and patched.
    app.get(`${path}/configuration/:configId{[0-9]+}`, (c) => c.json(row(find(c), c)));
    app.patch(`${path}/configuration/:configId{[0-9]+}`, updateRow(find));
  }
  app.get("/instances/:id{[0-9]+}", show);
  // PLATFORM.md 1.4: below an element there is no PATCH.
  const below = "/elements/:keyOrId/instances/:id{[0-9]+}";
  app.get(below, show).put(below, update(toChange, "PUT")).delete(below, remove(toChange));
  return app;
}

/** The key or id in a body's `element` (PLATFORM.md 1.1). */
function elementIn(body: Record<string, unknown>): unknown {
  const { key, id } = Object(body.element) as { key?: unknown; id?: unknown };
  return key ?? id;
}

/** PLATFORM.md 1.6: 200 to a page by default and at most (inferred). The token names the last instance of the page before. */
function pageOf(all: readonly StoredInstance[], pageSize: string | undefined, token: string | undefined) {
  const size = Math.min(Math.max(Math.trunc(Number(pageSize)) || 200, 1), 200);
  const last = token === undefined ? 0 : Number(Buffer.from(token, "base64url").toString());
  // UNKNOWN: what a token that the platform did not give is answered.
  if (Number.isNaN(last)) throw new PlatformError(400, "The nextPage token is not valid.");
  const rest = all.filter(({ id }) => id > last);
  const page = rest.slice(0, size);
  const isLast = page.length === rest.length;
  return { page, next: isLast ? undefined : Buffer.from(String(page.at(-1)?.id)).toString("base64url") };
}
