import { type ConnectorKey, connectorKeys } from "../../arguments/connector-keys";

/** The connector, as `GET /elements/{keyOrId}` tells it. */
export const element = {
  /** PLATFORM.md 6: differs by environment and over time; 1160 is that of the documents of 2016. */
  id: 1160,
  key: "actessentials",
  name: "Act! 365",
  hub: "crm",
  active: true,
} as const;

/** One of the connector's configuration keys, as the platform describes it. */
export interface Definition {
  readonly key: string;
  readonly name: string;
  readonly type: ConnectorKey["type"];
  readonly required: boolean;
  /** Absent for a key without one. */
  readonly defaultValue?: string;
  readonly active: true;
  readonly hideFromConsole: boolean;
  readonly internal: boolean;
}

/** PLATFORM.md 6: the keys that the user interface does not show. */
const hidden = new Set([
  "allow.select.fields",
  "base.url",
  "bulk.add_metadata",
  "bulk.query.date_mask",
  "bulk.query.download_format",
  "bulk.query.field_name",
  "bulk.query.operator",
  "bulk.relations",
  "default.select.fields.map",
  "event.vendor.type",
  "pagination.max",
  "pagination.page.startindex",
  "pagination.type",
]);
const internal = new Set(["default.select.fields.map", "event.vendor.type"]);

/** The names that the export gives the keys. */
const names: Readonly<Record<string, string>> = {
  "allow.select.fields": "Allow Select Fields parameter",
  "base.url": "Base URL",
  "bulk.add_metadata": "Bulk Add Metadata",
  "bulk.query.date_mask": "Bulk query Date Mask",
  "bulk.query.download_format": "Bulk Download Format",
  "bulk.query.field_name": "Bulk query FieldName",
  "bulk.query.operator": "Bulk query Operator",
  "bulk.relations": "Bulk Relations",
  "default.select.fields.map": "Default select fields",
  "event.notification.basic.password": "Event Notification Basic Authentication Password",
  "event.notification.basic.username": "Event Notification Basic Authentication UserName",
  "event.notification.callback.headers": "Event Notification Callback Headers",
  "event.notification.callback.url": "Event Notification Callback URL",
  "event.notification.enabled": "Event Notifications Enabled",
  "event.poller.configuration": "Event Poller Resources Configuration",
  "event.poller.refresh_interval": "Event poller refresh interval",
  "event.vendor.type": "Event Type",
  "filter.response.nulls": "Filter null values from the response",
  "instance.variables": "Instance Variables",
  "pagination.max": "Max Page Size (or limit)",
  "pagination.page.startindex": "Pagination Start Index",
  "pagination.type": "Pagination Type",
  password: "Developer Key",
  username: "API Key",
};

/** The connector's configuration keys with what the platform says of each. */
export const definitions: ReadonlyMap<string, Definition> = new Map(
  [...connectorKeys].map(([key, { type, required = false, default: defaultValue }]) => [
    key,
    {
      key,
      name: names[key] ?? key,
      type,
      required,
      ...(defaultValue !== undefined && { defaultValue }),
      active: true,
      hideFromConsole: hidden.has(key),
      internal: internal.has(key),
    },
  ]),
);
