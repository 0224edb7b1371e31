import { existsSync, readdirSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { ExampleStacks, shortExamples } from "../../support/examples";
import { mustShell, writeAll } from "../../support/foreign";
import { programs } from "../../support/languages";
import { canaries, keys } from "../../support/stack";

const stacks = new ExampleStacks(
  "@pulumi/pulumi",
  "@pulumi/policy",
  "@pulumi/kubernetes",
  "typescript@5",
  "zod",
  "@types/node@22",
);

test("a Kubernetes Secret gets the token as a secret, under Pulumi's mocks", async () => {
  const folder = stacks.folderOf("token/kubernetes");
  const script = `
    const pulumi = require("@pulumi/pulumi");
    const registered = {};
    (async () => {
      await pulumi.runtime.setMocks({
        newResource: ({ type, inputs }) => {
          registered[type] = inputs;
          return { id: "1", state: { ...inputs, token: "the token" } };
        },
        call: () => ({}),
      }, "project", "dev");
      pulumi.runtime.setAllConfig({ "project:apiKey": "k", "project:developerKey": "d" });
      require("./out/index.js");
      await pulumi.runtime.waitForRPCs();
      console.log(JSON.stringify(registered["kubernetes:core/v1:Secret"].stringData));
    })();
  `;
  await mustShell(folder, "npx", "tsc", "--outDir", "out");
  const [stringData = ""] = (await mustShell(folder, "node", "-e", script)).split("\n");
  expect(JSON.parse(stringData)).toEqual({
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    value: { token: "the token" },
  });
});

/** What each of the examples promises, by its folder; those that take longer are tried in tests/installs/. */
const stories: Record<string, () => Promise<void>> = {
  async rotate() {
    const stack = await stacks.of("rotate");
    await stack.up();
    const { id, token } = stacks.only();
    await stack.configure({ developerKey: "wrong-key" });
    const refused = await stack.run("up", "--yes", "--skip-preview", "--suppress-progress");
    expect(refused.exitCode).not.toBe(0);
    expect(refused.text).toContain("Invalid API key or developer key.");
    await stack.configure({ developerKey: canaries.rotatedKey });
    const { text } = await stack.preview();
    expect(text.match(/^.*=>.*$/gm)?.map((line) => line.trim())).toEqual([
      "~ developerKey: [secret] => [secret]",
    ]);
    await stack.up();
    expect(stacks.only()).toMatchObject({ id, token, configuration: { password: canaries.rotatedKey } });
    expect(await stack.outputs()).toEqual({ token });
  },

  async policy() {
    const folder = join(stacks.place, "policed");
    const program = (args: string) => ({
      "index.js": `
        const { ConnectorInstance } = require("pulumi-act365");
        const config = new (require("@pulumi/pulumi").Config)();
        new ConnectorInstance("crm-emea", { ${keys}, ${args} });
      `,
    });
    await writeAll(folder, {
      "Pulumi.yaml": "name: policed\nruntime: nodejs\n",
      "package.json": { main: "index.js" },
      ...program('tags: ["team:sales"]'),
    });
    const policed = async (name: string) => {
      const stack = await stacks.begin(folder, {}, { name });
      return (...command: string[]) => stack.warm(...command, "--policy-pack", stacks.folderOf("policy"));
    };
    const inDevelopment = await policed("dev");
    const obeys = await inDevelopment("preview");
    expect(obeys.text).toContain("✅ act365@");
    expect(obeys.exitCode).toBe(0);

    const inProduction = await policed("production");
    await writeAll(folder, program('name: "Sales", tags: ["sales"]'));
    const refused = await inProduction("preview");
    const reasons = refused.text.match(/^ +(name|tags|verify): .*$/gm) ?? [];
    expect(reasons.map((line) => line.trim())).toEqual([
      'name: "Sales" is not of lower-case words joined by hyphens, such as "crm-emea"',
      'tags: add the team that owns the instance, such as "team:sales"',
      "verify: must be true in the stack production",
    ]);
    expect(refused.exitCode).not.toBe(0);

    await writeAll(folder, program('tags: ["team:sales"]'));
    const applied = await inProduction("up", "--yes", "--skip-preview");
    expect(applied.text).toContain("verify: must be true in the stack production");
    expect(applied.exitCode).not.toBe(0);
    expect(stacks.simulator.requests).toEqual([]);

    await writeAll(folder, program('tags: ["team:sales"], verify: true'));
    expect(await inProduction("up", "--yes", "--skip-preview")).toMatchObject({ exitCode: 0 });
    expect(stacks.only()).toMatchObject({
      name: "crm-emea",
      tags: ["team:sales", "pulumi:policed/production/crm-emea"],
    });
  },

  async customers() {
    const list = join(stacks.folderOf("customers"), "customers.json");
    const all: { id: string; protect?: boolean }[] = JSON.parse(await readFile(list, "utf8"));
    const keys = all.flatMap(({ id }) => [
      [`keys.${id}.apiKey`, canaries.apiKey],
      [`keys.${id}.developerKey`, canaries.developerKey],
    ]);
    const stack = await stacks.of("customers", Object.fromEntries(keys));
    await stack.up();
    const before = stacks.simulator.instances();
    expect(before.map(({ name }) => name).toSorted()).toEqual(["Acme Ltd", "Globex", "Initech"]);

    const without = (id: string) => writeFile(list, JSON.stringify(all.filter((each) => each.id !== id)));
    await without("initech");
    await stack.up();
    expect(stacks.simulator.instances()).toEqual(before.filter(({ name }) => name !== "Initech"));

    await without("globex");
    const { exitCode, text } = await stack.run("up", "--yes", "--skip-preview", "--suppress-progress");
    expect(exitCode).not.toBe(0);
    expect(text).toContain("protect");
    expect(stacks.simulator.instances().map(({ name }) => name)).toContain("Globex");
  },
};

const examples = readdirSync(resolve(__dirname, "../../../examples"));
const isTriedHere = (example: string) =>
  !existsSync(join(__dirname, `../../installs/${example}.test.ts`)) &&
  !(example in programs) &&
  !shortExamples.includes(example);
test.each(examples.filter(isTriedHere))("the example %s does what it says", async (example) => {
  const story = stories[example];
  if (!story) throw new Error(`examples/${example} has no story here`);
  await story();
});
