import { failureOf } from "../support/client";
import { Platform } from "../support/platform";
import { callsTo, up } from "../support/story";

const tag = "pulumi:project/stack/crm";
const configuration = { username: "canary-api-key", password: "d" };
const ours = { name: "crm", tags: [] as string[], configuration };

const platform = new Platform();
const { start } = platform;
const posts = () => callsTo(platform.simulator).filter((call) => call.startsWith("POST"));

test("one kept tag of two does not prove that a platform keeps tags", async () => {
  await start({ tags: { folded: true } });
  await failureOf(up({ name: "first", tags: ["one"], ownershipTag: "pulumi:project/stack/First" }));
  // Each create lists anew.
  for (let run = 0; run < 3; run++) {
    const { id } = platform.simulator.add(ours);
    await expect(up()).rejects.toThrow(`instance ${id} may be this resource's`);
    platform.simulator.remove(id);
  }
});

test("an instance with no tags but the program's and its name may be a killed create's", async () => {
  await start();
  const { id } = platform.simulator.add({ ...ours, tags: ["one", "crm"] });
  await expect(up({ tags: ["one"] })).rejects.toThrow(`instance ${id} may be this resource's`);
  expect(posts()).toEqual([]);
});

test("an instance whose API key no list tells is read, and found", async () => {
  await start({ listsConfiguration: false });
  const { id } = platform.simulator.add({ ...ours, tags: ["crm"] });
  await expect(up()).rejects.toThrow(`instance ${id} may be this resource's`);
  expect(posts()).toEqual([]);
});

test("an instance that is gone since it was listed does not stop a create", async () => {
  await start({ listsConfiguration: false });
  const { id } = platform.simulator.add(ours);
  platform.simulator.fault({ kind: "error", status: 404, path: `/instances/${id}`, times: 0 });
  await up();
  expect(posts()).toHaveLength(1);
});

test("an instance whose name only holds ours, or whose key is another, stops no create", async () => {
  await start();
  platform.simulator.add({ ...ours, name: "crm of sales" });
  platform.simulator.add({ ...ours, configuration: { ...configuration, username: "another" } });
  await up();
  expect(posts()).toHaveLength(1);
});

test("another name's tag that ours begins with is no leftover where lists show all", async () => {
  await start({ tags: { filter: "ignored" } });
  platform.simulator.add({ ...ours, name: "another", tags: [tag] });
  await up({ ownershipTag: `${tag}-eu` });
  expect(posts()).toHaveLength(1);
});
