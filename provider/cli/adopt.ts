import { Command } from "commander";
import { isOwnershipTag } from "../arguments/ownership";
import { ELEMENT_KEY, type InstanceResponse } from "../platform/answers";
import { type ConnectionOptions, connect, withConnection } from "./connection";

/** `pulumi-act365 adopt --search TEXT`: prints the program that takes over what it finds; changes nothing. */
export const adoptCommand = withConnection(
  new Command("adopt")
    .description("print the TypeScript that takes over existing Act! 365 instances")
    .option("--search <text>", "part of the instances' names; all Act! 365 instances when left out"),
).action(async ({ search, ...options }: ConnectionOptions & { search?: string }) => {
  const found = await connect(options).instances(search ? { searchText: search } : {});
  const ours = found.filter(({ element }) => element?.key === undefined || element.key === ELEMENT_KEY);
  if (ours.length === 0) {
    console.error(`no Act! 365 instance matches${search ? ` "${search}"` : ""}`);
    process.exitCode = 1;
    return;
  }
  console.log(programThatAdopts(ours));
});

/** The TypeScript that takes the given instances over; one that another stack claims becomes a comment. */
export function programThatAdopts(instances: readonly InstanceResponse[]): string {
  const taken = new Set(["config", "pulumi"]);
  const resources = instances.map((instance) => {
    const owner = instance.tags?.find(isOwnershipTag);
    if (owner) return `// ${instance.id} belongs to another stack already: ${oneLine(owner)}`;
    return resource(instance, unusedName(instance.name, taken));
  });
  return [
    'import * as pulumi from "@pulumi/pulumi";',
    'import { ConnectorInstance } from "pulumi-act365";',
    "",
    "const config = new pulumi.Config();",
    "",
    ...resources,
  ].join("\n");
}

function resource({ id, name, tags = [] }: InstanceResponse, variable: string): string {
  const shown = tags.filter((tag) => tag !== name);
  return [
    `// pulumi config set --secret ${variable}ApiKey`,
    `// pulumi config set --secret ${variable}DeveloperKey`,
    // Not exported: a whole instance among the stack's outputs would drown them.
    `const ${variable} = new ConnectorInstance(${JSON.stringify(variable)}, {`,
    `  adopt: "${id}",`,
    `  apiKey: config.requireSecret("${variable}ApiKey"),`,
    `  developerKey: config.requireSecret("${variable}DeveloperKey"),`,
    `  name: ${JSON.stringify(name)},`,
    ...(shown.length > 0 ? [`  tags: ${JSON.stringify(shown)},`] : []),
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

const oneLine = (text: string): string => JSON.stringify(text).slice(1, -1);
