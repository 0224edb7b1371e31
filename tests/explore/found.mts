/** A failure as a test that runs by itself. */
import { mkdir, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Report } from "./worker.mts";

const folder = resolve(import.meta.dirname, "found");

/** @returns the files that were written, one for each kind of failure. */
export async function writeTests(reports: readonly Report[]): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const files: string[] = [];
  const kinds = new Set<string>();
  for (const { found, failures } of reports) {
    const [failure] = failures;
    if (!found || !failure || kinds.has(failure)) continue;
    kinds.add(failure);
    const { title, ...words } = found;
    const file = resolve(folder, `${slugOf(`${title} ${failure}`)}.test.ts`);
    await writeFile(file, textOf(title, failure, words));
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
