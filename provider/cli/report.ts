import type { Leftover, Whose } from "./leftovers";
import { comment } from "./text";

/** How the command is run, behind which its options stand. */
export const usage = "pulumi stack export | npx pulumi-act365 orphans";

/** The leftovers as a table, with the next step for a person, unless that was chosen already. */
export function reportOn(
  found: readonly Leftover[],
  { project, stack }: Whose,
  { hasChosen = false, isPending = false } = {},
): string {
  if (found.length === 0) return `no leftovers of ${project}/${stack}`;
  return [
    ...tableOf(found),
    "",
    `${found.length} of ${project}/${stack} on the platform, but not in its state: left by an interrupted run, or kept by retainOnDelete.`,
    ...(hasChosen ? [] : nextSteps(found, isPending)),
  ].join("\n");
}

/** The leftovers for a program to read. */
export const jsonOf = (found: readonly Leftover[]): string => JSON.stringify(found.map(rowOf), undefined, 2);

const rowOf = ({ instance: { id, name, tags, createdDate }, tag, place, obstacle }: Leftover) => ({
  id,
  name,
  tags,
  createdDate,
  ownershipTag: tag,
  ...(place.connection !== undefined && { connection: place.connection }),
  ...(obstacle !== undefined && { obstacle }),
});

function tableOf(found: readonly Leftover[]): string[] {
  const hasConnections = found.some(({ place }) => place.connection !== undefined);
  const rows = [
    ["ID", "NAME", "CREATED", "TAGS", ...(hasConnections ? ["CONNECTION"] : [])],
    ...found.map(({ instance, tag, place }) =>
      [
        String(instance.id),
        instance.name,
        instance.createdDate ?? "",
        [tag, ...(instance.tags ?? []).filter((each) => each !== tag)].join(", "),
        ...(hasConnections ? [place.connection ?? ""] : []),
      ].map(comment),
    ),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

function nextSteps(found: readonly Leftover[], isPending: boolean): string[] {
  const stuck = found.flatMap(({ instance, obstacle }) =>
    obstacle === undefined ? [] : [`${instance.id} cannot be taken over: ${comment(obstacle)}.`],
  );
  const takeOver = [
    "To take them over, without an edit of the program:",
    `  ${usage} --import-file > leftovers.json`,
    "  pulumi import --file leftovers.json --yes --protect=false --generate-code=false",
    "  pulumi up",
    // What the interrupted run had begun stands in the state until then, and Pulumi warns of it at each run.
    ...(isPending ? ["  pulumi refresh --yes --clear-pending-creates"] : []),
    "That up releases one that the program does not have: it stays alive, without its tag.",
    'With the class and a CLI older than 3.254 give the resource the arguments adopt: "ID" and onDestroy: "delete" instead of the import.',
  ];
  return [
    ...stuck,
    ...(stuck.length < found.length ? takeOver : []),
    "To take the tag off one that was there before this stack, such as one that an interrupted run began to adopt:",
    `  ${usage} ID --release`,
    "To delete those that this stack made, which ends their tokens (an ID behind orphans chooses):",
    `  ${usage} --delete`,
  ];
}
