import { readdir, readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { delimiter, join, resolve } from "node:path";
import { lives } from "../support/examples";
import { mustShell, packed, shell, writeAll } from "../support/foreign";
import { startLanguageHost } from "../support/languages";
import { engineEnvironment } from "../support/pulumi.mts";
import type { Stack } from "../support/stack";

const here = packed();

const program = `
config: { apiKey: { type: string, secret: true }, developerKey: { type: string, secret: true } }
resources:
  crm:
    type: act365:ConnectorInstance
    properties: { apiKey: "$\{apiKey}", developerKey: "$\{developerKey}" }
outputs: { token: "$\{crm.token}" }
`;
const { version } = require("../../package.json") as { version: string };

/** A project in YAML, which needs no SDK; brought up and down where the plugin is found in one way. */
async function upAndDown(
  name: string,
  find: (folder: string, stack: Stack) => Promise<unknown>,
  environment: Record<string, string> = {},
): Promise<void> {
  const folder = join(here.place, name);
  await writeAll(folder, { "Pulumi.yaml": `name: ${name}\nruntime: yaml\n${program}`, "package.json": "{}" });
  await lives(folder, environment, (stack) => find(folder, stack));
}

const packages = () => [here.tarball, "@pulumi/pulumi"];

test("pulumi package add writes Pulumi.yaml and makes an SDK that a program runs on", async () => {
  const folder = join(here.place, "whole");
  await writeAll(folder, {
    "Pulumi.yaml": "name: whole\nruntime: nodejs\n",
    "package.json": { name: "whole", main: "index.ts" },
    "index.ts": `
      import * as pulumi from "@pulumi/pulumi";
      import * as act365 from "./sdks/act365";
      const config = new pulumi.Config();
      const crm = new act365.ConnectorInstance("crm", {
        apiKey: config.requireSecret("apiKey"), developerKey: config.requireSecret("developerKey") });
      export const token = crm.token;`,
  });
  await mustShell(folder, "npm", "install", ...packages(), "typescript@5", "@types/node@22");
  await lives(folder, {}, async (stack) => {
    // The language hosts that this engine can be had with are too old for the command.
    await using host = await startLanguageHost("nodejs");
    const environment = { ...stack.environment, ...host.environment };
    const args = ["package", "add", "./node_modules/pulumi-act365/plugin"];
    const added = await shell(folder, "pulumi", args, environment);
    expect(added).toMatchObject({ exitCode: 0, text: expect.stringContaining("Added package Act! 365") });
    expect(await readFile(join(folder, "Pulumi.yaml"), "utf8")).toContain(
      "packages:\n  act365: ./node_modules/pulumi-act365/plugin\n",
    );
  });
});

test("npm install in the plugin's folder installs nothing, and Pulumi's host runs it", async () => {
  const folder = join(here.place, "added");
  await writeAll(folder, { "package.json": "{}" });
  await mustShell(folder, "npm", "install", ...packages());
  const plugin = join(folder, "node_modules/pulumi-act365/plugin");
  await mustShell(plugin, "npm", "install");
  expect(await readdir(join(plugin, "node_modules"))).toEqual([
    ".package-lock.json",
    "pulumi-resource-act365",
  ]);
  const host = join(folder, "node_modules/@pulumi/pulumi/cmd/run-plugin");
  // Its standard input ends at once, and it with that.
  expect(await mustShell(folder, "sh", "-c", `true | node ${host} ${plugin} 127.0.0.1:1`)).toMatch(/^\d+\n$/);
});

test("a folder below packages is enough, also in pnpm's strict node_modules", async () => {
  await upAndDown("strict", async (folder) => {
    await mustShell(
      folder,
      "npx",
      "--yes",
      "pnpm@latest",
      "--config.strict-dep-builds=false",
      "add",
      ...packages(),
    );
    const found = "packages: { act365: ./node_modules/pulumi-act365/plugin }\n";
    await writeAll(folder, { "Pulumi.yaml": `name: strict\nruntime: yaml\n${found}${program}` });
  });
});

test("a global install puts the plugin on PATH, and nothing else is needed", async () => {
  const prefix = join(here.place, "global");
  // With the oldest SDK that package.json allows.
  await mustShell(
    here.place,
    "npm",
    "install",
    "--global",
    "--prefix",
    prefix,
    here.tarball,
    "@pulumi/pulumi@3.216.0",
  );
  const PATH = [join(prefix, "bin"), engineEnvironment().PATH].join(delimiter);
  await upAndDown("global-install", async () => undefined, { PATH });
});

test("Pulumi's plugin cache takes the archive from a server, and npm does the rest", async () => {
  const archives = join(here.place, "archives");
  await mustShell(
    here.place,
    "node",
    resolve(__dirname, "../../.ci/plugin.mjs"),
    archives,
    `file:${here.tarball}`,
  );
  const server = createServer(async ({ url = "" }, response) => {
    const archive = await readFile(join(archives, decodeURIComponent(url.slice(1)))).catch(() => undefined);
    // Pulumi wants to know the length.
    response.writeHead(archive ? 200 : 404, { "content-length": archive?.length ?? 0 }).end(archive);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  try {
    await upAndDown("cached", (_, stack) =>
      stack.must("plugin", "install", "resource", "act365", version, "--server", `http://127.0.0.1:${port}`),
    );
  } finally {
    server.close();
  }
});
