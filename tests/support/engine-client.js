/** What the engine does with the plugin, without an engine: starts it, reads its port, and calls. */
const { spawn } = require("node:child_process");
const { once } = require("node:events");
const { join } = require("node:path");
const { promisify } = require("node:util");
const { grpc, protocol, Struct } = require("../../dist/native/libraries.js");
const { ResourceProviderClient } = require("@pulumi/pulumi/proto/provider_grpc_pb");

const executable = join(__dirname, "../../plugin/pulumi-resource-act365");
const type = "act365:index:ConnectorInstance";
const urn = `urn:pulumi:dev::crm::${type}::crm`;

async function start(...args) {
  const process = spawn(executable, args, { stdio: ["pipe", "pipe", "inherit"] });
  const began = performance.now();
  const [port] = await once(process.stdout.setEncoding("utf8"), "data");
  const milliseconds = performance.now() - began;
  const client = new ResourceProviderClient(`127.0.0.1:${port.trim()}`, grpc.credentials.createInsecure());
  /** Calls a method with a message, such as `DiffRequest`, whose fields are set by name; properties are plain objects. */
  const call = async (method, message, fields = {}) => {
    const request = new protocol[message]();
    for (const [name, value] of Object.entries(fields))
      request[`set${name}`](typeof value === "object" ? Struct.fromJavaScript(value) : value);
    return promisify(client[method].bind(client))(request);
  };
  process.on("exit", () => client.close());
  return { process, client, call, milliseconds };
}

module.exports = { start, grpc, protocol, Struct, type, urn };
