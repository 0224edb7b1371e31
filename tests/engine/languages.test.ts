import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ExampleStacks } from "../support/examples";
import { mustShell, writeAll } from "../support/foreign";
import { makeSdk, prepare, programs, strictly } from "../support/languages";
import { leaksIn, Stack, settingsFor } from "../support/stack";

// The examples of the plugin, as a stranger has them: beside the package from its tarball.
const stacks = new ExampleStacks("@pulumi/pulumi", "typescript@5", "@types/node@22");

test.each(Object.keys(programs))(
  "the example %s comes up, changes nothing a second time, and goes",
  async (name) => {
    const { place, simulator } = stacks;
    const folder = stacks.folderOf(name);
    const made =
      name === "import" &&
      simulator.add({ name: "by hand", configuration: { username: "old", password: "old" } });
    if (made) {
      const text = await readFile(join(folder, "Pulumi.yaml"), "utf8");
      await writeFile(join(folder, "Pulumi.yaml"), text.replace("12345", String(made.id)));
    }
    const environment = await prepare(folder, join(place, "node_modules"));
    const stack = await Stack.at(folder, settingsFor(simulator), { environment, seconds: 600 });
    await stack.up();
    const [instance, ...others] = simulator.instances();
    expect(others).toEqual([]);
    expect(instance).toMatchObject({
      ...(made && { id: made.id }),
      name: made ? "by hand" : "crm",
      tags: expect.arrayContaining([...(made ? [] : ["basic", "dev"]), `pulumi:act365-${name}/dev/crm`]),
    });
    expect(await stack.outputs()).toEqual({
      ...(!made && { instanceId: instance?.id }),
      token: instance?.token,
    });
    await stack.preview("--expect-no-changes");
    await stack.destroy();
    expect(simulator.instances()).toHaveLength(made ? 1 : 0);
    expect(leaksIn(stack.printed + (await stack.stateText()), simulator)).toEqual([]);
  },
  900_000,
);

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
