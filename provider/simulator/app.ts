import type { HttpBindings } from "@hono/node-server";
import { type Context, Hono } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { connectorKeys } from "../connector-keys";
import { type Caller, element, mask, type Platform, PlatformError, type StoredInstance } from "./platform";

export const apiPath = "/elements/api-v2";

export type Environment = { Bindings: HttpBindings; Variables: { requestId: string } };
type Request = Context<Environment>;

/** The platform's routes (contract, section 1), below `apiPath`. */
export function routes(platform: Platform, lag: Lag): Hono<Environment> {
  const app = new Hono<Environment>();
  const caller = (c: Request): Caller => platform.authenticate(c.req.header("authorization"));
  const byId = (c: Request): StoredInstance => {
    const id = Number(c.req.param("id"));
    const instance = platform.get(caller(c).organization, id);
    if (lag.hides(id, "get")) throw new PlatformError(404, `No element instance found with id ${id}`);
    return instance;
  };
  /** The instance of the Element token, for the forms without an id (contract, section 1.1). */
  const byToken = (c: Request): StoredInstance => {
    const { instance } = caller(c);
    if (!instance) throw new PlatformError(401, "An Element token is required.");
    return instance;
  };
  const view = (instance: StoredInstance) => viewOf(platform, instance);

  const create = async (c: Request) => {
    const { organization } = caller(c);
    const body = await bodyOf(c);
    const key = c.req.param("element") ?? (body.element as { key?: string; id?: number } | undefined)?.key;
    if (key !== element.key && (body.element as { id?: number } | undefined)?.id !== element.id)
      throw new PlatformError(404, `No element found with key ${key}`);
    const instance = platform.create(organization, body);
    lag.made(instance.id);
    // 200, not 201 (contract, section 1.1).
    return c.json(view(instance), 200);
  };
  const list = (c: Request) => {
    const { organization } = caller(c);
    const tags = c.req.queries("tags[]") ?? [];
    const all = platform
      .list(organization, tags, c.req.query("searchText"))
      .filter(({ id }) => !lag.hides(id, "list"));
    // An empty list is a 404 (contract, sections 1.1 and 3).
    if (all.length === 0) throw new PlatformError(404, "No element instances found");
    // At most 200 a page (contract, section 1.6).
    const size = Math.min(Math.max(Number(c.req.query("pageSize")) || 200, 1), 200);
    const start = Number(Buffer.from(c.req.query("nextPage") ?? "", "base64url").toString()) || 0;
    const page = all.slice(start, start + size);
    c.header("elements-returned-count", String(page.length));
    c.header("elements-total-count", String(all.length));
    if (start + size < all.length)
      c.header("elements-next-page-token", Buffer.from(String(start + size)).toString("base64url"));
    // Which fields a light row leaves out is UNKNOWN; rows may lack configuration (contract, section 1.7).
    const isLight = c.req.query("hydrate") === "false";
    return c.json(page.map((each) => (isLight ? lightViewOf(each) : view(each))));
  };
  const change = (find: (c: Request) => StoredInstance) => async (c: Request) =>
    c.json(view(platform.update(find(c), await bodyOf(c))));
  const remove = (find: (c: Request) => StoredInstance) => (c: Request) => {
    platform.remove(find(c));
    return c.body(null, 200);
  };
  const enable = (find: (c: Request) => StoredInstance, on: boolean) => (c: Request) => {
    find(c).disabled = !on;
    return c.body(null, 200);
  };
  const trace = (find: (c: Request) => StoredInstance, on: boolean) => async (c: Request) => {
    const { duration } = c.req.header("content-type") ? await bodyOf(c) : {};
    platform.trace(find(c), on, typeof duration === "number" ? duration : undefined);
    return c.body(null, 200);
  };

  app.get("/organizations/me", (c) => {
    const { id, name } = caller(c).organization;
    return c.json({ id, name });
  });
  for (const path of ["/instances", "/elements/:element/instances"] as const)
    app.post(path, create).get(path, list);
  for (const [path, find] of [
    ["/instances", byToken],
    ["/instances/:id{[0-9]+}", byId],
    ["/elements/:element/instances/:id{[0-9]+}", byId],
  ] as const) {
    app.put(path, change(find)).delete(path, remove(find));
    // There is no PATCH below an element (contract, section 1.4).
    if (!path.startsWith("/elements")) app.patch(path, change(find));
    if (path !== "/instances") app.get(path, (c) => c.json(view(find(c))));
  }
  for (const [path, find] of [
    ["/instances", byToken],
    ["/instances/:id{[0-9]+}", byId],
  ] as const) {
    app.put(`${path}/enabled`, enable(find, true)).delete(`${path}/enabled`, enable(find, false));
    app.put(`${path}/trace-logging`, trace(find, true)).delete(`${path}/trace-logging`, trace(find, false));
    app.get(`${path}/configuration`, (c) => c.json(rowsOf(find(c))));
    app.get(`${path}/configuration/:row{[0-9]+}`, (c) => c.json(rowOf(find(c), Number(c.req.param("row")))));
    app.patch(`${path}/configuration/:row{[0-9]+}`, async (c) => {
      const instance = find(c);
      const number = Number(c.req.param("row"));
      const { propertyValue } = await bodyOf(c);
      platform.update(instance, { configuration: { [rowOf(instance, number).key]: propertyValue } });
      return c.json(rowOf(instance, number));
    });
  }
  app.get("/elements/:element", (c) => {
    caller(c);
    return c.json({ ...elementOf(c), configuration: definitions() });
  });
  app.get("/elements/:element/configuration", (c) => {
    caller(c);
    elementOf(c);
    return c.json({ configuration: definitions(), providerData: [] });
  });
  return app;
}

/** How long lists and gets lag behind a create. */
export interface Lag {
  made(id: number): void;
  hides(id: number, from: "list" | "get"): boolean;
}

export async function bodyOf(c: Request): Promise<Record<string, unknown>> {
  if (!c.req.header("content-type")?.includes("json")) throw new PlatformError(415, "Unsupported Media Type");
  try {
    return Object(await c.req.json());
  } catch {
    throw new PlatformError(400, "The request body is not valid JSON.");
  }
}

/** The platform's form of an error (contract, section 3). */
export function failure(c: Request, { status, message, providerMessage }: PlatformError): Response {
  c.header("elements-error", "true");
  const body = { requestId: c.get("requestId"), message, ...(providerMessage && { providerMessage }) };
  return c.json(body, status satisfies ContentfulStatusCode);
}

function elementOf(c: Request) {
  const key = c.req.param("element");
  if (key !== element.key && key !== String(element.id))
    throw new PlatformError(404, `No element found with key ${key}`);
  return element;
}

function viewOf(platform: Platform, instance: StoredInstance) {
  const masked = Object.entries(instance.configuration).map(([key, value]) => [
    key,
    // PASSWORD values come back as eight asterisks (contract, section 2.5).
    value !== null && connectorKeys.get(key)?.type === "PASSWORD" ? mask : value,
  ]);
  return {
    ...lightViewOf(instance),
    configuration: Object.fromEntries(masked),
    eventsEnabled: instance.configuration["event.notification.enabled"] === "true",
    traceLoggingEnabled: platform.isTraced(instance),
    cachingEnabled: false,
    maxCacheSize: 0,
    cacheTimeToLive: 0,
    provisionInteractions: [],
    externalAuthentication: "none",
    authenticationType: "basic",
    user: {
      id: instance.organizationId,
      emailAddress: "admin@example.com",
      firstName: "Ada",
      lastName: "Admin",
    },
    organizationId: instance.organizationId,
    accountId: instance.organizationId,
  };
}

const lightViewOf = ({ id, name, token, tags, createdDate, valid, disabled, element }: StoredInstance) => ({
  id,
  name,
  token,
  element: { ...element, hub: "crm" },
  elementId: element.id,
  tags,
  createdDate,
  valid,
  disabled,
});

const definitions = () =>
  [...connectorKeys].map(([key, row]) => ({
    key,
    name: key,
    type: row.type,
    required: row.required ?? false,
    ...(row.default !== undefined && { defaultValue: row.default }),
  }));

/** The rows of `/configuration` (contract, section 1.2); their numbers are the simulator's own. */
const rowsOf = (instance: StoredInstance) =>
  Object.entries(instance.configuration).map(([key, value], index) => ({
    id: index + 1,
    key,
    name: key,
    propertyValue: value !== null && connectorKeys.get(key)?.type === "PASSWORD" ? mask : value,
    required: connectorKeys.get(key)?.required ?? false,
    active: true,
    type: connectorKeys.get(key)?.type ?? "TEXTFIELD_1000",
  }));

function rowOf(instance: StoredInstance, id: number) {
  const row = rowsOf(instance).find((each) => each.id === id);
  if (!row) throw new PlatformError(404, `No configuration found with id ${id}`);
  return row;
}
