export { ConnectorInstance, type ConnectorInstanceArgs } from "./connector-instance";
