import { type Field, type FieldPath, field, fieldPaths } from "../../provider/arguments/fields";

const code = (text: string): string => `\`${text.replaceAll("|", "\\|")}\``;

/** What is said of an argument below its name. */
function kindOf({ type, required, default: value, secret, onChange }: Field): string {
  const said = [
    code(type),
    required ? "required" : "",
    value === undefined ? "" : `default ${code(JSON.stringify(value))}`,
    secret ? "secret" : "",
    onChange === "replace" ? "**replaces**" : "",
  ];
  return said.filter((each) => each !== "").join(", ");
}

function wireOf({ wire }: Field): string {
  if ("instance" in wire) return wire.instance;
  if ("configuration" in wire) return `configuration.${wire.configuration}`;
  if ("call" in wire) return `PUT, DELETE .../${wire.call}`;
  return "";
}

// Two columns, since a phone shows no more and a table's code does not wrap.
const table = (head: string, rows: readonly (readonly [string, string])[]): string =>
  [head, "| --- | --- |", ...rows.map(([first, second]) => `| ${first} | ${second} |`)].join("\n");

/** README's tables of arguments, from the one table in the source; what the class sets by itself is left out. */
export function argumentsTable(): string {
  const all = fieldPaths.filter((path) => path !== "ownershipTag");
  const inEvents = (path: string) => path.startsWith("events.");
  const described = (paths: readonly FieldPath[]) =>
    table(
      "| argument | what |",
      paths.map((path) => [
        `**${code(path.replace(/^events\./, ""))}**<br>${kindOf(field(path))}`,
        field(path).about,
      ]),
    );
  const onPlatform = all.filter((path) => wireOf(field(path)) !== "");
  return [
    "A change updates in place, unless the argument **replaces**: then the old instance goes first.",
    described(all.filter((path) => !inEvents(path))),
    "Inside `events`, once it is given:",
    described(all.filter(inEvents)),
    "<details><summary>What each is called on the platform</summary>",
    table(
      "| argument | on the platform |",
      onPlatform.map((path) => [code(path), code(wireOf(field(path)))]),
    ),
    "</details>",
  ].join("\n\n");
}
