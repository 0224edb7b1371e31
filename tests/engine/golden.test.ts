import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Simulator } from "../../provider/simulator";
import { canaries, leaksIn, Stack, settingsFor, startCanarySimulator } from "../support/stack";

// What a reviewer reads of each change, word for word. After a change that is meant, look at the new texts and keep
// them with: UPDATE_GOLDEN=1 npx jest tests/engine/golden
const folder = join(__dirname, "golden");
const isRewritten = process.env.UPDATE_GOLDEN === "1";
const compared: string[] = [];
let simulator: Simulator;
let stack: Stack;

beforeAll(async () => {
  simulator = await startCanarySimulator();
  stack = await Stack.create("", {
    ...settingsFor(simulator),
    rotatedKey: canaries.rotatedKey,
    passwordKey: canaries.password,
    headersKey: canaries.headers,
    signatureKey: canaries.signatureKey,
    variablesKey: canaries.variables,
    "act365:other.baseUrl": simulator.baseUrl,
    "act365:other.userSecret": canaries.userSecret,
    "act365:other.organizationSecret": canaries.organizationSecret,
  });
  await stack.write(program());
  await expectGolden("create");
  await stack.up();
});
afterAll(async () => {
  await simulator.close();
  await stack[Symbol.asyncDispose]();
});

type Literal = Readonly<Record<string, string>>;

const literal = (properties: Literal): string =>
  `{ ${Object.entries(properties)
    .map(([name, value]) => `${name}: ${value}`)
    .join(", ")} }`;

const secret = (key: string): string => `config.requireSecret("${key}")`;

const events = {
  callbackUrl: '"https://example.com/hook"',
  callbackHeaders: secret("headersKey"),
  basicAuth: `{ username: "act", password: ${secret("passwordKey")} }`,
  refreshIntervalMinutes: "5",
  poller: '{ todos: { url: "/hubs/crm/todos", idField: "id", datesConfiguration: {} } }',
  signatureKey: secret("signatureKey"),
};

const map = {
  '"pagination.max"': "100",
  '"filter.response.nulls"': "false",
  '"bulk.relations"': '"none"',
  '"instance.variables"': secret("variablesKey"),
};

const full = {
  apiKey: secret("apiKey"),
  developerKey: secret("developerKey"),
  name: '"Sales"',
  tags: '["sales", "emea"]',
  enabled: "false",
  traceLogging: "true",
  verify: "true",
  events: literal(events),
  configuration: literal(map),
};

/** A program with the whole surface and what depends on it, then what is changed in it. */
const program = (changed: Literal = {}): string => `
  class Other extends pulumi.dynamic.Resource {
    constructor(name, args, after) {
      const create = async (inputs) => ({ id: name, outs: { ...inputs, made: "made" } });
      // One after the other, so that they stand in the text in one order.
      super({ create }, name, { made: undefined, ...args }, { dependsOn: after });
    }
  }
  const made = ${Object.values(changed).some((value) => value.includes("made"))} && new Other("key maker", {}).made;
  const crm = new ConnectorInstance("crm", ${literal({ ...full, ...changed })});
  const one = new Other("user of the id", { instanceId: crm.instanceId });
  const two = new Other("user of the token", { token: crm.token }, one);
  const { token } = act365.getConnectorInstanceOutput({ id: crm.id });
  new Other("user of the looked-up token", { token }, two);
  exports.token = crm.token;
  exports.instanceId = crm.instanceId;
`;

async function expectGolden(name: string, command: readonly string[] = ["preview"]): Promise<void> {
  const run = await stack.must(...command, "--diff", "--suppress-progress", "--show-replacement-steps");
  const text = run.text
    .replaceAll(simulator.url, "http://127.0.0.1:PORT")
    .replaceAll(/(?<=\[id=|instanceId *: )\d+/g, "ID")
    .replace(/^Duration: .*\n/m, "")
    .trimEnd();
  const file = `${name.replaceAll(/\W+/g, "-")}.txt`;
  compared.push(file);
  if (isRewritten) await writeFile(join(folder, file), `${text}\n`);
  expect(`${text}\n`).toBe(await readFile(join(folder, file), "utf8"));
}

const without = (name: keyof typeof map, more: Literal = {}): string => {
  const { [name]: _, ...rest } = map;
  return literal({ ...rest, ...more });
};

const changes: [string, Literal][] = [
  [
    "the same in another form",
    { tags: '["emea", "sales"]', configuration: literal({ ...map, '"pagination.max"': '"100"' }) },
  ],
  ["both keys rotated", { apiKey: secret("rotatedKey"), developerKey: secret("rotatedKey") }],
  [
    "name, tags, switches and a configuration value changed",
    {
      name: '"Support"',
      tags: '["sales", "support"]',
      enabled: "true",
      traceLogging: "false",
      configuration: literal({ ...map, '"pagination.max"': "50" }),
    },
  ],
  [
    "secrets of events and of the configuration changed",
    {
      events: literal({
        ...events,
        callbackHeaders: secret("rotatedKey"),
        basicAuth: `{ username: "act", password: ${secret("rotatedKey")} }`,
        refreshIntervalMinutes: "10",
      }),
      configuration: literal({ ...map, '"instance.variables"': secret("rotatedKey") }),
    },
  ],
  ["configuration keys taken out", { configuration: without('"pagination.max"'), tags: '["emea"]' }],
  ["events and configuration taken out", { events: "undefined", configuration: "undefined" }],
  ["another connection", { connection: '"other"' }],
  [
    "values not known yet",
    {
      apiKey: "made",
      developerKey: "made",
      tags: '["sales", made]',
      configuration: literal({ ...map, '"pagination.max"': "made" }),
      events: literal({ ...events, basicAuth: '{ username: "act", password: made }' }),
    },
  ],
  [
    "arguments not known yet",
    {
      tags: "made.apply(() => [])",
      enabled: "made.apply(() => true)",
      configuration: "made.apply(() => ({}))",
      events: literal({ ...events, basicAuth: "made.apply(() => ({}))" }),
    },
  ],
];

test.each(changes)("a preview of %s", async (name, changed) => {
  await stack.write(program(changed));
  await expectGolden(name);
});

test("a preview of a resource taken out and one that adopts", async () => {
  const adopting = literal({ adopt: '"4711"', apiKey: full.apiKey, developerKey: full.developerKey });
  await stack.write(`new ConnectorInstance("taken over", ${adopting});`);
  await expectGolden("taken out and adopted");
});

test("what a refresh finds", async () => {
  const [instance] = simulator.instances();
  simulator.edit(instance?.id ?? 0, (held) => {
    held.name = "renamed";
    held.disabled = false;
    held.valid = false;
    held.tags.push("by hand");
    held.configuration.username = canaries.rotatedKey;
    held.configuration["pagination.max"] = "7";
    held.configuration["event.notification.callback.headers"] = canaries.rotatedKey;
    held.configuration["event.poller.refresh_interval"] = "60";
  });
  await expectGolden("drift", ["refresh", "--preview-only"]);
});

test("no text and no state shows a secret", async () => {
  expect(leaksIn(stack.printed + (await stack.stateText()), simulator)).toEqual([]);
});

test("each golden text is of a preview", async () => {
  expect((await readdir(folder)).toSorted()).toEqual(compared.toSorted());
});
