import {
  isOwnershipTag,
  isSameButForOrganization,
  othersAmong,
  ownershipTagOf,
  remainsOf,
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
  const names = ["crm", "a$crm", "a%24crm", "%", "a::b", "a/b", "$", "a\nb", "a%0Ab", "\u2028", "é%"];
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
  ["folded", ["pulumi:crm/dev/sales"], "whole"],
  ["cut before the name", ["one", "pulumi:CRM/d"], "cut"],
  ["cut in the name", ["one", "pulumi:CRM/dev/Sal"], "doubtful"],
  ["split at slashes", ["pulumi:CRM", "dev", "Sales", "one"], "whole"],
  ["split at colons", ["pulumi", "CRM/dev/Sales"], "whole"],
  ["another resource's", ["pulumi:CRM/dev/Sales2", "one"], undefined],
  ["a part of it", ["dev", "Sales"], undefined],
  ["none", [], undefined],
])("of tags that are %s it is known how much of ours is left", (_, tags, expected) => {
  expect(remainsOf("pulumi:CRM/dev/Sales", tags)).toBe(expected);
});

test("a tag with a line break, which somebody forged, is no owner's", () => {
  for (const mark of ["\n::error::", "\u001b[31m", "\u2028", "\r"])
    expect(isOwnershipTag(`pulumi:crm/dev/a${mark}b`)).toBe(false);
});
