/**
 * `npm run installs`: the package from its tarball under every way of installing it and every kind of program, each up
 * and down on the real engine. Beside `npm test`, since it is the package managers that take the time.
 */
import { rm } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { lives } from "../support/examples";
import { mustShell, newTsconfig, packed, shell, writeAll } from "../support/foreign";
import { engineEnvironment } from "../support/pulumi.mts";
import { Stack, settingsFor, startCanarySimulator } from "../support/stack";

const here = packed();

type Files = Record<string, string | object>;

const keys = 'apiKey: config.requireSecret("apiKey"), developerKey: config.requireSecret("developerKey")';
const body = `const config = new pulumi.Config();\nconst crm = new ConnectorInstance("crm", { ${keys} });\n`;
const imports =
  'import * as pulumi from "@pulumi/pulumi";\nimport { ConnectorInstance } from "pulumi-act365";\n';

/** A project of one kind of program; its main is what each test installs the dependencies beside. */
const kinds: Readonly<Record<string, Files>> = {
  "CommonJS TypeScript": {
    "package.json": { name: "foreign", main: "index.ts" },
    "tsconfig.json": newTsconfig,
    "index.ts": `${imports}${body}export const token: pulumi.Output<string> = crm.token;\n`,
  },
  "ESM TypeScript": {
    "package.json": { name: "foreign", type: "module", main: "index.ts" },
    "tsconfig.json": {
      compilerOptions: { strict: true, target: "es2022", module: "nodenext" },
      files: ["index.ts"],
    },
    "index.ts": `${imports}${body}export const token: pulumi.Output<string> = crm.token;\n`,
  },
  "plain JavaScript": {
    "package.json": { name: "foreign", main: "index.js" },
    "index.js": `const pulumi = require("@pulumi/pulumi");\nconst { ConnectorInstance } = require("pulumi-act365");\n${body}exports.token = crm.token;\n`,
  },
};

const install: Readonly<Record<string, (folder: string, ...packages: string[]) => Promise<string>>> = {
  npm: (folder, ...packages) => mustShell(folder, "npm", "install", ...packages),
  pnpm: (folder, ...packages) =>
    mustShell(folder, "npx", "--yes", "pnpm@latest", "--config.strict-dep-builds=false", "add", ...packages),
  yarn: (folder, ...packages) => mustShell(folder, "npx", "--yes", "yarn@1", "add", ...packages),
};

const project = async (name: string, files: Files): Promise<string> => {
  const folder = join(here.place, name.replaceAll(/\W+/g, "-"));
  await writeAll(folder, { "Pulumi.yaml": "name: foreign\nruntime: nodejs\n", ...files });
  return folder;
};

test.each([
  // With the oldest Pulumi that is promised.
  ["npm", "ESM TypeScript", "@pulumi/pulumi@3.216.0"],
  ["pnpm", "CommonJS TypeScript", "@pulumi/pulumi"],
  ["pnpm", "ESM TypeScript", "@pulumi/pulumi"],
  ["yarn", "CommonJS TypeScript", "@pulumi/pulumi"],
] as const)("installed by %s, it serves a stack in %s", async (manager, kind, pulumi) => {
  const folder = await project(`${manager} ${kind}`, kinds[kind] ?? {});
  await install[manager]?.(folder, here.tarball, pulumi, "typescript@5", "@types/node@22");
  await lives(folder);
});

test.each(["22.12.0", "22", "26"])("it serves a stack on Node %s", async (version) => {
  const folder = await project(`node ${version}`, kinds["plain JavaScript"] ?? {});
  await install.npm?.(folder, here.tarball, "@pulumi/pulumi", `node@${version}`);
  const bin = join(folder, "node_modules/.bin");
  const { text } = await shell(folder, join(bin, "node"), ["--version"]);
  expect(text).toMatch(new RegExp(`^v${version}\\b`));
  await lives(folder, { PATH: [bin, engineEnvironment().PATH, process.env.PATH].join(delimiter) });
});

/** A user's own package of components, in the same folder as the stack, which depends on ours. */
async function componentBeside(folder: string): Promise<void> {
  await writeAll(folder, {
    "component/package.json": {
      name: "component",
      version: "1.0.0",
      main: "index.js",
      dependencies: { "pulumi-act365": `file:${here.tarball}`, "@pulumi/pulumi": "^3.216.0" },
    },
    "component/index.js": `
      const pulumi = require("@pulumi/pulumi");
      const { ConnectorInstance } = require("pulumi-act365");
      exports.Crm = class extends pulumi.ComponentResource {
        constructor(name, args, options) {
          super("component:index:Crm", name, {}, options);
          this.token = new ConnectorInstance(name, args, { parent: this }).token;
          this.registerOutputs({ token: this.token });
        }
      };
    `,
  });
  await mustShell(join(folder, "component"), "npm", "pack", "--silent");
}

const componentStack: Files = {
  "package.json": { name: "foreign", main: "index.js" },
  "index.js": `const pulumi = require("@pulumi/pulumi");\nconst { Crm } = require("component");\nconst config = new pulumi.Config();\nexports.token = new Crm("crm", { ${keys} }).token;\n`,
};

test("inside a user's package of components it serves a stack under npm", async () => {
  const folder = await project("component npm", componentStack);
  await componentBeside(folder);
  await install.npm?.(folder, "./component/component-1.0.0.tgz", "@pulumi/pulumi");
  await lives(folder);
});

test("inside a package of components under pnpm it tells what to do, and that works", async () => {
  const folder = await project("component pnpm", componentStack);
  await componentBeside(folder);
  await install.pnpm?.(folder, "./component/component-1.0.0.tgz", "@pulumi/pulumi");
  {
    await using simulator = await startCanarySimulator();
    const stack = await Stack.at(folder, settingsFor(simulator));
    const { exitCode, text } = await stack.run("preview");
    expect(exitCode).not.toBe(0);
    expect(text).toContain("run in the project's folder: npm install pulumi-act365");
    await stack.must("stack", "rm", "--yes", "--force");
    await rm(join(folder, "state"), { recursive: true });
  }
  await install.pnpm?.(folder, here.tarball);
  await lives(folder);
});

test("beside a second copy of Pulumi it works", async () => {
  const folder = await project("two copies", componentStack);
  await componentBeside(folder);
  await install.npm?.(folder, "./component/component-1.0.0.tgz", "@pulumi/pulumi@3.216.0");
  await install.npm?.(join(folder, "node_modules/component"), "@pulumi/pulumi@latest");
  await lives(folder);
});
