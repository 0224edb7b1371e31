import { redact, secretsWithin } from "../../provider/platform/redaction";
import { startSimulator } from "../../provider/simulator";
import { clientOf, organizations } from "../support/client";

const secret = `a"b&c<d>e'f\n+/?é k~~~~`;
const base64 = Buffer.from(secret).toString("base64");

test.each([
  ["as it is", secret],
  ["escaped in JSON", `a\\"b&c<d>e'f\\n+/?é k~~~~`],
  ["escaped in HTML", "a&quot;b&amp;c&lt;d&gt;e&#39;f\n+/?é k~~~~"],
  ["escaped in a URL", "a%22b%26c%3Cd%3Ee'f%0A%2B%2F%3F%C3%A9%20k~~~~"],
  ["escaped in a URL in small letters", "a%22b%26c%3cd%3ee'f%0a%2b%2f%3f%c3%a9%20k~~~~"],
  ["escaped in a form", "a%22b%26c%3Cd%3Ee%27f%0A%2B%2F%3F%C3%A9+k%7E%7E%7E%7E"],
  ["in base64", base64],
])("a secret %s is taken out of a text", (_, form) => {
  expect(redact(`before ${form}, ${form} after`, [secret])).toBe("before [secret], [secret] after");
});

test("a secret in the base64 of URLs, without its padding, is taken out of a text", () => {
  const bytes = "??>>~~~~?";
  expect(Buffer.from(bytes).toString("base64")).toMatch(/\+|\//);
  for (const each of [bytes, `${bytes}?`, `${bytes}??`])
    expect(redact(`<${Buffer.from(each).toString("base64url")}>`, [each])).toBe("<[secret]>");
});

test("of two secrets the longer one goes first, and none goes of no characters", () => {
  for (const secrets of [
    ["abcdef", "abcdef-ghi", ""],
    ["abcdef-ghi", "", "abcdef"],
  ])
    expect(redact("abcdef-ghi, abcdef, ABCDEF", secrets)).toBe("[secret], [secret], ABCDEF");
});

test("half of a character in a secret stops nothing", () => {
  expect(redact("a \ud800bcdef b", ["\ud800bcdef"])).toBe("a [secret] b");
});

test.each([
  "secret",
  "userSecret",
  "token",
  "PASSWORD",
  "Authorization",
  "webhook.signature.key",
  "event.notification.callback.headers",
  "username",
])("what is below %s is a secret, at any depth", (key) => {
  expect(secretsWithin({ a: [{ [key]: "canary" }] })).toEqual(["canary"]);
  expect(secretsWithin({ [key]: { a: ["canary", 7, null, { b: "another" }] } })).toEqual([
    "canary",
    "another",
  ]);
});

test.each(["name", "a.username", "usernames", "key"])("what is below %s is none", (key) => {
  expect(secretsWithin({ [key]: "canary" })).toEqual([]);
});

test("a text of less than six characters is no secret, whatever its key", () => {
  expect(secretsWithin({ token: ["12345", "123456"], password: null, secret: undefined })).toEqual([
    "123456",
  ]);
  expect(secretsWithin("canary")).toEqual([]);
});

test("an error hides a client's secret of six characters, and no shorter one", async () => {
  await using simulator = await startSimulator({ organizations });
  simulator.fault({ kind: "error", status: 400, message: "No: sixsix, fiver." });
  const client = clientOf(simulator.baseUrl);
  client.hide(["sixsix", "fiver"]);
  await expect(client.getInstance("12")).rejects.toThrow('"No: [secret], fiver."');
});

test("an error of a call through an instance does not show its token", async () => {
  await using simulator = await startSimulator({ organizations });
  simulator.fault({ kind: "error", status: 401, message: "No: token-of-12." });
  const attempt = clientOf(simulator.baseUrl).verifyInstance("token-of-12", []);
  await expect(attempt).rejects.toThrow('"No: [secret]."');
});

test("of a long answer an error shows the beginning", async () => {
  await using simulator = await startSimulator({ organizations });
  simulator.fault({ kind: "error", status: 400, message: `${"x".repeat(500)}y` });
  await expect(clientOf(simulator.baseUrl).getInstance("12")).rejects.toThrow(`"${"x".repeat(500)}…"`);
});
