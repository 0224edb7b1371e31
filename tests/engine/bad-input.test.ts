import type { ServerResponse } from "node:http";
import { type Simulator, startSimulator } from "../../provider/simulator";
import { always, type Received, startHost } from "../support/hosts";
import { endUnleaked } from "../support/promise";
import { canaries, keys, Stack, settingsFor, startCanarySimulator } from "../support/stack";

let simulator: Simulator;
let stack: Stack;
beforeEach(async () => {
  simulator = await startCanarySimulator();
});
afterEach(() => endUnleaked(stack, simulator));

/** What the engine says at the end, without where it says it. */
const diagnosticsIn = (text: string): string => text.slice(text.indexOf("Diagnostics:"));

/** The platform, but it never tells a token. */
function tokenless(response: ServerResponse, { method, url }: Received): void {
  const isSearch = method === "GET" && url.includes("/instances?");
  const [status, body] = url.includes("/organizations/me")
    ? [200, { id: 1 }]
    : isSearch
      ? [404, { message: "No instances found.", requestId: "5f0c5f0c5f0c5f0c5f0c5f0c" }]
      : [200, { id: 12, name: "notoken", tags: ["pulumi:crm/dev/notoken"] }];
  always(status, JSON.stringify(body), { "content-type": "application/json" })(response);
}

// Further hosts that are not the platform: tests/platform/answers.test.ts.
test("wrong hosts and secrets name the call and what to check; what was made is kept", async () => {
  const html = { "content-type": "text/html" };
  await using page200 = await startHost(always(200, "<html></html>", html));
  await using notoken = await startHost(tokenless);
  const { userSecret, organizationSecret } = canaries;
  await using noid = await startSimulator({ organizations: [{ userSecret, organizationSecret }] });
  noid.fault({ kind: "answer", method: "POST", status: 200, body: '{"name":"noid"}', workDone: true });
  const urls = {
    page200: page200.url,
    wrong: simulator.url,
    notoken: notoken.url,
    noid: noid.url,
  };
  const config = Object.entries(urls).flatMap(([name, baseUrl]) =>
    Object.entries({
      baseUrl,
      userSecret: name === "wrong" ? canaries.rotatedKey : userSecret,
      organizationSecret,
      timeoutSeconds: "2",
      maxAttempts: "1",
      settleSeconds: "1",
    }).map(([setting, value]) => [`act365:${name}.${setting}`, value]),
  );
  const program = Object.keys(urls).map(
    (name) => `new ConnectorInstance("${name}", { ${keys}, connection: "${name}" });`,
  );
  stack = await Stack.create(program.join("\n"), {
    ...settingsFor(simulator),
    ...Object.fromEntries(config),
  });

  const begin = performance.now();
  const { exitCode, text } = await stack.run(
    "up",
    "--yes",
    "--skip-preview",
    "--suppress-progress",
    "--continue-on-error",
  );
  expect(exitCode).not.toBe(0);
  expect(performance.now() - begin).toBeLessThan(60_000);
  const said = (name: string) =>
    diagnosticsIn(text)
      .split("\n")
      .filter((line) => line.includes(`creating connector instance "${name}": `))
      .map((line) => line.slice(line.indexOf(": ", line.indexOf("creating")) + 2));
  const apiHost =
    /Check that act365:\w+\.baseUrl names the platform's API host \(a host that begins with my\./;
  const expected: [name: string, ...messages: RegExp[]][] = [
    ["page200", /^GET \/instances was answered 200, but the body is not JSON \(text\/html, /, apiHost],
    [
      "wrong",
      /^GET \/instances was answered 401 \(request \w+\): "Invalid .*"\. Check act365:wrong\.userSecret and act365:wrong\.organizationSecret/,
    ],
    [
      "notoken",
      /^instance 12 was created and is in the state, but .* token; run pulumi refresh, then pulumi up/,
    ],
  ];
  for (const [name, ...messages] of expected) {
    // Each once, by its own words.
    expect([name, said(name)]).toEqual([name, [expect.any(String)]]);
    for (const message of messages) expect(said(name)[0]).toMatch(message);
  }
  // Pulumi's own frames are Pulumi's; none is ours.
  expect(text).not.toMatch(/^\s+at .*(pulumi-act365|dist|provider)\//m);

  const recorded = (await stack.instances()).map(({ urn, id }) => [urn.split("::").at(-1), id]);
  expect(Object.fromEntries(recorded)).toEqual({ notoken: "12", noid: String(noid.instances()[0]?.id) });
  expect([simulator, noid].map((each) => each.instances().length)).toEqual([0, 1]);
});
