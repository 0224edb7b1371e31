import * as pulumi from "@pulumi/pulumi";
import { ConnectorInstance, getConnectorInstanceOutput } from "pulumi-act365";

const config = new pulumi.Config();

// To rotate: `pulumi config set --secret developerKey`, then `pulumi up`. The preview shows
// `~ developerKey: [secret] => [secret]`; id and token stay.
const crm = new ConnectorInstance("crm", {
  apiKey: config.requireSecret("apiKey"),
  developerKey: config.requireSecret("developerKey"),
  // The gate: keys that Act! refuses fail the update, and the next `up` tries again.
  verify: true,
});

// A preview of an update does not know `crm.token`, so all that depends on it would show as changed with each rotation.
// Looked up by the id, which every update keeps, the token is known in a preview too.
export const token = getConnectorInstanceOutput({ id: crm.id }).token;
