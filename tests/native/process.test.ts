import { type Simulator, startSimulator } from "../../provider/simulator";
import { inNode } from "../support/node";

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator();
});
afterEach(() => simulator.close());

/** Runs the body of an async function against a plugin that is configured for the simulator. */
const withPlugin = <T>(script: string): Promise<T> =>
  inNode<T>(
    `const { start, protocol, grpc, type, urn } = require("./tests/support/engine-client.js");
    const { Empty } = require("./dist/native/libraries.js");
    const { promisify } = require("node:util");
    const { once } = require("node:events");
    const plugin = await start();
    const { call, client } = plugin;
    const send = (method, request) => promisify(client[method].bind(client))(request);
    const failure = (attempt) => attempt.then(() => "none", ({ code, details }) => [code, details]);
    try {
      const args = { ...input, userSecret: ${JSON.stringify(simulator.organizations[0].userSecret)},
        organizationSecret: ${JSON.stringify(simulator.organizations[0].organizationSecret)} };
      await call("configure", "ConfigureRequest", { Args: args });
      ${script}
    } finally {
      plugin.process.stdin.end();
      if (plugin.process.exitCode === null && plugin.process.signalCode === null) await once(plugin.process, "exit");
    }`,
    { baseUrl: simulator.baseUrl, settleSeconds: "0" },
  );

test("the plugin ends when its standard input does, before it was ever called", async () => {
  const [code] = await inNode<[number]>(`
    const { start } = require("./tests/support/engine-client.js");
    const { process: plugin, client } = await start();
    plugin.stdin.end();
    return require("node:events").once(plugin, "exit");`);
  expect(code).toBe(0);
});

test("lookups and the list are answered, the token as a secret", async () => {
  const { id, token } = simulator.add({
    name: "crm",
    tags: ["pulumi:crm/dev/crm", "one"],
    configuration: { username: "u", password: "p" },
  });
  simulator.add({ name: "other", element: { key: "other" }, configuration: {} });
  const answers = await withPlugin<Record<string, unknown>>(`
    const find = (tok, args) => call("invoke", "InvokeRequest", { Tok: tok, Args: args });
    const list = (fields) => new Promise((done, fail) => {
      const found = [];
      const request = new protocol.ListRequest().setToken(fields.token ?? type);
      client.list(request)
        .on("data", (each) => found.push(each.getResult().toObject()))
        .on("end", () => done(found))
        .on("error", fail);
    });
    return {
      version: (await send("getPluginInfo", new Empty())).getVersion(),
      one: (await find("act365:index:getConnectorInstance", { name: "crm" })).getReturn().toJavaScript(),
      several: (await find("act365:index:getConnectorInstances", { tags: ["one"] })).getReturn().toJavaScript().instances.length,
      neither: await failure(find("act365:index:getConnectorInstance", {})),
      missing: await failure(find("act365:index:getConnectorInstance", { id: "1" })),
      hidden: await failure(find("act365:index:getConnectorInstance", {
        name: { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "canary" },
      })),
      unknown: await failure(find("act365:index:getNothing", {})),
      list: await list({}),
      others: await failure(list({ token: "act365:index:Nothing" })),
      call: (await failure(call("call", "CallRequest")))[0],
    };`);
  const { version } = require("../../package.json");
  expect(answers).toEqual({
    version,
    one: {
      id: String(id),
      instanceId: id,
      name: "crm",
      tags: ["one"],
      ownershipTag: "pulumi:crm/dev/crm",
      token: { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: token },
      valid: true,
      disabled: false,
      createdDate: expect.any(String),
    },
    several: 1,
    neither: [2, "getConnectorInstance: give either id or name"],
    missing: [
      2,
      "getConnectorInstance: the platform has no instance 1; npx pulumi-act365 adopt lists those that it has",
    ],
    hidden: [2, expect.stringContaining('no Act! 365 instance named "[secret]"')],
    unknown: [2, "act365 has no function act365:index:getNothing"],
    list: [{ id: String(id), name: "crm" }],
    others: [2, "act365 has no resource act365:index:Nothing"],
    call: 12,
  });
});

test("exists is answered with yes and no, and no message", async () => {
  const { id } = simulator.add({ name: "crm", configuration: { username: "u", password: "p" } });
  const other = simulator.add({ name: "other", element: { key: "other" }, configuration: {} });
  const answers = await withPlugin(`
    const made = urn.replace(/crm$/, "__exists__1");
    const exists = async (Id, Inputs) =>
      (await call("read", "ReadRequest", { Urn: made, Id, ...(Inputs && { Inputs }) })).getId() !== "";
    return {
      there: await exists("${id}"),
      withInputs: await exists("${id}", { name: "x" }),
      gone: await exists("1"),
      goneWithInputs: await exists("1", { name: "x" }),
      others: await failure(exists("${other.id}")),
      wrong: await failure(exists("one")),
    };`);
  expect(answers).toEqual({
    there: true,
    withInputs: true,
    gone: false,
    goneWithInputs: false,
    others: [2, expect.stringContaining(`instance ${other.id} belongs to the connector other`)],
    wrong: [2, expect.stringContaining('"one" is not the id of an instance')],
  });
  expect(simulator.requests.every(({ method }) => method === "GET")).toBe(true);
});

test("calls that this plugin has no use for are answered with unimplemented", async () => {
  const codes = await withPlugin(`
    const requests = { construct: "ConstructRequest", call: "CallRequest", parameterize: "ParameterizeRequest", getMapping: "GetMappingRequest" };
    const answers = Object.entries(requests).map(async ([method, message]) => (await failure(call(method, message)))[0]);
    await send("cancel", new Empty());
    return Promise.all(answers);`);
  expect(codes).toEqual([12, 12, 12, 12]);
});

test("secrets of any depth are found by Check and marked in what it answers", async () => {
  const marked = await withPlugin(`
    const hide = (value) => ({ "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value });
    const News = {
      apiKey: hide("k"), developerKey: "d", name: hide("n"), tags: ["a", hide("b")],
      events: hide({ callbackUrl: "https://example.com", basicAuth: { username: hide("u"), password: "p" } }),
      configuration: { "pagination.max": hide(5) },
    };
    const response = await call("check", "CheckRequest", { Urn: urn, News });
    return { failures: response.getFailuresList().length, inputs: response.getInputs().toJavaScript() };`);
  const secret = (value: unknown) => ({
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    value,
  });
  expect(marked).toMatchObject({
    failures: 0,
    inputs: {
      apiKey: secret("k"),
      developerKey: secret("d"),
      name: secret("n"),
      tags: secret(["a", "b"]),
      configuration: { "pagination.max": secret("5") },
      events: secret(expect.objectContaining({ callbackUrl: "https://example.com" })),
    },
  });
});

test("a create that fails half-way carries what was made, for the engine to record", async () => {
  simulator.fault({ kind: "error", status: 400, method: "PUT", path: "/instances/\\d+/trace-logging" });
  const answer = await withPlugin<{ details: string; id: string; token: unknown }>(`
    const { Status } = require("@pulumi/pulumi/proto/status_pb");
    const News = { apiKey: "k", developerKey: "d", traceLogging: true };
    const inputs = (await call("check", "CheckRequest", { Urn: urn, News })).getInputs();
    const error = await send("create", new protocol.CreateRequest().setUrn(urn).setProperties(inputs)).catch((error) => error);
    const [bytes] = error.metadata.get("grpc-status-details-bin");
    const [any] = Status.deserializeBinary(bytes).getDetailsList();
    const detail = any.unpack(protocol.ErrorResourceInitFailed.deserializeBinary, "pulumirpc.ErrorResourceInitFailed");
    return { details: error.details, id: detail.getId(), token: detail.getProperties().toJavaScript().token };`);
  const [instance] = simulator.instances();
  expect(answer).toEqual({
    details: expect.stringContaining(
      `instance ${instance?.id} was changed only in part, as the state records`,
    ),
    id: String(instance?.id),
    token: { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: instance?.token },
  });
});
