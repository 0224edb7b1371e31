import * as pulumi from "@pulumi/pulumi";
import { ConnectorInstance } from "pulumi-act365";

const config = new pulumi.Config();

// An instance that somebody made by hand: `pulumi config set instanceId 12345`. For many of them,
// `npx pulumi-act365 adopt --search TEXT` prints such a program.
const sales = new ConnectorInstance("sales", {
  adopt: config.require("instanceId"),
  apiKey: config.requireSecret("apiKey"),
  developerKey: config.requireSecret("developerKey"),
  // Whatever differs from here is updated at the first `up`.
  name: "Sales",
  tags: ["crm", "sales"],
});

// Destroying the stack lets go of the instance and leaves it alive, unless `onDestroy: "delete"` says otherwise.
export const instanceId = sales.instanceId;
export const token = sales.token;
