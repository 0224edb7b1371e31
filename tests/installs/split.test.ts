import { type ChildProcess, spawn } from "node:child_process";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Simulator } from "../../provider/simulator";
import { variablesOf } from "../support/cli";
import { examplesBeside } from "../support/examples";
import { type Ended, shell } from "../support/foreign";
import { engineEnvironment } from "../support/pulumi.mts";
import { canaries, leaksIn, startCanarySimulator } from "../support/stack";

// The example that splits a list over stacks, as a stranger has it. One story, told in order: each run costs seconds.
interface Customer {
  readonly id: string;
  readonly name: string;
  readonly group: string;
  readonly protect?: boolean;
}

let place: string;
let folder: string;
let simulator: Simulator;
let customers: Customer[];
let printed = "";
const wrongKeys = new Set<string>();
const stackSettings = () => ({
  PULUMI_BACKEND_URL: `file://${place}`,
  PULUMI_HOME: join(place, "home"),
  PULUMI_CONFIG_PASSPHRASE: "a passphrase",
});

beforeAll(async () => {
  simulator = await startCanarySimulator({
    credentials: (_, developerKey) => developerKey !== canaries.rotatedKey,
    wrongCredentials: "reject",
  });
  ({ place } = await examplesBeside("@pulumi/pulumi", "typescript@5", "p-queue", "zod"));
  folder = join(place, "examples/split");
  customers = JSON.parse(await readFile(join(folder, "customers.json"), "utf8"));
});
afterAll(async () => {
  await simulator.close();
  await rm(place, { recursive: true, force: true });
});

function start(...args: string[]): { driver: ChildProcess; ended: Promise<Ended> } {
  const keysOf = ({ id }: Customer) => ({
    apiKey: canaries.apiKey,
    developerKey: wrongKeys.has(id) ? canaries.rotatedKey : canaries.developerKey,
  });
  const { PATH, ...engine } = engineEnvironment();
  const driver = spawn("node", ["split.mts", ...args], {
    cwd: folder,
    env: {
      ...process.env,
      ...engine,
      PATH,
      ...stackSettings(),
      ...variablesOf(simulator),
      CUSTOMER_KEYS: JSON.stringify(Object.fromEntries(customers.map((each) => [each.id, keysOf(each)]))),
    },
  });
  let text = "";
  for (const stream of [driver.stdout, driver.stderr])
    stream.setEncoding("utf8").on("data", (part: string) => {
      text += part;
      printed += part;
    });
  const ended = new Promise<Ended>((done) => {
    driver.on("close", (code) => done({ text, exitCode: Number(code) }));
  });
  return { driver, ended };
}

const split = (...args: string[]): Promise<Ended> => start(...args).ended;

const lines = ({ text }: Ended): string[] => text.trim().split("\n").toSorted();

async function list(...next: Customer[]): Promise<void> {
  customers = next;
  await writeFile(join(folder, "customers.json"), JSON.stringify(next));
}

const ownershipTags = (): string[] =>
  simulator
    .instances()
    .flatMap(({ tags }) => tags.filter((tag) => tag.startsWith("pulumi:")))
    .toSorted();

const posts = (): number => simulator.requests.filter(({ method }) => method === "POST").length;

test("a preview has a line for each stack, and nothing is sent", async () => {
  const preview = await split("preview");
  expect(lines(preview)).toEqual(["north: 3 create", "south: 2 create"]);
  expect(preview.exitCode).toBe(0);
  expect(simulator.requests).toEqual([]);
});

test("a runner's SIGTERM lets the stack at work record, and no other is begun", async () => {
  simulator.fault({ kind: "delay", method: "POST", milliseconds: 1500, times: 2 });
  const { driver, ended } = start("up", "--parallel", "1");
  while (posts() < 2 && driver.exitCode === null) await wait(20);
  driver.kill("SIGTERM");
  const { text, exitCode } = await ended;
  expect(text).toContain("south: not begun");
  expect(exitCode).toBe(1);
  expect(ownershipTags()).toEqual(["pulumi:act365-split/north/acme", "pulumi:act365-split/north/globex"]);
});

test("a stack that fails stops none of the others, and the run ends with 1", async () => {
  wrongKeys.add("initech");
  await list(...customers, { id: "hooli", name: "Hooli", group: "north" });
  const made = ownershipTags();
  const up = await split("up");
  expect(up.text).toContain("north: 1 create, 3 same");
  expect(up.text).toMatch(/south: FAILED[\s\S]*"Initech"[\s\S]*Act! answered: Invalid API key/);
  expect(up.exitCode).toBe(1);
  expect(ownershipTags()).toEqual([...made, "pulumi:act365-split/north/hooli"]);
});

test("customers that are repaired and added change their own stack only", async () => {
  wrongKeys.clear();
  await list(...customers.map((each) => ({ ...each, protect: false })), {
    id: "umbrella",
    name: "Umbrella",
    group: "south",
  });
  const north = simulator.instances();
  const up = await split("up");
  expect(lines(up)).toEqual(["north: 4 same", "south: 2 create, 1 same"]);
  expect(up.exitCode).toBe(0);
  expect(simulator.instances().slice(0, 3)).toEqual(north);
  expect(ownershipTags().slice(3)).toEqual([
    "pulumi:act365-split/south/initech",
    "pulumi:act365-split/south/umbrella",
  ]);
});

test("a customer that moves to another group takes its instance along", async () => {
  await list(...customers.map((each) => (each.id === "initech" ? { ...each, group: "north" } : each)));
  const before = simulator.instances().map(({ id, token }) => ({ id, token }));
  const urn = "urn:pulumi:south::act365-split::pulumi-nodejs:dynamic/act365:ConnectorInstance::initech";
  const move = ["state", "move", "--yes", "--source", "south", "--dest", "north", urn];
  const moved = await shell(folder, "pulumi", move, stackSettings());
  expect(moved).toMatchObject({ exitCode: 0 });
  const up = await split("up", "north");
  expect(lines(up)).toEqual(["north: 4 same, 1 update"]);
  expect(simulator.instances()).toMatchObject(before);
  expect(ownershipTags().slice(3)).toEqual([
    "pulumi:act365-split/north/initech",
    "pulumi:act365-split/south/umbrella",
  ]);
});

test("a stack that the list has no more is named at each run and left alone", async () => {
  await list(...customers.filter(({ group }) => group === "north"));
  const before = simulator.instances();
  const preview = await split("preview");
  expect(lines(preview)).toEqual([
    "north: 5 same",
    "south: not in the list any more, and left alone; its instances go with: node split.mts destroy south",
  ]);
  expect(await split("up", "south")).toEqual({
    exitCode: 2,
    text: "south: the list has no customer of this group\n",
  });
  expect((await split("destroy")).text).toMatch(/^usage: /);
  expect(simulator.instances()).toEqual(before);
});

test("no output, stack file or state holds a secret", async () => {
  const files = (await readdir(place, { recursive: true })).filter(
    (name) => !name.includes("node_modules") && /Pulumi\..*\.yaml$|^\.pulumi\/.*\.json/.test(name),
  );
  expect(files).toEqual(
    expect.arrayContaining(["examples/split/Pulumi.north.yaml", ".pulumi/stacks/act365-split/north.json"]),
  );
  const texts = await Promise.all(files.map((name) => readFile(join(place, name), "utf8")));
  expect(leaksIn([printed, ...texts].join("\n"), simulator)).toEqual([]);
});

test("destroying named groups empties the platform and forgets a stack not in the list", async () => {
  const destroy = await split("destroy", "north", "south");
  expect(lines(destroy)).toEqual(["north: 5 delete", "south: 2 delete"]);
  expect(destroy.exitCode).toBe(0);
  expect(simulator.instances()).toEqual([]);
  const stacks = await readdir(join(place, ".pulumi/stacks/act365-split"));
  expect(stacks.filter((name) => name.endsWith(".json"))).toEqual(["north.json"]);
});
