import type { Fault, Simulator, StoredInstance } from "../../../provider/simulator";
import { components, crm, organization, pairOf, upFailureOf } from "../../support/identity";
import { startMeeting } from "../../support/meeting";
import { endUnleaked, onlyOf, ownedBy, recordedBy } from "../../support/promise";
import { keys, leaksIn, replaced, Stack, settingsFor } from "../../support/stack";

let simulator: Simulator;
let stack: Stack;
const begin = async (...of: Parameters<typeof pairOf>) => {
  [simulator, stack] = await pairOf(...of);
};
afterEach(() => endUnleaked(stack, simulator));

const writes = () => simulator.requests.map(({ method }) => method).filter((method) => method !== "GET");

describe("two of one name under components of two types", () => {
  const under = (...types: string[]) => `${components}
    for (const type of [${types}])
      exports[type.name] = new ConnectorInstance("crm", { ${keys} }, { parent: new type("team") }).token;`;

  test.each<[string, Fault[]]>([
    ["read", []],
    ["lost", [{ kind: "reset-after", method: "POST" }]],
  ])("made one after the other are two, with the second POST's answer %s", async (_, faults) => {
    await begin(under("Sales"));
    await stack.up();
    const first = onlyOf(simulator);
    await stack.write(under("Sales", "Service"));
    simulator.fault(...faults);
    simulator.clearRequests();
    await stack.up();
    expect(writes()).toEqual(["POST"]);
    const [one, second, ...others] = simulator.instances();
    expect([one, others]).toEqual([first, []]);
    expect(first.tags).toEqual(["pulumi:crm/dev/my:Sales$crm"]);
    expect(second?.tags).toEqual(["pulumi:crm/dev/my:Service$crm"]);
    expect(second?.token).not.toBe(first.token);
    expect(await stack.outputs()).toEqual({ Sales: first.token, Service: second?.token });
    expect(await recordedBy(stack)).toEqual(ownedBy(stack, simulator));
    await stack.preview("--expect-no-changes");
  });
});

describe("one instance that two adopt at the same time", () => {
  const byHand = () =>
    simulator.add({ name: "by hand", configuration: { username: "old", password: "old" } }).id;
  const held = (id: number) => simulator.instances().find((each) => each.id === id) as StoredInstance;
  const ownersOf = (id: number) => held(id).tags.filter((tag) => tag.startsWith("pulumi:"));
  const refused = (id: number, owner: string) =>
    new RegExp(
      `instance ${id} (was not taken over: another resource took it over at the same time|belongs to another resource), by its tag ${owner}`,
    );

  test("is one stack's, and the other is refused", async () => {
    // As long as a call takes, neither sees what the other has sent.
    await begin("", { latencyMilliseconds: 400 });
    await using other = await Stack.create("", settingsFor(simulator), { name: "other" });
    await using meeting = await startMeeting(2);
    const id = byHand();
    const both = [stack, other];
    // Both have their plugin at work, and wait for each other.
    for (const each of both)
      await each.write(`
        const first = new ConnectorInstance("first", { ${keys} });
        const adopt = first.id.apply(() => fetch("${meeting.url}").then(() => "${id}"));
        new ConnectorInstance("crm", { ${keys}, adopt, name: "${each.name}'s" });`);
    const runs = await Promise.all(
      both.map((each) => each.warm("up", "--yes", "--skip-preview", "--suppress-progress")),
    );
    const [winner, ...winners] = both.filter((_, index) => runs[index]?.exitCode === 0);
    expect(winners).toEqual([]);
    const owner = `pulumi:crm/${winner?.name}/crm`;
    expect(runs.find(({ exitCode }) => exitCode !== 0)?.text).toMatch(refused(id, owner));
    expect(ownersOf(id)).toEqual([owner]);
    expect(held(id).name).toBe(`${winner?.name}'s`);
    for (const each of both) {
      expect(await recordedBy(each)).toEqual(ownedBy(each, simulator));
      expect(leaksIn(each.printed + (await each.stateText()), simulator)).toEqual([]);
    }
    await winner?.preview("--expect-no-changes");
  });

  test("is one resource's of a program, and the other is refused", async () => {
    await begin("");
    const id = byHand();
    const names = ["one", "two"];
    await stack.write(
      names
        .map((name) => `new ConnectorInstance("${name}", { ${keys}, adopt: "${id}", name: "${name}'s" });`)
        .join("\n"),
    );
    const text = await upFailureOf(stack);
    const [owner = "", ...others] = ownersOf(id);
    expect(others).toEqual([]);
    expect(names.map((name) => `pulumi:crm/dev/${name}`)).toContain(owner);
    expect(text).toMatch(refused(id, owner));
    const [recorded, ...more] = await stack.instances();
    expect(more).toEqual([]);
    expect(recorded).toMatchObject({ id: String(id), inputs: { ownershipTag: owner } });
    expect(onlyOf(simulator).name).toBe(recorded?.inputs.name);
  });
});

describe("a stack's settings", () => {
  test("with a rotated user secret go through with one up, and the instance is the same", async () => {
    const userSecret = "canary-rotated-user-secret";
    // What the organization's user has from now on, while its old secret is refused.
    const organizations = [{ ...organization, colleagues: [{ userSecret }] }];
    await begin(`exports.token = new ConnectorInstance("crm", { ${keys} }).token;`, {
      organizations,
      sight: "organization",
    });
    await stack.up();
    simulator.setActive(simulator.organizations[0], false);
    const before = onlyOf(simulator);
    const refresh = await stack.warm("refresh", "--yes", "--skip-preview", "--suppress-progress");
    expect(refresh.text).toContain("401");
    expect(await recordedBy(stack)).toEqual([String(before.id)]);

    await stack.configure({ "act365:userSecret": userSecret });
    expect((await stack.preview()).text).toMatch(/~ user *: "[0-9a-f]{12}" => "[0-9a-f]{12}"/);
    simulator.clearRequests();
    await stack.up();
    expect(writes()).toEqual([]);
    expect(onlyOf(simulator)).toEqual(before);
    expect(await recordedBy(stack)).toEqual([String(before.id)]);
    expect(await stack.outputs()).toEqual({ token: before.token });
    await stack.preview("--expect-no-changes");
    await stack.refresh("--expect-no-changes");
    await stack.destroy();
    expect(simulator.instances()).toEqual([]);
  });
});

describe("a replacement of an instance that another owner has taken over", () => {
  const theirs = "pulumi:other/dev/crm";

  test.each([
    ["delete", "unseen", []],
    ["release", "unseen", []],
    ["delete", "seen by a refresh", ["refresh"]],
  ] as const)("leaves it alone and says so: onDestroy %s, %s", async (onDestroy, _, first) => {
    await begin(crm(`onDestroy: "${onDestroy}"`, replaced));
    await stack.up();
    const { id } = onlyOf(simulator);
    simulator.edit(id, (instance) => {
      instance.tags = [theirs];
    });
    const before = onlyOf(simulator);
    for (const command of first) await stack[command]();
    const [known] = await stack.instances();
    const { text } = await stack.up("--replace", known?.urn ?? "");
    expect(text).toContain(
      `instance ${id} is left alone: another resource has taken it over, by its tag ${theirs}`,
    );
    // Whoever followed that would end another owner's instance.
    expect(text).not.toContain("to end it, delete the instance");
    const [kept, made, ...others] = simulator.instances();
    expect([kept, others]).toEqual([before, []]);
    expect(made?.tags).toEqual(["pulumi:crm/dev/crm"]);
    expect(await recordedBy(stack)).toEqual([String(made?.id)]);
    await stack.preview("--expect-no-changes");
  });
});
