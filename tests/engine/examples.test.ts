import { existsSync, readdirSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Simulator, StoredInstance } from "../../provider/simulator";
import {
  copyExamples,
  foreignFolder,
  installOnce,
  mustShell,
  pack,
  shell,
  writeAll,
} from "../support/foreign";
import { programs } from "../support/languages";
import { canaries, keys, leaksIn, Stack, settingsFor, startCanarySimulator } from "../support/stack";

// The examples, as a stranger has them: copied elsewhere, beside the package from its tarball.
let place: string;
let simulator: Simulator;

beforeAll(async () => {
  place = await foreignFolder();
  await copyExamples(join(place, "examples"));
  const { tarball } = await pack(place);
  await writeFile(join(place, "package.json"), "{}");
  const others = [
    "@pulumi/pulumi",
    "@pulumi/policy",
    "@pulumi/kubernetes",
    "typescript@5",
    "zod",
    "@types/node@22",
  ];
  await installOnce(place, tarball, others.join(), () =>
    mustShell(place, "npm", "install", tarball, ...others),
  );
});
afterAll(() => rm(place, { recursive: true, force: true }));

let stacks: Stack[];
beforeEach(async () => {
  stacks = [];
  simulator = await startCanarySimulator({ credentials: (_, developerKey) => developerKey !== "wrong-key" });
});
afterEach(async () => {
  const leaks = stacks.flatMap(({ printed }) => leaksIn(printed, simulator));
  await simulator.close();
  expect(leaks).toEqual([]);
});

const only = (): StoredInstance => {
  const [instance, ...others] = simulator.instances();
  expect(others).toEqual([]);
  if (!instance) throw new Error("the platform holds no instance");
  return instance;
};

const folderOf = (example: string): string => join(place, "examples", example);

async function stackOf(
  example: string,
  config: Record<string, string> = {},
  backend?: string,
): Promise<Stack> {
  const settings = { ...settingsFor(simulator), ...config };
  const stack = await Stack.at(folderOf(example), settings, {
    warmRoot: place,
    ...(backend !== undefined && { backend }),
  });
  stacks.push(stack);
  return stack;
}

test("a Kubernetes Secret gets the token as a secret, under Pulumi's mocks", async () => {
  const folder = folderOf("token/kubernetes");
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
  async basic() {
    const stack = await stackOf("basic");
    await stack.up();
    const { id, token, tags } = only();
    expect(tags).toEqual(["basic", "dev", "pulumi:act365-example-basic/dev/crm"]);
    expect(await stack.outputs()).toEqual({ instanceId: id, token });
  },

  async adopt() {
    const { id, token } = simulator.add({
      name: "made by hand",
      tags: ["old"],
      configuration: { username: "an old key", password: "an old key", "pagination.max": 10 },
    });
    const stack = await stackOf("adopt", { instanceId: String(id) });
    await stack.up();
    expect(only()).toMatchObject({
      id,
      name: "Sales",
      tags: ["crm", "sales", "pulumi:act365-example-adopt/dev/sales"],
      configuration: {
        username: canaries.apiKey,
        password: canaries.developerKey,
        "pagination.max": "10",
      },
    });
    expect(await stack.outputs()).toEqual({ instanceId: id, token });
    await stack.destroy();
    expect(only()).toMatchObject({ id, name: "Sales", tags: ["crm", "sales"] });
  },

  async rotate() {
    const stack = await stackOf("rotate");
    await stack.up();
    const { id, token } = only();
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
    expect(only()).toMatchObject({ id, token, configuration: { password: canaries.rotatedKey } });
    expect(await stack.outputs()).toEqual({ token });
  },

  async events() {
    const callbackUrl = "https://example.com/hook";
    const stack = await stackOf("events", { callbackUrl, callbackSecret: canaries.password });
    await stack.up();
    const { configuration } = only();
    expect(configuration).toMatchObject({
      "event.notification.enabled": "true",
      "event.notification.callback.url": callbackUrl,
      "event.notification.basic.username": "act365",
      "event.notification.basic.password": canaries.password,
      "event.poller.refresh_interval": "5",
    });
    expect(Object.keys(JSON.parse(configuration["event.poller.configuration"] ?? ""))).toEqual(["todos"]);
    expect(await stack.outputs()).toEqual({ eventsEnabled: true });
  },

  async policy() {
    const folder = join(place, "policed");
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
      const stack = await Stack.at(folder, settingsFor(simulator), { name, warmRoot: place });
      stacks.push(stack);
      return (...command: string[]) => stack.warm(...command, "--policy-pack", folderOf("policy"));
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
    expect(simulator.requests).toEqual([]);

    await writeAll(folder, program('tags: ["team:sales"], verify: true'));
    expect(await inProduction("up", "--yes", "--skip-preview")).toMatchObject({ exitCode: 0 });
    expect(only()).toMatchObject({
      name: "crm-emea",
      tags: ["team:sales", "pulumi:policed/production/crm-emea"],
    });
  },

  async token() {
    const producer = await stackOf("token");
    await producer.up();
    const backend = join(producer.folder, "state");
    const consumer = await stackOf("token/consumer", {}, backend);
    await consumer.up();
    const [instance] = simulator.instances();
    expect(await consumer.outputs()).toEqual({ authorization: `Element ${instance?.token}` });
    for (const stack of [producer, consumer]) {
      const project = stack === producer ? "act365-token" : "act365-token-consumer";
      const state = await readFile(join(backend, ".pulumi/stacks", project, "dev.json"), "utf8");
      expect(leaksIn(state, simulator)).toEqual([]);
    }
    const { token } = (await producer.outputs()) as { token: string };
    await fetch(`${simulator.baseUrl}/hubs/crm/contacts`, {
      method: "POST",
      headers: {
        authorization: `User ${canaries.userSecret}, Organization ${canaries.organizationSecret}, Element ${token}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({ firstName: "Ada", lastName: "Lovelace" }),
    });
    const { text } = await shell(producer.folder, "node", ["contacts.mjs"], {
      BASE_URL: simulator.baseUrl,
      ACT365_USER_SECRET: canaries.userSecret,
      ACT365_ORGANIZATION_SECRET: canaries.organizationSecret,
      TOKEN: token,
    });
    expect(text).toBe("Ada Lovelace\n");
  },

  async customers() {
    const list = join(folderOf("customers"), "customers.json");
    const all: { id: string; protect?: boolean }[] = JSON.parse(await readFile(list, "utf8"));
    const keys = all.flatMap(({ id }) => [
      [`keys.${id}.apiKey`, canaries.apiKey],
      [`keys.${id}.developerKey`, canaries.developerKey],
    ]);
    const stack = await stackOf("customers", Object.fromEntries(keys));
    await stack.up();
    const before = simulator.instances();
    expect(before.map(({ name }) => name).toSorted()).toEqual(["Acme Ltd", "Globex", "Initech"]);

    const without = (id: string) => writeFile(list, JSON.stringify(all.filter((each) => each.id !== id)));
    await without("initech");
    await stack.up();
    expect(simulator.instances()).toEqual(before.filter(({ name }) => name !== "Initech"));

    await without("globex");
    const { exitCode, text } = await stack.run("up", "--yes", "--skip-preview", "--suppress-progress");
    expect(exitCode).not.toBe(0);
    expect(text).toContain("protect");
    expect(simulator.instances().map(({ name }) => name)).toContain("Globex");
  },
};

const examples = readdirSync(resolve(__dirname, "../../examples"));
const isTriedHere = (example: string) =>
  !existsSync(join(__dirname, `../installs/${example}.test.ts`)) && !(example in programs);
test.each(examples.filter(isTriedHere))("the example %s does what it says", async (example) => {
  const story = stories[example];
  if (!story) throw new Error(`examples/${example} has no story here`);
  await story();
});
