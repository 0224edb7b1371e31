import * as lifecycle from "../../provider/dynamic/lifecycle";
import { type Simulator, startSimulator } from "../../provider/simulator";
import { failureOf } from "../support/client";
import { connectPlugin } from "../support/plugin";

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
  await connectPlugin(simulator, { "act365:maxAttempts": "1", "act365:timeoutSeconds": "1" });
});
afterEach(() => simulator.clearFaults());
afterAll(() => simulator.close());

test.each([
  [400, "Correct the arguments that the message names."],
  [401, "Check act365:userSecret and act365:organizationSecret, "],
  [403, "The user whose secret is act365:userSecret may not do this, "],
  [408, "The platform, or a gateway in front of it, failed; run the same command again."],
  [409, "The platform refused the call."],
  [429, "The platform refuses so many or so large requests; run the same command again later."],
  [500, "The platform, or a gateway in front of it, failed; run the same command again."],
  [503, "The platform, or a gateway in front of it, failed; run the same command again."],
])("a call that is answered %i says what to do", async (status, remedy) => {
  simulator.fault({ kind: "error", status, times: 0 });
  const { message } = await failureOf(lifecycle.read("12", {}));
  expect(message).toContain(`GET /instances/12 was answered ${status} `);
  expect(message).toContain(`. ${remedy}`);
});
