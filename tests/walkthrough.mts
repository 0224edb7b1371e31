/**
 * `npm start`: the life of an Act! 365 connector instance on a real Pulumi engine, against the simulator. Shows what
 * the CLI prints, ends with the server empty, and leaves nothing running.
 */
import { appendFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { startSimulator } from "pulumi-act365/simulator";
import { pulumi as run } from "./support/pulumi.mts";

const root = resolve(import.meta.dirname, "..");
const place = await mkdtemp(join(root, ".cache/walkthrough-"));
await mkdir(join(place, "state"));
const log = join(place, "output.log");
const simulator = await startSimulator();
const [organization] = simulator.organizations;
if (!organization) throw new Error("the simulator holds no organization");
const stack = "walkthrough";
const bold = (text: string) => (process.stdout.isTTY ? `\u001b[1m${text}\u001b[22m` : text);

function say(text: string): void {
  console.log(`\n${bold(`# ${text}`)}`);
}

/** Runs the CLI and shows what it prints; `quiet` for what nobody should see, such as a token. */
async function pulumi(args: string[], { quiet = false, shownAs = args.join(" ") } = {}): Promise<string> {
  if (!quiet) console.log(bold(`$ pulumi ${shownAs}`));
  const { stdout, text, exitCode } = await run(args, {
    cwd: root,
    isShown: !quiet,
    env: {
      PULUMI_BACKEND_URL: `file://${join(place, "state")}`,
      PULUMI_HOME: join(place, "home"),
      PULUMI_CONFIG_PASSPHRASE: stack,
    },
  });
  if (!quiet || exitCode !== 0) await appendFile(log, `$ pulumi ${shownAs}\n${text}\n`);
  if (exitCode !== 0) throw new Error(`pulumi ${shownAs} ended with ${exitCode}`);
  return stdout;
}
const change = (command: string, ...more: string[]) =>
  pulumi([command, "--yes", "--skip-preview", "--suppress-progress", ...more]);
const preview = () => pulumi(["preview", "--diff", "--suppress-progress"]);

async function contactsThrough(token: string): Promise<unknown[]> {
  const { userSecret, organizationSecret } = organization as NonNullable<typeof organization>;
  const url = `${simulator.baseUrl}/hubs/crm/contacts`;
  const headers = {
    authorization: `User ${userSecret}, Organization ${organizationSecret}, Element ${token}`,
    "content-type": "application/json",
  };
  const body = JSON.stringify({ firstName: "Ada", lastName: "Lovelace" });
  await fetch(url, { method: "POST", headers, body });
  const response = await fetch(url, { headers });
  if (!response.ok) throw new Error(`the contacts were answered ${response.status}`);
  return (await response.json()) as unknown[];
}

async function walk(): Promise<void> {
  say(`A simulator of the platform listens at ${simulator.url}; a new stack is told where it is, and whose.`);
  await rm(join(root, `Pulumi.${stack}.yaml`), { force: true });
  await pulumi(["stack", "init", stack], { quiet: true });
  const settings = [
    ["act365:baseUrl", simulator.baseUrl],
    ["act365:userSecret", organization?.userSecret ?? ""],
    ["act365:organizationSecret", organization?.organizationSecret ?? ""],
    ["apiKey", "an-act-api-key"],
    ["developerKey", "a-developer-key"],
  ] as const;
  for (const [key, value] of settings) {
    const secret = key === "act365:baseUrl" ? [] : ["--secret"];
    await pulumi(["config", "set", ...secret, key, value], {
      shownAs: `config set ${[...secret, key, secret.length > 0 ? "..." : value].join(" ")}`,
    });
  }

  say("Preview: what would be made. Nothing is sent to the platform.");
  await preview();

  say("Up: the instance is made; its token is a secret output.");
  await change("up");

  say("The token is used: a contact is made through the instance, and read.");
  const token = await pulumi(["stack", "output", "token", "--show-secrets"], { quiet: true });
  console.log(await contactsThrough(token.trim()));

  say("A key is rotated: the preview shows it without its value.");
  await pulumi(["config", "set", "--secret", "developerKey", "a-rotated-key"], {
    shownAs: "config set --secret developerKey ...",
  });
  await preview();
  await change("up");

  say("Somebody renames the instance and tags it by hand; refresh finds the drift.");
  const [instance] = simulator.instances();
  if (!instance) throw new Error("the platform holds no instance");
  simulator.edit(instance.id, (held) => {
    held.name = "renamed by hand";
    held.tags.push("added-by-hand");
  });
  await change("refresh", "--diff");

  say("The next preview shows how the program puts it back, and up does it.");
  await preview();
  await change("up");

  say("Destroy: the platform is asked what is left.");
  await change("destroy");
  await pulumi(["stack", "rm", "--yes"], { quiet: true });
  const left = simulator.instances().length;
  console.log(`instances left on the platform: ${left}`);
  if (left > 0) throw new Error("destroy left instances behind");
}

try {
  await walk();
  await rm(place, { recursive: true, force: true });
} catch (error) {
  console.error(`\nThe walkthrough failed: ${(error as Error).message}`);
  console.error(`All that the CLI printed is in ${log}`);
  process.exitCode = 1;
} finally {
  await simulator.close();
  await rm(join(root, `Pulumi.${stack}.yaml`), { force: true });
}
