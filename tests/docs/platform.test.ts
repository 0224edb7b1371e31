import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

const provider = resolve(__dirname, "../../provider");
const page = readFileSync(resolve(provider, "PLATFORM.md"), "utf8");

/** The sections of the page that the comments of a file name. */
const citedIn = (source: string): string[] =>
  [
    ...source
      .replaceAll(/\n *(\*|\/\/)/g, "")
      .matchAll(/PLATFORM\.md,? (?:sections? )?([\d.]+\d|\d)((?:,| and) [\d.]*\d)*/g),
  ].flatMap(([text]) => text.match(/\d+(\.\d+)?/g) ?? []);

const files = readdirSync(provider, { recursive: true, encoding: "utf8" }).filter((file) =>
  /\.ts$/.test(file),
);
const cited = files.flatMap((file) => citedIn(readFileSync(resolve(provider, file), "utf8")));

test("every section that a comment cites is on the page", () => {
  const sections = [...page.matchAll(/^##+ (\d+(?:\.\d+)?)\.? /gm)].map(([, number]) => number);
  expect(cited.length).toBeGreaterThan(15);
  expect(cited.filter((section) => !sections.includes(section))).toEqual([]);
});

test("every mark on the page is explained at its head", () => {
  const explained = [...page.matchAll(/^\| ([A-Z]+) \| /gm)].map(([, mark]) => mark);
  const used = [...page.matchAll(/\b(SPEC|TEST|CLIENT|DOC|EXPORT|INFERRED|UNKNOWN|INF)\b/g)].map(
    ([, mark]) => mark,
  );
  expect(new Set(used)).toEqual(new Set(explained));
});
