import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { withPart } from "../support/page.mts";
import { argumentsList, argumentsParts } from "./arguments";

const root = resolve(__dirname, "../..");
const textOf = (page: string): string => readFileSync(resolve(root, page), "utf8");

test.each([
  ["README.md", { arguments: argumentsList() }],
  ["provider/ARGUMENTS.md", argumentsParts()],
] as const)("%s says of the arguments what the source says", (page, parts) => {
  const wanted = Object.entries(parts).reduce(
    (text, [name, part]) => withPart(text, name, part),
    textOf(page),
  );
  if (process.env.UPDATE_DOCS) writeFileSync(resolve(root, page), wanted);
  else expect(textOf(page)).toBe(wanted);
});

test("README has under 1,500 words", () => {
  expect(textOf("README.md").trim().split(/\s+/).length).toBeLessThan(1500);
});

// The registry's page shows neither a picture nor a page of the repository, whose address is not known yet.
test("README leads to no page and shows no picture that the registry lacks", () => {
  expect(textOf("README.md").match(/\]\((?!https:|#)[^)]*\)|<(img|a)\b/g)).toBeNull();
});
