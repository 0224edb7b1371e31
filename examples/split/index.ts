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
      /**
       * The stack that has the customer. A change of it makes another instance, with another token, unless it is taken
       * along before the next `up`: `pulumi state move --source OLD --dest NEW URN`.
       */
      group: z.string(),
      tags: z.array(z.string()).default([]),
      /** Refuses to be deleted, even when the line is taken out. */
      protect: z.boolean().default(false),
    }),
  )
  .parse(JSON.parse(readFileSync("customers.json", "utf8")));

// From the environment, where a pipeline puts what it took out of a vault, so that no file of a stack holds them.
const keys = keysFrom(process.env.CUSTOMER_KEYS);

function keysFrom(text = "") {
  try {
    const own = z.object({ apiKey: z.string(), developerKey: z.string() });
    return z.record(z.string(), own).parse(JSON.parse(text));
  } catch {
    // The parser's message would repeat what it read.
    const shape = '{"acme": {"apiKey": "...", "developerKey": "..."}}';
    throw new pulumi.RunError(
      `the environment variable CUSTOMER_KEYS must hold the customers' keys as JSON: ${shape}`,
    );
  }
}

function tokenOf({ id, name, tags, protect }: (typeof customers)[number]): pulumi.Output<string> {
  const own = keys[id];
  if (!own) throw new pulumi.RunError(`no keys of ${id} in the environment variable CUSTOMER_KEYS`);
  const [apiKey, developerKey] = [pulumi.secret(own.apiKey), pulumi.secret(own.developerKey)];
  return new ConnectorInstance(id, { apiKey, developerKey, name, tags: ["customer", ...tags] }, { protect })
    .token;
}

export const tokens = Object.fromEntries(
  customers.filter(({ group }) => group === pulumi.getStack()).map((each) => [each.id, tokenOf(each)]),
);
