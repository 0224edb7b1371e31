import type { Simulator, StoredInstance } from "../../provider/simulator";
import { randomFrom } from "../../provider/simulator/faults/plan";
import { endUnleaked } from "../support/promise";
import { canaries, Stack, settingsFor, startCanarySimulator } from "../support/stack";

const seed = Number(process.env.SEED ?? 365);
const rounds = 4;
const changesInRound = 60;
const names = Array.from({ length: 20 }, (_, index) => `crm-${index}`);

/** What the program says of an instance, as the platform keeps it. */
const declared = (name: string) => {
  const index = names.indexOf(name);
  return {
    name,
    tags: ["sales", `team-${index % 3}`, `pulumi:crm/dev/${name}`],
    disabled: index % 4 === 0,
    configuration: {
      username: canaries.apiKey,
      password: canaries.developerKey,
      "pagination.max": String(50 + index),
      "bulk.relations": "contacts",
      ...(index % 2 === 0 && {
        "event.notification.enabled": "true",
        "event.notification.callback.url": `https://example.com/${index}`,
        "event.notification.callback.headers": canaries.headers,
        "event.poller.refresh_interval": "5",
        "event.poller.configuration": poller,
      }),
    },
  };
};
const poller = { lists: { datesConfiguration: {}, idField: "id", url: "/lists" } };
const program = `
  for (let index = 0; index < ${names.length}; index++)
    new ConnectorInstance("crm-" + index, {
      apiKey: config.requireSecret("apiKey"), developerKey: config.requireSecret("developerKey"),
      tags: ["sales", "team-" + (index % 3)],
      enabled: index % 4 !== 0,
      traceLogging: index % 5 === 0,
      configuration: { "pagination.max": 50 + index, "bulk.relations": "contacts" },
      ...(index % 2 === 0 && { events: {
        callbackUrl: "https://example.com/" + index, callbackHeaders: config.requireSecret("headersKey"),
        refreshIntervalMinutes: 5, poller: ${JSON.stringify(poller)} } }),
    });`;

const random = randomFrom(seed);
const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
const word = () => `by-hand-${Math.floor(random() * 1e6)}`;

type Change = (held: StoredInstance) => void;

/** What somebody may do by hand, or the platform by itself, that is no difference from the program. */
const noise: Record<string, Change> = {
  "tag order": (held) => {
    held.tags.reverse();
  },
  "a key of the server's own": (held) => {
    held.configuration[pick(["pagination.type", "instance.variables", "server.key"])] = word();
  },
  "trace logging": (held) => {
    if (held.tracedUntil === undefined) held.tracedUntil = "2999-01-01T00:00:00Z";
    else delete held.tracedUntil;
  },
  "what the platform says of the keys": (held) => {
    held.valid = !held.valid;
  },
  "the poller's text, not its meaning": (held) => {
    const text = held.configuration["event.poller.configuration"];
    if (text) held.configuration["event.poller.configuration"] = `\n${text} `;
  },
};
/** What the next `up` has to put back. The developer key is masked, so that a change of it cannot be seen. */
const changes: Record<string, Change> = {
  name: (held) => {
    held.name = word();
  },
  "a tag more": (held) => {
    held.tags.push(word());
  },
  "a tag less": (held) => {
    held.tags.splice(Math.floor(random() * held.tags.length), 1);
  },
  "no tags": (held) => {
    held.tags = [];
  },
  enabled: (held) => {
    held.disabled = !held.disabled;
  },
  "API key": (held) => {
    held.configuration.username = canaries.rotatedKey;
  },
  "a configuration value": (held) => {
    held.configuration[pick(["pagination.max", "bulk.relations"])] = word();
  },
  "a configuration value cleared": (held) => {
    held.configuration[pick(["pagination.max", "bulk.relations"])] = null;
  },
  "events off": (held) => {
    held.configuration["event.notification.enabled"] = "false";
  },
  "an events value": (held) => {
    const key = pick(["callback.url", "callback.headers"]);
    held.configuration[`event.notification.${key}`] = `https://${word()}.example.com`;
  },
  "how often to poll": (held) => {
    held.configuration["event.poller.refresh_interval"] = pick(["60", "often", null]);
  },
  "what to poll": (held) => {
    held.configuration["event.poller.configuration"] = pick(["{}", "not JSON", null]);
  },
};

let simulator: Simulator;
let stack: Stack;
beforeAll(async () => {
  simulator = await startCanarySimulator();
  stack = await Stack.create(program, { ...settingsFor(simulator), headersKey: canaries.headers });
  await stack.up();
});
afterAll(() => endUnleaked(stack, simulator));

/** Makes so many changes of the kinds, and returns what they were. */
function changeByHand(kinds: Readonly<Record<string, Change>>, count: number, deletions = 0): string[] {
  const told = Array.from({ length: count }, () => {
    const [kind, change] = pick(Object.entries(kinds));
    const { id } = pick(simulator.instances());
    simulator.edit(id, change);
    return `${id}: ${kind}`;
  });
  for (let left = deletions; left > 0; left--) {
    const { id } = pick(simulator.instances());
    simulator.remove(id);
    told.push(`${id}: deleted`);
  }
  return told;
}

/** The instances as the program can say them, by their names. */
const onServer = () =>
  simulator
    .instances()
    .map(({ name, tags, disabled, configuration }) => ({
      name,
      tags: tags.toSorted(),
      disabled,
      configuration: Object.fromEntries(
        Object.keys(declared(name).configuration).map((key) => [key, meaning(key, configuration[key])]),
      ),
    }))
    .toSorted((one, other) => names.indexOf(one.name) - names.indexOf(other.name));
/** The platform keeps what to poll as a text; what counts is the JSON in it. */
const meaning = (key: string, value: string | null | undefined): unknown =>
  key === "event.poller.configuration" ? JSON.parse(value ?? "null") : value;
const inProgram = () => names.map(declared).map((each) => ({ ...each, tags: each.tags.toSorted() }));

/** A failure says by which seed and which changes it came. */
async function knowingHow(told: string[], work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw new Error(`SEED=${seed}, after ${told.join(", ")}:\n${(error as Error).message}`);
  }
}

test("what is no difference from the program is none to refresh either", async () => {
  expect(onServer()).toEqual(inProgram());
  await knowingHow(changeByHand(noise, changesInRound), async () => {
    await stack.refresh("--expect-no-changes");
    await stack.preview("--expect-no-changes");
  });
});

test.each(Array.from({ length: rounds }, (_, index) => index + 1))(
  "hand-made changes, round %i: refresh finds them all, and up undoes them",
  async () => {
    const told = changeByHand({ ...noise, ...changes }, changesInRound, 2);
    await knowingHow(told, async () => {
      await stack.refresh();
      await stack.up();
      expect(onServer()).toEqual(inProgram());
      await stack.preview("--expect-no-changes");
    });
  },
);
