import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { ConnectorInstance } from "pulumi-act365";
import { z } from "zod";

const customers = z
  .array(
    z.strictObject({
      // Names the resource, so a change of it is another customer.
      id: z.string().regex(/^[a-z][a-z0-9-]*$/),
      name: z.string().min(1),
      tags: z.array(z.string()).default([]),
      /** Refuses to be deleted, even when the line is taken out. */
      protect: z.boolean().default(false),
    }),
  )
  .parse(JSON.parse(readFileSync("customers.json", "utf8")));

type Keys = Record<string, { apiKey: string; developerKey: string }>;
const keys = new pulumi.Config().requireSecretObject<Keys>("keys");

class Customer extends pulumi.ComponentResource {
  readonly token: pulumi.Output<string>;

  constructor({ id, name, tags, protect }: (typeof customers)[number]) {
    super("act365-customers:index:Customer", id);
    const own = keys.apply((all) => {
      if (all[id]) return all[id];
      throw new pulumi.RunError(
        `no keys of ${id}; set them with: pulumi config set --secret --path keys.${id}.apiKey`,
      );
    });
    const args = { apiKey: own.apiKey, developerKey: own.developerKey, name, tags: ["customer", ...tags] };
    this.token = new ConnectorInstance(id, args, { parent: this, protect }).token;
    this.registerOutputs({ token: this.token });
  }
}

export const tokens = Object.fromEntries(customers.map((each) => [each.id, new Customer(each).token]));
