import { once } from "node:events";
import { readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { examplesBeside } from "../support/examples";
import { shell } from "../support/foreign";
import { canaries, leaksIn, Stack, settingsFor, startCanarySimulator } from "../support/stack";

let place: string;
beforeAll(async () => {
  ({ place } = await examplesBeside("@pulumi/pulumi", "typescript@5", "@types/node@22"));
});
afterAll(() => rm(place, { recursive: true, force: true }));

test("the example pipeline does what it says", async () => {
  await using simulator = await startCanarySimulator();
  const stack = await Stack.at(join(place, "examples/pipeline"), settingsFor(simulator));
  const run = (step: string) =>
    shell(stack.folder, "./pipeline.sh", [step], { ...stack.environment, PULUMI_STACK: stack.name });
  const review = await run("review");
  expect(review).toMatchObject({ exitCode: 0 });
  expect(await readFile(join(stack.folder, "review.md"), "utf8")).toContain("| create | `crm` |");
  expect(simulator.requests).toEqual([]);
  expect(await run("apply")).toMatchObject({ exitCode: 0 });
  expect(await run("drift")).toMatchObject({ exitCode: 0 });

  await stack.configure({ developerKey: canaries.rotatedKey });
  const rotation = await run("review");
  expect(rotation.text).toContain("`developerKey`: [secret] → [secret]");
  const [instance] = simulator.instances();
  simulator.edit(instance?.id ?? 0, (held) => {
    held.name = "by hand";
  });
  const drift = await run("drift");
  expect(drift.exitCode).toBe(3);
  expect(drift.text).toContain('`name`: `"crm"` → `"by hand"`');
  simulator.fault({ kind: "error", status: 403, method: "GET" });
  const unknown = await run("drift");
  expect(unknown.exitCode).toBe(1);
  expect(unknown.text).toContain("The preview **failed**");
  simulator.clearFaults();

  await stack.configure({ apiKey: " " });
  const failed = await run("review");
  expect(failed.exitCode).not.toBe(0);
  expect(failed.text).toMatch(/The preview \*\*failed\*\*[\s\S]*apiKey: must not be empty/);
  const begunNever = await shell(stack.folder, "./pipeline.sh", ["review"], {
    ...stack.environment,
    PULUMI_STACK: stack.name,
    PULUMI_CONFIG_PASSPHRASE: "wrong",
  });
  expect(begunNever.exitCode).not.toBe(0);
  expect(await readFile(join(stack.folder, "review.md"), "utf8")).toMatch(/^The preview .+could not begin/);
  stack.printed += [review, rotation, drift, unknown, failed].map(({ text }) => text).join("\n");
  expect(leaksIn(stack.printed, simulator)).toEqual([]);
});

test("a comment renews its own earlier one, and leaves every other as it is", async () => {
  const folder = join(place, "examples/pipeline");
  const comments: { id: number; body: string }[] = [];
  const other = (id: number) => ({ id, body: `another workflow's ${id}` });
  for (let id = 1; id <= 150; id++) comments.push(other(id));
  const page = (url: URL) => {
    const from = (Number(url.searchParams.get("page")) - 1) * 100;
    return comments.slice(from, from + 100);
  };
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "", "http://localhost");
    const sent = request.method === "GET" ? undefined : JSON.parse(await text(request));
    if (request.method === "POST") comments.push({ id: comments.length + 1, ...sent });
    if (request.method === "PATCH")
      Object.assign(comments.find(({ id }) => url.pathname.endsWith(`/issues/comments/${id}`)) ?? {}, sent);
    const isOurs = url.pathname.startsWith("/repos/owner/name/issues/");
    response.writeHead(isOurs ? 200 : 404).end(JSON.stringify(sent ?? page(url)));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const comment = async (stack: string, review: string) => {
    await writeFile(join(folder, "review.md"), review);
    const environment = {
      GITHUB_API_URL: `http://127.0.0.1:${port}`,
      GITHUB_REPOSITORY: "owner/name",
      ...{ GH_TOKEN: "token", NUMBER: "7", PULUMI_STACK: stack },
    };
    expect(await shell(folder, "node", ["comment.mjs"], environment)).toMatchObject({ exitCode: 0 });
  };
  try {
    await comment("production", "first");
    comments.push(other(152));
    await comment("staging", "another stack's");
    await comment("production", "second");
  } finally {
    server.close();
  }
  expect(comments.slice(0, 150)).toEqual(Array.from({ length: 150 }, (_, index) => other(index + 1)));
  expect(comments.slice(150)).toEqual([
    { id: 151, body: "<!-- act365 review of production -->\nsecond" },
    other(152),
    { id: 153, body: "<!-- act365 review of staging -->\nanother stack's" },
  ]);
});

test("the workflow's previews can end no apply, and no apply that runs is ended", async () => {
  const workflow = await readFile(join(place, "examples/pipeline/github-workflow.yml"), "utf8");
  const [, group = "", cancels = ""] =
    /\nconcurrency:\n {2}group: (.*)\n {2}cancel-in-progress: (.*)\n/.exec(workflow) ?? [];
  expect(group).toContain("github.event_name");
  expect(group).toContain("github.event.pull_request.number");
  expect(cancels).toMatch(/^\$\{\{ github\.event_name == 'pull_request' \}\}$/);
});
