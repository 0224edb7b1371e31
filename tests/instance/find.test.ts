import { all, byId, byName, hiding } from "../../provider/instance/find";
import { type Simulator, startSimulator } from "../../provider/simulator";
import { clientOf, draft, failureOf, organizations } from "../support/client";

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator({ organizations });
});
afterEach(() => simulator.close());
const client = () => clientOf(simulator.baseUrl, { "act365:maxAttempts": "1" });
const add = (name: string) => simulator.add({ ...draft, name }).id;

describe("a lookup", () => {
  test("by name finds that name alone, not one that holds it", async () => {
    add("crm 2");
    const id = add("crm");
    add("the crm");
    expect(await byName(client(), "crm")).toMatchObject({ id, name: "crm" });
    expect(simulator.requests).toMatchObject([{ query: "searchText=crm" }]);
  });

  test("by a name that two have, or none, names both, or says that there is none", async () => {
    const ids = [add("twin"), add("twin")];
    await expect(byName(client(), "twin")).rejects.toThrow(
      `getConnectorInstance: 2 instances are named "twin": ${ids.join(", ")}; give the id of one`,
    );
    await expect(byName(client(), "twi")).rejects.toThrow('has no Act! 365 instance named "twi"');
  });

  test("by an id that is none, or that the platform does not have, says so", async () => {
    await expect(byId(client(), "12/..")).rejects.toThrow('getConnectorInstance: "12/.." is not an id');
    expect(simulator.requests).toEqual([]);
    await expect(byId(client(), "12")).rejects.toThrow("the platform has no instance 12; npx");
  });

  test("finds no instance of another connector", async () => {
    const element = { key: "salesforce" };
    const [theirs, ours] = [
      { id: 12, name: "crm", tags: ["one"], element },
      { id: 13, name: "crm", tags: ["one"] },
    ];
    const answer = { kind: "answer", status: 200, times: 0 } as const;
    simulator.fault(
      { ...answer, path: "/instances/12", body: JSON.stringify(theirs) },
      { ...answer, path: "/instances", body: JSON.stringify([theirs, ours]) },
    );
    await expect(byId(client(), "12")).rejects.toThrow(
      "getConnectorInstance: instance 12 belongs to the connector salesforce",
    );
    expect(await byName(client(), "crm")).toMatchObject({ id: 13 });
    expect(await all(client(), { tags: ["one"] })).toMatchObject([{ id: 13 }]);
  });

  test("by a secret shows it in no error, but for an id", async () => {
    const about = ["canary name", ["canary tag"], undefined, "4711"];
    const failing = () => Promise.reject(new Error("canary name, canary tag and 4711 are not there"));
    expect((await failureOf(hiding(about, failing))).message).toBe(
      "[secret], [secret] and 4711 are not there",
    );
    expect(await hiding(about, async () => "found")).toBe("found");
  });
});
