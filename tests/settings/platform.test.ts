import * as lifecycle from "../../provider/dynamic/lifecycle";
import { operate } from "../../provider/instance/in-flight";
import { Client } from "../../provider/platform/client";
import { settingsOf } from "../../provider/settings/settings";
import { settingsFrom } from "../../provider/settings/stack";
import { act365 } from "../support/cli";
import { failureOf } from "../support/client";
import { always, startHost } from "../support/hosts";
import { configurePlugin, given } from "../support/plugin";

const secrets = { userSecret: "canary-user", organizationSecret: "canary-organization" };
const flat = {
  "act365:userSecret": secrets.userSecret,
  "act365:organizationSecret": secrets.organizationSecret,
};

describe("without a region and an address", () => {
  test("a named connection is refused, and the error names its keys", async () => {
    // The default's region says nothing of where the connection's secrets belong.
    await configurePlugin({ ...flat, "act365:region": "us", "act365:eu": JSON.stringify(secrets) });
    const { failures = [] } = await lifecycle.check({}, given({ connection: "eu" }));
    expect(failures.map(({ reason }) => reason).join()).toMatch(
      /act365:eu\.region or act365:eu\.baseUrl is missing, .*: pulumi config set --path act365:eu\.region REGION /,
    );
  });

  test("the variable ACT365_BASE_URL serves the stack's settings, no named connection", () => {
    const environment = { ACT365_BASE_URL: "https://host.example" };
    const config: Record<string, string> = { ...flat, "act365:eu": JSON.stringify(secrets) };
    const read = (key: string) => config[key];
    expect(settingsFrom(read, environment).baseUrl).toBe("https://host.example/elements/api-v2");
    expect(() => settingsFrom(read, environment, "eu")).toThrow("act365:eu.region or act365:eu.baseUrl");
  });

  test("a command is refused, and the error names its options", async () => {
    const variables = { ACT365_USER_SECRET: "canary", ACT365_ORGANIZATION_SECRET: "canary" };
    const { exitCode, stderr } = await act365(["adopt"], variables);
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain("--region or --base-url is missing");
    expect(stderr).not.toContain("act365:");
  });
});

test("a setting that is empty is as good as none", () => {
  const config: Record<string, string> = {
    "act365:eu": JSON.stringify({ ...secrets, region: "", timeoutSeconds: "", maxAttempts: null }),
  };
  expect(() => settingsFrom((key) => config[key], {}, "eu")).toThrow(
    /wrong:\n {2}- act365:eu\.region or act365:eu\.baseUrl is missing[^\n]*$/,
  );
});

test("the host for SAP's newer US region has a name", () => {
  const config: Record<string, string> = { ...flat, "act365:region": "sap-us10" };
  expect(settingsFrom((key) => config[key], {}).baseUrl).toBe(
    "https://api.openconnectors.us10.ext.hana.ondemand.com/elements/api-v2",
  );
});

test("a region and an address of a connection: the command removes one by its path", () => {
  const both = { ...secrets, region: "eu", baseUrl: "https://host.example" };
  const config: Record<string, string> = { "act365:eu": JSON.stringify(both) };
  expect(() => settingsFrom((key) => config[key], {}, "eu")).toThrow(
    "act365:eu.region and act365:eu.baseUrl are both set; remove one with: pulumi config rm --path act365:eu.region",
  );
});

describe("an error of the platform", () => {
  const answers: [number, RegExp, RegExp][] = [
    [
      401,
      /act365:eu\.userSecret and act365:eu\.organizationSecret, and that act365:eu\.region or act365:eu\.baseUrl/,
      /ACT365_USER_SECRET and ACT365_ORGANIZATION_SECRET, and that --region or --base-url/,
    ],
    [403, /secret is act365:eu\.userSecret/, /secret is ACT365_USER_SECRET/],
    [302, /Check that act365:eu\.baseUrl names/, /Check that --base-url names/],
    [200, /Check that act365:eu\.baseUrl names/, /Check that --base-url names/],
  ];

  test.each(answers)("%d speaks to each door of what is set there", async (status, stack, command) => {
    await using host = await startHost(always(status, "<html></html>"));
    const config: Record<string, string> = {
      "act365:eu": JSON.stringify({ ...secrets, baseUrl: host.url, maxAttempts: 1 }),
    };
    const client = new Client(settingsFrom((key) => config[key], {}, "eu"));
    expect((await failureOf(client.instances({}))).message).toMatch(stack);
    const { stderr } = await act365(["adopt", "--base-url", host.url], {
      ACT365_USER_SECRET: "canary",
      ACT365_ORGANIZATION_SECRET: "canary",
    });
    expect(stderr).toMatch(command);
    expect(stderr).not.toMatch(/act365:|pulumi up/);
  });

  test("a time that is over names the connection's own setting", async () => {
    await using host = await startHost(() => {});
    const config: Record<string, string> = {
      "act365:eu": JSON.stringify({ ...secrets, baseUrl: host.url, timeoutSeconds: 1, maxAttempts: 1 }),
    };
    const client = new Client(settingsFrom((key) => config[key], {}, "eu"));
    const attempt = operate("reading", 1, () => client.getInstance("12"));
    await expect(attempt).rejects.toThrow("not finished after 1 seconds (act365:eu.timeoutSeconds)");
  });

  test("names no setting that a door does not have", async () => {
    await using host = await startHost(() => {});
    const settings = settingsOf(
      {
        given: { ...secrets, baseUrl: host.url, timeoutSeconds: "1", maxAttempts: "1" },
        words: { names: { region: "REGION", baseUrl: "BASE URL" } },
        toSet: () => "",
        toRemove: () => "",
      },
      "not complete",
    );
    expect((await failureOf(new Client(settings).instances({}))).message).toMatch(
      /did not answer within 1 seconds\. Check BASE URL \(or REGION\) and the network\.$/,
    );
  });
});
