import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Simulator } from "../../provider/simulator";
import { endUnleaked } from "../support/promise";
import {
  changesIn,
  inYaml,
  keys,
  newFolder,
  Stack,
  settingsFor,
  startCanarySimulator,
} from "../support/stack";

let simulator: Simulator;
let stack: Stack;
beforeEach(async () => {
  simulator = await startCanarySimulator();
});
afterEach(() => endUnleaked(stack, simulator));

/** An instance that somebody made by hand, with secrets that no import may show. */
const madeByHand = () =>
  simulator.add({
    name: "by hand",
    tags: ["sales"],
    configuration: {
      username: "canary-api-key",
      password: "canary-developer-key",
      "pagination.max": "50",
      "event.notification.enabled": "true",
      "event.notification.callback.url": "https://example.com/hook",
      "event.notification.callback.headers": "canary-headers",
      "event.poller.refresh_interval": "30",
    },
  });

test("an imported instance previews empty after its keys are set and one up", async () => {
  const { id } = madeByHand();
  const folder = await newFolder();
  await writeFile(join(folder, "Pulumi.yaml"), inYaml(""));
  stack = await Stack.at(folder, settingsFor(simulator));
  await stack.import(id, "--out", "printed.yaml");
  const printed = await readFile(join(folder, "printed.yaml"), "utf8");
  expect(stack.printed).not.toContain("bug in the");
  expect(simulator.requests.filter(({ method }) => method !== "GET")).toEqual([]);
  expect(printed.match(/^ {6}\w.*$/gm)?.map((line) => line.trim())).toEqual([
    `adopt: '${id}'`,
    'apiKey: ""',
    "configuration:",
    'developerKey: ""',
    "events:",
    "name: by hand",
    "tags:",
  ]);

  // The keys, and the secret of the events, are what a user adds.
  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: they are YAML's
  const program = printed
    .replace('apiKey: ""', "apiKey: ${apiKey}")
    .replace('developerKey: ""', "developerKey: ${developerKey}")
    .replace("events:\n", "events:\n        callbackHeaders: canary-headers\n");
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: they are YAML's
  await writeFile(join(folder, "Pulumi.yaml"), inYaml(program));
  expect(changesIn((await stack.preview()).text)).toEqual([
    "~ act365:index:ConnectorInstance: (update)",
    "+ apiKey : [secret]",
    "+ developerKey: [secret]",
    "~ events : {",
    "+ callbackHeaders: [secret]",
    '+ ownershipTag: "pulumi:crm/dev/crm"',
  ]);
  await stack.up();
  await stack.preview("--expect-no-changes");
  expect(simulator.instances()).toMatchObject([
    { id, name: "by hand", tags: ["sales", "pulumi:crm/dev/crm"], configuration: { "pagination.max": "50" } },
  ]);
  // Somebody made it for a purpose.
  await stack.destroy();
  expect(simulator.instances()).toMatchObject([{ id, tags: ["sales"] }]);
});

test("the option import takes over what is there and nobody else's", async () => {
  const { id } = madeByHand();
  const others = simulator.add({
    name: "others",
    tags: ["pulumi:crm/prod/crm"],
    configuration: { username: "key", password: "key" },
  });
  const more = `configuration: { "pagination.max": 50 }, events: { callbackUrl: "https://example.com/hook", refreshIntervalMinutes: 30 }`;
  const program = (which: number) =>
    `new ConnectorInstance("crm", { ${keys}, ${more} }, { import: "${which}" });`;
  stack = await Stack.create(program(123), settingsFor(simulator), { door: "plugin" });
  const missing = await stack.run("preview");
  expect(missing.text).toContain(
    "the platform has no instance 123; correct the id that is given to import, or to get",
  );

  await stack.write(program(id));
  expect(changesIn((await stack.preview()).text)).toEqual([
    "+ pulumi:pulumi:Stack: (create)",
    "~ act365:index:ConnectorInstance: (update)",
    "+ apiKey : [secret]",
    "+ developerKey: [secret]",
    '+ ownershipTag: "pulumi:crm/dev/crm"',
  ]);
  await stack.up();
  await stack.preview("--expect-no-changes");
  expect(simulator.instances()).toMatchObject([
    { id, name: "by hand", tags: ["sales", "pulumi:crm/dev/crm"] },
    { id: others.id, tags: ["pulumi:crm/prod/crm"] },
  ]);

  simulator.clearRequests();
  await stack.write(program(others.id).replace('"crm"', '"other"') + program(id));
  expect(await stack.upFails()).toContain(
    `instance ${others.id} was imported, but belongs to another stack, by its tag pulumi:crm/prod/crm`,
  );
  await stack.destroy();
  expect(simulator.requests.filter(({ method }) => method !== "GET")).toMatchObject([
    { method: "PATCH", path: `/instances/${id}` },
  ]);
  expect(simulator.instances()).toMatchObject([{ tags: ["sales"] }, { tags: ["pulumi:crm/prod/crm"] }]);
});
