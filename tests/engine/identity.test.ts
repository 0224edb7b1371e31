import { type Fault, type Simulator, startSimulator } from "../../provider/simulator";
import { components, crm, failureOf, idsOn, organization, pairOf, upFailureOf } from "../support/identity";
import { duplicatesOn, endUnleaked } from "../support/promise";
import { canaries, keys, replaced, type Stack } from "../support/stack";

const tag = "pulumi:crm/dev/crm";

let simulator: Simulator;
let stack: Stack;
const begin = async (...of: Parameters<typeof pairOf>) => {
  [simulator, stack] = await pairOf(...of);
};
afterEach(() => endUnleaked(stack, simulator));

const fails = (...args: string[]) => failureOf(stack, ...args);
const upFails = () => upFailureOf(stack);
const idsInState = async () => (await stack.instances()).map(({ id }) => Number(id)).sort();

describe("an instance is a resource's", () => {
  test("two of one name under components of two types are two, also with lost answers", async () => {
    await begin(`${components}
      const parents = [new Sales("a"), new Service("b")];
      const [one, two] = parents.map((parent) => new ConnectorInstance("crm", { ${keys} }, { parent }));
      exports.one = one.token;
      exports.two = two.token;
    `);
    simulator.fault({ kind: "reset-after", method: "POST", times: 2 });
    await stack.up();
    const tokens = simulator.instances().map(({ token }) => token);
    expect(new Set(tokens).size).toBe(2);
    const { one, two } = await stack.outputs();
    expect([one, two].sort()).toEqual(tokens.sort());
    expect(
      simulator
        .instances()
        .flatMap(({ tags }) => tags)
        .sort(),
    ).toEqual(["pulumi:crm/dev/my:Sales$crm", "pulumi:crm/dev/my:Service$crm"]);
    await stack.preview("--expect-no-changes");
  });

  test("one that moves into a component is the same with an alias, else another one", async () => {
    await begin(crm());
    await stack.up();
    const [first] = idsOn(simulator);
    const moved = (options: string) => `${components} const parent = new Sales("a"); ${crm("", options)}`;
    await stack.write(moved("{ parent, aliases: [{ parent: pulumi.rootStackResource }] }"));
    const { text } = await stack.preview();
    expect(text).toContain(`~ ownershipTag: "${tag}" => "pulumi:crm/dev/my:Sales$crm"`);
    await stack.up();
    expect(simulator.instances()).toMatchObject([{ id: first, tags: ["pulumi:crm/dev/my:Sales$crm"] }]);
    await stack.write(crm());
    await stack.up();
    const [second, ...others] = idsOn(simulator);
    expect(others).toEqual([]);
    expect(second).not.toBe(first);
    expect(await idsInState()).toEqual([second]);
  });

  test("one that another stack took over survives the first one's destroy, which says so", async () => {
    await begin(crm());
    await stack.up();
    const [id = 0] = idsOn(simulator);
    simulator.edit(id, (instance) => {
      instance.tags = ["pulumi:other/dev/crm"];
    });
    await stack.refresh();
    expect(await upFails()).toContain("belongs to another resource, by its tag pulumi:other/dev/crm");
    const { text } = await stack.destroy();
    expect(text).toContain(`instance ${id} is left alone`);
    expect(text).toContain("pulumi:other/dev/crm");
    expect(idsOn(simulator)).toEqual([id]);
    expect(await idsInState()).toEqual([]);
  });

  test("one whose tag was off for a refresh, and is back, is deleted by destroy", async () => {
    await begin(crm());
    await stack.up();
    const [id = 0] = idsOn(simulator);
    const carries = (...tags: string[]) =>
      simulator.edit(id, (instance) => {
        instance.tags = tags;
      });
    carries();
    await stack.refresh();
    expect((await stack.preview()).text).toContain(`ownershipTag: "${tag}"`);
    await stack.up();
    expect(simulator.instances()).toMatchObject([{ id, tags: [tag] }]);
    carries();
    await stack.refresh();
    carries(tag);
    await stack.destroy();
    expect(idsOn(simulator)).toEqual([]);
  });

  test("one on a platform that changes tags is kept in the state, and made once", async () => {
    await begin(crm().replace('"crm"', '"Crm"'), { tags: { folded: true } });
    for (let round = 0; round < 2; round++) {
      expect(await upFails()).toContain("this platform does not keep tags");
      expect(idsOn(simulator)).toHaveLength(1);
      expect(await idsInState()).toEqual(idsOn(simulator));
    }
    await stack.destroy();
    expect(idsOn(simulator)).toEqual([]);
  });

  test("one whose changed tag and lost answer leave it doubtful is named, and made once", async () => {
    const faults: Fault[] = [{ kind: "reset-after", method: "POST" }];
    await begin(crm().replace('"crm"', '"Crm"'), { tags: { folded: true }, faults });
    for (const reason of ["may be the new one", "may be this resource's"]) {
      const text = await upFails();
      expect(text).toContain(reason);
      expect(text).toMatch(/this platform does not keep tags|a platform that does not keep tags/);
      expect(idsOn(simulator)).toHaveLength(1);
      expect(text).toContain(String(idsOn(simulator)[0]));
      expect(await idsInState()).toEqual([]);
    }
  });
});

describe("a stack that is pointed elsewhere", () => {
  const two = `for (const name of ["crm", "two"]) new ConnectorInstance(name, { ${keys} });`;

  test("shows it for each resource, and drops, deletes and makes nothing", async () => {
    await begin(two);
    await stack.up();
    const ids = idsOn(simulator);
    const [{ id }] = simulator.organizations;
    await using other = await startSimulator({ organizations: [{ id, ...organization }] });
    await stack.configure({ "act365:baseUrl": other.baseUrl });
    const { text } = await stack.preview();
    expect(text.match(/~ host *: "http/g)).toHaveLength(2);
    expect(text).toContain("2 to update");
    expect(await upFails()).toContain("The state saw it elsewhere");
    for (const command of ["refresh", "destroy"])
      expect(await fails(command, "--yes", "--skip-preview", "--run-program")).toContain(
        "The state saw it elsewhere",
      );
    expect(await idsInState()).toEqual(ids);
    expect([idsOn(simulator), idsOn(other)]).toEqual([ids, []]);
  });

  test("under a colleague who does not see its instances keeps them all", async () => {
    const colleague = "canary-colleague";
    await begin(crm(), {
      organizations: [{ ...organization, colleagues: [{ userSecret: colleague }] }],
    });
    await stack.up();
    const ids = idsOn(simulator);
    await stack.configure({ "act365:userSecret": colleague });
    const { text } = await stack.preview();
    expect(text).toMatch(/~ user *: "[0-9a-f]{12}" => "[0-9a-f]{12}"/);
    expect(await upFails()).toContain("with another user secret");
    for (const command of ["refresh", "destroy"])
      expect(await fails(command, "--yes", "--skip-preview", "--run-program")).toContain(
        "The state saw it elsewhere",
      );
    expect([await idsInState(), idsOn(simulator)]).toEqual([ids, ids]);
  });

  test("by a renamed host goes through with one up", async () => {
    await begin(crm());
    await stack.up();
    const ids = idsOn(simulator);
    await stack.configure({ "act365:baseUrl": simulator.baseUrl.replace("127.0.0.1", "localhost") });
    await stack.up();
    await stack.preview("--expect-no-changes");
    expect([await idsInState(), idsOn(simulator)]).toEqual([ids, ids]);
    await stack.destroy();
    expect(idsOn(simulator)).toEqual([]);
  });
});

describe("what is recorded", () => {
  test("after a lost answer and a reverted program is put back, an unreadable key too", async () => {
    await begin(crm());
    await stack.up();
    await stack.configure({ "act365:maxAttempts": "1" });
    simulator.fault({ kind: "reset-after", method: "PATCH" });
    await stack.write(crm().replace(/developerKey: [^}]*\)/, `developerKey: "${canaries.rotatedKey}"`));
    await upFails();
    expect(simulator.instances()).toMatchObject([{ configuration: { password: canaries.rotatedKey } }]);
    await stack.write(crm());
    expect(await fails("preview", "--diff", "--expect-no-changes")).toContain("developerKey");
    await stack.up();
    expect(simulator.instances()).toMatchObject([{ configuration: { password: canaries.developerKey } }]);
    await stack.preview("--expect-no-changes");
  });

  test("of a gate that is shut fails --expect-no-changes, before a refresh and after", async () => {
    let keysWork = false;
    await begin(crm("verify: true"), { credentials: () => keysWork });
    expect(await upFails()).toContain("Invalid API key");
    await fails("preview", "--expect-no-changes");
    await stack.refresh();
    expect(await fails("preview", "--diff", "--expect-no-changes")).toContain("~ verify: false => true");
    expect(await upFails()).toContain("Invalid API key");
    keysWork = true;
    await stack.up();
    await stack.preview("--expect-no-changes");
  });

  test("of a replacement whose old instance is still listed is the new one", async () => {
    await begin(crm("", replaced), { lag: { deletedCalls: 4 } });
    await stack.configure({ "act365:settleSeconds": "20" });
    await stack.up();
    const [first] = idsOn(simulator);
    const [instance] = await stack.instances();
    await stack.up("--replace", instance?.urn ?? "");
    expect(idsOn(simulator)).toHaveLength(1);
    expect(idsOn(simulator)).not.toContain(first);
    expect(await idsInState()).toEqual(idsOn(simulator));
    expect(duplicatesOn(simulator)).toEqual([]);
  });

  test("shows no secret of the program, nor keys that a transformation set in clear", async () => {
    const events = `events: {
      callbackUrl: pulumi.secret("https://${canaries.headers}.example"),
      basicAuth: { username: pulumi.secret("${canaries.variables}"), password: "${canaries.password}" },
    }`;
    const transformation = `pulumi.runtime.registerStackTransformation(({ type, props, opts }) =>
      type.endsWith("ConnectorInstance")
        ? { props: { ...props, apiKey: "${canaries.apiKey}", developerKey: "${canaries.developerKey}" }, opts }
        : undefined);`;
    await begin(`${transformation} ${crm(events)}`);
    await stack.preview();
    await stack.up();
    await stack.refresh();
    await stack.preview("--expect-no-changes");
  });
});
