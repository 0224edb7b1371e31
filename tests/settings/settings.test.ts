import { regions } from "../../provider/platform/address";
import { settingsFrom } from "../../provider/settings/stack";

const secrets = { "act365:userSecret": "user", "act365:organizationSecret": "organization" };
const us = { ...secrets, "act365:region": "us" };
const known = Object.keys(regions).join(", ");
const settings = (
  config: Record<string, string>,
  environment: Record<string, string> = {},
  connection?: string,
) => settingsFrom((key) => config[key], environment, connection);
const base = (url: string) => settings({ ...secrets, "act365:baseUrl": url }).baseUrl;

test("every missing setting is named in one error, with the command that sets it", () => {
  expect(() => settings({})).toThrow(
    [
      "the act365 settings of this stack are incomplete or wrong:",
      "  - act365:userSecret is missing; set it with: pulumi config set --secret act365:userSecret (or the environment variable ACT365_USER_SECRET)",
      "  - act365:organizationSecret is missing; set it with: pulumi config set --secret act365:organizationSecret (or the environment variable ACT365_ORGANIZATION_SECRET)",
      `  - act365:region or act365:baseUrl is missing, so it is not known which platform the secrets belong to; set it with: pulumi config set act365:region REGION (REGION is one of ${known})`,
    ].join("\n"),
  );
});

test("environment variables stand in for what the stack does not say", () => {
  const environment = {
    ACT365_USER_SECRET: "from-environment",
    ACT365_ORGANIZATION_SECRET: "o",
    ACT365_BASE_URL: "https://host.example",
  };
  expect(settings({}, environment)).toMatchObject({
    userSecret: "from-environment",
    baseUrl: "https://host.example/elements/api-v2",
  });
  expect(settings(us, environment).userSecret).toBe("user");
});

test("the stack goes before the environment, and a wrong variable is named", () => {
  const environment = { ACT365_BASE_URL: "https://environment.example" };
  const url = { ...secrets, "act365:baseUrl": "https://stack.example" };
  expect(settings(url, environment).baseUrl).toBe("https://stack.example/elements/api-v2");
  expect(settings({ ...secrets, "act365:region": "eu" }, environment).baseUrl).toContain(regions.eu);
  expect(() => settings(secrets, { ACT365_BASE_URL: "http://host.example" })).toThrow(
    /the environment variable ACT365_BASE_URL uses plain http/,
  );
});

test("all that is wrong is in one error", () => {
  const wrong = { "act365:userSecret": "a b", "act365:region": "moon", "act365:timeoutSeconds": "3601" };
  expect(() => settings(wrong)).toThrow(
    /userSecret holds.*\n.*organizationSecret is missing.*\n.*region must be.*\n.*timeoutSeconds must be/,
  );
});

test("the bounds of the numbers are taken", () => {
  for (const [timeoutSeconds, maxAttempts, settleSeconds] of [
    [1, 1, 0],
    [3600, 20, 300],
  ] as const) {
    const bounds = { timeoutSeconds, maxAttempts, settleSeconds };
    const config = Object.entries(bounds).map(([name, value]) => [`act365:${name}`, String(value)]);
    expect(settings({ ...us, ...Object.fromEntries(config) })).toMatchObject(bounds);
  }
});

test("the base URL is taken with and without the API's path", () => {
  const full = "https://host.example/elements/api-v2";
  for (const url of ["", "/", "/elements/api-v2", "/elements/api-v2/"])
    expect(base(`https://host.example${url}`)).toBe(full);
  expect(base("https://gateway.example/ce")).toBe("https://gateway.example/ce/elements/api-v2");
});

test("each region has its host", () => {
  for (const [region, host] of Object.entries(regions))
    expect(settings({ ...secrets, "act365:region": region }).baseUrl).toBe(`${host}/elements/api-v2`);
});

const asBaseUrl = (problem: RegExp, ...values: string[]) =>
  values.map((value) => ["baseUrl", value, problem] as const);
const injections = [
  "canary\r\nX-Injected: 1",
  "canary\n",
  "canary\t",
  "canary\0",
  "can ary",
  "canary, Organization x",
  "canary,Organization",
  "canary\u2028",
  "canary🔑",
  "canary-é",
];
const noNumbers = ["-1", "0.5", "1e1", "canary", "NaN", "Infinity", "99999", " 5", "0x5", "５"];
const noSecret = /holds a space, a comma, a line break or a character outside ASCII/;
const seconds = /must be a whole number from 1 to 3600/;
const attempts = /must be a whole number from 1 to 20/;

test.each([
  ...asBaseUrl(
    /uses plain http/,
    ...["http://host.example", "http://example.com", "http://127.0.0.1.example.com"],
    ...["http://not-localhost", "http://[::2]"],
  ),
  ...asBaseUrl(
    /is not an http or https address/,
    ...["host.example", "canary", "https://", "ftp://host.example", "javascript:canary"],
  ),
  ...asBaseUrl(/must not hold a user name/, "https://u:canary@h.example", "https://canary@example.com"),
  ...asBaseUrl(/without \? or #/, "https://h.example?x=canary", "https://example.com/#canary"),
  ...["moon", "canary", "US", "__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"].map(
    (value) => ["region", value, /must be one of us, eu, .*act365:baseUrl/] as const,
  ),
  ...["userSecret", "organizationSecret"].flatMap((setting) =>
    injections.map((value) => [setting, value, noSecret] as const),
  ),
  ...[...noNumbers, "0"].map((value) => ["timeoutSeconds", value, seconds] as const),
  ...[...noNumbers, "0", "21", "many"].map((value) => ["maxAttempts", value, attempts] as const),
  ...noNumbers.map((value) => ["settleSeconds", value, /must be a whole number from 0 to 300/] as const),
] as const)("act365:%s, as %j, is refused by name", (setting, value, problem) => {
  const region = setting === "baseUrl" ? secrets : us;
  const attempt = () => settings({ ...region, [`act365:${setting}`]: value });
  expect(attempt).toThrow(
    new RegExp(`^the act365 settings .*\n  - act365:${setting} .*pulumi config (set|rm) `),
  );
  expect(attempt).toThrow(problem);
  expect(attempt).not.toThrow(/canary|\n\s+at |\n.*\n/);
});

test("both region and address are refused with the command that removes one", () => {
  expect(() => settings({ ...us, "act365:baseUrl": "https://h.example" })).toThrow(
    /both set; remove one with: pulumi config rm /,
  );
});

test.each(["http://localhost:1", "http://127.0.0.1:1", "http://127.90.90.90", "http://[::1]:1"])(
  "plain http to this machine is fine: %s",
  (url) => {
    expect(base(url)).toBe(`${url}/elements/api-v2`);
  },
);

test("a named connection reads its own settings only", () => {
  const config = {
    ...secrets,
    "act365:eu": JSON.stringify({ userSecret: "u", organizationSecret: "o", region: "eu", maxAttempts: 2 }),
  };
  expect(settings(config, {}, "eu")).toMatchObject({
    userSecret: "u",
    baseUrl: `${regions.eu}/elements/api-v2`,
    maxAttempts: 2,
  });
  expect(() => settings(config, { ACT365_USER_SECRET: "x" }, "jp")).toThrow(
    "act365:jp.userSecret is missing; set it with: pulumi config set --path --secret act365:jp.userSecret\n",
  );
});

test.each([
  ["userSecret", "a text"],
  ["timeoutSeconds", "600"],
  ["eu", "[]"],
])("a connection by the name of %s, which is %s, is no object", (name, value) => {
  const config = { ...secrets, [`act365:${name}`]: value };
  expect(() => settings(config, {}, name)).toThrow(
    new RegExp(`act365:${name} is one value and no object, .*: pulumi config`),
  );
});
