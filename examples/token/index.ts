import * as pulumi from "@pulumi/pulumi";
import { ConnectorInstance } from "pulumi-act365";

const config = new pulumi.Config();

const crm = new ConnectorInstance("crm", {
  apiKey: config.requireSecret("apiKey"),
  developerKey: config.requireSecret("developerKey"),
});

// Ciphertext in the state; another stack reads it with a StackReference (consumer/), and a program that is started with
// TOKEN="$(pulumi stack output token --show-secrets)" uses it (contacts.mjs).
export const token = crm.token;
