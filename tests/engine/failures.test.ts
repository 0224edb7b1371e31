import type { Simulator } from "../../provider/simulator";
import { endUnleaked, onlyOf } from "../support/promise";
import { canaries, doorOfSuite, keys, Stack, settingsFor, startCanarySimulator } from "../support/stack";

let simulator: Simulator;
let stack: Stack;
let actTakesTheKeys = true;
beforeAll(async () => {
  simulator = await startCanarySimulator({ credentials: () => actTakesTheKeys });
  stack = await Stack.create("", { ...settingsFor(simulator), "act365:maxAttempts": "1" });
});
afterAll(() => endUnleaked(stack, simulator));
beforeEach(() => simulator.clearRequests());

const crm = (more: string) => `const crm = new ConnectorInstance("crm", { ${keys}, ${more} });`;
const calls = () => simulator.requests.map(({ method, path }) => `${method} ${path.replace(/\d+/, "ID")}`);
const only = () => onlyOf(simulator);
const upThatFails = async (): Promise<string> => {
  const text = await stack.upFails();
  expect(text).not.toMatch(/^\s+at /m);
  return text;
};
const recorded = async () => (await stack.instances({ showSecrets: true }))[0];

// Each argument's own: tests/arguments/bad-programs.test.ts.
test("a preview tells all that is wrong with the arguments, and no value", async () => {
  await stack.write(`new ConnectorInstance("crm", {
    apiKey: "${canaries.password}-and-far-too-long-for-a-key", developerKey: " ", enabled: "yes", evnets: {},
    configuration: { username: "${canaries.apiKey}" },
    events: { callbackUrl: "http://example.com", callbackHeaders: "${canaries.headers}".repeat(10), basicAuth: { user: "act" } },
  });`);
  const { exitCode, text } = await stack.run("preview");
  expect(exitCode).toBeGreaterThan(0);
  const problems = [...text.matchAll(/resource 'crm' has a problem: (.*?)(?:: |; )/g)].map(
    ([, field]) => field,
  );
  const all = [
    'unknown argument "events.basicAuth.user"',
    'unknown argument "evnets"',
    "apiKey",
    "developerKey",
    "enabled",
    "events.callbackUrl",
    "events.callbackHeaders",
    'configuration["username"]',
  ];
  // Each stands in the text twice: as it came, and in the list at the end.
  expect(problems).toEqual([...all, ...all]);
  expect(text).not.toMatch(/^\s+at /m);
  expect(simulator.requests).toEqual([]);
});

test("an instance that Act! refuses is recorded, and the next up verifies it", async () => {
  actTakesTheKeys = false;
  await stack.write(crm("verify: true"));
  expect(await upThatFails()).toContain("Invalid API key or developer key.");
  const { id, token } = only();
  expect(await recorded()).toMatchObject({ id: String(id) });

  simulator.clearRequests();
  expect(await upThatFails()).toContain("Invalid API key or developer key.");
  expect(calls()).toEqual(["GET /instances/ID", "GET /hubs/crm/contacts"]);

  actTakesTheKeys = true;
  simulator.clearRequests();
  await stack.up();
  expect(calls()).toEqual(["GET /instances/ID", "GET /hubs/crm/contacts"]);
  expect(only()).toMatchObject({ id, token });
  await stack.preview("--expect-no-changes");
});

test("an update that fails halfway is recorded, and the next up does the rest", async () => {
  const { id } = only();
  await stack.write(
    crm(
      'verify: true, name: "other", enabled: false, traceLogging: true, configuration: { "pagination.max": 7 }',
    ),
  );
  simulator.fault({ kind: "error", status: 500, method: "DELETE", path: "/instances/\\d+/enabled" });
  const text = await upThatFails();
  expect(text).toContain(
    `instance ${id} was changed only in part, as the state records; pulumi up does the rest. The reason: DELETE /instances/${id}/enabled`,
  );
  expect(only()).toMatchObject({ name: "other", disabled: false });
  expect((await recorded())?.outputs).toMatchObject({ name: "other", enabled: true, traceLogging: false });

  // The engine keeps the old inputs of an update that failed. By them a preview of the class's shows all of it again, also
  // what is done; the plugin tells what is left.
  const { text: preview } = await stack.preview();
  const left = ["enabled", "traceLogging"];
  expect(preview.match(/(?<=^ +[~+-] )\w+(?= *: )(?!.*\($)/gm)).toEqual(
    { class: ["configuration", "enabled", "name", "traceLogging"], plugin: left }[doorOfSuite()],
  );
  simulator.clearRequests();
  await stack.up();
  expect(calls()).toEqual([
    "GET /instances/ID",
    "DELETE /instances/ID/enabled",
    "PUT /instances/ID/trace-logging",
  ]);
  expect(only()).toMatchObject({ disabled: true, tracedUntil: expect.any(String) });
});

test("a refresh tells that the platform holds the keys for wrong, and of another token", async () => {
  const program = `${crm('name: "other", enabled: false, traceLogging: true, configuration: { "pagination.max": 7 }')}
    exports.valid = crm.valid; exports.token = crm.token;`;
  await stack.write(program);
  await stack.up();
  const { id } = only();
  simulator.edit(id, (held) => {
    held.valid = false;
    held.token = canaries.rotatedKey;
  });
  await stack.refresh();
  expect((await recorded())?.outputs).toMatchObject({
    valid: false,
    token: { plaintext: JSON.stringify(canaries.rotatedKey) },
  });
  // The engine calls a refresh that finds no difference in the arguments "unchanged"; what depends on it shows.
  const { text } = await stack.preview();
  expect(text.match(/^.*=>.*$/gm)?.map((line) => line.trim())).toEqual(["~ valid: true => false"]);
  await stack.up();
  expect(await stack.outputs()).toEqual({ valid: false, token: canaries.rotatedKey });
});
