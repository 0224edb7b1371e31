import * as lifecycle from "../../provider/dynamic/lifecycle";
import { failureOf } from "../support/client";
import { Platform } from "../support/platform";
import { checked, configurePlugin, connectionOf, connectPlugin, kept } from "../support/plugin";
import { type Bag, callsTo, refresh, up, upAgain } from "../support/story";

const tag = "pulumi:project/stack/crm";
const byHand = { name: "by hand", tags: ["one"], configuration: { username: "old", password: "old" } };

const platform = new Platform();
beforeEach(() => platform.start());
const { only, writes } = platform;

test("an instance is taken over under its id and token, and nothing is made", async () => {
  const { id, token } = platform.simulator.add(byHand);
  const { state } = await up({ adopt: String(id), tags: ["two"], enabled: false });
  expect(state).toMatchObject({ instanceId: id, token, name: "crm", tags: ["two"], disabled: true });
  expect(only()).toMatchObject({
    id,
    name: "crm",
    tags: ["two", tag],
    disabled: true,
    configuration: { username: "canary-api-key", password: "canary-developer-key" },
  });
  // The tag first, by which others see that it has an owner.
  expect(writes()).toEqual(["PATCH /instances/ID", "PATCH /instances/ID", "DELETE /instances/ID/enabled"]);
});

test("an answer that is too old to build on is asked for again", async () => {
  const { id } = platform.simulator.add(byHand);
  platform.simulator.fault({ kind: "delay", milliseconds: 1500, workDone: true, path: "/instances/\\d+" });
  const adopting = up({ adopt: String(id) });
  while (!callsTo(platform.simulator).includes("GET /instances/ID")) await new Promise(setImmediate);
  await new Promise((resolve) => setTimeout(resolve, 200));
  platform.simulator.edit(id, ({ tags }) => tags.push("pulumi:other/stack/crm"));
  await expect(adopting).rejects.toThrow("belongs to another resource, by its tag pulumi:other/stack/crm");
  expect(writes()).toEqual([]);
});

test("what is as it should be is not written, but for the developer key", async () => {
  const configuration = { username: "canary-api-key", password: "unknown", "pagination.max": 100 };
  const { id } = platform.simulator.add({ name: "crm", tags: ["one", tag], configuration });
  await up({ adopt: String(id), tags: ["one"], configuration: { "pagination.max": 100 } });
  const [patch, ...others] = platform.simulator.requests.filter(({ method }) => method !== "GET");
  expect(others).toEqual([]);
  expect(patch?.body).toEqual({ configuration: { password: "canary-developer-key" } });
});

test("an adopted instance is refreshed and updated, also once adopt is taken out", async () => {
  const { id } = platform.simulator.add(byHand);
  const adopted = await up({ adopt: String(id) });
  const { inputs, state } = await refresh(adopted);
  expect(state).toEqual(adopted.state);
  // The program does not say the tags, so they are as they were found.
  expect({ ...inputs, __provider: "the capsule" }).toEqual({ ...adopted.inputs, tags: ["one"] });
  const updated = await upAgain(adopted, { name: "other" });
  expect(only()).toMatchObject({ id, name: "other" });
  await lifecycle.delete(updated.id, updated.state);
  expect(only()).toMatchObject({ id, tags: ["one"] });
});

test("an instance that was only imported is let go without a wait for a tag", async () => {
  await connectPlugin(platform.simulator, { "act365:settleSeconds": "60" });
  const { id } = platform.simulator.add(byHand);
  await lifecycle.delete(String(id), { instanceId: id, adopt: String(id), ownershipTag: tag });
  expect(callsTo(platform.simulator)).toEqual(["GET /instances/ID"]);
});

test("destroying deletes an adopted instance only when the program says so", async () => {
  const { id } = platform.simulator.add(byHand);
  const { state } = await up({ adopt: String(id), onDestroy: "delete" });
  await lifecycle.delete(String(id), state);
  expect(platform.simulator.instances()).toEqual([]);
});

test("an instance of another stack is not taken over, and not changed", async () => {
  const { id } = platform.simulator.add({ ...byHand, tags: ["pulumi:project/production/crm"] });
  await expect(up({ adopt: String(id) })).rejects.toThrow(
    `adopt: instance ${id} belongs to another resource, by its tag pulumi:project/production/crm; release it there first`,
  );
  expect(writes()).toEqual([]);
});

test("an instance that the platform does not have is not taken over", async () => {
  await expect(up({ adopt: "12", name: undefined })).rejects.toThrow(
    /^creating connector instance: adopt: the platform has no instance 12; .* adopt --search/,
  );
  expect(writes()).toEqual([]);
});

test("an instance that is to be replaced by one that cannot be adopted stays", async () => {
  const { id, state } = await up();
  const another = platform.simulator.add({ ...byHand, tags: ["pulumi:project/production/crm"] });
  for (const adopt of ["12", String(another.id)]) {
    await checked({ adopt });
    await expect(lifecycle.delete(id, state)).rejects.toThrow(`replacing connector instance ${id}: adopt: `);
  }
  expect(platform.simulator.instances().map((instance) => String(instance.id))).toEqual([
    id,
    String(another.id),
  ]);
});

test("a leftover of ours beside the instance to take over stops it", async () => {
  const leftover = platform.simulator.add({ ...byHand, tags: [tag] });
  const { id } = platform.simulator.add(byHand);
  await expect(up({ adopt: String(id) })).rejects.toThrow(
    `instance ${leftover.id} carries the ownership tag ${tag}`,
  );
  expect(writes()).toEqual([]);
});

test("a takeover that fails at once changes and records nothing", async () => {
  const { id } = platform.simulator.add(byHand);
  platform.simulator.fault({ kind: "error", status: 400, method: "PATCH" });
  const error = await up({ adopt: String(id) }).catch((reason) => reason);
  expect(error.message).toMatch(/^creating connector instance "crm": PATCH .* 400/);
  expect(error).not.toHaveProperty("properties");
  expect(only()).toMatchObject(byHand);
});

describe("of an instance that is taken over", () => {
  test("what the platform hides or does not tell is written, as nobody knows it", async () => {
    const events = { callbackUrl: "https://example.com/hook", basicAuth: { password: "ours" } };
    const { id } = platform.simulator.add({
      ...byHand,
      configuration: {
        ...byHand.configuration,
        "event.notification.callback.url": events.callbackUrl,
        "event.notification.basic.password": "somebody else's",
      },
    });
    await up({
      adopt: String(id),
      events: { ...events, signatureKey: "signature" },
      configuration: { "key.that.no.connector.has": "ours" },
    });
    expect(only().configuration).toMatchObject({
      "event.notification.basic.password": "ours",
      "event.notification.signature.key": "signature",
      "key.that.no.connector.has": "ours",
    });
  });

  test("that it is enabled is not believed where the platform does not tell it", async () => {
    const { id } = platform.simulator.add(byHand);
    platform.simulator.edit(id, (instance) => {
      instance.disabled = true;
    });
    platform.simulator.fault({ kind: "keys-missing", keys: ["disabled"], times: 0 });
    await up({ adopt: String(id) });
    expect(only()).toMatchObject({ disabled: false });
  });

  test("what was never sent is recorded as not known when the first change fails", async () => {
    const { id } = platform.simulator.add(byHand);
    const inputs = await checked({ adopt: String(id), events: { enabled: false, signatureKey: "s" } });
    platform.simulator.fault({ kind: "error", status: 400, method: "PATCH", nth: 2 });
    const { properties } = (await failureOf(lifecycle.create(inputs))) as Error & { properties: Bag };
    expect(properties.unconfirmed).toContain("events.signatureKey");
    await lifecycle.update(String(id), kept(properties), inputs);
    expect(only().configuration).toMatchObject({ "event.notification.signature.key": "s" });
  });
});

/** Two connections to the simulator's one organization, as the same user. */
async function connectTwice(): Promise<void> {
  const connection = JSON.stringify({ ...connectionOf(platform.simulator), settleSeconds: 0 });
  await configurePlugin({ "act365:one": connection, "act365:two": connection });
}

describe("another connection to the same organization, with adopt in the program,", () => {
  const moved = async (onDestroy: string) => {
    const { id } = platform.simulator.add(byHand);
    await connectTwice();
    const made = await up({ adopt: String(id), onDestroy, connection: "one" });
    const news = await checked({ adopt: String(id), onDestroy, connection: "two" });
    return { news, deleting: lifecycle.delete(made.id, made.state) };
  };

  test("does not delete the instance, which could not be adopted again then", async () => {
    const { deleting } = await moved("delete");
    await expect(deleting).rejects.toThrow("its own replacement could not adopt it; nothing was changed");
    expect(only().tags).toContain(tag);
  });

  test("does not delete one that the stack made, whose state has no onDestroy", async () => {
    await connectTwice();
    const made = await up({ connection: "one" });
    await checked({ adopt: made.id, connection: "two" });
    const { onDestroy: _, ...state } = made.state;
    await expect(lifecycle.delete(made.id, state)).rejects.toThrow("could not adopt it; nothing was changed");
    expect(only().tags).toContain(tag);
  });

  test("releases the instance and adopts it again", async () => {
    const told = jest.spyOn(process.stderr, "write").mockReturnValue(true);
    const { news, deleting } = await moved("release");
    await deleting;
    expect(told.mock.calls.join()).not.toContain("delete the instance");
    told.mockRestore();
    await lifecycle.create(news);
    expect(only().tags).toContain(tag);
  });
});

test("an instance that this run has released is no leftover in a list that lags", async () => {
  await platform.simulator.close();
  await platform.start({ lag: { listsBehind: 3 } });
  const made = await up({ onDestroy: "release" });
  for (let look = 0; look < 4; look++) await refresh(made);
  await lifecycle.delete(made.id, made.state);
  expect((await up({ onDestroy: "release" })).id).not.toBe(made.id);
});

test("a takeover that goes wrong after its tag was put on is recorded", async () => {
  const { id, token } = platform.simulator.add(byHand);
  platform.simulator.fault({ kind: "error", status: 400, method: "PATCH", nth: 2 });
  const error = await failureOf(up({ adopt: String(id) }));
  expect(error).toMatchObject({ id: String(id), properties: { instanceId: id, name: "by hand" } });
  expect(kept((error as unknown as { properties: unknown }).properties)).toMatchObject({ token });
  expect(only().tags).toEqual(["one", tag]);
});

test("a takeover that changed nothing, since the tag was there, records nothing", async () => {
  const { id } = platform.simulator.add({ ...byHand, tags: [tag] });
  platform.simulator.fault({ kind: "error", status: 400, method: "PATCH" });
  expect(await failureOf(up({ adopt: String(id) }))).not.toHaveProperty("properties");
});

test("an instance whose tags are not told is not taken over, and not changed", async () => {
  const { id } = platform.simulator.add(byHand);
  platform.simulator.fault({ kind: "keys-missing", keys: ["tags"], method: "GET", times: 0 });
  await expect(up({ adopt: String(id) })).rejects.toThrow(`the platform tells no tags of instance ${id}`);
  expect(writes()).toEqual([]);
});

test("trace logging of an adopted instance is ended where the program says so", async () => {
  const { id } = platform.simulator.add({ ...byHand, tags: [tag] });
  platform.simulator.edit(id, (instance) => {
    instance.tracedUntil = "9999-01-01T00:00:00Z";
  });
  await up({ adopt: String(id), traceLogging: false });
  expect(writes()).toContain("DELETE /instances/ID/trace-logging");
});
