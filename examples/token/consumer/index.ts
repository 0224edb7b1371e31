import * as pulumi from "@pulumi/pulumi";

// "organization" with a backend of your own; the name of your organization with Pulumi Cloud.
const crm = new pulumi.StackReference(`organization/act365-token/${pulumi.getStack()}`);

// Still a secret here, and whatever is made from it is one too.
export const authorization = pulumi.interpolate`Element ${crm.requireOutput("token")}`;
