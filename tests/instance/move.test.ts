import * as lifecycle from "../../provider/dynamic/lifecycle";
import { type Fault, type Simulator, startSimulator, type User } from "../../provider/simulator";
import { failureOf } from "../support/client";
import { checked, configurePlugin, connectionOf } from "../support/plugin";
import { onlyOf } from "../support/promise";
import { type Bag, callsTo, up } from "../support/story";

let simulator: Simulator;
afterEach(() => simulator.close());

const writes = () => callsTo(simulator).filter((call) => !call.startsWith("GET"));
const connectionTo = (place: object) => JSON.stringify({ ...place, settleSeconds: 0, maxAttempts: 1 });

/** An instance that a program moves to another connection, up to where the engine deletes it. */
async function begun({
  more = {},
  isOneOrganization = false,
}: {
  more?: Bag;
  isOneOrganization?: boolean;
} = {}) {
  simulator = await startSimulator({ organizations: [{}, {}] });
  const { baseUrl, organizations } = simulator;
  const [first, second] = organizations;
  const [one, two] = [first, isOneOrganization ? first : second].map((each) =>
    connectionTo({ baseUrl, ...each }),
  );
  await configurePlugin({ "act365:one": `${one}`, "act365:two": `${two}` });
  const made = await up({ connection: "one" });
  const news = await checked({ ...more, connection: "two" });
  simulator.clearRequests();
  // Before the look after a deletion go the one whether both are one organization and the one before the deletion.
  const failedLook = (nth: number) =>
    ({ kind: "error", status: 500, method: "GET", path: `/instances/${made.id}`, nth }) as const;
  const [lookBefore, lookAfter] = [failedLook(2), failedLook(3)];
  return {
    ...made,
    one: `${one}`,
    news,
    lookBefore,
    lookAfter,
    deleting: () => lifecycle.delete(made.id, made.state),
  };
}

describe("a move to another organization", () => {
  test("makes the other organization's first: what it refuses leaves the old one", async () => {
    const { id: old, news, deleting } = await begun();
    await deleting();
    expect(writes()).toEqual(["POST /instances", "DELETE /instances/ID"]);
    const { id } = await lifecycle.create(news);
    expect([String(onlyOf(simulator).id), id === old]).toEqual([id, false]);
  });

  test.each<[string, Bag, Partial<Fault>, string]>([
    [
      "that it refuses",
      {},
      { status: 403, method: "POST", path: "/instances" },
      "to the connection two: no new instance could be created, so instance ID stays as it is: ",
    ],
    [
      "of an instance that cannot be deleted",
      {},
      { status: 403, method: "DELETE", path: "/instances/ID" },
      "it could not be deleted here, and the new one was taken back",
    ],
    [
      "whose keys Act! refuses (verify)",
      { verify: true },
      { status: 401, path: "/hubs/crm/contacts" },
      "no new instance could be created",
    ],
  ])("%s keeps the old one; the next goes through", async (_, more, fault, words) => {
    const { id: old, news, deleting } = await begun({ more });
    const text = (each: string) => each.replace("ID", old);
    const path = text(fault.path ?? "");
    simulator.fault({ ...fault, kind: "error", path, times: 0 } as Fault);
    const { message } = await failureOf(deleting());
    expect(message).toMatch(new RegExp(`^moving connector instance ${old} to the connection two: `));
    expect(message).toContain(text(words));
    expect(String(onlyOf(simulator).id)).toBe(old);
    simulator.clearFaults();
    await checked({ ...more, connection: "two" });
    await deleting();
    const { id } = await lifecycle.create(news);
    expect([String(onlyOf(simulator).id), id === old]).toEqual([id, false]);
  });

  test("whose deletion ends unclearly says so once, and the next one goes through", async () => {
    const { id: old, news, lookAfter, deleting } = await begun();
    simulator.fault({ kind: "reset-after", method: "DELETE", path: `/instances/${old}` }, lookAfter);
    const { message } = await failureOf(deleting());
    expect(message).toContain("the new instance was taken back. The reason: ");
    expect(message.match(/not known|pulumi \w+/g)).toEqual(["not known", "pulumi refresh"]);
    expect(simulator.instances()).toEqual([]);
    await checked({ connection: "two" });
    await deleting();
    const { id } = await lifecycle.create(news);
    expect(onlyOf(simulator).id).toBe(Number(id));
  });

  test("of unclear end whose new instance stays names that one and pulumi refresh", async () => {
    const { id, lookAfter, deleting } = await begun();
    simulator.fault({ kind: "reset-after", method: "DELETE", path: `/instances/${id}` }, lookAfter, {
      kind: "error",
      status: 403,
      method: "DELETE",
      path: `/instances/(?!${id}$)\\d+`,
    });
    const { message } = await failureOf(deleting());
    expect(message).toContain(
      `instance ${onlyOf(simulator).id} was created there and could not be taken back (`,
    );
    expect(message).toMatch(/whether instance \d+ was deleted\. Run pulumi refresh to find out\.$/);
    expect(message).not.toContain("stays as it is");
  });

  test("whose look before the deletion fails says that the instance stays as it is", async () => {
    const { id, lookBefore, deleting } = await begun();
    simulator.fault(lookBefore);
    const { message } = await failureOf(deleting());
    expect(message).toContain(`the new one was taken back, so instance ${id} stays as it is`);
    expect(message).not.toContain("not known");
    expect(onlyOf(simulator).id).toBe(Number(id));
  });

  test("whose new instance can be neither kept nor taken back names it, and keeps both", async () => {
    const { id, deleting } = await begun({ more: { enabled: false } });
    simulator.fault(
      { kind: "error", status: 400, method: "DELETE", path: ".*/enabled" },
      { kind: "error", status: 403, method: "DELETE", path: `/instances/(?!${id}$)\\d+` },
    );
    const { message } = await failureOf(deleting());
    const [old, early] = simulator.instances();
    expect(String(old?.id)).toBe(id);
    expect(message).toContain(
      `moving connector instance ${id} to the connection two: instance ${early?.id} was created there and could not be taken back, so instance ${id} stays as it is: `,
    );
  });

  test("that adopts, and whose old instance cannot be deleted, lets the adopted one live", async () => {
    const { id, deleting } = await begun();
    const draft = { name: "by hand", tags: ["one"], configuration: { username: "k", password: "d" } };
    const adopted = simulator.add(draft, simulator.organizations[1] as User);
    await checked({ connection: "two", adopt: String(adopted.id) });
    simulator.fault({ kind: "error", status: 403, method: "DELETE" });
    await expect(deleting()).rejects.toThrow("could not be deleted here, and the new one was taken back");
    expect(simulator.instances()).toMatchObject([{ id: Number(id) }, { id: adopted.id, tags: ["one"] }]);
  });

  test("that is refused keeps the instance, and says that none was created", async () => {
    const { id, deleting } = await begun();
    simulator.fault({ kind: "error", status: 403, method: "POST" });
    await expect(deleting()).rejects.toThrow(
      `the connection two: no new instance could be created, so instance ${id} stays as it is: `,
    );
    expect(onlyOf(simulator).id).toBe(Number(id));
  });
});

test("a resource that goes while another one is moved is deleted, and nothing is made", async () => {
  const { id } = await begun();
  const gone = await up({ connection: "one", ownershipTag: "pulumi:project/stack/gone" });
  await checked({ connection: "two" });
  simulator.clearRequests();
  await lifecycle.delete(gone.id, gone.state);
  expect(writes()).toEqual(["DELETE /instances/ID"]);
  expect(String(onlyOf(simulator).id)).toBe(id);
});

test("a move between two connections to one organization deletes first", async () => {
  const { id, state, one } = await begun();
  await configurePlugin({ "act365:one": one, "act365:two": one });
  await checked({ connection: "two" });
  await lifecycle.delete(id, state);
  expect(simulator.instances()).toEqual([]);
});

test("a move between two names of one organization deletes first", async () => {
  const { news, deleting } = await begun({ isOneOrganization: true });
  await deleting();
  expect(simulator.instances()).toEqual([]);
  const { id } = await lifecycle.create(news);
  expect(String(onlyOf(simulator).id)).toBe(id);
});

test("a move to another host whose secrets are the same makes that one's first", async () => {
  simulator = await startSimulator();
  const [{ userSecret, organizationSecret }] = simulator.organizations;
  await using elsewhere = await startSimulator({ organizations: [{ userSecret, organizationSecret }] });
  const [one, two] = [simulator, elsewhere].map((each) => connectionTo(connectionOf(each)));
  await configurePlugin({ "act365:one": `${one}`, "act365:two": `${two}` });
  const { id, state } = await up({ connection: "one" });
  await checked({ connection: "two" });
  elsewhere.fault({ kind: "error", status: 403, method: "POST", path: "/instances" });
  await expect(lifecycle.delete(id, state)).rejects.toThrow(`instance ${id} stays as it is`);
  expect(String(onlyOf(simulator).id)).toBe(id);
});
