import { Platform } from "../support/platform";
import { callsTo, up } from "../support/story";

const tag = "pulumi:project/stack/crm";

const platform = new Platform();
const { start, only, held } = platform;
const posts = () => callsTo(platform.simulator).filter((call) => call.startsWith("POST"));

test.each([403, 404])("what a POST made that a gateway answers with a page (%d) is found", async (status) => {
  await start();
  platform.simulator.fault({ kind: "answer", status, method: "POST", body: "<html>", workDone: true });
  const { id } = await up();
  expect([String(only().id), posts()]).toEqual([id, ["POST /instances"]]);
});

test("a second POST whose answer is lost as well is found", async () => {
  await start();
  platform.simulator.fault(
    { kind: "reset-before", method: "POST" },
    { kind: "reset-after", method: "POST", nth: 2 },
  );
  const { id, state } = await up();
  expect(state).toMatchObject({ instanceId: only().id, token: only().token });
  expect(String(only().id)).toBe(id);
  expect(posts()).toHaveLength(2);
});

test.each(["all", "all-but-lists"] as const)(
  "tags shown in %s: what is another's stops no lost create",
  async (shownIn) => {
    await start({ tags: { shownIn } });
    held({ tags: ["pulumi:other/stack/crm"] });
    held({ name: "another" });
    platform.simulator.fault({ kind: "reset-before", method: "POST" });
    await up();
    expect(platform.simulator.instances()).toHaveLength(3);
  },
);

test("a row that cannot be read leaves it unknown what a lost create made", async () => {
  await start();
  // The fourth list is that of what has our name without our tag.
  const row = { id: 12, name: 5, tags: ["one"] };
  const answer = { kind: "answer", status: 200, method: "GET" } as const;
  platform.simulator.fault(
    { kind: "reset-before", method: "POST" },
    { ...answer, path: "/instances/12", body: JSON.stringify(row) },
    { ...answer, path: "/instances", nth: 4, body: JSON.stringify([row]) },
  );
  await expect(up()).rejects.toThrow("It is not known whether an instance was created");
  expect(posts()).toHaveLength(1);
});

test("a second create is recorded also when the look for the first one fails", async () => {
  await start();
  platform.simulator.fault(
    { kind: "reset-before", method: "POST" },
    { kind: "error", status: 400, method: "GET", path: "/instances", nth: 5 },
  );
  const { id } = await up();
  expect(String(only().id)).toBe(id);
});

test("an answer to POST without tags is completed by a look", async () => {
  await start();
  platform.simulator.fault({ kind: "keys-missing", keys: ["tags"], method: "POST" });
  const { id, state } = await up();
  expect([String(only().id), state.ownershipTag]).toEqual([id, tag]);
  expect(callsTo(platform.simulator).at(-1)).toBe("GET /instances/ID");
});

test("an instance made disabled and traced is brought to what the program says", async () => {
  await start();
  const body = { id: 12, name: "crm", token: "t", tags: [tag], disabled: true, traceLoggingEnabled: true };
  platform.simulator.fault(
    { kind: "answer", status: 200, method: "POST", body: JSON.stringify(body) },
    { kind: "answer", status: 200, method: "PUT", body: "" },
    { kind: "answer", status: 200, method: "DELETE", body: "" },
  );
  await up({ enabled: true, traceLogging: false });
  expect(callsTo(platform.simulator).slice(-2)).toEqual([
    "PUT /instances/ID/enabled",
    "DELETE /instances/ID/trace-logging",
  ]);
});
