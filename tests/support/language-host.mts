/**
 * As much of a language host of today as `pulumi package add` and `pulumi import` need: it runs the plugin's folder as
 * Pulumi's own for Node.js does, and makes the SDK and the program by the engine's own generators. The hosts that can be
 * built here are older than that.
 *
 * `node language-host.mts ROOT LANGUAGE`, where ROOT has the node_modules. Prints its port, and ends with its standard
 * input.
 */
import { execFile, execFileSync, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

type Answer = (error: null, response?: unknown) => void;
type Call<Request> = import("@grpc/grpc-js").ServerWritableStream<Request, unknown>;

const [, , root = "", language = ""] = process.argv;
const require = createRequire(join(root, "package.json"));
const pulumi = resolve(require.resolve("@pulumi/pulumi"), "..");
const grpc: typeof import("@grpc/grpc-js") = createRequire(join(pulumi, "package.json"))("@grpc/grpc-js");
const { LanguageRuntimeService } = require("@pulumi/pulumi/proto/language_grpc_pb");
const messages = require("@pulumi/pulumi/proto/language_pb");
const { PluginInfo } = require("@pulumi/pulumi/proto/plugin_pb");

interface RunPlugin {
  getArgsList(): string[];
  getInfo(): { getProgramDirectory(): string };
}

function runPlugin(call: Call<RunPlugin>): void {
  const folder = call.request.getInfo().getProgramDirectory();
  const script = join(pulumi, "cmd/run-plugin");
  const child = spawn(process.execPath, [script, folder, ...call.request.getArgsList()], {
    cwd: folder,
    stdio: ["pipe", "pipe", "pipe"],
  });
  const print = (stream: "Stdout" | "Stderr") => (bytes: Buffer) => {
    const response = new messages.RunPluginResponse();
    response[`set${stream}`](bytes);
    call.write(response);
  };
  child.stdout.on("data", print("Stdout"));
  child.stderr.on("data", print("Stderr"));
  child.on("exit", () => call.end());
  call.on("cancelled", () => child.kill());
}

interface GeneratePackage {
  getDirectory(): string;
  getSchema(): string;
}

function generatePackage({ request }: { request: GeneratePackage }, answer: Answer): void {
  const folder = request.getDirectory();
  mkdirSync(folder, { recursive: true });
  const schema = join(folder, "schema.json");
  writeFileSync(schema, request.getSchema());
  execFileSync("pulumi-codegen", [language, schema, folder]);
  answer(null, new messages.GeneratePackageResponse());
}

interface GenerateProgram {
  getSourceMap(): Map<string, string>;
  getLoaderTarget(): string;
}

function generateProgram({ request }: { request: GenerateProgram }, answer: Answer): void {
  const input = [...request.getSourceMap().entries()].map(([, text]) => text).join("\n");
  execFile("pulumi-program", [language, request.getLoaderTarget()], (error, stdout) => {
    if (error) throw error;
    const response = new messages.GenerateProgramResponse();
    for (const [name, text] of Object.entries<string>(JSON.parse(stdout)))
      response.getSourceMap().set(name, Buffer.from(text));
    answer(null, response);
  }).stdin?.end(input);
}

const server = new grpc.Server();
server.addService(LanguageRuntimeService, {
  handshake: (_: unknown, answer: Answer) => answer(null, new messages.LanguageHandshakeResponse()),
  getPluginInfo: (_: unknown, answer: Answer) => answer(null, new PluginInfo().setVersion("3.0.0")),
  // The plugin's folder has no dependencies (plugin.test.ts).
  installDependencies: (call: Call<unknown>) => call.end(),
  link: (_: unknown, answer: Answer) => answer(null, new messages.LinkResponse()),
  runPlugin,
  generatePackage,
  generateProgram,
});
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  console.log(port);
});
process.stdin.on("close", () => process.exit()).resume();
