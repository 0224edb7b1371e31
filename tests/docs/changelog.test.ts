import { execFile } from "node:child_process";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const root = resolve(__dirname, "../..");
const files = [".changeset", "CHANGELOG.md", "package.json", "package-lock.json"];

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "changelog-"));
  for (const file of files) await cp(join(root, file), join(folder, file), { recursive: true });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const textOf = (file: string) => readFile(join(folder, file), "utf8");
const changeset = (name: string, words: string) =>
  writeFile(join(folder, `.changeset/${name}.md`), `---\n"pulumi-act365": minor\n---\n\n${words}\n`);
const releases = (page: string) => [...page.matchAll(/^## (.+)$/gm)].map(([, version]) => version);
const flat = (text: string) => text.replaceAll(/\s+/g, " ").trim();

/** What `npm run release` begins with, in the copy. */
const version = () =>
  promisify(execFile)(process.execPath, [join(root, "node_modules/@changesets/cli/bin.js"), "version"], {
    cwd: folder,
  });

test("a release takes the next number and puts its changes, with upgrades, on top", async () => {
  const before = await textOf("CHANGELOG.md");
  await changeset("one-more", "`colour`, an argument.\n\n- A part of it.\n\nUpgrade: previews stay empty.");
  const waiting = (await readdir(join(folder, ".changeset"))).filter((name) => name.endsWith(".md"));
  const words = await Promise.all(
    waiting.map(async (name) => flat((await textOf(`.changeset/${name}`)).split("---")[2] ?? "")),
  );

  await version();
  const after = await textOf("CHANGELOG.md");
  const [newest, ...others] = releases(after);
  expect(others).toEqual(releases(before));
  expect(JSON.parse(await textOf("package.json")).version).toBe(newest);
  const entry = flat(after.slice(after.indexOf(`## ${newest}`), after.indexOf(`## ${others[0]}`)));
  for (const each of words) expect(entry).toContain(each);
  expect(after.startsWith(before.slice(0, before.indexOf("\n## ")))).toBe(true);
  expect((await readdir(join(folder, ".changeset"))).filter((name) => name.endsWith(".md"))).toEqual([]);
});

test("a change that says nothing of its upgrade stops the release", async () => {
  const before = await Promise.all(["CHANGELOG.md", "package.json"].map(textOf));
  await changeset("silent", "`colour`, an argument.");
  await expect(version()).rejects.toMatchObject({
    code: 1,
    stdout: expect.stringContaining(
      '.changeset/silent.md: the last paragraph must begin with "Upgrade: " and say what the upgrade shows in a preview',
    ),
  });
  expect(await Promise.all(["CHANGELOG.md", "package.json"].map(textOf))).toEqual(before);
});
