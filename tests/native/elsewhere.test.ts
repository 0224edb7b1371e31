import { UNKNOWN } from "../../provider/arguments/paths";
import { isElsewhere } from "../../provider/native/elsewhere";
import { type Simulator, startSimulator } from "../../provider/simulator";

let simulator: Simulator;
let other: Simulator;
let stranger: Simulator;
const organizations = [
  { name: "One", userSecret: "user-1", organizationSecret: "organization-1" },
  { name: "Two", userSecret: "user-2", organizationSecret: "organization-2" },
];
beforeAll(async () => {
  simulator = await startSimulator({ organizations });
  other = await startSimulator({ organizations });
  stranger = await startSimulator();
});
afterAll(async () => {
  await simulator.close();
  await other.close();
  await stranger.close();
});

const one = () => ({
  baseUrl: simulator.baseUrl,
  userSecret: "user-1",
  organizationSecret: "organization-1",
});
const two = () => ({ ...one(), userSecret: "user-2", organizationSecret: "organization-2" });
/** The same secrets under another name. */
const renamed = () => ({ ...one(), baseUrl: other.baseUrl });
const away = () => ({ ...one(), baseUrl: stranger.baseUrl });
const ofClass = (settings: object) =>
  Object.fromEntries(Object.entries(settings).map(([key, value]) => [`act365:${key}`, value]));

test.each<[string, () => [object, object], string[]]>([
  ["another host is another place", () => [one(), away()], ["baseUrl"]],
  [
    "another host with another organization's secret is another place",
    () => [{ ...one(), organizationSecret: "organization-2" }, renamed()],
    ["baseUrl"],
  ],
  ["another host that takes the secrets of before is the same place, renamed", () => [one(), renamed()], []],
  ["a host that the class's secrets reach is the same place", () => [ofClass(one()), renamed()], []],
  [
    "another region is another place",
    () => [
      { ...one(), baseUrl: undefined, region: "us" },
      { ...one(), baseUrl: undefined, region: "eu" },
    ],
    ["region"],
  ],
  ["another organization of one host is another place", () => [one(), two()], ["organizationSecret"]],
  [
    "a secret that the platform does not know any more is the same place",
    () => [{ ...one(), userSecret: "old" }, one()],
    [],
  ],
  ["a secret that is not known yet is the same place", () => [one(), { ...two(), userSecret: UNKNOWN }], []],
  ["secrets of the environment are the same place", () => [{ baseUrl: one().baseUrl }, one()], []],
  ["the class's settings are the same place", () => [ofClass(one()), one()], []],
  [
    "a connection of the class is the same place",
    () => [ofClass({ ...away(), eu: JSON.stringify(one()) }), one()],
    [],
  ],
  [
    "where the class has no connection is another place",
    () => [ofClass({ ...away(), organizationSecret: "organization-2" }), one()],
    ["baseUrl"],
  ],
])("%s", async (_, places, replaces) => {
  const [olds, news] = places().map((args) => JSON.parse(JSON.stringify(args)));
  expect(await isElsewhere(olds, news, "crm")).toEqual(replaces);
});

test("a renamed host is the same place for a user who may not see the organization", async () => {
  await using blind = await startSimulator({ organizations });
  blind.fault({ kind: "error", status: 403, path: "/organizations/me", times: 0 });
  expect(await isElsewhere(one(), { ...one(), baseUrl: blind.baseUrl }, "crm")).toEqual([]);
});
