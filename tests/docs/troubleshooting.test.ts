import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { isFieldPath } from "../../provider/arguments/fields";
import { isProse, type Message, messages } from "./messages";

const page = readFileSync(resolve(__dirname, "../../provider/TROUBLESHOOTING.md"), "utf8");

/** The messages on the page: each line of a block of `text`, with the indented ones that go on with it. */
const entriesOf = (markdown: string): string[] =>
  [...markdown.matchAll(/^```text\n(.*?)^```$/gms)]
    .flatMap(([, block = ""]) => block.replaceAll(/\n +/g, " ").split("\n"))
    .filter((line) => line !== "");

/** Finds a message's fixed pieces, each as a group, with anything between them. */
const patternOf = ({ pieces }: Message, flags = ""): RegExp =>
  new RegExp(
    pieces.map((piece) => `(${piece.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&")})`).join(".*?"),
    `ds${flags}`,
  );

/** The messages of the code that a page does not have. */
const missingOn = (entries: readonly string[], said: readonly Message[]): string[] =>
  said
    .filter(isProse)
    .filter((message) => !entries.some((entry) => patternOf(message).test(entry)))
    .map(({ place, pieces }) => `${place}: ${pieces.join("…")}`);

/** How long the path of an argument is with which a problem begins; 0 when the message is about none. */
function pathLength(entry: string): number {
  const [whole = "", path = ""] = /^([\w.]+)(?:(?:\["[A-Z]+"\])*|\[INDEX\]): /.exec(entry) ?? [];
  return isFieldPath(path) ? whole.length : 0;
}

/** The words of each entry that the code never says; those in capitals stand for what it puts in. */
function inventedOn(entries: readonly string[], said: readonly Message[]): string[] {
  const patterns = said
    .filter(({ pieces }) => /\w/.test(pieces.join("")) && !/^[\w.-]+$/.test(pieces.join("…")))
    .map((message) => patternOf(message, "g"));
  const settings = new Set(said.flatMap(({ place, pieces }) => (/^settings\//.test(place) ? pieces : [])));
  return entries.flatMap((entry) => {
    const isSaid = new Array<boolean>(entry.length).fill(false);
    const mark = (start: number, end: number) => isSaid.fill(true, start, end);
    mark(0, pathLength(entry));
    for (const pattern of patterns)
      for (const { indices = [] } of entry.matchAll(pattern))
        for (const group of indices.slice(1)) if (group) mark(...group);
    const words = [...entry.matchAll(/[\p{L}\p{N}_]+/gu)].filter(
      ({ 0: word, index }) =>
        !/^[A-Z][A-Z_]+$/.test(word) &&
        !(entry.slice(0, index).endsWith("act365:") && settings.has(word)) &&
        !isSaid.slice(index, index + word.length).every(Boolean),
    );
    return words.length > 0 ? [`${words.map(([word]) => word).join(" ")} in: ${entry}`] : [];
  });
}

const entries = entriesOf(page);

test("every message of the code stands on the troubleshooting page", () => {
  expect(messages.filter(isProse).length).toBeGreaterThan(100);
  expect(missingOn(entries, messages)).toEqual([]);
});

test("every message on the troubleshooting page is the code's, word for word", () => {
  expect(entries.length).toBeGreaterThan(100);
  expect(inventedOn(entries, messages)).toEqual([]);
});

test("the errors in README's table stand on the troubleshooting page", () => {
  const readme = readFileSync(resolve(__dirname, "../../README.md"), "utf8");
  const table = /^## Errors\n(.*?)^## /ms.exec(readme)?.[1] ?? "";
  const shown = [...table.matchAll(/^\| `(.+?)` \|/gm)].map(([, message = ""]) => message);
  expect(shown).toHaveLength(5);
  // What README shows an example of, the page has in capitals.
  const pieces = (message: string) => message.split(/\.{3}|(?<=act365:)userSecret|401/).filter(Boolean);
  const missing = shown.filter(
    (message) => !entries.some((entry) => patternOf({ place: "", pieces: pieces(message) }).test(entry)),
  );
  expect(missing).toEqual([]);
});

const longestWord = (text: string): string =>
  (text.match(/\p{Ll}+/gu) ?? []).toSorted((one, other) => other.length - one.length)[0] ?? "";

test("a word that changes in the code alone is found, in whichever message", () => {
  const unseen = messages.filter(isProse).filter((message) => {
    const word = longestWord(message.pieces.join(" "));
    const changed = { ...message, pieces: message.pieces.map((each) => each.replace(word, `${word}x`)) };
    return missingOn(entries, [changed]).length === 0;
  });
  expect(unseen).toEqual([]);
});

test("a word changed or added on the page alone is found, in whichever message", () => {
  const unseen = entries.flatMap((entry) => {
    const word = longestWord(entry.slice(pathLength(entry)));
    const changed = [entry.replace(new RegExp(`${word}(?!.*${word})`), `${word}x`), `${entry} indeed`];
    return changed.filter((each) => inventedOn([each], messages).length === 0);
  });
  expect(unseen).toEqual([]);
});

test("a message that leaves the code is found on the page", () => {
  const texts = new Set(messages.filter(isProse).map(({ pieces }) => pieces.join("…")));
  const unseen = [...texts].filter((text) => {
    const message = { place: "", pieces: text.split("…") };
    const others = messages.filter(({ pieces }) => pieces.join("…") !== text);
    const about = entries.filter((entry) => patternOf(message).test(entry));
    return inventedOn(about, others).length === 0;
  });
  // The arguments' own check says the same words, in two parts.
  expect(unseen).toEqual([": unknown argument …; known are"]);
});
