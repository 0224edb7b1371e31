/** Servers that teams keep states on, each with data of its own that goes with it. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, globSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";
import { work } from "./contestants.mts";

export interface Server extends AsyncDisposable {
  /** What Pulumi needs to find it. */
  readonly environment: Readonly<Record<string, string>>;
}

const run = promisify(execFile);

/** PostgreSQL refuses to run as root. Its user cannot enter every folder, so the data lies in the machine's own. */
const isRoot = process.getuid?.() === 0;
const asPostgres = (command: string, ...args: string[]): [string, string[]] =>
  isRoot
    ? ["setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", command, ...args]]
    : [command, args];

/** @throws when PostgreSQL is not installed: `apt-get install postgresql` brings it. */
export async function startPostgres(): Promise<Server> {
  const [programs] = globSync("/usr/lib/postgresql/*/bin/initdb").map((file) => dirname(file));
  if (!programs) throw new Error("there is no PostgreSQL; bring it with: apt-get install postgresql");
  const program = (name: string) => join(programs, name);
  const data = await mkdtemp(join(tmpdir(), "act365-postgres-"));
  if (isRoot) await run("chown", ["postgres:postgres", data]);
  const call = (name: string, ...args: string[]) => run(...asPostgres(program(name), ...args));
  await call("initdb", "-D", data, "-U", "pulumi", "-A", "trust");
  const port = await freePort();
  const server = spawn(
    ...asPostgres(program("postgres"), "-D", data, "-p", String(port), "-k", data, "-h", "127.0.0.1"),
    { stdio: "ignore" },
  );
  await until("PostgreSQL answers", server, () => call("pg_isready", "-h", "127.0.0.1", "-p", String(port)));
  await call("createdb", "-h", "127.0.0.1", "-p", String(port), "-U", "pulumi", "states");
  return {
    environment: { PULUMI_BACKEND_URL: `postgres://pulumi@127.0.0.1:${port}/states?sslmode=disable` },
    [Symbol.asyncDispose]: async () => {
      await end(server, "SIGINT");
      await rm(data, { recursive: true, force: true });
    },
  };
}

/** A server of S3's protocol that keeps everything in memory, from the Go module proxy. */
export async function startBucket(): Promise<Server> {
  const program = join(work, "bin/gofakes3");
  if (!existsSync(program)) {
    await mkdir(dirname(program), { recursive: true });
    const env = { ...process.env, GOBIN: dirname(program), GOFLAGS: "", GOWORK: "off" };
    await run("go", ["install", "github.com/johannesboyne/gofakes3/cmd/gofakes3@v1.2.0"], { env });
  }
  const host = `127.0.0.1:${await freePort()}`;
  const server = spawn(program, ["-backend", "memory", "-host", host, "-initialbucket", "states"], {
    stdio: "ignore",
  });
  await until("the bucket answers", server, () => fetch(`http://${host}/states`));
  const query = new URLSearchParams({
    endpoint: `http://${host}`,
    s3ForcePathStyle: "true",
    disableSSL: "true",
    region: "us-east-1",
  });
  return {
    environment: {
      PULUMI_BACKEND_URL: `s3://states?${query}`,
      AWS_ACCESS_KEY_ID: "benchmark",
      AWS_SECRET_ACCESS_KEY: "benchmark",
    },
    [Symbol.asyncDispose]: () => end(server, "SIGTERM"),
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address ? address.port : 0;
}

async function until(what: string, server: ChildProcess, look: () => Promise<unknown>): Promise<void> {
  const last = performance.now() + 15_000;
  for (;;) {
    if (server.exitCode !== null) throw new Error(`its server ended with ${server.exitCode} before ${what}`);
    try {
      await look();
      return;
    } catch (error) {
      if (performance.now() > last) throw new Error(`15 seconds passed before ${what}`, { cause: error });
      await wait(100);
    }
  }
}

async function end(server: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (server.exitCode !== null) return;
  server.kill(signal);
  await once(server, "exit");
}
