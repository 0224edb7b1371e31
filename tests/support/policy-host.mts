/**
 * How a language host of today begins a policy pack in Node.js: the pack's process is started once the engine has told of
 * the stack, which the pack is told by its environment; until then, and from there on, this stands between the two (as in
 * policy_proxy.go of Pulumi's SDK for Go). The host that can be built here is older than that.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { join } from "node:path";

type Grpc = typeof import("@grpc/grpc-js");
type Answer = (error: unknown, response?: unknown) => void;
type Call = import("@grpc/grpc-js").ServerWritableStream<
  { getArgsList(): string[]; getInfo(): { getProgramDirectory(): string } },
  unknown
>;
interface Configuration {
  getStack(): string;
  getProject(): string;
  getDryRun(): boolean;
}

/** Answers `RunPlugin` of a language host. */
export async function runPolicyPack(grpc: Grpc, call: Call): Promise<void> {
  const folder = call.request.getInfo().getProgramDirectory();
  const require = createRequire(join(folder, "package.json"));
  const { AnalyzerClient, AnalyzerService } = require("@pulumi/pulumi/proto/analyzer_grpc_pb");
  const analyzer = require("@pulumi/pulumi/proto/analyzer_pb");
  const { RunPluginResponse } = require("@pulumi/pulumi/proto/language_pb");
  const print = (stream: "Stdout" | "Stderr", text: string) => {
    const response = new RunPluginResponse();
    response[`set${stream}`](Buffer.from(text));
    call.write(response);
  };

  const configured = Promise.withResolvers<Configuration>();
  const pack = configured.promise.then(async (stack) => {
    const [engine = ""] = call.request.getArgsList();
    const script = require.resolve("@pulumi/pulumi/cmd/run-policy-pack");
    const child = spawn(process.execPath, [script, engine, "."], {
      cwd: folder,
      env: {
        ...process.env,
        PULUMI_NODEJS_STACK: stack.getStack(),
        PULUMI_NODEJS_PROJECT: stack.getProject(),
        PULUMI_NODEJS_DRY_RUN: String(stack.getDryRun()),
      },
    });
    call.on("cancelled", () => child.kill());
    child.stderr.on("data", (text) => print("Stderr", String(text)));
    const [port] = await once(child.stdout, "data");
    return new AnalyzerClient(`127.0.0.1:${String(port).trim()}`, grpc.credentials.createInsecure());
  });

  const methods = Object.keys(AnalyzerService).map((name) => [
    name,
    async ({ request }: { request: unknown }, answer: Answer) => (await pack)[name](request, answer),
  ]);
  const server = new grpc.Server();
  server.addService(AnalyzerService, {
    ...Object.fromEntries(methods),
    handshake: (_: unknown, answer: Answer) => answer(null, new analyzer.AnalyzerHandshakeResponse()),
    configureStack({ request }: { request: Configuration }, answer: Answer) {
      configured.resolve(request);
      answer(null, new analyzer.AnalyzerStackConfigureResponse());
    },
  });
  server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error) call.destroy(error);
    else print("Stdout", `${port}\n`);
  });
  call.on("cancelled", () => server.forceShutdown());
}
