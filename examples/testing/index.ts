import * as pulumi from "@pulumi/pulumi";
import { ConnectorInstance, getConnectorInstanceOutput } from "pulumi-act365";

const config = new pulumi.Config();

export const crm = new ConnectorInstance("crm", {
  apiKey: config.requireSecret("apiKey"),
  developerKey: config.requireSecret("developerKey"),
  tags: [pulumi.getStack()],
});

// Another team's instance, which this stack only reads.
const billing = getConnectorInstanceOutput({ name: "billing" });

export const token = crm.token;
export const billingToken = billing.token;
