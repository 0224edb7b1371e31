import * as lifecycle from "../../provider/dynamic/lifecycle";
import { Platform } from "../support/platform";
import { checked, kept } from "../support/plugin";
import { type Bag, up, upAgain } from "../support/story";

const platform = new Platform();
const { start, only, held } = platform;
const patches = () =>
  platform.simulator.requests.filter(({ method }) => method === "PATCH").map(({ body }) => body);

test("another token that the answer to new keys leaves out is looked up", async () => {
  await start({ rotatesToken: true });
  const made = await up();
  platform.simulator.fault({ kind: "keys-missing", keys: ["token"], method: "PATCH" });
  const { state } = await upAgain(made, { apiKey: "another" });
  expect(state.token).toBe(only().token);
  expect(state.token).not.toBe(made.state.token);
});

test("new keys whose answer has no token, and whose look fails, keep the known token", async () => {
  await start({});
  const made = await up();
  platform.simulator.fault(
    { kind: "keys-missing", keys: ["token"], method: "PATCH" },
    { kind: "error", status: 400, method: "GET", nth: 2 },
  );
  expect((await upAgain(made, { apiKey: "another" })).state.token).toBe(made.state.token);
});

const configuration: Bag = { "bulk.relations": "x", "pagination.max": 10 };

test("a key that null does not clear is cleared by an empty text", async () => {
  await start({ clearedBy: [""] });
  const made = await up({ configuration });
  platform.simulator.clearRequests();
  await upAgain(made, {});
  expect(only().configuration["bulk.relations"] ?? "").toBe("");
  expect(patches()).toEqual([
    { configuration: { "bulk.relations": null, "pagination.max": "150" } },
    { configuration: { "bulk.relations": "" } },
  ]);
});

test("a key that nothing clears is an error, and the state keeps it", async () => {
  await start({ clearedBy: [] });
  const made = await up({ configuration });
  const attempt = lifecycle.update(
    made.id,
    made.state,
    await checked({ developerKey: "another" }, made.inputs),
  );
  const error = await attempt.catch((reason) => reason);
  expect(error.message).toContain("the platform keeps the value of bulk.relations although it was cleared");
  expect(error.properties.configuration).toMatchObject({ "bulk.relations": "x" });
  // What went along was taken.
  expect(kept(error.properties).developerKey).toBe("another");
});

test("keys cannot be tried through an instance whose token nobody tells", async () => {
  await start({});
  const made = await up();
  platform.simulator.fault({ kind: "keys-missing", keys: ["token"], times: 0 });
  const state = { ...made.state, token: undefined };
  await expect(
    lifecycle.update(made.id, state, await checked({ verify: true }, made.inputs)),
  ).rejects.toThrow("the keys cannot be tried (verify), since the platform's answer had no token");
});

test("an answer to PATCH that tells no tags is completed by a look", async () => {
  await start({});
  const made = await up();
  platform.simulator.fault({ kind: "keys-missing", keys: ["tags"], method: "PATCH" });
  await upAgain(made, { tags: ["two"] });
  expect(only().tags).toEqual(["two", "pulumi:project/stack/crm"]);
});

test("tags that the program does not say stay, but for the old name and our tag before", async () => {
  await start({});
  const [before, after] = ["pulumi:project/stack/crm", "pulumi:project/stack/two"];
  const { id } = held({ name: "old", tags: ["old", "new", "one", before], apiKey: "canary-api-key" });
  const adopted = await up({ adopt: String(id), name: "old" });
  const moved = await upAgain(adopted, { adopt: String(id), name: "old", ownershipTag: after });
  expect(only().tags).toEqual(["old", "new", "one", after]);
  await upAgain(moved, { adopt: String(id), name: "new", ownershipTag: after });
  expect(only().tags).toEqual(["new", "one", after]);
});
