import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { withPart } from "../support/page.mts";
import { argumentsTable } from "./arguments";

const file = resolve(__dirname, "../../README.md");

test("README's tables of arguments are those of the source (npm run docs)", () => {
  const page = readFileSync(file, "utf8");
  const wanted = withPart(page, "arguments", argumentsTable());
  if (process.env.UPDATE_DOCS) writeFileSync(file, wanted);
  else expect(page).toBe(wanted);
});
