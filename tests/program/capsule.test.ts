import { startSimulator } from "../../provider/simulator";
import { inNode, registeredBy } from "../support/node";
import { given, settingsOf } from "../support/plugin";

/**
 * What stands in every user's state. Never edit it: a state written by any release holds this very text.
 */
const textInState = 'exports.handler = () => require("pulumi-act365/lifecycle");';

/** What Pulumi makes of the capsule by itself, which stands in state should it ever put that there after all. */
const serialized = `exports.handler = __f0;

var __provider = {configure: __f1};

function __f1(__0) {
  return (function() {
    with({ this: undefined, arguments: undefined }) {

return function /*configure*/(request) {
        return Object.assign(this, require("pulumi-act365/lifecycle")).configure(request);
    };

    }
  }).apply(undefined, undefined).apply(this, arguments);
}

function __f0() {
  return (function() {
    with({ provider: __provider, this: undefined, arguments: undefined }) {

return () => provider;

    }
  }).apply(undefined, undefined).apply(this, arguments);
}
`;

test("the build is that of the present source", async () => {
  const { ofSource, inDist } = await inNode<Record<string, string>>(`
    const { readFileSync } = require("node:fs");
    const { transpileModule, ModuleKind, ScriptTarget } = require("typescript");
    const { outputText } = transpileModule(readFileSync("provider/program/capsule.ts", "utf8"), {
      compilerOptions: { module: ModuleKind.CommonJS, target: ScriptTarget.ES2024 },
    });
    return { ofSource: outputText, inDist: readFileSync("dist/program/capsule.js", "utf8") };
  `);
  expect(inDist).toBe(ofSource);
});

test("the text in state is the one that it was in every release", async () => {
  const registered = await registeredBy(`
    new ConnectorInstance("one", { apiKey: "canary", developerKey: "canary" });
    new ConnectorInstance("two", { apiKey: "canary", developerKey: "canary", connection: "eu", tags: ["canary"] });
  `);
  for (const name of ["one", "two"]) expect(registered[name]?.inputs.__provider).toBe(textInState);
  expect(textInState.match(/require\([^)]*\)/g)).toEqual(['require("pulumi-act365/lifecycle")']);
});

test("what Pulumi would serialize by itself is the same in other words", async () => {
  const text = await inNode<string>(`
    const { capsule } = require("./dist/program/capsule");
    return (await require("@pulumi/pulumi").runtime.serializeFunction(() => capsule)).text;
  `);
  expect(text.replaceAll("capsule", "provider")).toBe(serialized.replaceAll("capsule", "provider"));
  expect(text.match(/require\([^)]*\)/g)).toEqual(['require("pulumi-act365/lifecycle")']);
});

test.each([
  ["the text in state", textInState],
  ["what Pulumi would serialize", serialized],
])("%s runs each method of the installed lifecycle", async (_, text) => {
  await using simulator = await startSimulator();
  const ran = await inNode<{ id: string }>(
    `
    const from = { paths: [require.resolve("@pulumi/pulumi")] };
    const provider = require(require.resolve("require-from-string", from))(input.text).handler();
    await provider.configure({ config: { get: (key) => input.config[key], require: (key) => input.config[key] } });
    const refused = await provider.check({}, { ...input.args, apiKey: "" });
    const opened = (sealed) => JSON.parse(JSON.stringify(sealed), (_, value) => value?.["4dabf18193072939515e22adb298388d"] ? value.value : value);
    const checked = await provider.check({}, input.args);
    const { failures } = checked;
    const inputs = opened(checked.inputs);
    const { id, outs } = await provider.create(inputs);
    const known = opened(outs);
    const diff = await provider.diff(id, known, inputs);
    const read = await provider.read(id, known);
    await provider.update(id, known, { ...inputs, name: "other" });
    await provider.delete(id, known);
    return { refused: refused.failures.length, failures, id, diff, readId: read.id };
  `,
    { text, config: settingsOf(simulator), args: given() },
  );
  expect(ran).toEqual({
    refused: 1,
    failures: [],
    id: expect.stringMatching(/^\d+$/),
    diff: { changes: false },
    readId: ran.id,
  });
  expect(simulator.requests.map(({ method }) => method)).toEqual([
    "GET",
    "GET",
    "POST",
    "GET",
    "GET",
    "PATCH",
    "GET",
    "DELETE",
  ]);
  expect(simulator.instances()).toEqual([]);
});
