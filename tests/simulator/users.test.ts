import { type Simulator, startSimulator } from "../../provider/simulator";
import { callsTo, draft } from "./calls";

/** An organization with a colleague, and the calls of the two. */
const pair = (simulator: Simulator) => {
  const [organization] = simulator.organizations;
  const [colleague] = organization.colleagues;
  if (!colleague) throw new Error("no colleague");
  return {
    organization,
    colleague,
    mine: callsTo(simulator),
    theirs: callsTo(simulator, undefined, colleague),
  };
};
const organizations = [{ colleagues: [{}] }];

test("users of an organization share its secret, and each sees only its own instances", async () => {
  await using simulator = await startSimulator({ organizations });
  const { organization, colleague, mine, theirs } = pair(simulator);
  expect(colleague.organizationSecret).toBe(organization.organizationSecret);
  const { body } = await theirs("POST", "/instances", draft());
  expect(body.user.id).toBe(colleague.userId);
  expect((await theirs("GET", "/instances")).body).toMatchObject([{ id: body.id }]);
  expect((await mine("GET", "/instances")).status).toBe(404);
  for (const [method, path] of [
    ["GET", `/instances/${body.id}`],
    ["PATCH", `/instances/${body.id}`],
    ["DELETE", `/instances/${body.id}`],
    ["DELETE", `/instances/${body.id}/enabled`],
  ] as const)
    expect((await mine(method, path, method === "PATCH" ? {} : undefined)).status).toBe(404);
  expect(simulator.requests.at(-1)).toMatchObject({ userId: organization.userId });
  expect(simulator.instances()).toMatchObject([{ userId: colleague.userId, disabled: false }]);
});

test("users of an organization see each other's instances where a reading says so", async () => {
  await using simulator = await startSimulator({ organizations, sight: "organization" });
  const { colleague, mine } = pair(simulator);
  const { id } = simulator.add(draft(), colleague);
  expect((await mine("GET", "/instances")).body).toMatchObject([{ id }]);
  expect((await mine("DELETE", `/instances/${id}`)).status).toBe(200);
});

test("others' instances are 403 where the platform reads it so, and nobody's is 404", async () => {
  await using simulator = await startSimulator({
    organizations: [...organizations, {}],
    foreignInstance: 403,
  });
  const { colleague, mine } = pair(simulator);
  const ids = [colleague, simulator.organizations[1]].map((owner) => simulator.add(draft(), owner).id);
  const statuses = [...ids, Math.max(...ids) + 1].map(
    async (id) => (await mine("GET", `/instances/${id}`)).status,
  );
  expect(await Promise.all(statuses)).toEqual([403, 403, 404]);
});

test("organizations of two simulators have other ids, unless they are given", async () => {
  await using one = await startSimulator();
  await using two = await startSimulator();
  expect(one.organizations[0].id).not.toBe(two.organizations[0].id);
  await using three = await startSimulator({ organizations: [{ id: 7 }] });
  expect((await callsTo(three)("GET", "/organizations/me")).body.id).toBe(7);
  const same = startSimulator({ organizations: [{ id: 7 }, { id: 7 }] });
  await expect(same).rejects.toThrow("same id");
});

test("/organizations/me answers the organization's secret", async () => {
  await using simulator = await startSimulator();
  const { body } = await callsTo(simulator)("GET", "/organizations/me");
  expect(body.secret).toBe(simulator.organizations[0].organizationSecret);
});

test("the connector's configuration is 403 without the privilege, the rest is not", async () => {
  await using simulator = await startSimulator({ organizations: [{ viewsElements: false }] });
  const call = callsTo(simulator);
  expect((await call("GET", "/elements/actessentials/configuration")).status).toBe(403);
  expect((await call("POST", "/instances", draft())).status).toBe(200);
});

test("a deactivated user is 401, and its polling jobs stay away afterwards", async () => {
  await using simulator = await startSimulator();
  const [user] = simulator.organizations;
  const events = { "event.notification.enabled": true };
  const { id } = simulator.add(draft({ configuration: events }));
  const call = callsTo(simulator);
  const isPolled = () => simulator.instances()[0]?.isPolled;
  expect(isPolled()).toBe(true);
  simulator.setActive(user, false);
  expect((await call("GET", `/instances/${id}`)).status).toBe(401);
  simulator.setActive(user, true);
  const { body } = await call("GET", `/instances/${id}`);
  expect(body.configuration["event.notification.enabled"]).toBe("true");
  expect(isPolled()).toBe(false);
  for (const enabled of [false, true])
    await call("PATCH", `/instances/${id}`, { configuration: { "event.notification.enabled": enabled } });
  expect(isPolled()).toBe(true);
});
