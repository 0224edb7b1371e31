/** A configuration key of the connector, as its definition has it. */
export interface ConnectorKey {
  readonly type:
    | "BOOLEAN"
    | "CODE_EDITOR"
    | "PASSWORD"
    | "TEXTAREA"
    | "TEXTFIELD_32"
    | "TEXTFIELD_128"
    | "TEXTFIELD_1000";
  readonly required?: true;
  /** What an instance gets when nobody sets the key; nothing when absent. */
  readonly default?: string;
}

/**
 * The configuration keys of the Act! 365 connector (PLATFORM.md, section 6, from an export of 2020). The platform tolerates
 * others and may have added some since.
 */
export const connectorKeys: ReadonlyMap<string, ConnectorKey> = new Map<string, ConnectorKey>(
  Object.entries({
    "allow.select.fields": { type: "BOOLEAN", default: "true" },
    "base.url": { type: "TEXTFIELD_1000", default: "https://app.act365.com/act/api" },
    "bulk.add_metadata": { type: "TEXTFIELD_128" },
    "bulk.query.date_mask": { type: "TEXTFIELD_128", default: "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'" },
    "bulk.query.download_format": { type: "TEXTFIELD_128", default: "JSON" },
    "bulk.query.field_name": { type: "TEXTFIELD_128", default: "created" },
    "bulk.query.operator": { type: "TEXTFIELD_128", default: ">=" },
    "bulk.relations": { type: "TEXTAREA" },
    "default.select.fields.map": { type: "TEXTAREA" },
    "event.notification.basic.password": { type: "PASSWORD" },
    "event.notification.basic.username": { type: "TEXTFIELD_1000" },
    "event.notification.callback.headers": { type: "TEXTFIELD_128" },
    "event.notification.callback.url": { type: "TEXTFIELD_1000" },
    "event.notification.enabled": { type: "BOOLEAN", default: "false" },
    "event.poller.configuration": {
      type: "TEXTAREA",
      default:
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the platform's own placeholder
        '{"todos":{"url":"/hubs/crm/todos?where=created>=\'${gmtDate:yyyy-MM-dd\'T\'HH:mm:ss.SSS\'Z\'}\'","idField":"id","datesConfiguration":{"updatedDateField":"","updatedDateFormat":"","updatedDateTimezone":"","createdDateField":"created","createdDateFormat":"yyyy-MM-dd\'T\'HH:mm:ss\'Z\'","createdDateTimezone":"GMT"}}}',
    },
    "event.poller.refresh_interval": { type: "TEXTFIELD_128", default: "15" },
    "event.vendor.type": { type: "TEXTFIELD_128", default: "polling" },
    "filter.response.nulls": { type: "BOOLEAN", default: "true" },
    "instance.variables": { type: "CODE_EDITOR" },
    "pagination.max": { type: "TEXTFIELD_32", default: "150" },
    "pagination.page.startindex": { type: "TEXTFIELD_32", default: "1" },
    "pagination.type": { type: "TEXTFIELD_32", default: "offset" },
    password: { type: "PASSWORD", required: true },
    username: { type: "TEXTFIELD_32", required: true },
  } satisfies Record<string, ConnectorKey>),
);
