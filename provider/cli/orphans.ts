import { open } from "node:fs/promises";
import { createInterface } from "node:readline/promises";
import { text } from "node:stream/consumers";
import { Command } from "commander";
import { release } from "../instance/adopt";
import { carries, demandTags } from "../instance/owner";
import type { InstanceResponse } from "../platform/answers";
import { Act365Error, findingOut } from "../platform/errors";
import { type ConnectionOptions, connect, type Place, withConnection } from "./connection";
import { exitCodes } from "./exit";
import { importFile } from "./import-file";
import { parsedOr } from "./input";
import { type Leftover, leftoversAt, type Platform, type Whose } from "./leftovers";
import { jsonOf, reportOn, usage } from "./report";
import { addressOf, connectionOf, type State, stackExport, stateOf } from "./state";
import { comment } from "./text";

interface Options extends ConnectionOptions {
  project?: string;
  stack?: string;
  connection?: string[];
  json?: boolean;
  importFile?: boolean;
  delete?: boolean;
  release?: boolean;
  yes?: boolean;
}

/** The exit code that says that there are leftovers. */
const someLeft = 3;

/** `pulumi stack export | pulumi-act365 orphans`: the stack's instances that its state does not know. */
export const orphansCommand = withConnection(
  new Command("orphans")
    .description("tell a stack's leftovers on the platform from the instances in its state")
    .argument("[ids...]", "only these of the leftovers; all when left out")
    .option(
      "--connection <name>",
      "a connection to look at, beside those that the state names; may be given more than once",
      (name, names: string[] | undefined) => [...(names ?? []), name],
    )
    .option("--project <name>", "the stack's project; needed when its state is empty")
    .option("--stack <name>", "the stack's name; needed when its state is empty")
    .option("--json", "print JSON")
    .option(
      "--import-file",
      "print a file for pulumi import --file, which takes the leftovers over (with the class, CLI 3.254 or newer)",
    )
    .option("--delete", "delete the leftovers, after a yes")
    .option("--release", "take the stack's tag off the leftovers with these IDs, which stay as they are")
    .option("--yes", "with --delete and IDs: do not ask")
    .addHelpText("before", `Reads a stack's state on standard input: ${usage}\n`)
    .addHelpText(
      "after",
      exitCodes({
        0: "there are no leftovers, or none is left of those that were to be deleted, released or taken over",
        1: "an error; what was deleted before it is named",
        [someLeft]: "there are leftovers",
      }),
    ),
).action(async (ids: string[], options: Options) => {
  const state = stateOf(parsedOr(stackExport, await text(process.stdin), "no stack's state", usage));
  const whose = whoseOf(state, options);
  const platforms = platformsOf(state, options);
  const moved = platforms.flatMap((platform) => lookedAt(platform, state));
  const all = (await Promise.all(platforms.map((each) => leftoversAt(each, whose, state)))).flat();
  const wanted = all.filter(({ instance }) => ids.length === 0 || ids.includes(String(instance.id)));
  const missing = ids.filter((id) => !wanted.some(({ instance }) => String(instance.id) === id));
  if (missing.length > 0)
    throw new Act365Error(`instance ${missing.join(", ")} is no leftover of ${whose.project}/${whose.stack}`);
  if (options.importFile) {
    printImportFile(wanted, whose, moved);
    return;
  }
  if (options.release && (options.delete || ids.length === 0))
    throw new Act365Error(
      "nothing was changed: --release takes the tag off only where IDs say off which, and not together with --delete; look at the list, and give the IDs behind orphans",
    );
  if (options.delete && options.yes && ids.length === 0)
    throw new Act365Error(
      "--yes deletes only what is named, since an interrupted adopt may have left the tag on an instance that was there before; look at the list, and give the IDs behind orphans",
    );
  const hasChosen = options.delete ?? options.release ?? false;
  const report = { hasChosen, isPending: state.begun.length > 0 };
  console.log(options.json ? jsonOf(wanted) : reportOn(wanted, whose, report));
  if (wanted.length === 0) return;
  if (options.release) await releaseAll(wanted);
  else if (hasChosen && (await mayDelete(wanted, whose, state, moved, options))) await deleteAll(wanted);
  else process.exitCode = someLeft;
});

/** Whose state it is; the options stand in for an empty one, and must not say something else. */
function whoseOf(state: State, options: Options): Whose {
  const [project, stack] = [state.project ?? options.project, state.stack ?? options.stack];
  if (!project || !stack)
    throw new Act365Error(
      "the state is empty, so it is not known which stack it is; give --project and --stack",
    );
  if (project !== (options.project ?? project) || stack !== (options.stack ?? stack))
    throw new Act365Error(
      `standard input is the state of ${project}/${stack}, and not that of ${options.project ?? project}/${options.stack ?? stack}; select the right stack with pulumi stack select, or leave --project and --stack out`,
    );
  return { project, stack };
}

/** Each organization once that one of the state's connections leads to. */
function platformsOf(state: State, options: Options): Platform[] {
  const named = [...state.managed, ...state.begun].map(connectionOf);
  const connections = new Set([...(named.length > 0 ? named : [undefined]), ...(options.connection ?? [])]);
  const platforms = new Map<string, { client: Platform["client"]; places: Place[] }>();
  for (const connection of connections) {
    const place = { connection, baseUrl: addressOf(state, connection) };
    const client = connect(options, place);
    const { baseUrl, userSecret, organizationSecret } = client.settings;
    const key = JSON.stringify([baseUrl, userSecret, organizationSecret]);
    const platform = platforms.get(key) ?? { client, places: [] };
    platform.places.push({ ...place, baseUrl });
    platforms.set(key, platform);
  }
  return [...platforms.values()];
}

const nameOf = ({ connection }: Place): string => connection ?? "the default connection";

/** Says on standard error where it looks; answers the addresses by which the state knows its instances instead. */
function lookedAt({ client, places }: Platform, state: State): string[] {
  const { baseUrl } = client.settings;
  console.error(`looking at ${places.map(nameOf).join(", ")}: ${baseUrl}`);
  const others = places
    .flatMap(({ connection }) => addressOf(state, connection) ?? [])
    .filter((address) => !`${baseUrl}/`.startsWith(`${address.replace(/\/+$/, "")}/`));
  for (const address of others) console.error(`but the state's instances are at ${address}`);
  return others;
}

function printImportFile(wanted: readonly Leftover[], whose: Whose, moved: readonly string[]): void {
  if (moved.length > 0)
    throw new Act365Error(
      "the state's instances live at another address, so nobody can tell whether this is a leftover; run pulumi up with this address first, or give the other one with --base-url",
    );
  const imports = wanted.flatMap(({ entry }) => entry ?? []);
  for (const { instance, obstacle } of wanted)
    if (obstacle !== undefined) console.error(`left out ${instance.id}: ${comment(obstacle)}`);
  // An empty file imports nothing, so that the commands after it go on where a killed run left nothing.
  if (wanted.length === 0) console.error(reportOn(wanted, whose));
  else if (imports.length === 0) throw new Act365Error("none of the leftovers can be taken over");
  if (imports.length < wanted.length) process.exitCode = someLeft;
  console.log(importFile(imports).trimEnd());
}

async function mayDelete(
  wanted: readonly Leftover[],
  { project, stack }: Whose,
  state: State,
  moved: readonly string[],
  { yes }: Options,
): Promise<boolean> {
  if (!yes) return agreed(`Delete ${wanted.length} of ${project}/${stack}? (yes/no) `);
  if (state.managed.length === 0)
    throw new Act365Error(
      `the state of ${project}/${stack} has no connector instance, so nothing proves that it is the stack these belong to, and nothing was deleted; look at the backend with pulumi whoami --verbose, then run it at a terminal without --yes`,
    );
  if (moved.length > 0)
    throw new Act365Error(
      "the state's instances live at another address, so nothing was deleted; give that address with --base-url, or run it at a terminal without --yes, which asks",
    );
  return true;
}

/** Each is looked at once more: what another owner has taken meanwhile is left alone. */
async function deleteAll(wanted: readonly Leftover[]): Promise<void> {
  for (const { instance, tag, client, isAdopted } of wanted) {
    const id = String(instance.id);
    if (isAdopted) {
      console.error(
        `left alone ${id}: an interrupted run began to adopt it, so it was there before; --release takes the tag off`,
      );
      process.exitCode = someLeft;
      continue;
    }
    const now = await client.getInstance(id);
    if (now && isLeftAlone(now, tag)) continue;
    await client.deleteInstance(id).catch(sayHowToFindOut);
    console.error(`deleted ${id}`);
  }
}

const sayHowToFindOut = findingOut("Run the same command again to find out.");

/** Whether an instance carries another owner's tag, or ours no more. Says so. */
function isLeftAlone({ id, tags = [] }: InstanceResponse, tag: string): boolean {
  const owners = tags.filter((each) => each.startsWith("pulumi:"));
  if (owners.length === 1 && owners[0] === tag) return false;
  console.error(`left alone ${id}: its tags are ${comment(tags.join(", "))}`);
  process.exitCode = someLeft;
  return true;
}

async function releaseAll(wanted: readonly Leftover[]): Promise<void> {
  for (const { instance, tag, client } of wanted) {
    const now = await client.getInstance(String(instance.id));
    if (now) demandTags(now, tag);
    if (now && carries(now, tag) && isLeftAlone(now, tag)) continue;
    if (now) await release(client, now, tag).catch(sayHowToFindOut);
    console.error(`released ${instance.id}`);
  }
}

/** Asks at the terminal, since standard input holds the state. */
async function agreed(question: string): Promise<boolean> {
  const handles = await Promise.all([open("/dev/tty", "r"), open("/dev/tty", "w")]).catch(() => {
    throw new Act365Error(
      "there is no terminal to ask at, so nothing was deleted; run it at one, or give the IDs behind orphans, and --yes",
    );
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
