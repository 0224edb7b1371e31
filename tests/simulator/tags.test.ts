import { startSimulator } from "../../provider/simulator";
import { callsTo, draft } from "./calls";

/** What a platform may make of tags: the contract says neither. */

const tag = "pulumi:Crm/Dev/crm, of sales";

test.each([
  { tags: { folded: true }, kept: ["pulumi:crm/dev/crm, of sales"] },
  { tags: { cutAt: 10 }, kept: ["pulumi:Crm"] },
  { tags: { splitAtCommas: true }, kept: ["pulumi:Crm/Dev/crm", "of sales"] },
])("$tags make $kept of a tag", async ({ tags, kept }) => {
  await using simulator = await startSimulator({ tags });
  const call = callsTo(simulator);
  const { body } = await call("POST", "/instances", draft({ tags: [tag] }));
  expect(body.tags).toEqual(kept);
  expect((await call("PATCH", `/instances/${body.id}`, { tags: [tag, "b"] })).body.tags).toEqual([
    ...kept,
    "b",
  ]);
});

test("tags are missing from the rows of lists, and a get has them", async () => {
  await using simulator = await startSimulator({ tags: { shownIn: "all-but-lists" } });
  const call = callsTo(simulator);
  const { id } = simulator.add(draft({ tags: ["a"] }));
  for (const query of ["tags[]=a", "hydrate=false"])
    expect((await call("GET", `/instances?${query}`)).body[0]).not.toHaveProperty("tags");
  expect((await call("GET", `/instances/${id}`)).body.tags).toEqual(["a"]);
});

test("tags are missing from every answer, and lists can be asked for them", async () => {
  await using simulator = await startSimulator({ tags: { shownIn: "none" } });
  const call = callsTo(simulator);
  const { body } = await call("POST", "/instances", draft({ tags: ["a"] }));
  expect(body).not.toHaveProperty("tags");
  expect((await call("GET", `/instances/${body.id}`)).body).not.toHaveProperty("tags");
  expect((await call("GET", "/instances?tags[]=b")).status).toBe(404);
  expect((await call("GET", "/instances?tags[]=a")).body).toMatchObject([{ id: body.id }]);
});

test.each([
  { filter: "exact", found: ["a"] },
  { filter: "prefix", found: ["a", "ab"] },
  { filter: "ignored", found: ["a", "ab", "b"] },
] as const)("a list of one tag finds $found where the filter is $filter", async ({ filter, found }) => {
  await using simulator = await startSimulator({ tags: { filter } });
  for (const name of ["a", "ab", "b"]) simulator.add(draft({ name, tags: [name] }));
  const { body } = await callsTo(simulator)("GET", "/instances?tags[]=a");
  expect(body.map(({ name }: { name: string }) => name)).toEqual(found);
});

test("a create adds the name to the tags that are sent; PATCH and PUT do not", async () => {
  await using simulator = await startSimulator({ addsNameTag: "always" });
  const call = callsTo(simulator);
  const { body } = await call("POST", "/instances", draft({ tags: ["a"] }));
  expect(body.tags).toEqual(["a", "crm"]);
  for (const method of ["PATCH", "PUT"]) {
    const path = `/instances/${body.id}`;
    expect((await call(method, path, { name: "new", tags: ["b"] })).body.tags).toEqual(["b"]);
    expect((await call(method, path, { tags: [] })).body.tags).toEqual([]);
  }
});
