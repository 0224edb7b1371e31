export {
  ConnectorInstance,
  type ConnectorInstanceArgs,
  type EventsArgs,
  type PollerResource,
} from "./connector-instance";
export {
  type ConnectorInstanceResult,
  type GetConnectorInstanceArgs,
  type GetConnectorInstancesArgs,
  getConnectorInstance,
  getConnectorInstanceOutput,
  getConnectorInstances,
  getConnectorInstancesOutput,
} from "./lookups";
