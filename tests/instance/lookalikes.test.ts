import { failureOf } from "../support/client";
import { Platform } from "../support/platform";
import { callsTo, up } from "../support/story";

/** The key of `up`'s program. */
const apiKey = "canary-api-key";

const platform = new Platform();
const { start, held } = platform;
const posts = () => callsTo(platform.simulator).filter((call) => call.startsWith("POST"));

test("one kept tag of two does not prove that a platform keeps tags", async () => {
  await start({ tags: { folded: true } });
  await failureOf(up({ name: "first", tags: ["one"], ownershipTag: "pulumi:project/stack/First" }));
  // Each create lists anew.
  for (let run = 0; run < 3; run++) {
    const { id } = held({ apiKey });
    await expect(up()).rejects.toThrow(`instance ${id} may be this resource's`);
    platform.simulator.remove(id);
  }
});

test("an instance with no tags but the program's and its name may be a killed create's", async () => {
  await start();
  const { id } = held({ tags: ["one", "crm"], apiKey });
  await expect(up({ tags: ["one"] })).rejects.toThrow(`instance ${id} may be this resource's`);
  expect(posts()).toEqual([]);
});

test("an instance whose API key no list tells is read, and found", async () => {
  await start({ listsConfiguration: false });
  const { id } = held({ tags: ["crm"], apiKey });
  await expect(up()).rejects.toThrow(`instance ${id} may be this resource's`);
  expect(posts()).toEqual([]);
});

test("an instance that is gone since it was listed does not stop a create", async () => {
  await start({ listsConfiguration: false });
  const { id } = held({ apiKey });
  platform.simulator.fault({ kind: "error", status: 404, path: `/instances/${id}`, times: 0 });
  await up();
  expect(posts()).toHaveLength(1);
});

test("an instance whose name only holds ours, or whose key is another, stops no create", async () => {
  await start();
  held({ name: "crm of sales", apiKey });
  held({ apiKey: "another" });
  await up();
  expect(posts()).toHaveLength(1);
});
