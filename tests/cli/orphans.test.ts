import { type Simulator, startSimulator } from "../../provider/simulator";
import { act365, type Ended } from "../support/cli";
import { leaksIn } from "../support/stack";

const TYPE = "pulumi-nodejs:dynamic/act365:ConnectorInstance";
const usage = "pulumi stack export | npx pulumi-act365 orphans";

let simulator: Simulator;
let other: Simulator;
let environment: Record<string, string>;
beforeAll(async () => {
  [simulator, other] = await Promise.all([startSimulator(), startSimulator()]);
});
afterAll(() => Promise.all([simulator.close(), other.close()]));
beforeEach(() => {
  const [{ userSecret, organizationSecret }] = simulator.organizations;
  environment = { ACT365_USER_SECRET: userSecret, ACT365_ORGANIZATION_SECRET: organizationSecret };
});
afterEach(() => {
  for (const platform of [simulator, other]) for (const { id } of platform.instances()) platform.remove(id);
});

interface Recorded {
  name: string;
  id?: number | string;
  parents?: string;
  parent?: string;
  connection?: string;
  host?: string;
  type?: string;
  provider?: string;
  adopt?: string | object;
}

const urnOf = ({ name, parents = "", type = TYPE }: Recorded) =>
  `urn:pulumi:dev::crm::${parents}${type}::${name}`;
const tagOf = ({ name, parents = "" }: Recorded) => `pulumi:crm/dev/${parents}${name}`;
function recordOf(given: Recorded) {
  const { id, parent, connection, host, type = TYPE, provider, adopt } = given;
  const inputs = { ownershipTag: tagOf(given), ...(connection && { connection }), ...(adopt && { adopt }) };
  const outputs = { ...inputs, ...(host && { home: { host } }) };
  return {
    urn: urnOf(given),
    type,
    id: id === undefined ? undefined : String(id),
    parent,
    provider,
    inputs,
    outputs,
  };
}

const stackUrn = "urn:pulumi:dev::crm::pulumi:pulumi:Stack::crm-dev";
const stack = { urn: stackUrn, type: "pulumi:pulumi:Stack" };
const settings = (config: Record<string, unknown>) => ({
  urn: "urn:pulumi:dev::crm::pulumi:providers:pulumi-nodejs::default",
  type: "pulumi:providers:pulumi-nodejs",
  id: "a-b-c",
  inputs: config,
});

/** A state as `pulumi stack export` prints it, of a stack on the simulator. */
function stateOf(
  managed: readonly Recorded[],
  { begun = [] as readonly Recorded[], more = [] as object[] } = {},
) {
  const resources = [
    stack,
    settings({ "act365:baseUrl": simulator.baseUrl }),
    ...more,
    ...managed.map(recordOf),
  ];
  const pending_operations = begun.map((each) => ({ type: "creating", resource: recordOf(each) }));
  return { version: 3, deployment: { resources, pending_operations } };
}

async function orphans(state: object, ...args: string[]): Promise<Ended> {
  const ended = await act365(["orphans", ...args], environment, JSON.stringify(state));
  for (const platform of [simulator, other])
    expect(leaksIn(ended.stdout + ended.stderr, platform)).toEqual([]);
  return ended;
}

const add = (tags: string[], on = simulator) =>
  on.add({ name: "left", tags, configuration: { username: "u", password: "p" } }).id;
/** Sets the variables of a connection to the other platform. */
function knowOther(connection = "EU"): void {
  const [{ userSecret, organizationSecret }] = other.organizations;
  environment[`ACT365_${connection}_USER_SECRET`] = userSecret;
  environment[`ACT365_${connection}_ORGANIZATION_SECRET`] = organizationSecret;
}
const known = () => ({ name: "known", id: add(["pulumi:crm/dev/known"]) });
const idsLeft = () => simulator.instances().map(({ id }) => id);

describe("orphans", () => {
  test("without leftovers it ends with 0, and says where it looked, as the state has it", async () => {
    const state = stateOf([known()]);
    expect(await orphans(state)).toEqual({
      exitCode: 0,
      stdout: "no leftovers of crm/dev\n",
      stderr: `looking at the default connection: ${simulator.baseUrl}\n`,
    });
    expect(await orphans(state, "--json")).toMatchObject({ exitCode: 0, stdout: "[]\n" });
  });

  test("leftovers end with 3, a plain table, and the next step", async () => {
    const state = stateOf([known()]);
    const id = add(["sales", "pulumi:crm/dev/gone"]);
    const { exitCode, stdout } = await orphans(state);
    expect(exitCode).toBe(3);
    const [head, row] = stdout.split("\n");
    expect(head).toMatch(/^ID +NAME +CREATED +TAGS$/);
    expect(row).toMatch(new RegExp(`^${id} +left +\\d{4}-\\S+Z +pulumi:crm/dev/gone, sales$`));
    expect(stdout).toContain("left by an interrupted run, or kept by retainOnDelete.");
    expect(stdout).toContain(
      `  ${usage} --import-file > leftovers.json\n  pulumi import --file leftovers.json --yes `,
    );
    expect(stdout).toContain("releases one that the program does not have: it stays alive, without its tag.");
    expect(stdout).toContain(`  ${usage} --delete\n`);
    const ownershipTag = "pulumi:crm/dev/gone";
    expect(JSON.parse((await orphans(state, "--json")).stdout)).toEqual([
      { id, name: "left", tags: ["sales", ownershipTag], createdDate: expect.any(String), ownershipTag },
    ]);
  });

  test("leftovers of many pages are listed and deleted, and no other instance", async () => {
    const state = stateOf([known()]);
    const others = idsLeft();
    for (let count = 0; count < 230; count++) {
      add([`pulumi:crm/dev/n${count}`]);
      others.push(add([`pulumi:crm/other/n${count}`]));
    }
    const listed: { id: number }[] = JSON.parse((await orphans(state, "--json")).stdout);
    expect(listed).toHaveLength(230);
    const ended = await orphans(state, ...listed.map(({ id }) => String(id)), "--delete", "--yes");
    expect([ended.exitCode, idsLeft()]).toEqual([0, others]);
  });

  test("text of the platform cannot draw on the terminal", async () => {
    const state = stateOf([known()]);
    add(["pulumi:crm/dev/gone\u202e", "\u001b[2Jx\u2028"]);
    const { stdout } = await orphans(state);
    expect(stdout).toContain("pulumi:crm/dev/gone\\u202e, x\\u2028");
    expect(stdout).not.toContain("\u001b");
  });

  test("every connection of the state is looked at, with its own variables' secrets", async () => {
    const here = known();
    const there = {
      name: "there",
      id: add(["pulumi:crm/dev/there"], other),
      connection: "eu",
      host: other.url,
    };
    const lost = add(["pulumi:crm/dev/lost"], other);
    const without = await orphans(stateOf([here, there]));
    expect(without.exitCode).toBe(1);
    expect(without.stderr).toContain(
      'ACT365_EU_USER_SECRET is missing; set it with: export ACT365_EU_USER_SECRET="$(pulumi config get --path act365:eu.userSecret)"\n',
    );
    knowOther();
    const { stdout, stderr } = await orphans(stateOf([here, there]), "--json");
    expect(stderr).toContain(`looking at eu: ${other.baseUrl}\n`);
    expect(JSON.parse(stdout)).toEqual([expect.objectContaining({ id: lost, connection: "eu" })]);
  });

  test("an id that two platforms share is known on its own platform alone", async () => {
    knowOther();
    const lost = add(["pulumi:crm/dev/lost"], other);
    const here = { name: "here", id: lost };
    const state = stateOf([here, { name: "there", id: 1, connection: "eu", host: other.url }]);
    const { stdout } = await orphans(state, "--json");
    expect(JSON.parse(stdout)).toEqual([expect.objectContaining({ id: lost, connection: "eu" })]);
  });

  test("a stack that another one's state is given for is refused", async () => {
    const { exitCode, stderr } = await orphans(stateOf([known()]), "--stack", "prod", "--project", "crm");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("standard input is the state of crm/dev, and not that of crm/prod; ");
  });

  test("a state without instances tells neither whose it is nor what may be deleted", async () => {
    const id = add(["pulumi:crm/dev/gone"]);
    const whose = ["--project", "crm", "--stack", "dev", "--base-url", simulator.baseUrl];
    for (const state of [stateOf([]), { deployment: {} }]) {
      const ended = await orphans(state, String(id), ...whose, "--delete", "--yes");
      expect(ended.exitCode).toBe(1);
      expect(ended.stderr).toContain("the state of crm/dev has no connector instance, so nothing proves ");
      const { stdout } = await orphans(state, "--json", ...whose);
      expect(JSON.parse(stdout)).toEqual([expect.objectContaining({ id })]);
    }
    const without = await orphans({ deployment: {} });
    expect(without.exitCode).toBe(1);
    expect(without.stderr).toContain("give --project and --stack");
    expect(idsLeft()).toEqual([id]);
  });

  test.each([
    ["is another one", () => "https://elsewhere.example"],
    ["only begins like the state's", () => simulator.url.slice(0, -1)],
  ])("--yes deletes nothing at an address that %s", async (_, hostOf) => {
    const host = hostOf();
    const state = stateOf([{ ...known(), host }]);
    const id = add(["pulumi:crm/dev/gone"]);
    const ended = await orphans(state, "--base-url", simulator.baseUrl, String(id), "--delete", "--yes");
    expect(ended.exitCode).toBe(1);
    expect(ended.stderr).toContain(`but the state's instances are at ${host}\n`);
    expect(idsLeft()).toContain(id);
    const file = await orphans(state, "--base-url", simulator.baseUrl, "--import-file");
    expect(file).toMatchObject({ exitCode: 1, stdout: "" });
  });

  test("--delete --yes deletes what was asked for, a twin too, and ends with 0", async () => {
    const managed = known();
    const state = stateOf([managed]);
    const [one, twin, ...others] = [
      ...["pulumi:crm/dev/one", "pulumi:crm/dev/known", "pulumi:crm/dev/two"],
      ...["sales", "pulumi:crm/dev-2/crm", "pulumi:crm/development/crm", "about pulumi:crm/dev/crm"],
    ].map((tag) => add([tag]));
    const ended = await orphans(state, String(one), String(twin), "--delete", "--yes");
    expect(ended.stderr).toMatch(new RegExp(`deleted ${one}\ndeleted ${twin}\n$`));
    expect(ended.exitCode).toBe(0);
    expect(idsLeft()).toEqual([managed.id, ...others]);
    const unknown = await orphans(state, String(managed.id), "--delete", "--yes");
    expect(unknown.stderr).toContain(`error: instance ${managed.id} is no leftover of crm/dev\n`);
  });

  test("an instance that another owner's tag is on too is neither deleted nor released", async () => {
    const state = stateOf([known()]);
    const tags = ["pulumi:crm/dev/gone", "pulumi:other/prod/crm"];
    const id = add(tags);
    const report = await orphans(state);
    expect(report.stdout).toContain(
      `${id} cannot be taken over: carries the tag of another owner too, pulumi:other/prod/crm.`,
    );
    for (const command of [["--delete", "--yes"], ["--release"]]) {
      const ended = await orphans(state, String(id), ...command);
      expect(ended).toMatchObject({ exitCode: 3 });
      expect(ended.stderr).toContain(`left alone ${id}: its tags are `);
      expect(ended.stderr).not.toContain("released");
    }
    expect(simulator.instances().at(-1)).toMatchObject({ id, tags });
  });

  test.each([
    [["--delete"], "there is no terminal to ask at, so nothing was deleted; run it at one, or give the IDs"],
    [["--delete", "--yes"], "--yes deletes only what is named"],
    [["--release"], "nothing was changed: --release takes the tag off only where IDs say off which"],
  ])("%j without ids or a terminal changes nothing and says why", async (args, words) => {
    const state = stateOf([known()]);
    const id = add(["pulumi:crm/dev/gone"]);
    const ended = await orphans(state, ...args);
    expect(ended).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(words) });
    expect(simulator.instances().at(-1)).toMatchObject({ id, tags: ["pulumi:crm/dev/gone"] });
  });

  test.each<[string, (id: number) => string | object]>([
    ["a plain", String],
    [
      "a secret",
      () => ({ "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "x" }),
    ],
  ])("what a killed run began to adopt by %s id stays, and --release frees it", async (_, adopt) => {
    const id = add(["sales", "pulumi:crm/dev/crm"]);
    const state = stateOf([known()], { begun: [{ name: "crm", adopt: adopt(id) }] });
    const deleting = await orphans(state, String(id), "--delete", "--yes");
    expect(deleting.exitCode).toBe(3);
    expect(deleting.stderr).toContain(`left alone ${id}: an interrupted run began to adopt it`);
    const file = JSON.parse((await orphans(state, "--import-file")).stdout);
    expect(file.resources[0].outputs).toMatchObject({ instanceId: id, onDestroy: "release" });
    const releasing = await orphans(state, String(id), "--release");
    expect(releasing).toMatchObject({ exitCode: 0 });
    expect(releasing.stderr).toMatch(new RegExp(`released ${id}\n$`));
    expect(simulator.instances().find((each) => each.id === id)).toMatchObject({ tags: ["sales"] });
  });

  test("--release of one whose tags the platform does not tell says so", async () => {
    const id = add(["pulumi:crm/dev/gone"]);
    const path = `/instances/${id}`;
    simulator.fault({ kind: "keys-missing", keys: ["tags"], method: "GET", path, times: 0 });
    const ended = await orphans(stateOf([known()]), String(id), "--release");
    simulator.clearFaults();
    expect(ended.stderr).not.toContain("released");
    expect(ended.stderr).toContain(`the platform's answer about instance ${id} has no tags`);
    expect(ended.exitCode).toBe(1);
  });

  test("--delete that ends unclearly names the command that finds out", async () => {
    const state = stateOf([known()]);
    const id = add(["pulumi:crm/dev/gone"]);
    simulator.fault(
      { kind: "reset-after", method: "DELETE" },
      { kind: "page", status: 403, path: "/organizations/me", times: 0 },
    );
    const ended = await orphans(state, String(id), "--delete", "--yes");
    simulator.clearFaults();
    expect(ended.stderr).toContain(
      `It is not known whether instance ${id} was deleted. Run the same command again to find out.`,
    );
    expect(ended.exitCode).toBe(1);
    expect(idsLeft()).not.toContain(id);
  });

  test.each([
    ["that is forged, with a line break,", "pulumi:crm/dev/gone\n::stop-commands::x"],
    ["of another Pulumi organization", "pulumi:@acme/crm/dev/gone"],
    ["of another project", "pulumi:other/dev/crm"],
  ])("a tag %s makes no instance a leftover", async (_, tag) => {
    const state = stateOf([known()]);
    add([tag]);
    expect((await orphans(state)).stdout).toBe("no leftovers of crm/dev\n");
  });

  test("the import file takes over what the interrupted run had begun, as it began it", async () => {
    const parent = "urn:pulumi:dev::crm::my:index:Customer::acme";
    const begun = {
      name: "crm",
      parents: "my:index:Customer$",
      parent,
      provider: `${settings({}).urn}::a-b-c`,
    };
    const id = add(["pulumi:crm/dev/my:index:Customer$crm"]);
    const state = stateOf([known()], { begun: [begun], more: [{ urn: parent, type: "my:index:Customer" }] });
    const { exitCode, stdout } = await orphans(state, "--import-file");
    expect(exitCode).toBe(0);
    const { nameTable, resources } = JSON.parse(stdout);
    const provider = settings({}).urn;
    expect(nameTable).toEqual({ [parent]: parent, [provider]: provider });
    expect(resources).toEqual([
      expect.objectContaining({ type: TYPE, name: "crm", id: String(id), parent, provider }),
    ]);
    expect(resources[0].outputs).toMatchObject({
      instanceId: id,
      ownershipTag: tagOf(begun),
      onDestroy: "release",
    });
    expect(stdout).not.toContain(String(simulator.instances().at(-1)?.token));
    expect((await orphans(state)).stdout).toContain("  pulumi refresh --yes --clear-pending-creates\n");
  });

  test("without leftovers the import file is an empty one, and ends with 0", async () => {
    const ended = await orphans(stateOf([known()]), "--import-file");
    expect(ended).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining("no leftovers of crm/dev\n"),
    });
    expect(JSON.parse(ended.stdout)).toEqual({ nameTable: {}, resources: [] });
  });

  test("the import file finds a parent by its type, and says so where there is none", async () => {
    const parents = ["one", "two"].map((name) => `urn:pulumi:dev::crm::my:index:Customer::${name}`);
    const more = parents.map((urn) => ({ urn, type: "my:index:Customer" }));
    const [two, three] = ["two", "three"].map((name) => add([`pulumi:crm/dev/my:index:Customer$${name}`]));
    const four = add(["pulumi:crm/dev/my:index:Other$four"]);
    const { exitCode, stdout, stderr } = await orphans(stateOf([known()], { more }), "--import-file");
    expect(exitCode).toBe(3);
    expect(JSON.parse(stdout).resources).toEqual([
      expect.objectContaining({ id: String(two), name: "two", parent: parents[1] }),
      expect.objectContaining({ id: String(three), name: "three", parent: parents[0] }),
    ]);
    expect(stderr).toContain(`left out ${four}: its parent is not in the state\n`);
  });

  test("the import file leaves out what is not proven to be a leftover of its own", async () => {
    const twin = { name: "twin", id: add(["pulumi:crm/dev/twin"]) };
    const state = stateOf([twin]);
    const second = add(["pulumi:crm/dev/twin"]);
    const [one, two] = [add(["pulumi:crm/dev/same"]), add(["pulumi:crm/dev/same"])];
    const { exitCode, stdout, stderr } = await orphans(state, "--import-file");
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toContain(`left out ${second}: the state has the resource as instance ${twin.id}\n`);
    expect(stderr).toContain(`left out ${one}: instance ${two} carries the same tag\n`);
    expect(stderr).toContain("error: none of the leftovers can be taken over\n");
  });

  test("in a stack of the plugin the import file leaves the state to the plugin", async () => {
    const type = "act365:index:ConnectorInstance";
    const id = add(["pulumi:crm/dev/gone"]);
    const { stdout } = await orphans(stateOf([{ ...known(), type }]), "--import-file");
    expect(JSON.parse(stdout)).toEqual({
      nameTable: {},
      resources: [{ type, name: "gone", id: String(id) }],
    });
  });

  test("in a stack of the plugin a killed adoption is the next up's, and no import's", async () => {
    const type = "act365:index:ConnectorInstance";
    const id = add(["sales", "pulumi:crm/dev/crm"]);
    const begun = [{ name: "crm", type, adopt: String(id) }];
    const { exitCode, stdout, stderr } = await orphans(
      stateOf([{ ...known(), type }], { begun }),
      "--import-file",
    );
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toContain(
      `left out ${id}: an interrupted run began to adopt it, and pulumi up with the same program goes on\n`,
    );
  });

  test("an explicit provider whose name begins with default is a connection of its own", async () => {
    const type = "act365:index:ConnectorInstance";
    const provider = "urn:pulumi:dev::crm::pulumi:providers:act365::defaultEu::a-b-c";
    const there = { name: "eu", id: add(["pulumi:crm/dev/eu"], other), type, provider, host: other.url };
    const id = add(["pulumi:crm/dev/gone"], other);
    knowOther("DEFAULTEU");
    const { stdout, stderr } = await orphans(stateOf([{ ...known(), type }, there]), "--json");
    expect(stderr).toContain(`looking at defaultEu: ${other.baseUrl}\n`);
    expect(JSON.parse(stdout)).toMatchObject([{ id, connection: "defaultEu" }]);
  });
});
