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
  for (const [seconds, attempts] of [
    ["1", "1"],
    ["3600", "20"],
  ] as const) {
    const bounds = { "act365:timeoutSeconds": seconds, "act365:maxAttempts": attempts };
    expect(settings({ ...us, ...bounds })).toMatchObject({
      timeoutSeconds: Number(seconds),
      maxAttempts: Number(attempts),
    });
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

test.each([
  ["plain http to elsewhere", { "act365:baseUrl": "http://host.example" }, /act365:baseUrl uses plain http/],
  ["no address", { "act365:baseUrl": "host.example" }, /act365:baseUrl is not an http or https address/],
  ["another protocol", { "act365:baseUrl": "ftp://host.example" }, /act365:baseUrl is not an http/],
  [
    "credentials in the address",
    { "act365:baseUrl": "https://u:canary@h.example" },
    /must not hold a user name/,
  ],
  ["a query in the address", { "act365:baseUrl": "https://h.example?x=canary" }, /without \? or #/],
  ["an unknown region", { "act365:region": "moon" }, /act365:region must be one of us, eu, .*act365:baseUrl/],
  ["a prototype's name as region", { "act365:region": "constructor" }, /act365:region must be one of/],
  [
    "both region and address",
    { "act365:region": "us", "act365:baseUrl": "https://h.example" },
    /both set; remove/,
  ],
  ["a line break in a secret", { "act365:userSecret": "canary\r\nX: y" }, /act365:userSecret holds a space/],
  [
    "a comma in a secret",
    { "act365:userSecret": "canary,Organization" },
    /act365:userSecret holds a space, a comma/,
  ],
  ["a tab in a secret", { "act365:organizationSecret": "canary\t" }, /organizationSecret holds a space/],
  ["a secret outside ASCII", { "act365:userSecret": "canary-é" }, /a character outside ASCII/],
  ["half a second", { "act365:timeoutSeconds": "0.5" }, /act365:timeoutSeconds must be a whole number/],
  ["no attempt", { "act365:maxAttempts": "0" }, /act365:maxAttempts must be a whole number from 1 to 20/],
  [
    "no seconds",
    { "act365:timeoutSeconds": "0" },
    /act365:timeoutSeconds must be a whole number from 1 to 3600/,
  ],
  [
    "too many attempts",
    { "act365:maxAttempts": "21" },
    /act365:maxAttempts must be a whole number from 1 to 20/,
  ],
  ["a word for attempts", { "act365:maxAttempts": "many" }, /act365:maxAttempts must be/],
])("%s is refused with the setting's name and the command", (_, config, message) => {
  const region = "act365:baseUrl" in config ? secrets : us;
  const attempt = () => settings({ ...region, ...config } as Record<string, string>);
  expect(attempt).toThrow(message);
  expect(attempt).toThrow(/pulumi config (set|rm) /);
  expect(attempt).not.toThrow(/canary/);
});

test.each(["http://localhost:1", "http://127.0.0.1:1", "http://127.9.9.9", "http://[::1]:1"])(
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
