import { Command } from "commander";
import { isOwnershipTag } from "../arguments/ownership";
import { DYNAMIC_TYPE, NATIVE_TYPE } from "../arguments/resource-type";
import { isSayable } from "../arguments/rules";
import { type InstanceResponse, isAct365 } from "../platform/answers";
import { type ConnectionOptions, connect, withConnection } from "./connection";
import { exitCodes } from "./exit";
import { importFile } from "./import-file";
import { comment, literal } from "./text";

interface Options extends ConnectionOptions {
  search?: string;
  connection?: string;
  importFile?: boolean;
}

/** `pulumi-act365 adopt --search TEXT`: prints the program that takes over what it finds; changes nothing. */
export const adoptCommand = withConnection(
  new Command("adopt")
    .description("print the program, or the import file, that takes over existing Act! 365 instances")
    .option("--search <text>", "part of the instances' names; all Act! 365 instances when left out")
    .option("--connection <name>", "the stack's connection to look at; its default one when left out")
    .option("--import-file", "print a file for pulumi import --file instead (CLI 3.254 or newer)")
    .addHelpText("after", exitCodes({ 0: "something is printed", 1: "an error, or nothing to take over" })),
).action(async ({ search, connection, ...options }: Options) => {
  const found = await connect(options, { connection }).instances(search ? { searchText: search } : {});
  const candidates = candidatesAmong(found.filter(isAct365));
  if (
    candidates.every(({ owner }) => owner !== undefined) &&
    (options.importFile || candidates.length === 0)
  ) {
    console.error(
      search
        ? `no Act! 365 instance matches ${literal(search)}`
        : "no Act! 365 instance is there to take over",
    );
    process.exitCode = 1;
  } else if (options.importFile) {
    console.log(fileThatAdopts(candidates, connection).trimEnd());
    for (const { instance, owner } of candidates)
      if (owner !== undefined) console.error(`left out ${instance.id}: it belongs to ${comment(owner)}`);
  } else console.log(programThatAdopts(candidates, connection));
});

interface Candidate {
  readonly instance: InstanceResponse;
  /** The variable and the Pulumi resource's name. */
  readonly variable: string;
  /** The tag of the stack that claims it already. */
  readonly owner: string | undefined;
}

function candidatesAmong(instances: readonly InstanceResponse[]): Candidate[] {
  const taken = new Set(["config", "pulumi"]);
  return instances.map((instance) => {
    const owner = instance.tags?.find(isOwnershipTag);
    return { instance, owner, variable: owner === undefined ? unusedName(instance.name, taken) : "" };
  });
}

/** The TypeScript that takes the given instances over; one that another stack claims becomes a comment. */
function programThatAdopts(candidates: readonly Candidate[], connection: string | undefined): string {
  const free = candidates.filter(({ owner }) => owner === undefined);
  return [
    'import * as pulumi from "@pulumi/pulumi";',
    'import { ConnectorInstance } from "pulumi-act365";',
    "",
    "const config = new pulumi.Config();",
    "",
    ...candidates.map(({ instance, owner, variable }) =>
      owner === undefined
        ? resource(instance, variable, connection)
        : `// ${instance.id} belongs to another stack already: ${comment(owner)}`,
    ),
    ...(free.length > 0
      ? ["// In a stack of the plugin (YAML, Python, Go and others) Pulumi writes the program:"]
      : []),
    ...free.map(({ instance, variable }) => `// pulumi import ${NATIVE_TYPE} ${variable} ${instance.id}`),
  ].join("\n");
}

/** The same for a stack's state: as if the program had adopted them, without their keys. */
const fileThatAdopts = (candidates: readonly Candidate[], connection: string | undefined): string =>
  importFile(
    candidates
      .filter(({ owner }) => owner === undefined)
      .map(({ instance, variable }) => ({
        type: DYNAMIC_TYPE,
        name: variable,
        instance,
        args: {
          adopt: String(instance.id),
          onDestroy: "release",
          ...(connection !== undefined && { connection }),
        },
      })),
  );

function resource({ id, name, tags = [] }: InstanceResponse, variable: string, connection?: string): string {
  const shown = tags.filter((tag) => tag !== name);
  return [
    `// pulumi config set --secret ${variable}ApiKey`,
    `// pulumi config set --secret ${variable}DeveloperKey`,
    // Not exported: a whole instance among the stack's outputs would drown them.
    `const ${variable} = new ConnectorInstance(${literal(variable)}, {`,
    `  adopt: "${id}",`,
    `  apiKey: config.requireSecret("${variable}ApiKey"),`,
    `  developerKey: config.requireSecret("${variable}DeveloperKey"),`,
    // What no program may say stays as it is on the platform.
    ...(isSayable("name", name) ? [`  name: ${literal(name)},`] : []),
    ...(shown.length > 0 && isSayable("tags", shown) ? [`  tags: ${literal(shown)},`] : []),
    ...(connection === undefined ? [] : [`  connection: ${literal(connection)},`]),
    "});",
    "",
  ].join("\n");
}

/** A camel-case identifier from an instance's name, with a number behind it where it is taken. */
function unusedName(name: string, taken: Set<string>): string {
  const words = name.normalize("NFKD").match(/[A-Za-z0-9]+/g) ?? [];
  const camel = words
    .map((word, index) => {
      const lower = word.toLowerCase();
      return index === 0 ? lower : lower.charAt(0).toUpperCase() + lower.slice(1);
    })
    .join("");
  const stem = /^[a-z]/.test(camel) ? camel : `instance${camel}`;
  let candidate = stem;
  for (let number = 2; taken.has(candidate) || reserved.has(candidate); number++)
    candidate = `${stem}${number}`;
  taken.add(candidate);
  return candidate;
}

// The words that no variable of a strict module can be called, and the names that CommonJS gives a module.
const reserved = new Set(
  "arguments await break case catch class const continue default delete do else enum eval export exports extends false finally for function if implements import in instanceof interface let module new null package private protected public require return static super switch this throw true try typeof undefined var void while with yield".split(
    " ",
  ),
);
