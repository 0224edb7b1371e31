/**
 * A Node that stays: it loads Pulumi once and serves many runs of the CLI, one at a time. As `program` it is the language
 * host of `pulumi --client=ADDRESS`; as `plugin` it is what `pulumi-resource-pulumi-nodejs` begins, which warm.sh stands
 * in for. Both evaluate anew in each run what a run of its own would load: the program, the package that is built, and
 * Pulumi's host of dynamic providers. Two roles in two processes, as with Pulumi's own.
 *
 * `node resident.mts ROLE ROOT`, where ROOT has the node_modules. Prints its port, and ends with its standard input.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer, type Socket } from "node:net";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { runPolicyPack } from "./policy-host.mts";

const [, , role, root = ""] = process.argv;
const require = createRequire(join(root, "package.json"));
const pulumi = resolve(require.resolve("@pulumi/pulumi"), "..");
const fromPulumi = (path: string) => require(require.resolve(path, { paths: [pulumi] }));
const grpc: typeof import("@grpc/grpc-js") = fromPulumi("@grpc/grpc-js");
const host = join(pulumi, "cmd/dynamic-provider/index.js");

// An engine may get the port of an earlier one, and with it that one's connection, which is known to be dead.
const subchannels = fromPulumi("@grpc/grpc-js/build/src/subchannel-pool.js");
subchannels.getSubchannelPool = () => new subchannels.SubchannelPool();

/** How the run ends whose engine is lost. */
const runs = new AsyncLocalStorage<() => void>();

/** Pulumi then waits for what never comes: a process of its own would end there, since nothing is left to do. */
function endRunsOfLostEngines(): void {
  const settings = fromPulumi("@pulumi/pulumi/runtime/settings");
  const { terminateRpcs } = settings;
  settings.terminateRpcs = () => {
    terminateRpcs();
    runs.getStore()?.();
  };
}

/** What a run may leave behind in the process, taken back at its end. */
const events = ["uncaughtException", "unhandledRejection", "exit", "SIGINT", "SIGTERM"];
function withTraces(): () => void {
  const emitters = [...events.map((event) => [process, event] as const), [process.stdin, "close"] as const];
  const before = emitters.map(([emitter, event]) => emitter.rawListeners(event as "exit"));
  const { argv, env } = process;
  const variables = { ...env };
  return () => {
    for (const [index, [emitter, event]] of emitters.entries())
      for (const listener of emitter.rawListeners(event as "exit"))
        if (!before[index]?.includes(listener)) emitter.off(event, listener as () => void);
    process.argv = argv;
    process.env = variables;
    process.chdir(root);
    forget();
  };
}

/** Whatever is not a third party's is loaded anew the next time. */
function forget(): void {
  for (const file of Object.keys(require.cache))
    if (file === host || !/\/node_modules\/(?!pulumi-act365\/)/.test(file)) delete require.cache[file];
}

/** Programs in TypeScript are compiled as Pulumi does it, but for the check of types. */
function compileTypeScript(): void {
  let ts: typeof import("typescript") | undefined;
  require.extensions[".ts"] = (module, file) => {
    ts ??= require("typescript") as typeof import("typescript");
    const compilerOptions = {
      module: ts.ModuleKind.CommonJS,
      esModuleInterop: true,
      target: ts.ScriptTarget.ES2022,
    };
    const { outputText } = ts.transpileModule(readFileSync(file, "utf8"), {
      fileName: file,
      compilerOptions,
    });
    (module as unknown as { _compile(text: string, file: string): void })._compile(outputText, file);
  };
}

function servePrograms(): void {
  require(pulumi);
  compileTypeScript();
  endRunsOfLostEngines();
  const { LanguageServer } = fromPulumi("@pulumi/pulumi/automation/server");
  const { LanguageRuntimeService } = fromPulumi("@pulumi/pulumi/proto/language_grpc_pb");
  const messages = fromPulumi("@pulumi/pulumi/proto/language_pb");
  const server = new grpc.Server();
  let clean = () => {};
  const base = new LanguageServer(() => {});
  server.addService(LanguageRuntimeService, {
    handshake: (_: unknown, answer: (error: null, response: object) => void) =>
      answer(null, new messages.LanguageHandshakeResponse()),
    runPlugin: (call: Parameters<typeof runPolicyPack>[1]) => runPolicyPack(grpc, call),
    getRequiredPlugins: base.getRequiredPlugins,
    getRequiredPackages: unimplemented,
    getPluginInfo: base.getPluginInfo,
    run(
      call: { request: Record<string, () => string> },
      callback: (error: Error | null, answer: unknown) => void,
    ) {
      clean();
      clean = withTraces();
      const folder = String(call.request.getPwd?.());
      process.chdir(folder);
      let isRun = false;
      const program = async () => {
        isRun = true;
        return require(resolve(folder, String(call.request.getProgram?.())));
      };
      const before = process.rawListeners("unhandledRejection");
      const lost = new Error("the engine was lost");
      // Pulumi takes a lost engine for the end of a run, which would be one of a program without resources.
      const answerTo = (error: Error | null, answer: unknown) =>
        callback(error ?? (isRun ? null : lost), answer);
      runs.run(
        () => callback(lost, undefined),
        () => new LanguageServer(program).run(call, answerTo),
      );
      for (const listener of process.rawListeners("unhandledRejection"))
        if (!before.includes(listener)) ignoreEarlierRuns(listener as (error: Error) => void);
    },
  });
  server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error) throw error;
    console.log(port);
  });
}

/** A run that failed leaves calls to an engine that is gone; what comes of them is no failure of the run at present. */
function ignoreEarlierRuns(listener: (error: Error) => void): void {
  process.off("unhandledRejection", listener);
  process.on("unhandledRejection", (error: Error & { code?: number }) => {
    if (error?.code !== grpc.status.UNAVAILABLE && error?.code !== grpc.status.CANCELLED) listener(error);
  });
}

const unimplemented = (_: unknown, callback: (error: object) => void) =>
  callback({ code: grpc.status.UNIMPLEMENTED, details: "not of this host" });

function servePlugins(): void {
  require(pulumi);
  require(host.replace("index.js", "config.js"));
  const begun: InstanceType<typeof grpc.Server>[] = [];
  const bind = grpc.Server.prototype.bindAsync;
  grpc.Server.prototype.bindAsync = function (...args) {
    begun.push(this);
    return bind.apply(this, args);
  };
  let last: Promise<unknown> = Promise.resolve();
  const server = createServer(async (socket: Socket) => {
    // The update's plugin may come before the end of the preview's is seen here, and would then begin nothing.
    const before = last;
    last = new Promise((resolve) => socket.on("error", () => {}).once("close", resolve));
    await before;
    if (socket.destroyed) return;
    const clean = withTraces();
    const { stdout, stderr } = process;
    const written = [stdout.write, stderr.write];
    for (const stream of [stdout, stderr])
      stream.write = ((chunk: string | Uint8Array) => socket.write(chunk)) as typeof stream.write;
    const lines = createInterface(socket);
    lines.once("line", (folder) =>
      lines.once("line", (engine) => {
        process.chdir(folder);
        // The package asks by this whether it is the engine's plugin.
        process.argv = [process.execPath, host, engine];
        require(host);
      }),
    );
    socket.once("close", () => {
      [stdout.write, stderr.write] = written as [typeof stdout.write, typeof stderr.write];
      for (const each of begun.splice(0)) each.forceShutdown();
      clean();
    });
  });
  server.listen(0, "127.0.0.1", () => console.log((server.address() as { port: number }).port));
}

process.stdin.on("close", () => process.exit()).resume();
if (role === "program") servePrograms();
else servePlugins();
