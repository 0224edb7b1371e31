import * as pulumi from "@pulumi/pulumi";
import { ConnectorInstance } from "pulumi-act365";

const config = new pulumi.Config();

export const crm = new ConnectorInstance("crm", {
  apiKey: config.requireSecret("apiKey"),
  developerKey: config.requireSecret("developerKey"),
  tags: [pulumi.getStack()],
});

export const token = crm.token;
