/** A failure as a test that runs by itself. */
import { mkdir, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Report } from "./worker.mts";

const folder = resolve(import.meta.dirname, "found");

/** @returns the files that were written, one for each kind of failure. */
export async function writeTests(reports: readonly Report[]): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const files: string[] = [];
  for (const { found, failures } of reports) {
    if (!found) continue;
    const { title, ...words } = found;
    const file = resolve(folder, `${slugOf(`${title} ${failures[0]}`)}.test.ts`);
    await writeFile(file, textOf(title, String(failures[0]), words));
    files.push(file);
  }
  return files;
}

const slugOf = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, 100)
    .replace(/^-|-$/g, "");

const textOf = (
  title: string,
  failure: string,
  words: object,
): string => `import { replayed } from "../replay";

// Found by \`npm run explore\`: ${failure}.
test(${JSON.stringify(title)}, async () => {
  const failures = await replayed(${JSON.stringify(words, undefined, 2).replaceAll("\n", "\n  ")});
  expect(failures).toEqual([]);
});
`;
