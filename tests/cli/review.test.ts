import { act365 } from "../support/cli";

const TYPE = "pulumi-nodejs:dynamic/act365:ConnectorInstance";
const urnOf = (name: string, type = TYPE) => `urn:pulumi:dev::crm::${type}::${name}`;

interface Step {
  op: string;
  name: string;
  type?: string;
  id?: string;
  before?: Record<string, unknown>;
  after?: Record<string, unknown>;
  diff?: Record<string, string>;
}

/** A step as `pulumi preview --json` prints it. */
function stepOf({ op, name, type, id = "12", before, after, diff }: Step) {
  const state = (inputs: Record<string, unknown> | undefined) =>
    inputs && { id, inputs, outputs: inputs, custom: true };
  const detailed = Object.entries(diff ?? {}).map(([path, kind]) => [path, { kind, inputDiff: true }]);
  return {
    op,
    urn: urnOf(name, type),
    oldState: state(before),
    newState: state(after),
    detailedDiff: diff ? Object.fromEntries(detailed) : null,
  };
}

async function review(steps: readonly Step[], more: Record<string, unknown> = {}) {
  const preview = { steps: steps.map(stepOf), duration: 1, changeSummary: { same: 1 }, ...more };
  const { stdout, stderr, exitCode } = await act365(["review"], {}, JSON.stringify(preview));
  expect(stderr).toBe("");
  return { markdown: stdout, exitCode };
}

/** What is outside of code, where Markdown would act on it. */
const outsideCode = (markdown: string): string => markdown.replaceAll(/(`+)(?!`).*?(?<!`)\1(?!`)/gs, "");

describe("review", () => {
  test("text of a program or the platform is code in every cell and line", async () => {
    const hostile = [
      "@octocat <img src=x onerror=alert(1)> # heading",
      "a\\|b | c ``` `x` ~~~",
      "\u001b[31mred\u001b[0m \u202egnp.exe\u2028# heading\r\n- item",
      "[link](https://evil.example) ![x](https://evil.example) https://evil.example #1",
    ];
    const { markdown } = await review(
      hostile.flatMap((text) => [
        { op: text, name: text, type: `a:b:${text.replaceAll(/[:$]/g, "")}`, after: { x: text } },
        { op: "create", name: text, after: { name: text, tags: [text], connection: text } },
        {
          op: "update",
          name: text,
          before: {},
          after: { [text]: text },
          diff: { [JSON.stringify([text])]: "add" },
        },
      ]),
      { changeSummary: Object.fromEntries(hostile.map((text) => [text, 1])) },
    );
    const outside = outsideCode(markdown);
    expect(outside).not.toMatch(/octocat|img|heading|link|evil|red|gnp|item|~~~/);
    for (const invisible of ["\u001b", "\u202e", "\u2028", "\r"]) expect(markdown).not.toContain(invisible);
    // Each row keeps its four cells.
    const rows = markdown.split("\n").filter((line) => line.startsWith("|"));
    expect(rows.length).toBeGreaterThan(12);
    for (const row of rows) expect(row.replaceAll(/\\[\\|]/g, "").match(/\|/g)).toHaveLength(5);
  });

  test("a new instance is introduced by its name, tags and connection", async () => {
    const after = { name: "Sales", tags: ["a", "b"], connection: "eu", apiKey: "[secret]" };
    const { markdown } = await review([{ op: "create", name: "crm", after }]);
    expect(markdown).toContain(
      '| create | `crm` | `ConnectorInstance` | name `"Sales"`<br>tags `["a","b"]`<br>connection `"eu"` |',
    );
  });

  test("an adoption names the instance and every argument that is written to it", async () => {
    const after = {
      adopt: "77",
      apiKey: "[secret]",
      developerKey: "[secret]",
      name: "Sales",
      events: { callbackUrl: "https://a.example" },
    };
    const { markdown } = await review([{ op: "create", name: "crm", after }]);
    expect(markdown).toContain(
      '  - takes over instance `"77"` with its token, and writes what differs there of `apiKey`, `developerKey`, `name`, `events.callbackUrl`',
    );
  });

  test("a rotation of keys says that the token stays, another update does not", async () => {
    const [before, after] = [{ apiKey: "[secret]" }, { apiKey: "[secret]" }];
    const rotation = await review([{ op: "update", name: "crm", before, after, diff: { apiKey: "update" } }]);
    expect(rotation.markdown).toContain("  - instance `12` stays, with its id and its token\n");
    const other = await review([{ op: "update", name: "crm", before, after, diff: { name: "update" } }]);
    expect(other.markdown).not.toContain("its token");
  });

  test("an adopted instance without a word about destroy stays on the platform", async () => {
    const { markdown } = await review([{ op: "delete", name: "crm", before: { adopt: "12" } }]);
    expect(markdown).toContain("  - instance `12` stays on the platform\n");
    const own = await review([{ op: "delete", name: "crm", before: { adopt: "12", onDestroy: "delete" } }]);
    expect(own.markdown).toContain("  - instance `12` is deleted, and its token with it\n");
  });

  test("the order is the same whatever the engine's, with what is lost first", async () => {
    const steps: Step[] = [
      { op: "create", name: "b", after: {} },
      { op: "update", name: "c", before: {}, after: {}, diff: { name: "update", enabled: "update" } },
      { op: "replace", name: "d", before: {}, after: {} },
      { op: "create", name: "a", after: {} },
      { op: "delete", name: "e", before: {} },
    ];
    const { markdown } = await review(steps);
    expect((await review(steps.toReversed())).markdown).toBe(markdown);
    expect([...markdown.matchAll(/^\| [^|]+ \| `(\w)` \|/gm)].map(([, name]) => name)).toEqual([..."edcab"]);
    expect(markdown.indexOf("`enabled`")).toBeLessThan(markdown.indexOf("`name`"));
  });

  test("the preview of a refresh reads as what the platform has", async () => {
    const stack = { op: "refresh", name: "crm-dev", type: "pulumi:pulumi:Stack", before: {}, after: {} };
    const { markdown, exitCode } = await review([
      stack,
      { op: "update", name: "crm", before: { name: "crm" }, after: { name: "x" }, diff: { name: "update" } },
      { op: "delete", name: "gone", before: {}, id: "13" },
      { op: "refresh", name: "same", before: {}, after: {} },
    ]);
    expect(markdown).toBe(`### Refresh of \`dev\`

The platform differs from the state for 2 resources.

| | resource | type | what changes |
| --- | --- | --- | --- |
| **gone** from the platform | \`gone\` | \`ConnectorInstance\` |  |
| changed on the platform | \`crm\` | \`ConnectorInstance\` | \`name\` |

- \`gone\`
  - instance \`13\` is not there any more; a refresh takes it out of the state
- \`crm\`
  - \`name\`: \`"crm"\` → \`"x"\`
`);
    expect(exitCode).toBe(3);
    const calm = await review([stack]);
    expect(calm).toEqual({
      markdown: "### Refresh of `dev`\n\nThe platform has what the state has.\n",
      exitCode: 0,
    });
  });

  test("a preview with a refresh before it tells drift from what an up does", async () => {
    const { markdown } = await review([
      { op: "delete", name: "crm", before: {}, id: "13" },
      { op: "refresh", name: "crm-dev", type: "pulumi:pulumi:Stack", before: {}, after: {} },
      { op: "same", name: "crm-dev", type: "pulumi:pulumi:Stack", before: {}, after: {} },
      { op: "create", name: "crm", after: { name: "crm" } },
    ]);
    expect(markdown).toContain(
      "### Preview of `dev`\n\nThe platform differs from the state for 1 resource. ",
    );
    expect(markdown).toMatch(/^\| \*\*gone\*\* from the platform \| `crm` .*\n\| create \| `crm` /m);
    expect(markdown).not.toContain("is deleted");
  });

  test.each(["no JSON", "{}", "[]", "null", '{"resources": []}'])("%s is no preview", async (json) => {
    const { stdout, stderr, exitCode } = await act365(["review"], {}, json);
    expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 1 });
    expect(stderr).toBe(
      "error: standard input is no preview in JSON; use: pulumi preview --json | npx pulumi-act365 review\n",
    );
  });

  test("a failure without a reason, as a policy pack's, points to the log", async () => {
    const diagnostics = [{ severity: "error", message: "error: preview failed\n" }];
    const { markdown, exitCode } = await review([], { diagnostics });
    expect(exitCode).toBe(1);
    expect(markdown).toContain(
      "The preview **failed**; nothing can be applied.\n\nPulumi's JSON does not say why,",
    );
    expect(markdown).not.toContain("preview failed");
  });

  test("a preview that could not begin is a failure with its words", async () => {
    const diagnostics = [{ severity: "info#err", message: "SyntaxError: \u001b[1mx" }];
    const { stdout, exitCode } = await act365(["review"], {}, JSON.stringify({ diagnostics }));
    expect({ stdout, exitCode }).toEqual({
      stdout: "### Preview\n\nThe preview **failed**; nothing can be applied.\n\n> `SyntaxError: x`\n",
      exitCode: 1,
    });
  });

  test("a large comment stays under 65,000 characters and says what is left out", async () => {
    const long = "x".repeat(3000);
    const many = Array.from({ length: 3000 }, (_, index): Step => {
      const diff = Object.fromEntries(
        Array.from({ length: 30 }, (_, at) => [`configuration["${at}"]`, "add"]),
      );
      return {
        op: "update",
        name: `${index}-${long}`,
        before: {},
        after: { configuration: { 1: long } },
        diff,
      };
    });
    const diagnostics = Array.from({ length: 500 }, () => ({
      severity: "error",
      message: `${long}\n${long}`,
    }));
    const { markdown } = await review([...many, { op: "delete", name: "lost", before: {} }], { diagnostics });
    expect(markdown.length).toBeLessThan(65_000);
    expect(markdown.length).toBeGreaterThan(40_000);
    expect(markdown).toContain("| **delete** | `lost` |");
    expect(markdown).toMatch(/\| {2}\| … and \d+ more \|/);
    expect(markdown).toMatch(/… and \d+ lines more; all of them: `pulumi preview --diff`\n$/);
    expect(markdown).toMatch(/… and \d+ errors more, in the log/);
  });
});
