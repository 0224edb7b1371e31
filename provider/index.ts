export {
  ConnectorInstance,
  type ConnectorInstanceArgs,
  type EventsArgs,
  type PollerResource,
} from "./connector-instance";
