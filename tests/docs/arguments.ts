import { type Field, type FieldPath, field, fieldPaths } from "../../provider/arguments/fields";
import { regions } from "../../provider/platform/address";

const code = (text: string): string => `\`${text.replaceAll("|", "\\|")}\``;
const oneLine = (parts: readonly string[]): string => parts.filter((each) => each !== "").join(", ");

// What the class or the check sets by itself is no argument of a program.
const paths = fieldPaths.filter((path) => !("setBy" in field(path)) && path !== "ownershipTag");
const isTop = (path: string): boolean => !path.startsWith("events.");

const firstSentence = (text: string): string => /^.*?\.(?= [A-Z]|$)/s.exec(text)?.[0] ?? text;

/** README's list of arguments: of each one the first sentence, and of a group its name. */
export function argumentsList(): string {
  const lines = paths.filter(isTop).map((path) => {
    const { required, secret, onChange, about } = field(path);
    const notes = oneLine([
      required ? "required" : "",
      secret ? "secret" : "",
      onChange === "replace" ? "replaces" : "",
    ]);
    return `- ${code(path)}${notes && ` (${notes})`}: ${firstSentence(about)}`;
  });
  const events = "- `events`: Whether and where the platform tells what changes at Act!.";
  return lines
    .toSpliced(
      lines.findIndex((line) => line.startsWith("- `configuration`")),
      0,
      events,
    )
    .join("\n");
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

function kindOf({ type, required, default: value, secret, onChange }: Field): string {
  return oneLine([
    code(type),
    required ? "required" : "",
    value === undefined ? "" : `default ${code(JSON.stringify(value))}`,
    secret ? "secret" : "",
    onChange === "replace" ? "**replaces**" : "",
  ]);
}

function wireOf({ wire }: Field): string {
  if ("instance" in wire) return wire.instance;
  if ("configuration" in wire) return `configuration.${wire.configuration}`;
  if ("call" in wire) return `PUT, DELETE .../${wire.call}`;
  return "";
}

// Two columns, since a phone shows no more and a table's code does not wrap.
const described = (which: readonly FieldPath[]): string =>
  table(
    ["argument", "meaning"],
    which.map((path) => [
      `**${code(path.replace(/^events\./, ""))}**<br>${kindOf(field(path))}`,
      field(path).about,
    ]),
  );

/** The generated parts of the page of arguments, by the names of their places. */
export const argumentsParts = (): Readonly<Record<string, string>> => ({
  arguments: described(paths.filter(isTop)),
  events: described(paths.filter((path) => !isTop(path))),
  platform: table(
    ["argument", "on the platform"],
    paths.filter((path) => wireOf(field(path)) !== "").map((path) => [code(path), code(wireOf(field(path)))]),
  ),
  regions: table(
    ["`act365:region`", "address"],
    Object.entries(regions).map(([name, host]) => [code(name), code(host)]),
  ),
});
