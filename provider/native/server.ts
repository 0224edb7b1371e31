import { once } from "node:events";
import type {
  ServerUnaryCall,
  ServerWritableStream,
  sendUnaryData,
  UntypedServiceImplementation,
} from "@grpc/grpc-js";
import type * as pb from "@pulumi/pulumi/proto/provider_pb";
import type { HalfMadeError } from "../instance/half-made";
import { Engine } from "./engine";
import { Empty, grpc, plugin, protocol, ResourceProviderService, status } from "./libraries";
import type { Provider } from "./provider";
import { schemaOf } from "./schema";
import { opened, structOf } from "./values";

const { version, license } = require("../../package.json") as { version: string; license: string };

/**
 * Serves the engine's calls.
 *
 * @param address the engine's.
 * @returns the port.
 */
export async function serve(address: string | undefined): Promise<number> {
  const server = new grpc.Server({
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
  });
  const engine = new Engine(address);
  server.addService(ResourceProviderService, serviceOf(engine));
  return new Promise((done, fail) =>
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) =>
      error ? fail(error) : done(port),
    ),
  );
}

/** What happens to instances, and the schemas for it: loaded when the engine has the port and asks for more. */
const rooms = () => ({
  ...(require("./provider") as typeof import("./provider")),
  ...(require("./lookups") as typeof import("./lookups")),
});

/** A method of the service. Calls that are left out are answered with UNIMPLEMENTED. */
const method =
  <Request, Response>(answer: (request: Request) => Response | Promise<Response>) =>
  async ({ request }: ServerUnaryCall<Request, Response>, reply: sendUnaryData<Response>) => {
    try {
      reply(null, await answer(request));
    } catch (error) {
      reply(failureOf(error as Error));
    }
  };

/** The engine records what a failed create or update has left, when the error carries it. */
function failureOf(error: Error) {
  const metadata = new grpc.Metadata();
  if (isHalfMade(error)) {
    const { Any, Status } = status();
    const detail = new protocol.ErrorResourceInitFailed()
      .setId(error.id)
      .setProperties(structOf(error.properties))
      .setReasonsList(error.reasons);
    const any = new Any();
    any.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
    const message = new Status().setCode(grpc.status.UNKNOWN).setMessage(error.message);
    message.addDetails(any);
    metadata.add("grpc-status-details-bin", Buffer.from(message.serializeBinary()));
  }
  return { code: grpc.status.UNKNOWN, details: error.message, metadata };
}

const isHalfMade = (error: Error): error is HalfMadeError => error.name === "HalfMadeError";

const failures = (problems: readonly string[]) =>
  // No property: with one, the engine prints the value beside the reason.
  problems.map((reason) => new protocol.CheckFailure().setReason(reason));

function serviceOf(engine: Engine): UntypedServiceImplementation {
  let loaded: Provider | undefined;
  const provider = () => {
    loaded ??= new (rooms().Provider)(engine);
    return loaded;
  };
  const bagOf = (struct: Parameters<typeof opened>[0]) => opened(struct).bag;
  return {
    handshake: method((request: pb.ProviderHandshakeRequest) => {
      engine.address = request.getEngineAddress();
      return new protocol.ProviderHandshakeResponse().setAcceptSecrets(true);
    }),
    attach: method((request: import("@pulumi/pulumi/proto/plugin_pb").PluginAttach) => {
      engine.address = request.getAddress();
      return new Empty();
    }),
    // What is in flight is ended and recorded; the signal that follows ends the process (in-flight.ts).
    cancel: method(() => new Empty()),
    getPluginInfo: method(() => new plugin.PluginInfo().setVersion(version)),
    getSchema: method(() =>
      new protocol.GetSchemaResponse().setSchema(JSON.stringify(schemaOf({ version, license }))),
    ),
    checkConfig: method((request: pb.CheckRequest) => {
      const { inputs, problems } = provider().checkConfig(request.getUrn(), bagOf(request.getNews()));
      return new protocol.CheckResponse().setInputs(structOf(inputs)).setFailuresList(failures(problems));
    }),
    diffConfig: method(async (request: pb.DiffRequest) => {
      const olds = bagOf(request.getOldInputs() ?? request.getOlds());
      const { changed, replaces } = await provider().diffConfig(
        request.getUrn(),
        olds,
        bagOf(request.getNews()),
      );
      const { DIFF_NONE, DIFF_SOME } = protocol.DiffResponse.DiffChanges;
      return new protocol.DiffResponse()
        .setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE)
        .setDiffsList(changed)
        .setReplacesList(replaces);
    }),
    configure: method((request: pb.ConfigureRequest) => {
      provider().configure(request.getUrn?.() ?? "", bagOf(request.getArgs()));
      return new protocol.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true);
    }),
    check: method((request: pb.CheckRequest) => {
      const { inputs, problems } = provider().check(
        request.getUrn(),
        bagOf(request.getOlds()),
        opened(request.getNews()),
      );
      return new protocol.CheckResponse().setInputs(structOf(inputs)).setFailuresList(failures(problems));
    }),
    diff: method((request: pb.DiffRequest) => {
      const state = bagOf(request.getOlds());
      const differences = provider().diff(
        request.getUrn(),
        request.getId(),
        state,
        request.hasOldInputs() ? bagOf(request.getOldInputs()) : state,
        bagOf(request.getNews()),
      );
      const { DIFF_NONE, DIFF_SOME } = protocol.DiffResponse.DiffChanges;
      const response = new protocol.DiffResponse()
        .setChanges(differences.length > 0 ? DIFF_SOME : DIFF_NONE)
        .setDiffsList(differences.map(({ place }) => place))
        .setReplacesList(differences.filter(({ replaces }) => replaces).map(({ place }) => place))
        .setHasdetaileddiff(true)
        // The ownership tag stays unambiguous only when the old instance goes before the new one comes.
        .setDeletebeforereplace(true);
      for (const { place, kind, replaces, isOfInputs } of differences)
        response
          .getDetaileddiffMap()
          .set(
            place,
            new protocol.PropertyDiff()
              .setKind(protocol.PropertyDiff.Kind[replaces ? (`${kind}_REPLACE` as const) : kind])
              .setInputdiff(isOfInputs),
          );
      return response;
    }),
    create: method(async (request: pb.CreateRequest) => {
      const resource = { urn: request.getUrn(), timeout: request.getTimeout() };
      const args = bagOf(request.getProperties());
      const { id, properties } = await provider().create(resource, args, request.getPreview());
      return new protocol.CreateResponse().setId(id).setProperties(structOf(properties));
    }),
    read: method(async (request: pb.ReadRequest) => {
      const resource = { urn: request.getUrn(), timeout: request.getTimeout?.() ?? 0 };
      const olds = bagOf(request.getInputs());
      const isManaged = Object.keys(olds).length > 0;
      const read = await provider().read(
        resource,
        request.getId(),
        bagOf(request.getProperties()),
        isManaged ? olds : undefined,
      );
      const response = new protocol.ReadResponse();
      if (!read) return response;
      response.setId(request.getId()).setProperties(structOf(read.properties));
      return read.inputs ? response.setInputs(structOf(read.inputs)) : response;
    }),
    update: method(async (request: pb.UpdateRequest) => {
      const resource = { urn: request.getUrn(), timeout: request.getTimeout() };
      const properties = await provider().update(resource, request.getId(), {
        state: bagOf(request.getOlds()),
        olds: bagOf(request.getOldInputs()),
        news: bagOf(request.getNews()),
        preview: request.getPreview(),
      });
      return new protocol.UpdateResponse().setProperties(structOf(properties));
    }),
    delete: method(async (request: pb.DeleteRequest) => {
      const resource = { urn: request.getUrn(), timeout: request.getTimeout() };
      const olds = bagOf(request.getOldInputs?.());
      await provider().delete(resource, request.getId(), bagOf(request.getProperties()), olds);
      return new Empty();
    }),
    invoke: method(async (request: pb.InvokeRequest) => {
      const answer = await rooms().found(provider(), request.getTok(), opened(request.getArgs()));
      return new protocol.InvokeResponse().setReturn(structOf(answer));
    }),
    async list(stream: ServerWritableStream<pb.ListRequest, pb.ListResponse>) {
      try {
        const { request } = stream;
        for (const { id, name } of await rooms().listed(
          provider(),
          request.getToken(),
          bagOf(request.getQuery()),
        )) {
          const result = new protocol.ListResponse.Result().setId(id).setName(name);
          if (!stream.write(new protocol.ListResponse().setResult(result))) await once(stream, "drain");
        }
        stream.end();
      } catch (error) {
        stream.emit("error", failureOf(error as Error));
      }
    },
  };
}
