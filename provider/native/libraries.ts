/**
 * The libraries of Pulumi's protocol, from `@pulumi/pulumi`'s own place: a package manager need not put them where ours
 * would look, and a second copy would not know the first one's messages. Its main module, which takes most of a second
 * to load, is left alone.
 */
import { createRequire } from "node:module";
import type * as grpcTypes from "@grpc/grpc-js";
import type * as emptyTypes from "google-protobuf/google/protobuf/empty_pb";
import type * as structTypes from "google-protobuf/google/protobuf/struct_pb";

const pulumi = require.resolve("@pulumi/pulumi/package.json");
const fromPulumi = createRequire(pulumi);

export const grpc = fromPulumi("@grpc/grpc-js") as typeof grpcTypes;
export const { Empty } = fromPulumi("google-protobuf/google/protobuf/empty_pb") as typeof emptyTypes;
export const { Struct } = fromPulumi("google-protobuf/google/protobuf/struct_pb") as typeof structTypes;

export const protocol =
  require("@pulumi/pulumi/proto/provider_pb") as typeof import("@pulumi/pulumi/proto/provider_pb");
export const plugin =
  require("@pulumi/pulumi/proto/plugin_pb") as typeof import("@pulumi/pulumi/proto/plugin_pb");
/** The service's definition; its types are not published. */
export const { ResourceProviderService } = require("@pulumi/pulumi/proto/provider_grpc_pb") as {
  ResourceProviderService: grpcTypes.ServiceDefinition;
};

/** Loaded when an operation fails half-way. */
export const status = () => ({
  ...(require("@pulumi/pulumi/proto/status_pb") as typeof import("@pulumi/pulumi/proto/status_pb")),
  ...(fromPulumi(
    "google-protobuf/google/protobuf/any_pb",
  ) as typeof import("google-protobuf/google/protobuf/any_pb")),
});

/** Loaded when there is something to tell. */
export const engineService = () => ({
  ...(require("@pulumi/pulumi/proto/engine_pb") as typeof import("@pulumi/pulumi/proto/engine_pb")),
  ...(require("@pulumi/pulumi/proto/engine_grpc_pb") as typeof import("@pulumi/pulumi/proto/engine_grpc_pb")),
});
