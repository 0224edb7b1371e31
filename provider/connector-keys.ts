/**
 * The configuration keys of the Act! 365 connector (contract, section 6): a key that is not here draws a warning, no
 * error, since the platform tolerates others and may add some.
 */
export const connectorKeys: ReadonlySet<string> = new Set([
  "allow.select.fields",
  "base.url",
  "bulk.add_metadata",
  "bulk.query.date_mask",
  "bulk.query.download_format",
  "bulk.query.field_name",
  "bulk.query.operator",
  "bulk.relations",
  "default.select.fields.map",
  "event.notification.basic.password",
  "event.notification.basic.username",
  "event.notification.callback.headers",
  "event.notification.callback.url",
  "event.notification.enabled",
  "event.poller.configuration",
  "event.poller.refresh_interval",
  "event.vendor.type",
  "filter.response.nulls",
  "instance.variables",
  "pagination.max",
  "pagination.page.startindex",
  "pagination.type",
  "password",
  "username",
]);
