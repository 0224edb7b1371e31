/** A network within this process, and who is alive on it. */
import { AsyncLocalStorage } from "node:async_hooks";
import http from "node:http";
import { Duplex } from "node:stream";

/** Whoever runs code that can be killed: its timers never fire then, and its requests never leave. */
export interface Process {
  isAlive: boolean;
}
export const processes = new AsyncLocalStorage<Process>();
const isDead = (): boolean => processes.getStore()?.isAlive === false;

/** Grows with everything that happens; while it does not, everybody waits for the clock. */
let happened = 0;
export const pulse = (): number => happened;
export const beat = (): void => {
  happened += 1;
};

/** The ports that somebody listens on. */
const listeners = new Map<number, http.Server>();
const firstPort = 20_000;
const lastPort = 60_000;
let nextPort = firstPort;

class Socket extends Duplex {
  peer: Socket | undefined;
  readonly remoteAddress = "127.0.0.1";
  readonly connecting = false;
  override _read(): void {}
  override _write(chunk: Buffer, _: string, done: () => void): void {
    beat();
    this.peer?.push(chunk);
    done();
  }
  override _final(done: () => void): void {
    beat();
    this.peer?.push(null);
    done();
  }
  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    beat();
    const { peer } = this;
    if (peer && !peer.destroyed) process.nextTick(() => peer.destroyed || peer.destroy());
    done(error);
  }
  resetAndDestroy(): this {
    const error = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET", syscall: "read" });
    this.peer?.destroy(error);
    return this.destroy();
  }
  setTimeout = () => this;
  setKeepAlive = () => this;
  setNoDelay = () => this;
  ref = () => this;
  unref = () => this;
  address = () => ({ address: "127.0.0.1", port: 1, family: "IPv4" });
}

function connect(port: number): Socket {
  beat();
  const client = new Socket();
  const server = listeners.get(port);
  if (!server) {
    const error = Object.assign(new Error(`connect ECONNREFUSED 127.0.0.1:${port}`), {
      code: "ECONNREFUSED",
    });
    process.nextTick(() => client.destroy(error));
    return client;
  }
  const far = new Socket();
  client.peer = far;
  far.peer = client;
  // What the platform does, it does as nobody's process.
  processes.exit(() => server.emit("connection", far));
  return client;
}

/** Puts this network in the place of Node's. */
export function installNetwork(): void {
  const server = http.Server.prototype as unknown as Record<string, unknown>;
  server.listen = function (this: http.Server) {
    // From the start again after many runs: those who had the first ones are long gone.
    nextPort = nextPort < lastPort ? nextPort + 1 : firstPort;
    const port = nextPort;
    listeners.set(port, this);
    Object.defineProperty(this, "address", { value: () => ({ address: "127.0.0.1", port, family: "IPv4" }) });
    process.nextTick(() => this.emit("listening"));
    return this;
  };
  const { close } = http.Server.prototype;
  server.close = function (this: http.Server) {
    listeners.delete((this.address() as { port: number }).port);
    return close.call(this);
  };
  http.Agent.prototype.createConnection = ((options: { port: number }) =>
    connect(Number(options.port))) as unknown as http.Agent["createConnection"];
  // A connection that is kept belongs to the process that began it, and so would whoever uses it after that one is dead.
  http.globalAgent = new http.Agent({ keepAlive: false });
  const { request } = http;
  http.request = ((...args: Parameters<typeof request>) => {
    const made = isDead() ? silent() : request(...args);
    return made;
  }) as typeof request;
}

export const forgetListeners = (): void => listeners.clear();

/** The request of a process that is dead: it never ends. */
function silent(): http.ClientRequest {
  const never = new Duplex({
    read() {},
    write(_chunk, _encoding, done) {
      done();
    },
  });
  return Object.assign(never, {
    setTimeout: () => never,
    abort: () => never,
    setNoDelay: () => never,
    setSocketKeepAlive: () => never,
    getHeader: () => undefined,
    flushHeaders: () => undefined,
  }) as unknown as http.ClientRequest;
}
