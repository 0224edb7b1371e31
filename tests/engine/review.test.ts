import type { Simulator } from "../../provider/simulator";
import { act365 } from "../support/cli";
import {
  canaries,
  doorOfSuite,
  keys,
  leaksIn,
  Stack,
  settingsFor,
  startCanarySimulator,
} from "../support/stack";

let simulator: Simulator;
let stack: Stack;
beforeAll(async () => {
  simulator = await startCanarySimulator();
  stack = await Stack.create("", { ...settingsFor(simulator), passwordKey: canaries.password });
});
afterAll(async () => {
  await simulator.close();
  await stack[Symbol.asyncDispose]();
});

/** The comment that a pull request gets, and the code that the pipeline's step ends with. */
async function review(...more: string[]) {
  const { stdout } = await stack.warm("preview", "--json", ...more);
  const { stdout: markdown, exitCode } = await act365(["review"], {}, stdout);
  expect(leaksIn(markdown, simulator)).toEqual([]);
  return { markdown, exitCode };
}

/** What the table says of each resource by its name: what happens, and why or to which properties. */
function rowsOf(markdown: string): Record<string, string[]> {
  const rows = [...markdown.matchAll(/^\| (.+?) \| `(\w+)` \| `ConnectorInstance` \| (.*) \|$/gm)];
  return Object.fromEntries(
    rows.map(([, what = "", name = "", short = ""]) => [name, [what, ...(short ? short.split("<br>") : [])]]),
  );
}

/** The lines of the list below it for each resource by its name. */
function detailsOf(markdown: string): Record<string, string[]> {
  const items = markdown.split(/^- /m).slice(1);
  return Object.fromEntries(
    items.map((item) => {
      const [first = "", ...lines] = item.trimEnd().split("\n");
      return [first.replaceAll("`", ""), lines.map((line) => line.replace("  - ", ""))];
    }),
  );
}

const instance = (name: string, more = "", options = ""): string =>
  `new ConnectorInstance("${name}", { ${keys}, ${more} }, { ${options} });`;

test("a review tells what happens to each resource, its instance and its token", async () => {
  const ids = ["first", "second"].map((name) =>
    String(simulator.add({ name, configuration: { username: "k", password: "k" } }).id),
  );
  const [adopted, other] = ids;
  await stack.write(
    [
      instance("changed", 'enabled: true, tags: ["a"], configuration: { "pagination.max": 10 }'),
      instance("replaced", "", "deleteBeforeReplace: true"),
      instance("exchanged"),
      instance("gone"),
      instance("released", `adopt: "${adopted}"`),
      instance("kept", "", "retainOnDelete: true"),
    ].join("\n"),
  );
  const creation = await review();
  expect(creation.exitCode).toBe(0);
  expect(rowsOf(creation.markdown)).toMatchObject({
    gone: ["create", 'name `"gone"`'],
    changed: ["create", 'name `"changed"`', 'tags `["a"]`'],
  });
  const takesOver = (id: unknown) =>
    `takes over instance \`"${id}"\` with its token, and writes what differs there of \`apiKey\`, `;
  expect(detailsOf(creation.markdown)).toEqual({
    released: [expect.stringContaining(takesOver(adopted))],
  });
  await stack.up();

  const recorded = await stack.instances();
  const [replaced, exchanged, gone, kept] = ["replaced", "exchanged", "gone", "kept"].map((name) =>
    recorded.find(({ urn }) => urn.endsWith(`::${name}`)),
  );
  const events =
    'events: { callbackUrl: "https://example.com/hook", basicAuth: { username: "u", password: config.requireSecret("passwordKey") } }';
  await stack.write(
    [
      instance("changed", `enabled: false, tags: ["a", "back\`tick | pipe"], ${events}`),
      instance("replaced", "", "deleteBeforeReplace: true"),
      instance("exchanged", `adopt: "${other}"`),
    ].join("\n"),
  );
  await stack.configure({ developerKey: canaries.rotatedKey });
  const { markdown, exitCode } = await review("--replace", String(replaced?.urn));
  expect(exitCode).toBe(0);
  expect(markdown).toMatch(
    /^### Preview of `dev`\n\n3 to delete, 2 to replace, 1 to update; 1 unchanged\.\n\n\| \| resource \|/,
  );
  // The plugin answers for the list as a whole.
  const [tags, shown] = {
    class: ["`tags[1]`", '+ ``"back`tick | pipe"``'],
    plugin: ["`tags`", '`["a"]` → ``["a","back`tick | pipe"]``'],
  }[doorOfSuite()] as [string, string];
  const rotated = "`developerKey`: [secret] → [secret]";
  expect(rowsOf(markdown)).toEqual({
    changed: ["update", "`configuration`", "`developerKey`", "`enabled`", "`events`", tags],
    replaced: ["**replace**", "because it was asked for"],
    exchanged: ["**replace**", "because of `adopt`"],
    gone: ["**delete**"],
    released: ["**delete**"],
    kept: ["**delete**"],
  });
  expect(detailsOf(markdown)).toEqual({
    changed: [
      expect.stringMatching(/^instance `\d+` stays, with its id and its token$/),
      '`configuration["pagination.max"]`: - `"10"`',
      rotated,
      "`enabled`: `true` → `false`",
      "`events.basicAuth.password`: + [secret]",
      '`events.basicAuth.username`: + `"u"`',
      '`events.callbackUrl`: + `"https://example.com/hook"`',
      "`events.enabled`: + `true`",
      `${tags}: ${shown}`,
    ],
    replaced: [
      `instance \`${replaced?.id}\` is deleted, and its token with it`,
      "the new instance gets another id and another token",
      ...(doorOfSuite() === "plugin"
        ? [expect.stringContaining("needs the option `deleteBeforeReplace")]
        : []),
    ],
    exchanged: [
      `instance \`${exchanged?.id}\` is deleted, and its token with it`,
      expect.stringContaining(takesOver(other)),
      `\`adopt\`: + \`"${other}"\``,
      rotated,
      '`onDestroy`: `"delete"` → `"release"`',
    ],
    gone: [`instance \`${gone?.id}\` is deleted, and its token with it`],
    released: [`instance \`${adopted}\` stays on the platform`],
    kept: [`instance \`${kept?.id}\` stays on the platform`],
  });

  await stack.up("--replace", String(replaced?.urn));
  const left = simulator.instances().map(({ id }) => String(id));
  expect(left).toEqual(expect.arrayContaining([adopted, other, kept?.id]));
  for (const each of [replaced, exchanged, gone]) expect(left).not.toContain(each?.id);
});

test("a refresh preview tells what the platform has, and what is gone", async () => {
  const [changed, replaced] = ["changed", "replaced"].map((name) =>
    simulator.instances().find((each) => each.name === name),
  );
  simulator.edit(changed?.id ?? 0, (held) => {
    held.name = "@octocat <b>";
  });
  simulator.remove(replaced?.id ?? 0);
  const { stdout } = await stack.warm("refresh", "--preview-only", "--json");
  const { stdout: markdown } = await act365(["review"], {}, stdout);
  expect(markdown).toMatch(
    /^### Refresh of `dev`\n\nThe platform differs from the state for 2 resources\.\n/,
  );
  expect(rowsOf(markdown)).toEqual({
    changed: ["changed on the platform", "`name`"],
    replaced: ["**gone** from the platform"],
  });
  expect(detailsOf(markdown)).toEqual({
    changed: ['`name`: `"changed"` → `"@octocat <b>"`'],
    replaced: [`instance \`${replaced?.id}\` is not there any more; a refresh takes it out of the state`],
  });
});

test("a failed preview gives a review that says why, and fails the pipeline's step", async () => {
  await stack.must("config", "rm", "act365:userSecret");
  await stack.write(instance("changed", 'tags: ["another"]'));
  const { markdown, exitCode } = await review();
  expect(exitCode).toBe(1);
  const [, verdict, , why] = markdown.split("\n").slice(1);
  expect(verdict).toBe("The preview **failed**; nothing can be applied.");
  expect(why).toMatch(
    /^> `error: .* are incomplete or wrong:`<br>`- act365:userSecret is missing; set it with: pulumi config set [^`]+`$/,
  );
});
