import type { Simulator } from "../../provider/simulator";
import { endUnleaked, onlyOf } from "../support/promise";
import {
  canaries,
  changesIn,
  doorOfSuite,
  keys,
  replaced,
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

const crm = (more = "") => `const crm = new ConnectorInstance("crm", { ${keys}, ${more} }, ${replaced});\n`;
const start = async (program: string, more: Record<string, string> = {}) => {
  stack = await Stack.create(program, { ...settingsFor(simulator), ...more });
};
const calls = () => simulator.requests.map(({ method, path }) => `${method} ${path}`);
const only = () => onlyOf(simulator);

test("preview shows what up makes, and a second up finds nothing to do", async () => {
  await start(`${crm('tags: ["sales"]')}exports.id = crm.instanceId; exports.token = crm.token;`);
  const preview = await stack.preview();
  expect(calls()).toEqual([]);
  expect(preview.text).toContain(
    [
      "        apiKey      : [secret]",
      "        developerKey: [secret]",
      "        enabled     : true",
      "        home        : {",
      `            host        : "${simulator.url}"`,
      '            organization: "80f8462f05fe"',
      '            user        : "a906dcd18d8d"',
      "        }",
      '        name        : "crm"',
      '        onDestroy   : "delete"',
      '        ownershipTag: "pulumi:crm/dev/crm"',
      "        tags        : [",
      '            [0]: "sales"',
      "        ]",
    ].join("\n"),
  );

  await stack.up();
  // The tag is looked for, and what a platform that does not keep tags would have left.
  expect(calls()).toEqual(["GET /instances", "GET /instances", "POST /instances"]);
  const made = only();
  expect(made).toMatchObject({ name: "crm", tags: ["sales", "pulumi:crm/dev/crm"] });
  expect(made.configuration).toMatchObject({
    username: canaries.apiKey,
    password: canaries.developerKey,
  });
  const [recorded] = await stack.instances();
  expect(recorded).toMatchObject({ id: String(made.id), outputs: { instanceId: made.id, valid: true } });
  // The line that declares it; with the class no trace behind it, which an SDK that is generated leaves there.
  const sourcePosition = "project:///index.js#4,13";
  const stackTrace = doorOfSuite() === "class" ? [{ sourcePosition }] : expect.arrayContaining([]);
  expect(recorded).toMatchObject({ sourcePosition, stackTrace });
  expect(JSON.parse((await stack.must("stack", "output", "--json")).stdout)).toEqual({
    id: made.id,
    token: "[secret]",
  });

  simulator.clearRequests();
  await stack.preview("--expect-no-changes");
  expect(calls()).toEqual([]);
  await stack.up("--expect-no-changes");
  expect(calls()).toEqual([]);
});

test("a rotated key shows in a preview without its value, and updates in place", async () => {
  await start(crm());
  await stack.up();
  const before = only();
  await stack.configure({ developerKey: canaries.rotatedKey });

  const { text } = await stack.preview();
  expect(changesIn(text).slice(1)).toEqual(["~ developerKey: [secret] => [secret]"]);
  const json = JSON.parse((await stack.must("preview", "--json")).stdout);
  const [step] = json.steps.filter(({ op }: { op: string }) => op !== "same");
  expect(step).toMatchObject({ op: "update", detailedDiff: { developerKey: { kind: "update" } } });
  expect(Object.keys(step.detailedDiff)).toEqual(["developerKey"]);

  simulator.clearRequests();
  await stack.up();
  expect(simulator.requests.map(({ method, path, body }) => [method, path, body])).toEqual([
    ["GET", `/instances/${before.id}`, undefined],
    ["PATCH", `/instances/${before.id}`, { configuration: { password: canaries.rotatedKey } }],
  ]);
  expect(only()).toEqual({
    ...before,
    configuration: { ...before.configuration, password: canaries.rotatedKey },
  });
});

test("a refresh finds what was changed on the server, and the next up puts it back", async () => {
  await start(crm('tags: ["sales"]'));
  await stack.up();
  const before = only();
  simulator.edit(before.id, (held) => {
    held.name = "renamed";
    held.tags.reverse().push("by hand");
    held.configuration.username = "canary-rotated-key";
    held.configuration["pagination.max"] = "7";
  });
  const refreshed = await stack.refresh();
  expect(changesIn(refreshed.text).slice(1)).toEqual([
    "~ apiKey: [secret] => [secret]",
    '~ name : "crm" => "renamed"',
    "~ tags : [",
    '+ [1]: "by hand"',
  ]);
  const { text } = await stack.preview();
  expect(changesIn(text).slice(1)).toEqual([
    "~ apiKey: [secret] => [secret]",
    '~ name : "renamed" => "crm"',
    "~ tags : [",
    '- [1]: "by hand"',
  ]);
  await stack.up();
  expect(only()).toMatchObject({ id: before.id, name: before.name, tags: before.tags });
  expect(only().configuration.username).toBe(canaries.apiKey);
  await stack.refresh("--expect-no-changes");
  await stack.up("--expect-no-changes");
});

test("an instance deleted on the server leaves the state; the next up makes another", async () => {
  await start(crm());
  await stack.up();
  const { id } = only();
  simulator.remove(id);
  await stack.refresh();
  expect(await stack.instances()).toEqual([]);
  await stack.up();
  expect(only().id).not.toBe(id);
});

test("a replacement deletes first, as the preview says, and has another token", async () => {
  await start(crm());
  await stack.up();
  const { id, token } = only();
  const [recorded] = await stack.instances();
  simulator.clearRequests();
  const preview = await stack.preview("--replace", String(recorded?.urn));
  expect(preview.text).toMatch(/\+-.*\(replace\)/);
  await stack.up("--replace", String(recorded?.urn));
  expect(calls().filter((call) => call !== "GET /instances")).toEqual([
    `GET /instances/${id}`,
    `DELETE /instances/${id}`,
    "POST /instances",
  ]);
  expect([id, token]).not.toContain(only().id);
  expect([id, token]).not.toContain(only().token);
});

test("get reads an existing instance with its token, and destroy leaves it alone", async () => {
  const existing = simulator.add({
    name: "made by hand",
    tags: ["old"],
    configuration: { username: canaries.apiKey, password: canaries.developerKey },
  });
  await start(
    `const it = ConnectorInstance.get("it", "${existing.id}"); exports.name = it.name; exports.tags = it.tags; exports.token = it.token;`,
  );
  await stack.up();
  expect((await stack.instances())[0]).toMatchObject({ external: true });
  expect(JSON.parse((await stack.must("stack", "output", "--json")).stdout)).toEqual({
    name: "made by hand",
    tags: ["old"],
    token: "[secret]",
  });
  await stack.up("--expect-no-changes");
  await stack.refresh();
  await stack.destroy();
  expect(only()).toEqual(existing);
  expect(simulator.requests.every(({ method }) => method === "GET")).toBe(true);
});
