import * as pulumi from "@pulumi/pulumi";
import { ConnectorInstance } from "pulumi-act365";

const config = new pulumi.Config();

const crm = new ConnectorInstance("crm", {
  apiKey: config.requireSecret("apiKey"),
  developerKey: config.requireSecret("developerKey"),
  tags: config.getObject<string[]>("tags") ?? [],
  verify: config.getBoolean("verify") ?? false,
});

export const instanceId = crm.instanceId;
export const token = crm.token;
