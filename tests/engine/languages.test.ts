import { join } from "node:path";
import { ExampleStacks } from "../support/examples";
import { mustShell, writeAll } from "../support/foreign";
import { comesAndGoes, goes, makeSdk, strictly, withoutSdk } from "../support/languages";

// The examples of the plugin, as a stranger has them: beside the package from its tarball.
const stacks = new ExampleStacks("@pulumi/pulumi", "typescript@5", "@types/node@22");

test.each(withoutSdk)(goes, (name) => comesAndGoes(stacks, name), 900_000);

test("a program on the SDK for Node.js compiles", async () => {
  const folder = join(stacks.place, "nodejs");
  await makeSdk("nodejs", join(folder, "sdk"));
  await writeAll(folder, {
    "index.ts": `
      import * as pulumi from "@pulumi/pulumi";
      import * as act365 from "./sdk";
      const provider = new act365.Provider("eu", { region: "eu", timeoutSeconds: 60 });
      const crm = new act365.ConnectorInstance("crm", {
        apiKey: "key", developerKey: pulumi.secret("key"), configuration: { "pagination.max": 100 },
        events: { poller: { todos: { url: "/todos", idField: "id", datesConfiguration: {} } } },
      }, { provider });
      export const token: pulumi.Output<string> = crm.token;
      export const found = act365.getConnectorInstanceOutput({ id: crm.id }).apply(({ tags }) => tags.length);`,
  });
  await mustShell(folder, "npx", "tsc", ...strictly, "index.ts");
});
