import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { ConnectorInstance } from "pulumi-act365";

const config = new pulumi.Config();

const crm = new ConnectorInstance("crm", {
  apiKey: config.requireSecret("apiKey"),
  developerKey: config.requireSecret("developerKey"),
});

// Pulumi keeps stringData secret, since the token is.
export const secret = new kubernetes.core.v1.Secret("crm", { stringData: { token: crm.token } });
