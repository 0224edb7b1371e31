import type { Simulator } from "../../provider/simulator";
import { doorOfSuite, keys, leaksIn, Stack, settingsFor, startCanarySimulator } from "../support/stack";

// One apply on a platform that makes three creates wait, each in another way.
let simulator: Simulator;
let stack: Stack;
let printed: string;

beforeAll(async () => {
  simulator = await startCanarySimulator({
    faults: [
      // A wait is kept, and told, after 64 questions; the requests that went before the first answer are none.
      { kind: "too-many-requests", retryAfterSeconds: 5, times: 64 + 30 },
      { kind: "reset-before", method: "POST", holds: '"lost"' },
      { kind: "delay", milliseconds: 6000, path: "/hubs/crm/contacts" },
    ],
  });
  stack = await Stack.create(
    `new ConnectorInstance("limited", { ${keys} });
     new ConnectorInstance("lost", { ${keys} });
     new ConnectorInstance("verified", { ${keys}, verify: true });`,
    { ...settingsFor(simulator), "act365:settleSeconds": "2" },
  );
  printed = (await stack.must("up", "--yes", "--skip-preview")).text;
});
afterAll(async () => {
  await simulator.close();
  await stack[Symbol.asyncDispose]();
});

/** The class's messages stand under the stack, where they say whose they are; the plugin's at their resource. */
const words = { class: /(?<=^ +act365: ).*$/gm, plugin: /(?<=^ {4})creating connector instance .*$/gm }[
  doorOfSuite()
];

/** What the diagnostics of the apply, at its end, hold of the package's messages. */
const told = (): string[] => {
  const [, diagnostics = ""] = printed.split("Diagnostics:");
  return diagnostics.match(words) ?? [];
};

test("a rate limit shows in an apply with the seconds that it takes", () => {
  expect(told().join("\n")).toMatch(
    /^creating connector instance "\w+": the platform limits the rate; requests wait for up to 5 s$/m,
  );
});

test("a lost create shows the search for its instance, and what comes of it", () => {
  const what = 'creating connector instance "lost":';
  // The rate limit is told of whichever resource asks the last question.
  const lines = told().filter((line) => line.startsWith(what) && !line.includes("limits the rate"));
  expect(lines).toEqual([
    `${what} the answer to POST was lost; looking for up to 2 s whether it created an instance`,
    `${what} none was created, so POST is sent once more`,
  ]);
});

test("whoever watches an apply reads that it waits for Act! to answer `verify`", () => {
  expect(told()).toContain(
    'creating connector instance "verified": waiting for Act! to accept or refuse the keys (verify)',
  );
});

test("each wait is told as it begins, and no message shows a secret", async () => {
  const [progress = ""] = printed.split("Diagnostics:");
  for (const line of told()) expect(progress).toContain(line);
  expect(leaksIn(printed, simulator)).toEqual([]);
  expect(
    simulator
      .instances()
      .map(({ name }) => name)
      .toSorted(),
  ).toEqual(["limited", "lost", "verified"]);
});
