import { type Simulator, type SimulatorOptions, startSimulator } from "../../provider/simulator";
import { failureOf } from "../support/client";
import { connectPlugin } from "../support/plugin";
import { callsTo, up } from "../support/story";

const tag = "pulumi:project/stack/crm";
const configuration = { username: "canary-api-key", password: "d" };
const ours = { name: "crm", tags: [] as string[], configuration };

let simulator: Simulator;
afterEach(() => simulator.close());
async function start(options: SimulatorOptions = {}): Promise<void> {
  simulator = await startSimulator(options);
  await connectPlugin(simulator, { "act365:maxAttempts": "1" });
}
const posts = () => callsTo(simulator).filter((call) => call.startsWith("POST"));

test("one kept tag of two does not prove that a platform keeps tags", async () => {
  await start({ tags: { folded: true } });
  await failureOf(up({ name: "first", tags: ["one"], ownershipTag: "pulumi:project/stack/First" }));
  // Each create lists anew.
  for (let run = 0; run < 3; run++) {
    const { id } = simulator.add(ours);
    await expect(up()).rejects.toThrow(`instance ${id} may be this resource's`);
    simulator.remove(id);
  }
});

test("an instance with no tags but the program's and its name may be a killed create's", async () => {
  await start();
  const { id } = simulator.add({ ...ours, tags: ["one", "crm"] });
  await expect(up({ tags: ["one"] })).rejects.toThrow(`instance ${id} may be this resource's`);
  expect(posts()).toEqual([]);
});

test("an instance whose API key no list tells is read, and found", async () => {
  await start({ listsConfiguration: false });
  const { id } = simulator.add({ ...ours, tags: ["crm"] });
  await expect(up()).rejects.toThrow(`instance ${id} may be this resource's`);
  expect(posts()).toEqual([]);
});

test("an instance that is gone since it was listed does not stop a create", async () => {
  await start({ listsConfiguration: false });
  const { id } = simulator.add(ours);
  simulator.fault({ kind: "error", status: 404, path: `/instances/${id}`, times: 0 });
  await up();
  expect(posts()).toHaveLength(1);
});

test("an instance whose name only holds ours, or whose key is another, stops no create", async () => {
  await start();
  simulator.add({ ...ours, name: "crm of sales" });
  simulator.add({ ...ours, configuration: { ...configuration, username: "another" } });
  await up();
  expect(posts()).toHaveLength(1);
});

test("another name's tag that ours begins with is no leftover where lists show all", async () => {
  await start({ tags: { filter: "ignored" } });
  simulator.add({ ...ours, name: "another", tags: [tag] });
  await up({ ownershipTag: `${tag}-eu` });
  expect(posts()).toHaveLength(1);
});
