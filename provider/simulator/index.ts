import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { createAdaptorServer } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { Hono } from "hono";
import { apiPath, type Environment, failure, type Lag, routes } from "./app";
import { contactRoutes } from "./contacts";
import { type Fault, Faults, suffer } from "./faults";
import { type Organization, Platform, PlatformError, type StoredInstance } from "./platform";

export type { Fault } from "./faults";
export type { Contact, Organization, StoredInstance } from "./platform";

/** How the simulated platform is set up. Where the contract says UNKNOWN, an option gives the other reading. */
export interface SimulatorOptions {
  /** The port on 127.0.0.1. Default: a free one. */
  readonly port?: number;
  /** Who has instances. Default: one organization with random secrets. */
  readonly organizations?: readonly Omit<Organization, "id">[];
  /** What trace logging ends by. Default: the time of day. */
  readonly clock?: () => Date;
  /** How long trace logging lasts. Default: 15 (the platform's figure is UNKNOWN). */
  readonly traceMinutes?: number;
  /** Which Act! keys work. Default: all. */
  readonly acceptsKeys?: (apiKey: string, developerKey: string) => boolean;
  /** Whether keys that do not work are refused at once instead of at the first call to Act! Default: false. */
  readonly refusesWrongKeys?: boolean;
  /** When the name is added to the tags. Default: "when-none" are sent. */
  readonly addsNameTag?: "when-none" | "always";
  /** Whether `null` in a PATCH clears a configuration key; otherwise only `""` does. Default: true. */
  readonly nullClears?: boolean;
  /** How many lists and gets an instance stays unseen after its create. Default: none. */
  readonly lag?: { readonly lists?: number; readonly gets?: number };
  /** Answers 429 beyond this many requests a second, up to `burst` (default: one second's) at once. */
  readonly rateLimit?: {
    readonly perSecond: number;
    readonly burst?: number;
    readonly retryAfterSeconds?: number;
  };
  /** Before each answer. Default: 0. */
  readonly latencyMilliseconds?: number;
  /** Puts what was sent, secrets included, into the message of each error. Default: false. */
  readonly echoesRequests?: boolean;
  /** What goes wrong. Default: nothing. */
  readonly faults?: readonly Fault[];
  /** For faults with a probability. Default: 1. */
  readonly seed?: number;
}

/** A request as it arrived, and what it was answered. */
export interface RecordedRequest {
  readonly method: string;
  /** Below the base path, such as `/instances/12`. */
  readonly path: string;
  /** As sent, without the question mark. */
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed where it is JSON. */
  readonly body: unknown;
  /** The answer's status; undefined where none was given. */
  status?: number;
  /** The fault that it met. */
  fault?: Fault["kind"];
}

/** A running simulator. */
export interface Simulator extends AsyncDisposable {
  /** Such as `http://127.0.0.1:4000`. */
  readonly url: string;
  /** What `act365:baseUrl` takes. */
  readonly baseUrl: string;
  readonly organizations: readonly Organization[];
  readonly requests: readonly RecordedRequest[];
  /** How many connections were opened so far. */
  readonly connections: number;
  clearRequests(): void;
  /** Copies of the instances, nothing masked; of all organizations unless one is given. */
  instances(organization?: Organization): StoredInstance[];
  /** Changes an instance as somebody would by hand. Throws when there is none. */
  edit(id: number, change: (instance: StoredInstance) => void): void;
  /** Deletes an instance as somebody would by hand. Throws when there is none. */
  remove(id: number): void;
  /** Makes an instance as somebody would by hand; `body` as for `POST /instances`. */
  add(body: Record<string, unknown>, organization?: Organization): StoredInstance;
  plan(...faults: Fault[]): void;
  clearFaults(): void;
  /** Ends every connection, those that hang too. */
  close(): Promise<void>;
}

/** Starts the instances API of the platform on a port of this machine. What it does cites the contract it is read from. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const platform = new Platform({
    organizations: options.organizations ?? [
      { name: "Example", userSecret: randomSecret(), organizationSecret: randomSecret() },
    ],
    clock: options.clock ?? (() => new Date()),
    traceMinutes: options.traceMinutes ?? 15,
    acceptsKeys: options.acceptsKeys ?? (() => true),
    refusesWrongKeys: options.refusesWrongKeys ?? false,
    addsNameTag: options.addsNameTag ?? "when-none",
    nullClears: options.nullClears ?? true,
  });
  const requests: RecordedRequest[] = [];
  const faults = new Faults(options.faults ?? [], options.seed ?? 1);
  const app = appOf(platform, options, faults, requests);
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  let connections = 0;
  server.on("connection", () => {
    connections += 1;
  });
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const held = (id: number): StoredInstance => {
    const instance = platform.instances.get(id);
    if (!instance) throw new Error(`the simulator holds no instance ${id}`);
    return instance;
  };
  const close = async () => {
    if (!server.listening) return;
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return {
    url,
    baseUrl: url + apiPath,
    organizations: platform.organizations,
    requests,
    get connections() {
      return connections;
    },
    clearRequests: () => {
      requests.length = 0;
    },
    instances: (organization) =>
      structuredClone(
        [...platform.instances.values()].filter(
          (each) => !organization || each.organizationId === organization.id,
        ),
      ),
    edit: (id, change) => change(held(id)),
    remove: (id) => platform.remove(held(id)),
    add: (body, organization = platform.organizations[0] as Organization) =>
      structuredClone(platform.create(organization, body)),
    plan: (...more) => faults.plan(...more),
    clearFaults: () => faults.clear(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function appOf(
  platform: Platform,
  options: SimulatorOptions,
  faults: Faults,
  requests: RecordedRequest[],
): Hono<Environment> {
  const app = new Hono<Environment>();
  const isOverRate = rateOf(options.rateLimit);
  // For other processes than the one that started it; outside the platform's own paths.
  app.get("/simulator/faults", (c) => c.json(faults.planned));
  app.post("/simulator/faults", async (c) => {
    faults.plan(...((await c.req.json()) as Fault[]));
    return c.json(faults.planned);
  });
  app.delete("/simulator/faults", (c) => {
    faults.clear();
    return c.json([]);
  });

  app.use(`${apiPath}/*`, async (c, next) => {
    const requestId = randomBytes(12).toString("hex");
    c.set("requestId", requestId);
    c.header("elements-request-id", requestId);
    const path = c.req.path.slice(apiPath.length);
    const text = await c.req.raw.clone().text();
    const fault = faults.meet(c.req.method, path);
    const record: RecordedRequest = {
      method: c.req.method,
      path,
      query: new URL(c.req.url).search.slice(1),
      headers: c.req.header(),
      body: parsed(text),
      ...(fault && { fault: fault.kind }),
    };
    requests.push(record);
    if (options.latencyMilliseconds) await wait(options.latencyMilliseconds);
    if (isOverRate()) {
      const { retryAfterSeconds = 1 } = options.rateLimit ?? {};
      c.header("retry-after", String(retryAfterSeconds));
      record.status = 429;
      return c.json({ requestId, message: "Too many requests" }, 429);
    }
    const response = fault ? await suffer(c, fault, next) : await next();
    if (response !== RESPONSE_ALREADY_SENT) record.status = (response ?? c.res).status;
    return response ?? undefined;
  });
  app.route(apiPath, routes(platform, lagOf(options.lag)));
  app.route(apiPath, contactRoutes(platform));
  app.notFound((c) => {
    const method = c.req.method;
    const isKnown = app.routes.some(
      (route) => route.method !== "ALL" && route.method !== method && matches(route.path, c.req.path),
    );
    return failure(
      c,
      isKnown
        ? new PlatformError(405, `Method ${method} is not allowed`)
        : new PlatformError(404, `No resource found for ${c.req.path}`),
    );
  });
  app.onError(async (error, c) => {
    if (!(error instanceof PlatformError)) throw error;
    if (!options.echoesRequests) return failure(c, error);
    const sent = requests.at(-1);
    const echo = ` Sent: ${JSON.stringify(sent?.body)} ${sent?.headers.authorization}`;
    return failure(c, new PlatformError(error.status, error.message + echo, error.providerMessage));
  });
  return app;
}

/** Whether a route's path, such as `/instances/:id{[0-9]+}`, is that of a request. */
const matches = (route: string, path: string): boolean =>
  new RegExp(`^${route.replaceAll(/:\w+\{([^}]+)\}/g, "$1").replaceAll(/:\w+/g, "[^/]+")}$`).test(path);

function lagOf(lag: SimulatorOptions["lag"]): Lag {
  const unseen = new Map<number, { list: number; get: number }>();
  return {
    made: (id) => unseen.set(id, { list: lag?.lists ?? 0, get: lag?.gets ?? 0 }),
    hides: (id, from) => {
      const left = unseen.get(id);
      if (!left || left[from] === 0) return false;
      left[from] -= 1;
      return true;
    },
  };
}

/** A token bucket. */
function rateOf(limit: SimulatorOptions["rateLimit"]): () => boolean {
  if (!limit) return () => false;
  const most = limit.burst ?? limit.perSecond;
  let tokens = most;
  let last = performance.now();
  return () => {
    const now = performance.now();
    tokens = Math.min(most, tokens + ((now - last) / 1000) * limit.perSecond);
    last = now;
    if (tokens < 1) return true;
    tokens -= 1;
    return false;
  };
}

const randomSecret = (): string => randomBytes(32).toString("base64");

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
