import {
  isOwnershipTag,
  isSameButForOrganization,
  othersAmong,
  ownershipTagOf,
  resembles,
  resourceNameIn,
} from "../../provider/arguments/ownership";

const type = "pulumi-nodejs:dynamic/act365:ConnectorInstance";
const urn = (types: string, name: string) => `urn:pulumi:dev::crm::${types}::${name}`;

test("a resource without parents has the tag of the project, the stack and its name", () => {
  expect(ownershipTagOf(urn(type, "sales"))).toBe("pulumi:crm/dev/sales");
  expect(ownershipTagOf(urn(type, "sales"), "organization")).toBe("pulumi:crm/dev/sales");
});

test("the types of the parents and the organization are part of a tag", () => {
  expect(ownershipTagOf(urn(`my:a/b:C$my:D$${type}`, "sales"))).toBe("pulumi:crm/dev/my:a/b:C$my:D$sales");
  expect(ownershipTagOf(urn(type, "sales"), "acme")).toBe("pulumi:@acme/crm/dev/sales");
});

test("no two URNs share a tag, and each tag tells its resource's name", () => {
  const names = ["crm", "a$crm", "a%24crm", "%", "a::b", "a/b", "$"];
  const urns = ["", "my:A$", "my:A$my:B$", "my:B$"].flatMap((parents) =>
    names.map((name) => urn(parents + type, name)),
  );
  const tags = urns.flatMap((each) => [ownershipTagOf(each), ownershipTagOf(each, "acme")]);
  expect(new Set(tags).size).toBe(urns.length * 2);
  expect(tags.every(isOwnershipTag)).toBe(true);
  expect(tags.map(resourceNameIn)).toEqual(urns.flatMap((each) => Array(2).fill(each.split(`${type}::`)[1])));
});

test("tags that differ in the organization alone are of one URN", () => {
  expect(isSameButForOrganization("pulumi:crm/dev/a", "pulumi:@acme/crm/dev/a")).toBe(true);
  expect(isSameButForOrganization("pulumi:crm/dev/a", "pulumi:@acme/crm/dev/b")).toBe(false);
});

test("every owner but ourselves is another one", () => {
  const ours = "pulumi:crm/dev/a";
  expect(othersAmong(["one", ours, "pulumi:crm/dev/b"], [ours])).toEqual(["pulumi:crm/dev/b"]);
  expect(othersAmong(["one", "pulumi:"], [undefined])).toEqual([]);
});

test.each([
  ["folded", ["pulumi:crm/dev/sales"], true],
  ["cut", ["one", "pulumi:CRM/d"], true],
  ["split at slashes", ["pulumi:CRM", "dev", "Sales", "one"], true],
  ["split at colons", ["pulumi", "CRM/dev/Sales"], true],
  ["another resource's", ["pulumi:CRM/dev/Sales2", "one"], false],
  ["a part of it", ["dev", "Sales"], false],
  ["none", [], false],
])("tags that are %s resemble ours or not", (_, tags, expected) => {
  expect(resembles(tags, "pulumi:CRM/dev/Sales")).toBe(expected);
});
