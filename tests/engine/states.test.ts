import { readdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Simulator } from "../../provider/simulator";
import { endUnleaked } from "../support/promise";
import { canaries, keys, Stack, settingsFor, startCanarySimulator } from "../support/stack";

// Exports of stacks as earlier releases wrote them, encrypted with the passphrase of `Stack`. Whoever upgrades has one
// of these, so none is ever taken out; a release that changes what state holds adds its own. `first-release` was
// recorded with the first one, `least` holds only what it needed to work.
const states = join(__dirname, "states");

let simulator: Simulator;
let stack: Stack;
beforeEach(async () => {
  simulator = await startCanarySimulator();
});
afterEach(() => endUnleaked(stack, simulator));

const programs: Record<string, (more?: string) => string> = {
  "first-release": (more = "") =>
    `const crm = new ConnectorInstance("crm", { ${keys}, tags: ["sales", "emea"], ${more} });
     new ConnectorInstance("other", { ${keys}, name: "Other", ${more} }); exports.token = crm.token;`,
  least: (more = "") =>
    `exports.token = new ConnectorInstance("crm", { ${keys}, tags: ["sales", "emea"], ${more} }).token;`,
};

test.each(readdirSync(states))(
  "the state %s shows its home once, updates, refreshes and goes",
  async (file) => {
    const program = programs[file.replace(".json", "")];
    if (!program) throw new Error(`no program belongs to the state ${file}`);
    stack = await Stack.create(program(), settingsFor(simulator));
    await stack.must("stack", "import", "--file", join(states, file));
    const recorded = await stack.instances({ showSecrets: true });
    for (const { id, outputs } of recorded) {
      const { name, tags, ownershipTag, token } = outputs as Record<string, string> & { tags: string[] };
      const configuration = { username: canaries.apiKey, password: canaries.developerKey };
      const draft = { name, tags: [...tags, ownershipTag], configuration };
      simulator.add(draft, simulator.organizations[0], { id: Number(id), token: plain(token) });
    }

    // Since 0.1.0 the state tells where an instance lives, which one `up` adds; it writes nothing on the platform.
    const { text } = await stack.preview();
    expect(text.match(/^ {6}[~+-] \w+(?= *:)/gm)?.map((line) => line.trim())).toEqual(
      recorded.map(() => "+ home"),
    );
    // Through the plugin the state moves to a new address too, of which is asked whether it is the same platform.
    expect(simulator.requests.filter(({ path }) => path !== "/organizations/me")).toEqual([]);
    await stack.up();
    await stack.preview("--expect-no-changes");
    expect(simulator.requests.every(({ method }) => method === "GET")).toBe(true);
    simulator.clearRequests();

    await stack.write(program('enabled: false, configuration: { "pagination.max": 50 }'));
    await stack.up();
    const ids = recorded.map(({ id }) => Number(id));
    expect(
      simulator.instances().map(({ id, disabled, configuration }) => [id, disabled, configuration]),
    ).toEqual(ids.map((id) => [id, true, expect.objectContaining({ "pagination.max": "50" })]));
    const writes = simulator.requests.filter(({ method }) => method !== "GET");
    expect(writes.map(({ method, path, body }) => [method, path, body]).toSorted()).toEqual(
      ids
        .flatMap((id) => [
          ["DELETE", `/instances/${id}/enabled`, undefined],
          ["PATCH", `/instances/${id}`, { configuration: { "pagination.max": "50" } }],
        ])
        .toSorted(),
    );
    await stack.refresh("--expect-no-changes");
    await stack.destroy();
    expect(simulator.instances()).toEqual([]);
  },
);

test("a state with another provider text shows no difference but the program's", async () => {
  const program = (more: string) => `new ConnectorInstance("crm", { ${keys}, ${more} });`;
  stack = await Stack.create(program("enabled: true"), settingsFor(simulator));
  await stack.up();
  const { stdout } = await stack.must("stack", "export");
  const other = stdout.replaceAll(/(?<="__provider": ").*?(?<!\\)"/g, "// another release\\n$&");
  expect(other).not.toBe(stdout);
  await writeFile(join(stack.folder, "other.json"), other);
  await stack.must("stack", "import", "--file", join(stack.folder, "other.json"));
  await stack.preview("--expect-no-changes");
  await stack.write(program("enabled: false"));
  const { text } = await stack.preview();
  expect(
    text
      .match(/^ +[~+-] .*:.*$/gm)
      ?.slice(1)
      .map((line) => line.trim()),
  ).toEqual(["~ enabled: true => false"]);
  expect(text).not.toContain("another release");
});

/** The text of a secret in an export that shows them. */
const plain = (value: unknown): string => JSON.parse((value as { plaintext: string }).plaintext);
