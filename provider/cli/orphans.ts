import { open } from "node:fs/promises";
import { createInterface } from "node:readline/promises";
import { text } from "node:stream/consumers";
import { Command } from "commander";
import { z } from "zod";
import { stackTagPrefix } from "../arguments/ownership";
import type { InstanceResponse } from "../platform/answers";
import type { Client } from "../platform/client";
import { Act365Error } from "../platform/errors";
import { type ConnectionOptions, connect, withConnection } from "./connection";
import { parsedOr } from "./input";

const stackExport = z.looseObject({
  deployment: z.looseObject({
    resources: z
      .array(
        z.looseObject({
          urn: z.string(),
          type: z.string(),
          id: z.string().optional(),
          external: z.boolean().optional(),
        }),
      )
      .nullish(),
  }),
});

interface Options extends ConnectionOptions {
  project?: string;
  stack?: string;
  json?: boolean;
  delete?: boolean;
  yes?: boolean;
}

/** `pulumi stack export | pulumi-act365 orphans`: the stack's instances that its state does not know. */
export const orphansCommand = withConnection(
  new Command("orphans")
    .description("list the instances that carry a stack's ownership tag but are not in its state")
    .option("--project <name>", "the stack's project; needed when its state is empty")
    .option("--stack <name>", "the stack's name; needed when its state is empty")
    .option("--json", "print JSON")
    .option("--delete", "delete them, after a yes")
    .option("--yes", "with --delete: do not ask")
    .addHelpText(
      "before",
      "Reads a stack's state on standard input: pulumi stack export | npx pulumi-act365 orphans\n",
    ),
).action(async (options: Options) => {
  const { project, stack, ids } = stateFrom(await text(process.stdin), options);
  const client = connect(options);
  const found = await orphansOf(client, project, stack, ids);
  print(found, `${project}/${stack}`, options);
  if (!options.delete || found.length === 0) return;
  if (!options.yes && !(await agreed(`Delete ${found.length} of ${project}/${stack}? (yes/no) `))) return;
  for (const { id } of found) {
    await client.deleteInstance(String(id));
    console.error(`deleted ${id}`);
  }
});

/** Every instance with an ownership tag of the stack whose id is not among the given; no other is ever touched. */
export async function orphansOf(
  client: Client,
  project: string,
  stack: string,
  ids: ReadonlySet<string>,
): Promise<InstanceResponse[]> {
  const prefix = stackTagPrefix(project, stack);
  const all = await client.instances({});
  return all.filter(({ id, tags }) => tags?.some((tag) => tag.startsWith(prefix)) && !ids.has(String(id)));
}

function stateFrom(json: string, { project, stack }: Options) {
  const usage = "pulumi stack export | npx pulumi-act365 orphans";
  const { deployment } = parsedOr(stackExport, json, "no stack's state", usage);
  const resources = deployment.resources ?? [];
  // urn:pulumi:<stack>::<project>::...
  const [stackInState, projectInState] = resources[0]?.urn.replace("urn:pulumi:", "").split("::") ?? [];
  const found = { project: project ?? projectInState, stack: stack ?? stackInState };
  if (!found.project || !found.stack)
    throw new Act365Error("the state is empty and does not tell whose it is; give --project and --stack");
  const ids = resources.filter(
    ({ type, external }) => type === "pulumi-nodejs:dynamic/act365:ConnectorInstance" && !external,
  );
  return {
    project: found.project,
    stack: found.stack,
    ids: new Set(ids.flatMap(({ id }) => (id ? [id] : []))),
  };
}

function print(found: readonly InstanceResponse[], whose: string, { json }: Options): void {
  const rows = found.map(({ id, name, tags, createdDate }) => ({ id, name, tags, createdDate }));
  if (json) console.log(JSON.stringify(rows, undefined, 2));
  else if (rows.length === 0) console.log(`no orphans of ${whose}`);
  else
    console.table(
      rows.map(({ tags, ...row }) => ({ ...row, tags: tags?.join(", ") })),
      ["id", "name", "createdDate", "tags"],
    );
}

/** Asks at the terminal, since standard input holds the state. */
async function agreed(question: string): Promise<boolean> {
  const handles = await Promise.all([open("/dev/tty", "r"), open("/dev/tty", "w")]).catch(() => {
    throw new Act365Error("there is no terminal to ask at; add --yes to delete without asking");
  });
  const [input, output] = [handles[0].createReadStream(), handles[1].createWriteStream()];
  const terminal = createInterface({ input, output });
  try {
    return (await terminal.question(question)).trim().toLowerCase() === "yes";
  } finally {
    terminal.close();
    input.destroy();
    output.destroy();
  }
}
