import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { canaries, keys, leaksIn, Stack, settingsFor, startCanarySimulator } from "../support/stack";
import { pictureOf } from "../support/terminal";

// `npm run picture` draws it anew.
const file = join(__dirname, "picture.svg");

test("README's picture is what the engine prints of a create and of a rotated key", async () => {
  await using simulator = await startCanarySimulator();
  await using stack = await Stack.create(
    `const crm = new ConnectorInstance("crm", { ${keys}, tags: ["sales"] }); exports.token = crm.token;`,
    settingsFor(simulator),
  );
  const create = await stack.preview("--color", "always");
  await stack.up();
  await stack.configure({ developerKey: canaries.rotatedKey });
  const rotation = await stack.preview("--color", "always");
  const shown = [
    command("pulumi preview --diff"),
    create.text,
    command("pulumi up --yes"),
    command("pulumi config set --secret developerKey"),
    command("pulumi preview --diff"),
    // The platform gives each instance another id.
    rotation.text.replace(/\[id=\d+\]/, "[id=12345]"),
  ].join("\n");
  expect(leaksIn(shown + stack.printed, simulator)).toEqual([]);

  const picture = pictureOf(shown, "A new connector instance and a rotated key in Pulumi's previews");
  if (process.env.UPDATE_PICTURE) await writeFile(file, picture);
  expect(picture).toBe(await readFile(file, "utf8"));
});

const command = (text: string): string => `\u001b[2m$\u001b[0m \u001b[1m${text}\u001b[0m`;
