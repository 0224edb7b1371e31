import { PolicyPack, validateResourceOfType } from "@pulumi/policy";
import * as pulumi from "@pulumi/pulumi";
import { ConnectorInstance } from "pulumi-act365";

// A team's rules, checked on this machine with no account: pulumi preview --policy-pack ../policy (and so for `up`).
// Words of a rule reach the log, so none may hold apiKey or developerKey: a policy sees secrets in the open.
new PolicyPack("act365", {
  enforcementLevel: "mandatory",
  policies: [
    {
      name: "act365-team-tag",
      description: "A tag tells which team to ask about an instance.",
      validateResource: validateResourceOfType(ConnectorInstance, ({ tags }, _, reportViolation) => {
        if (!tags?.some((tag) => tag.startsWith("team:")))
          reportViolation('tags: add the team that owns the instance, such as "team:sales"');
      }),
    },
    {
      name: "act365-name",
      description: "Instances of one organization are told apart by name.",
      validateResource: validateResourceOfType(ConnectorInstance, ({ name = "" }, _, reportViolation) => {
        if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
          reportViolation(`name: "${name}" is not of lower-case words joined by hyphens, such as "crm-emea"`);
      }),
    },
    {
      name: "act365-verify-in-production",
      description: "In production Act! itself is asked whether it takes the keys.",
      validateResource: validateResourceOfType(ConnectorInstance, ({ verify }, _, reportViolation) => {
        if (pulumi.getStack() === "production" && verify !== true)
          reportViolation("verify: must be true in the stack production");
      }),
    },
  ],
});
