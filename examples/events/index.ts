import * as pulumi from "@pulumi/pulumi";
import { ConnectorInstance } from "pulumi-act365";

const config = new pulumi.Config();

// The platform polls Act! every five minutes, and posts what is new to the callback.
const crm = new ConnectorInstance("crm", {
  apiKey: config.requireSecret("apiKey"),
  developerKey: config.requireSecret("developerKey"),
  events: {
    callbackUrl: config.require("callbackUrl"),
    basicAuth: { username: "act365", password: config.requireSecret("callbackSecret") },
    refreshIntervalMinutes: 5,
    poller: {
      // The path and the dates are the platform's own; other resources are polled in the same way.
      todos: {
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the platform's own placeholder
        url: "/hubs/crm/todos?where=created>='${gmtDate:yyyy-MM-dd'T'HH:mm:ss.SSS'Z'}'",
        idField: "id",
        datesConfiguration: {
          createdDateField: "created",
          createdDateFormat: "yyyy-MM-dd'T'HH:mm:ss'Z'",
          createdDateTimezone: "GMT",
        },
      },
    },
  },
});

export const eventsEnabled = crm.eventsEnabled;
