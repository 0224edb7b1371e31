import { type Simulator, startSimulator } from "../../provider/simulator";
import { clientOf, draft, organizations } from "../support/client";

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator({ organizations });
});
afterEach(() => simulator.close());

test("a 404 is believed of a platform whose user may not see the organization", async () => {
  simulator.fault({ kind: "error", status: 403, path: "/organizations/me", times: 0 });
  expect(await clientOf(simulator.baseUrl).getInstance("12", { organizationId: 1 })).toBeUndefined();
});

test("an organization that could not be asked for is asked for again", async () => {
  simulator.fault({ kind: "error", status: 500, path: "/organizations/me" });
  const client = clientOf(simulator.baseUrl, { "act365:maxAttempts": "1" });
  await expect(client.getInstance("12")).rejects.toThrow("GET /organizations/me");
  expect(await client.getInstance("12")).toBeUndefined();
});

test("tags that say whose an instance is are sent once, however that ends", async () => {
  const { id } = simulator.add(draft);
  const client = clientOf(simulator.baseUrl, { "act365:maxAttempts": "3" });
  simulator.fault({ kind: "reset-after", method: "PATCH" });
  await expect(client.claimInstance(String(id), ["a"])).rejects.toThrow(`PATCH /instances/${id}`);
  expect(simulator.requests).toHaveLength(1);
});

test("one 404 of an instance whose age nobody knows does not prove that there is none", async () => {
  const { id } = simulator.add(draft);
  simulator.fault({ kind: "error", status: 404, path: `/instances/${id}` });
  const client = clientOf(simulator.baseUrl, { "act365:settleSeconds": "20" });
  expect(await client.getInstance(String(id))).toMatchObject({ id });
});
