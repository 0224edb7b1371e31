export { ConnectorInstance } from "./connector-instance";
export type { ConnectorInstanceArgs, EventsArgs, PollerResource } from "./connector-instance-args";
export {
  type ConnectorInstanceResult,
  type GetConnectorInstanceArgs,
  type GetConnectorInstancesArgs,
  getConnectorInstance,
  getConnectorInstanceOutput,
  getConnectorInstances,
  getConnectorInstancesOutput,
} from "./lookups";
