import { type Field, field, fieldPaths } from "../../provider/fields";

const code = (text: string): string => `\`${text.replaceAll("|", "\\|")}\``;

const defaultOf = ({ required, default: value }: Field): string =>
  required ? "**required**" : value === undefined ? "" : code(JSON.stringify(value));

function wireOf({ wire }: Field): string {
  if ("instance" in wire) return code(wire.instance);
  if ("configuration" in wire) return code(`configuration.${wire.configuration}`);
  if ("call" in wire) return code(`PUT, DELETE .../${wire.call}`);
  return "";
}

/** README's table of arguments, from the one table in the source; what the class sets by itself is left out. */
export function argumentsTable(): string {
  const rows = fieldPaths
    .filter((path) => path !== "ownershipTag")
    .map((path) => {
      const argument = field(path);
      const { type, onChange, secret, about } = argument;
      const cells = [code(path), code(type), defaultOf(argument), onChange, secret ? "yes" : "", about];
      return `| ${[...cells, wireOf(argument)].join(" | ")} |`;
    });
  return [
    "| argument | type | default | a change | secret | what | on the platform |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}

/** Each generated part of a page by its name, between `<!-- name: ... -->` and `<!-- /name -->`. */
export const parts: Readonly<Record<string, () => string>> = { arguments: argumentsTable };

/** The page with every generated part made anew. @throws Error when the page lacks the place for one. */
export function renewed(page: string): string {
  return Object.entries(parts).reduce((text, [name, make]) => {
    const place = new RegExp(`(<!-- ${name}: [^>]*-->)[\\s\\S]*?(<!-- /${name} -->)`);
    if (!place.test(text)) throw new Error(`README.md has no place for ${name}`);
    return text.replace(place, (_, begin, end) => `${begin}\n\n${make()}\n\n${end}`);
  }, page);
}
