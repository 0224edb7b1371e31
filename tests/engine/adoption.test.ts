import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import ts from "typescript";
import type { Simulator } from "../../provider/simulator";
import { act365, variablesOf } from "../support/cli";
import { endUnleaked } from "../support/promise";
import { canaries, keys, Stack, settingsFor, startCanarySimulator } from "../support/stack";

let simulator: Simulator;
let stack: Stack;
beforeAll(async () => {
  simulator = await startCanarySimulator();
  stack = await Stack.create("", { ...settingsFor(simulator), "act365:settleSeconds": "0" });
});
afterAll(() => endUnleaked(stack, simulator));

test("the program that adopt prints takes the instances over and makes none", async () => {
  const configuration = { username: canaries.apiKey, password: "not known", "pagination.max": 99 };
  const ids = ["Sales Europe", "sales-europe"].map(
    (name) => simulator.add({ name, tags: [name, "by hand"], configuration }).id,
  );
  const { stdout } = await act365(["adopt", "--search", "europe"], variablesOf(simulator));
  const wanted = [...stdout.matchAll(/^\/\/ pulumi config set --secret (\w+)$/gm)].map(([, key]) => key);
  await stack.configure(
    Object.fromEntries(
      wanted.map((key) => [String(key), key?.endsWith("ApiKey") ? canaries.apiKey : canaries.developerKey]),
    ),
  );
  const { outputText } = ts.transpileModule(stdout, { compilerOptions: { module: ts.ModuleKind.CommonJS } });
  await writeFile(join(stack.folder, "index.js"), outputText);
  simulator.clearRequests();
  await stack.up();
  expect(simulator.requests.filter(({ method }) => ["POST", "DELETE"].includes(method))).toEqual([]);
  expect(
    simulator.instances().map(({ id, name, tags, configuration }) => [id, name, tags, configuration]),
  ).toEqual(
    ids.map((id, index) => [
      id,
      ["Sales Europe", "sales-europe"][index],
      // The tag that the platform makes of a name is nobody's to take off.
      [
        ["Sales Europe", "sales-europe"][index],
        "by hand",
        `pulumi:crm/dev/${["salesEurope", "salesEurope2"][index]}`,
      ],
      expect.objectContaining({ password: canaries.developerKey, "pagination.max": "99" }),
    ]),
  );
  await stack.preview("--expect-no-changes");
  expect(await stack.outputs()).toEqual({});
  // An adopted instance is somebody's: destroying lets go of it.
  await stack.destroy();
  expect(simulator.instances().map(({ id, tags }) => [id, tags])).toEqual([
    [ids[0], ["Sales Europe", "by hand"]],
    [ids[1], ["sales-europe", "by hand"]],
  ]);
  for (const id of ids) simulator.remove(id);
});

test("the file that adopt prints puts instances into the state, and up sets their keys", async () => {
  const configuration = { username: "not known", password: "not known" };
  const { id, token } = simulator.add({ name: "By hand", tags: ["old"], configuration });
  const args = ["adopt", "--search", "By hand", "--import-file"];
  const { stdout } = await act365(args, variablesOf(simulator));
  await writeFile(join(stack.folder, "adopted.json"), stdout);
  const options = ["--yes", "--protect=false", "--generate-code=false"];
  const { text } = await stack.must("import", "--file", "adopted.json", ...options);
  expect(text).not.toContain("warning:");
  // The program need not say adopt: the state does.
  await stack.write(`exports.token = new ConnectorInstance("byHand", { ${keys} }).token;`);
  await stack.up();
  expect(await stack.outputs()).toEqual({ token });
  const held = () => simulator.instances().find((each) => each.id === id);
  expect(held()).toMatchObject({ name: "By hand", configuration: { password: canaries.developerKey } });
  expect(held()?.tags).toEqual(["old", "pulumi:crm/dev/byHand"]);
  await stack.preview("--expect-no-changes");
  await stack.destroy();
  expect(held()).toMatchObject({ token, tags: ["old"] });
});
