import type { ServerResponse } from "node:http";
import type { Client } from "../../provider/platform/client";
import { mayHaveWorked } from "../../provider/platform/errors";
import { allFail, body, clientOf, failureOf, toldDuring } from "../support/client";
import { always, type Received, startHost } from "../support/hosts";

const json = { "content-type": "application/json" };
const html = { "content-type": "text/html" };
const page = always(200, "<html>Log in</html>", html);
const said = (status: number, message: string) =>
  always(status, JSON.stringify({ requestId: "59f2e8c6a1b3d4e5f6071829", message }), json);
const none = said(404, "No element instance found");
const me = always(200, '{"id":7,"name":"Example","secret":"canary-of-the-organization"}', json);
const instance = (id: number, more = {}) => ({ id, name: "crm", tags: ["one"], token: "token", ...more });
const rows = (...found: unknown[]) => always(200, JSON.stringify(found), json);

/** A host that answers by method and path, and like the platform where nothing is said of these. */
const startPlatform = (
  answers: Record<string, (response: ServerResponse, request: Received) => void>,
  otherwise: (response: ServerResponse, request: Received) => void = none,
) =>
  startHost((response, request) => {
    const path = request.url.replace("/elements/api-v2", "").replace(/\?.*/, "");
    const answer = answers[`${request.method} ${path}`] ?? (path === "/organizations/me" ? me : otherwise);
    answer(response, request);
  });

const once = { "act365:maxAttempts": "1" };
const received = ({ requests }: { requests: readonly Received[] }) =>
  requests.map(({ method, url }) => `${method} ${url.replace("/elements/api-v2", "")}`);

describe("an answer that is no answer", () => {
  const done: [string, (client: Client) => Promise<unknown>][] = [
    ["DELETE of an instance", (client) => client.deleteInstance("12")],
    ["PUT enabled", (client) => client.switchInstance("12", "enabled", true)],
    ["DELETE enabled", (client) => client.switchInstance("12", "enabled", false)],
    ["PUT trace-logging", (client) => client.switchInstance("12", "trace-logging", true)],
    ["DELETE trace-logging", (client) => client.switchInstance("12", "trace-logging", false)],
    ["the verifying call", (client) => client.verifyInstance("token-of-12", [])],
  ];

  test.each(done)("a login page with 200 to %s is an error", async (_, call) => {
    await using host = await startPlatform({}, page);
    await expect(call(clientOf(host.url, once))).rejects.toThrow(
      /was answered 200, but the body is not JSON \(text\/html, 19 characters\)/,
    );
  });

  test.each(done)("an error in the platform's form with 200 to %s is an error", async (_, call) => {
    await using host = await startHost(always(200, '{"requestId":"1","message":"Not done."}', json));
    await expect(call(clientOf(host.url, once))).rejects.toThrow(
      "the body is an error in the platform's form",
    );
  });

  test.each(done.slice(0, 5))("an empty body, and one of JSON, to %s is fine", async (_, call) => {
    for (const text of ["", "{}", "null"]) {
      await using host = await startPlatform({}, always(200, text));
      await call(clientOf(host.url, once));
      expect(host.requests).toHaveLength(1);
    }
  });

  test("a record in the place of records does not verify an instance", async () => {
    await using host = await startPlatform({}, always(200, '{"error":"log in"}', json));
    await expect(clientOf(host.url, once).verifyInstance("token-of-12", [])).rejects.toThrow("body:");
  });

  test("an answer about another instance is none", async () => {
    await using host = await startPlatform({}, always(200, JSON.stringify(instance(13)), json));
    const client = clientOf(host.url, once);
    await allFail(
      [client.getInstance("12"), client.updateInstance("12", { name: "crm" }, [])],
      /\/instances\/12 was answered 200, but .*id: it is another instance's/,
    );
  });

  test("a body without an end is not read to its end", async () => {
    let sent = 0;
    await using host = await startPlatform({}, (response) => {
      response.writeHead(200, json);
      const pour = () => {
        while (!response.destroyed && response.write("[".repeat(2 ** 20))) sent += 1;
        sent += 1;
      };
      response.on("drain", pour);
      pour();
    });
    await expect(clientOf(host.url, once).getInstance("12")).rejects.toThrow(
      "GET /instances/12 was answered 200, but the body is larger than 16 MB",
    );
    expect(sent).toBeLessThan(64);
  });

  test.each([404, 502])(
    "a page without an end, with %d, to POST may hide that it was done",
    async (status) => {
      await using host = await startPlatform({}, (response) => {
        response.writeHead(status, html);
        const pour = () => {
          while (!response.destroyed && response.write("<".repeat(2 ** 20)));
        };
        response.on("drain", pour);
        pour();
      });
      const error = await failureOf(clientOf(host.url, once).createInstance({ name: "crm" }, []));
      expect(error.message).toContain(`was answered ${status}, but the body is larger than 16 MB`);
      expect(mayHaveWorked(error)).toBe(true);
    },
  );
});

describe("a 404", () => {
  test.each([
    ["a gateway's page", always(404, "<html>Not Found</html>", html)],
    ["a gateway's JSON", always(404, '{"message":"no Route matched with those values"}', json)],
    ["an empty body", always(404, "")],
    ["an error without a message", always(404, '{"requestId":"1"}', json)],
    ["an error with an empty message", always(404, '{"requestId":"1","message":""}', json)],
    ["an error without an id", always(404, '{"message":"Not found."}', json)],
    ["an error with an empty id", always(404, '{"requestId":"","message":"Not found."}', json)],
  ])("%s is no absence, though the host is the platform", async (_, answer) => {
    await using host = await startPlatform({}, answer);
    const client = clientOf(host.url, once);
    await allFail(
      [
        client.getInstance("12"),
        client.deleteInstance("12"),
        client.instances({}),
        client.instancesTagged("one"),
      ],
      /was answered 404.*act365:baseUrl names the platform's API host/,
    );
  });

  test("the platform's own is absence once the host has shown to be the platform", async () => {
    await using host = await startPlatform({});
    expect(await clientOf(host.url).getInstance("12")).toBeUndefined();
    await using elsewhere = await startPlatform({ "GET /organizations/me": page });
    await expect(clientOf(elsewhere.url).getInstance("12")).rejects.toThrow("GET /organizations/me");
  });

  test("the proof is asked for anew when some seconds are over", async () => {
    await using host = await startPlatform({});
    const client = clientOf(host.url);
    for (let id = 1; id <= 20; id++) await client.getInstance(String(id));
    const proofs = () => received(host).filter((line) => line.endsWith("/me")).length;
    expect(proofs()).toBe(1);
    const now = performance.now.bind(performance);
    const later = jest.spyOn(performance, "now").mockImplementation(() => now() + 11_000);
    await client.getInstance("21");
    later.mockRestore();
    expect(proofs()).toBe(2);
  });
});

describe("a list", () => {
  test("is filtered again by tags and text", async () => {
    await using host = await startPlatform({
      "GET /instances": rows(
        instance(1),
        instance(2, { tags: ["One"] }),
        instance(3, { name: "other" }),
        instance(4, { name: "other", element: { key: "crmx" } }),
      ),
    });
    const client = clientOf(host.url);
    const ids = async (filter: Parameters<Client["instances"]>[0]) =>
      (await client.instances(filter)).map(({ id }) => id);
    expect(await ids({ tags: ["one"], searchText: "CRM" })).toEqual([1, 4]);
    expect(await ids({ tags: ["one", "two"] })).toEqual([]);
    expect(await ids({})).toEqual([1, 2, 3, 4]);
  });

  test("with a broken row shows the others, and tells of it", async () => {
    await using host = await startPlatform({
      "GET /instances": rows(instance(1), { id: 13 }, "canary", instance(2)),
      "GET /instances/13": always(200, "{}", json),
    });
    const told = await toldDuring(async () =>
      expect((await clientOf(host.url).instances({})).map(({ id }) => id)).toEqual([1, 2]),
    );
    expect(told.match(/cannot be read and is left out/g)).toHaveLength(2);
    expect(told).not.toContain("canary");
  });

  test("reads a row that is not whole, or has no tags, by its id", async () => {
    await using host = await startPlatform({
      "GET /instances": rows({ id: 13 }, instance(14, { tags: undefined }), instance(15, { tags: null })),
      "GET /instances/13": always(200, JSON.stringify(instance(13)), json),
      "GET /instances/14": always(200, JSON.stringify(instance(14)), json),
    });
    expect((await clientOf(host.url).instancesTagged("one")).map(({ id }) => id)).toEqual([13, 14]);
  });

  test.each([
    [{ id: 13, tags: ["one"] }, { two: "is absent" }],
    [{ name: 5, tags: ["one"] }, { two: "is absent" }],
    [{ name: 5 }, { two: "is not known" }],
  ])("with an unreadable row %j proves no absence", async (broken, { two }) => {
    await using host = await startPlatform({
      "GET /instances": rows(broken),
      "GET /instances/13": always(200, "{}", json),
    });
    const client = clientOf(host.url);
    await expect(client.instancesTagged("one")).rejects.toThrow(
      /^GET \/instances was answered 200, but one of the instances cannot be read.* Look at the list on the platform; [^.]*\.$/,
    );
    if (two === "is absent") expect(await client.instancesTagged("two")).toEqual([]);
  });

  const next = (token: string) => ({ ...json, "elements-next-page-token": token });
  let pages = 0;
  test.each<[string, number, (response: ServerResponse, request: Received) => void]>([
    ["one token again and again", 2, always(200, JSON.stringify([instance(1)]), next("same"))],
    [
      "tokens that take turns",
      3,
      (response, { url }) =>
        always(200, JSON.stringify([instance(++pages)]), next(url.includes("=a") ? "b" : "a"))(response),
    ],
    [
      "one page again and again",
      2,
      (response) => always(200, JSON.stringify([instance(1)]), next(`token-${++pages}`))(response),
    ],
    [
      "a new page again and again",
      1001,
      (response) => always(200, JSON.stringify([instance(++pages)]), next(`token-${pages}`))(response),
    ],
  ])("whose platform answers %s ends with an error", async (_, most, answer) => {
    await using host = await startPlatform({ "GET /instances": answer });
    await expect(clientOf(host.url, { "act365:timeoutSeconds": "60" }).instances({})).rejects.toThrow(
      /the pages of the list do not end\. Run the same command again; if it stays so, ask the platform's support\.$/,
    );
    expect(host.requests).toHaveLength(most);
  });

  test("whose last page is empty ends with it", async () => {
    await using host = await startPlatform({
      "GET /instances": (response, { url }) =>
        always(200, url.includes("nextPage") ? "[]" : JSON.stringify([instance(1)]), next("more"))(response),
    });
    expect(await clientOf(host.url).instances({})).toHaveLength(1);
    expect(host.requests).toHaveLength(2);
  });
});

describe("secrets in answers", () => {
  const secrets = ["canary-token-of-12", "canary-key-of-12"];
  const echo = secrets.join(" and ");

  // Elsewhere in an answer: errors.test.ts.
  test.each<[string, (response: ServerResponse) => void]>([
    ["the content type", always(200, "<html>", { "content-type": `text/html; for=${echo}` })],
    ["Retry-After", always(429, '{"message":"slow"}', { "retry-after": echo })],
  ])("of an instance are not in an error of a GET, in %s", async (_, answer) => {
    await using host = await startPlatform({}, answer);
    const client = clientOf(host.url, { ...once, "act365:timeoutSeconds": "1" });
    client.hide(secrets);
    let errors: Error[] = [];
    const told = await toldDuring(async () => {
      const attempts = [client.getInstance("12"), client.instances({}), client.connectorDefaults()];
      errors = await Promise.all(attempts.map((each) => failureOf(each)));
    });
    const shown = `${told}${errors.map(({ message, stack }) => `${message}${stack}`).join("")}`;
    expect(shown).toContain("/instances/12");
    for (const secret of secrets) expect(shown).not.toContain(secret);
  });

  test("are not shown once an answer of the platform has told them", async () => {
    const whole = instance(12, { token: secrets[0], configuration: { username: secrets[1] } });
    let isBroken = false;
    await using host = await startPlatform({}, (response) =>
      isBroken ? said(500, echo)(response) : always(200, JSON.stringify(whole), json)(response),
    );
    const client = clientOf(host.url, once);
    await client.getInstance("12");
    isBroken = true;
    expect((await failureOf(client.instances({}))).message).toContain('"[secret] and [secret]"');
  });

  test("of the organization are neither kept nor shown", async () => {
    await using host = await startPlatform({});
    expect(await clientOf(host.url).organization()).toEqual({ id: 7 });
    const secret = "canary-of-the-organization";
    for (const answer of [
      said(500, `Out of order: ${JSON.stringify({ secret })}`),
      always(500, JSON.stringify({ requestId: "1", message: `About ${secret}`, secret }), json),
      always(200, JSON.stringify({ id: secret, secret, [secret]: secret }), json),
    ]) {
      await using broken = await startPlatform({ "GET /organizations/me": answer });
      const client = clientOf(broken.url, { ...once, "act365:organizationSecret": secret });
      const error = await failureOf(client.getInstance("12"));
      expect(error.message).toContain("GET /organizations/me was answered");
      expect(`${error.message}${error.stack}`).not.toContain(secret);
    }
  });

  test("of five characters are taken out of errors of the call that sends them alone", async () => {
    await using host = await startPlatform({}, said(500, "short"));
    const client = clientOf(host.url, once);
    expect((await failureOf(client.updateInstance("12", {}, ["short"]))).message).toContain('"[secret]"');
    expect((await failureOf(client.getInstance("12"))).message).toContain('"short"');
  });

  test("of a create are in no error of another call of the same client", async () => {
    await using host = await startPlatform(
      { "POST /instances": always(200, JSON.stringify(instance(12)), json) },
      said(500, "canary-developer-key"),
    );
    const client = clientOf(host.url, once);
    await client.createInstance(body, ["canary-developer-key"]);
    expect((await failureOf(client.getInstance("12"))).message).toContain('"[secret]"');
  });
});
