import { problemsIn } from "../support/compile";
import { inNode } from "../support/node";

/** What a program comes to under a user's mocks, without settings, where any request would fail. */
const underMocks = <T>(program: string): Promise<T> =>
  inNode(`
    const pulumi = require("@pulumi/pulumi");
    const { getConnectorInstance, getConnectorInstances, ...others } = require("pulumi-act365");
    const calls = [];
    const answers = {
      "act365:index:getConnectorInstance": { id: "12", instanceId: 12, name: "crm", token: "canary-token" },
      "act365:index:getConnectorInstances": { instances: [{ id: "13", name: "other", token: "canary-token" }] },
    };
    await pulumi.runtime.setMocks({
      newResource: ({ inputs }) => ({ id: "12", state: inputs }),
      call: ({ token, inputs }) => {
        calls.push([token, inputs]);
        return answers[token] ?? {};
      },
    });
    const known = (output) => new Promise((resolve) => output.apply(resolve));
    ${program}
  `);

describe("lookups under pulumi.runtime.setMocks", () => {
  test("a lookup of one instance is a call of the mocks, its token secret", async () => {
    const { found, isSecret, token, calls } = await underMocks<Record<string, unknown>>(`
      const { token, ...found } = await getConnectorInstance({ id: "12", connection: "eu" });
      return { found, isSecret: await pulumi.isSecret(token), token: await known(token), calls };
    `);
    expect(calls).toEqual([["act365:index:getConnectorInstance", { id: "12", connection: "eu" }]]);
    expect(found).toEqual({ id: "12", instanceId: 12, name: "crm", tags: [] });
    expect({ isSecret, token }).toEqual({ isSecret: true, token: "canary-token" });
  });

  test("a lookup of several instances is a call of the mocks, each token secret", async () => {
    const { found, isSecret, calls } = await underMocks<Record<string, unknown>>(`
      const [{ token, ...found }] = await getConnectorInstances({ tags: ["a"] });
      return { found, isSecret: await pulumi.isSecret(token), calls };
    `);
    expect(calls).toEqual([["act365:index:getConnectorInstances", { tags: ["a"] }]]);
    expect({ found, isSecret }).toEqual({ found: { id: "13", name: "other", tags: [] }, isSecret: true });
  });

  test("the output forms call the mocks too", async () => {
    const { names, calls } = await underMocks<{ names: unknown; calls: unknown[] }>(`
      const crm = new others.ConnectorInstance("crm", { apiKey: "k", developerKey: "d" });
      const one = others.getConnectorInstanceOutput({ id: crm.id });
      const all = others.getConnectorInstancesOutput({ searchText: crm.name });
      const names = await known(pulumi.all([one, all]).apply(([{ name }, [first]]) => [name, first.name]));
      return { names, calls };
    `);
    expect(names).toEqual(["crm", "other"]);
    expect(calls).toEqual(
      expect.arrayContaining([
        ["act365:index:getConnectorInstance", { id: "12" }],
        ["act365:index:getConnectorInstances", { searchText: "crm" }],
      ]),
    );
  });

  test("mocks that answer nothing give an instance without a token, and no instances", async () => {
    const found = await underMocks(`
      for (const token in answers) delete answers[token];
      const { token, ...one } = await getConnectorInstance({ name: "crm" });
      return { one, token: await known(token), all: await getConnectorInstances() };
    `);
    expect(found).toEqual({ one: { tags: [] }, token: "", all: [] });
  });
});

/** How many errors the compiler finds in each line of a program's body. */
function errorsIn(lines: readonly string[]): number[] {
  const head = [
    'import * as pulumi from "@pulumi/pulumi";',
    'import { getConnectorInstance, getConnectorInstanceOutput } from "pulumi-act365";',
    "declare const id: pulumi.Output<string>;",
  ];
  const found = problemsIn([...head, ...lines].join("\n")).map(({ line }) => line - head.length);
  return lines.map((_, index) => found.filter((line) => line === index).length);
}

test("lookups: the compiler takes exactly one of id and name", () => {
  const right = [
    'getConnectorInstance({ id: "12" });',
    'getConnectorInstance({ name: "crm", connection: "eu" });',
    "getConnectorInstanceOutput({ id });",
    'getConnectorInstanceOutput({ name: Promise.resolve("crm"), connection: id });',
  ];
  const wrong = [
    "getConnectorInstance({});",
    'getConnectorInstance({ id: "12", name: "crm" });',
    'getConnectorInstance({ connection: "eu" });',
    "getConnectorInstanceOutput({});",
    'getConnectorInstanceOutput({ id, name: "crm" });',
  ];
  expect(errorsIn([...right, ...wrong]).map((count) => count > 0)).toEqual([
    ...right.map(() => false),
    ...wrong.map(() => true),
  ]);
});
