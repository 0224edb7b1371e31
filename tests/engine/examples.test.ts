import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ExampleStacks, shortExamples } from "../support/examples";
import { newTsconfig, shell, writeAll } from "../support/foreign";
import { blockOf } from "../support/readme";
import { canaries, leaksIn } from "../support/stack";

// The further ones: languages.test.ts, long/examples.test.ts and tests/installs/.
const stacks = new ExampleStacks("@pulumi/pulumi", "typescript@5", "@types/node@22");

/** What each of the examples promises, by its folder. */
const stories: Record<string, () => Promise<void>> = {
  async basic() {
    const stack = await stacks.of("basic");
    await stack.up();
    const { id, token, tags } = stacks.only();
    expect(tags).toEqual(["basic", "dev", "pulumi:act365-example-basic/dev/crm"]);
    expect(await stack.outputs()).toEqual({ instanceId: id, token });
  },

  async adopt() {
    const { id, token } = stacks.simulator.add({
      name: "made by hand",
      tags: ["old"],
      configuration: { username: "an old key", password: "an old key", "pagination.max": 10 },
    });
    const stack = await stacks.of("adopt", { instanceId: String(id) });
    await stack.up();
    expect(stacks.only()).toMatchObject({
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
    expect(stacks.only()).toMatchObject({ id, name: "Sales", tags: ["crm", "sales"] });
  },

  async events() {
    const callbackUrl = "https://example.com/hook";
    const stack = await stacks.of("events", { callbackUrl, callbackSecret: canaries.password });
    await stack.up();
    const { configuration } = stacks.only();
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

  async token() {
    const producer = await stacks.of("token");
    await producer.up();
    const backend = join(producer.folder, "state");
    const consumer = await stacks.of("token/consumer", {}, backend);
    await consumer.up();
    const [instance] = stacks.simulator.instances();
    expect(await consumer.outputs()).toEqual({ authorization: `Element ${instance?.token}` });
    for (const stack of [producer, consumer]) {
      const project = stack === producer ? "act365-token" : "act365-token-consumer";
      const state = await readFile(join(backend, ".pulumi/stacks", project, "dev.json"), "utf8");
      expect(leaksIn(state, stacks.simulator)).toEqual([]);
    }
    const { token } = (await producer.outputs()) as { token: string };
    await fetch(`${stacks.simulator.baseUrl}/hubs/crm/contacts`, {
      method: "POST",
      headers: {
        authorization: `User ${canaries.userSecret}, Organization ${canaries.organizationSecret}, Element ${token}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({ firstName: "Ada", lastName: "Lovelace" }),
    });
    const { text } = await shell(producer.folder, "node", ["contacts.mjs"], {
      BASE_URL: stacks.simulator.baseUrl,
      ACT365_USER_SECRET: canaries.userSecret,
      ACT365_ORGANIZATION_SECRET: canaries.organizationSecret,
      TOKEN: token,
    });
    expect(text).toBe("Ada Lovelace\n");
  },
};

test.each(shortExamples)("the example %s does what it says", async (example) => {
  await stories[example]?.();
  expect(stacks.all).not.toEqual([]);
});

// All of README: long/readme.test.ts.
test("README's first program makes an instance and gives its token", async () => {
  const folder = join(stacks.place, "first");
  await writeAll(folder, {
    "Pulumi.yaml": "name: first\nruntime: nodejs\n",
    "package.json": { main: "index.ts" },
    "tsconfig.json": newTsconfig,
    "index.ts": blockOf("pulumi-act365", "ts"),
  });
  const stack = await stacks.begin(folder);
  await stack.up();
  expect(await stack.outputs()).toEqual({ token: stacks.only().token });
});
