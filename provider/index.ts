/**
 * What a Pulumi program says and asks of Act! 365 connector instances.
 *
 * @module pulumi-act365
 */
export { ConnectorInstance } from "./program/connector-instance";
export type {
  BasicAuthArgs,
  ConnectorInstanceArgs,
  EventsArgs,
  PollerDates,
  PollerResource,
} from "./program/connector-instance-args";
export {
  type ConnectorInstanceById,
  type ConnectorInstanceByName,
  type ConnectorInstanceResult,
  type GetConnectorInstanceArgs,
  type GetConnectorInstanceOutputArgs,
  type GetConnectorInstancesArgs,
  getConnectorInstance,
  getConnectorInstanceOutput,
  getConnectorInstances,
  getConnectorInstancesOutput,
} from "./program/lookups";
