import { stripVTControlCharacters } from "node:util";

/** Characters that end a line, turn the direction of what follows, or cannot be seen: each as its escape in JavaScript. */
const escaped = (text: string): string =>
  text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (character) =>
    [...Array(character.length).keys()]
      .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`)
      .join(""),
  );

/** A text or a list as JavaScript, on one line whatever it holds. */
export const literal = (value: unknown): string => escaped(JSON.stringify(value));

/** A text as it can stand in a comment of a program, or in a table of a terminal. */
export const comment = (text: string): string => literal(stripVTControlCharacters(text)).slice(1, -1);

/** At most so many characters, the last one an ellipsis where there are more. */
export const shortened = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most - 1)}…` : text;

/**
 * A text as code in Markdown, with as many backticks around it as it takes: nothing in it is a mention, a heading, a
 * link or HTML.
 */
export function code(value: string): string {
  const text = escaped(stripVTControlCharacters(value).replaceAll(/\s+/g, " "));
  if (text.trim() === "") return "`(empty)`";
  const ticks = "`".repeat(1 + Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length)));
  const padding = /^[` ]|[` ]$/.test(text) ? " " : "";
  return ticks + padding + text + padding + ticks;
}

/** A row of a Markdown table. In a cell a pipe behind an even number of backslashes would end it, also inside code. */
export const row = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll(/\\*\|/g, (found) => `${found.slice(0, -1).repeat(2)}\\|`)).join(" | ")} |`;
