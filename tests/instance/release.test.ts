import * as lifecycle from "../../provider/dynamic/lifecycle";
import type { Fault } from "../../provider/simulator";
import { failureOf, toldDuring } from "../support/client";
import { Platform } from "../support/platform";
import { checked, connectPlugin } from "../support/plugin";
import { callsTo, up } from "../support/story";

const tag = "pulumi:project/stack/crm";
const another = "pulumi:other/stack/crm";
const byHand = { name: "by hand", tags: ["one"], configuration: { username: "old", password: "old" } };
/** With the tag on it already, nothing is waited for. */
const ours = { ...byHand, tags: ["one", tag] };

const platform = new Platform();
beforeEach(() => platform.start());
const { only } = platform;

/** Adopts an instance, and lets it go while the faults are. */
async function releaseUnder(...faults: Fault[]): Promise<void> {
  const { id } = platform.simulator.add(ours);
  const { state } = await up({ adopt: String(id) });
  platform.simulator.clearRequests();
  platform.simulator.fault(...faults);
  await lifecycle.delete(String(id), state);
}

test("a release whose answer is lost is found done", async () => {
  await releaseUnder({ kind: "reset-after", method: "PATCH" });
  expect(only().tags).toEqual(["one"]);
});

test.each<Fault>([
  { kind: "reset-before", method: "PATCH" },
  { kind: "error", status: 400, method: "PATCH" },
])("a release that did nothing is an error, and the tag stays: $kind", async (fault) => {
  await expect(releaseUnder(fault)).rejects.toThrow(/PATCH \/instances\/\d+/);
  expect(only().tags).toEqual(["one", tag]);
});

test("a refused release is not looked after", async () => {
  await failureOf(releaseUnder({ kind: "error", status: 400, method: "PATCH" }));
  expect(callsTo(platform.simulator)).toEqual(["GET /instances/ID", "PATCH /instances/ID"]);
});

test("a release of which no look tells what came is the error of its call", async () => {
  const faults: Fault[] = [
    { kind: "reset-after", method: "PATCH" },
    { kind: "keys-missing", keys: ["tags"], method: "GET", nth: 2 },
  ];
  await expect(releaseUnder(...faults)).rejects.toThrow(/PATCH \/instances\/\d+/);
});

test("a release that an answer of before still shows undone names what finds out", async () => {
  const faults: Fault[] = [
    { kind: "reset-after", method: "PATCH" },
    { kind: "stale", requestsAgo: 1, method: "GET", nth: 2 },
  ];
  await expect(releaseUnder(...faults)).rejects.toThrow(/released\. Run pulumi refresh to find out\.$/);
});

test("a release after which the platform shows the tag still is an error", async () => {
  const body = JSON.stringify({ id: 12, name: "crm", tags: ["one", tag] });
  platform.simulator.fault({ kind: "answer", status: 200, path: "/instances/12", body, times: 0 });
  const state = { adopt: "12", instanceId: 12, apiKey: "k", ownershipTag: tag };
  await expect(lifecycle.delete("12", state)).rejects.toThrow(
    "the platform keeps the ownership tag on instance 12",
  );
});

test("a tag that the platform does not show yet is waited for and taken off", async () => {
  await connectPlugin(platform.simulator, { "act365:maxAttempts": "1", "act365:settleSeconds": "20" });
  const { id } = platform.simulator.add(ours);
  const { state } = await up({ adopt: String(id) });
  const body = JSON.stringify({ ...only(), tags: ["one"] });
  platform.simulator.fault({ kind: "answer", status: 200, method: "GET", body });
  expect(await toldDuring(() => lifecycle.delete(String(id), state))).toMatch(
    /^.*the ownership tag is not on the instance; looking for up to 20 s.*\n$/,
  );
  expect(only().tags).toEqual(["one"]);
});

test("an instance that goes while its tag is waited for is let go", async () => {
  await connectPlugin(platform.simulator, { "act365:maxAttempts": "1", "act365:settleSeconds": "20" });
  const { id } = platform.simulator.add(ours);
  const { state } = await up({ adopt: String(id) });
  const createdDate = "2020-01-01T00:00:00Z";
  const body = JSON.stringify({ ...only(), tags: ["one"], createdDate });
  platform.simulator.fault({ kind: "answer", status: 200, method: "GET", body });
  platform.simulator.remove(id);
  await toldDuring(() => lifecycle.delete(String(id), { ...state, createdDate }));
});

test.each([["deleted"], ["gone"]])(
  "a replacement of an instance that is %s tells of no release",
  async (how) => {
    const { id, state } = await up();
    // The engine checks a replacement's arguments without old ones, before it deletes.
    await checked();
    if (how === "gone") platform.simulator.remove(Number(id));
    const told = await toldDuring(() => lifecycle.delete(id, state));
    expect([told, platform.simulator.instances()]).toEqual(["", []]);
  },
);

test("a replacement of an instance that is let go says that its token is valid", async () => {
  const { id, state } = await up({ onDestroy: "release" });
  await checked();
  const told = await toldDuring(() => lifecycle.delete(id, state));
  expect(told).toContain(`instance ${id} was released and not deleted, so its token is valid as before`);
});

test("of two tags put on at the same moment ours is taken off again", async () => {
  const { id } = platform.simulator.add(byHand);
  const adopting = failureOf(up({ adopt: String(id) }));
  while (!only().tags.includes(tag)) await new Promise(setImmediate);
  platform.simulator.edit(id, ({ tags }) => tags.push(another));
  expect((await adopting).message).toContain(
    `another resource took it over at the same time, by its tag ${another}`,
  );
  expect(only().tags).toEqual(["one", another]);
});

test("another's tag in the answer to a change ends the takeover, which records nothing", async () => {
  const stored = platform.simulator.add(byHand);
  const body = JSON.stringify({ ...stored, tags: ["one", tag] });
  const path = `/instances/${stored.id}`;
  platform.simulator.fault({ kind: "answer", status: 200, method: "GET", path, nth: 2, body });
  const adopting = failureOf(up({ adopt: String(stored.id) }));
  while (!only().tags.includes(tag)) await new Promise(setImmediate);
  platform.simulator.edit(stored.id, (instance) => {
    instance.tags = ["one", another];
  });
  const error = await adopting;
  expect(error.message).toContain(`over at the same time, by its tag ${another}, and what was just sent`);
  expect(error).not.toHaveProperty("properties");
  expect(only().tags).toEqual(["one", another]);
});

test("a tag that a rate limit holds back is put on nothing that another took meanwhile", async () => {
  const { id } = platform.simulator.add(byHand);
  platform.simulator.fault({ kind: "too-many-requests", method: "PATCH", times: 0 });
  const adopting = failureOf(up({ adopt: String(id) }));
  while (!callsTo(platform.simulator).includes("PATCH /instances/ID")) await new Promise(setImmediate);
  platform.simulator.edit(id, ({ tags }) => tags.push(another));
  expect((await adopting).message).toContain(`belongs to another resource, by its tag ${another}`);
  expect(only().tags).toEqual(["one", another]);
});

test("an instance that was let go and carries the tag again is a leftover", async () => {
  await releaseUnder();
  const { id } = only();
  platform.simulator.edit(id, ({ tags }) => tags.push(tag));
  await expect(up()).rejects.toThrow(`instance ${id} carries the ownership tag ${tag}`);
});
