/** A program of a scenario in the words of the class. */

import { isSecret } from "./secrets.mts";
import type { Declared, Program } from "./stack.mts";

const head = `const pulumi = require("@pulumi/pulumi");
const { ConnectorInstance } = require("pulumi-act365");
const parts = new Map();
const below = (types) => types.reduce((parent, type) => {
  const key = (parent ? parent.key : "") + type;
  if (!parts.has(key)) parts.set(key, Object.assign(new pulumi.ComponentResource(type, key, {}, parent && { parent }), { key }));
  return parts.get(key);
}, undefined);
`;

export const textOf = (program: Program): string => head + program.map(declaration).join("");

function declaration({ name, parents = [], args, aliases = [], retainOnDelete }: Declared): string {
  const others = aliases.map((alias) => {
    const parent =
      alias.parents && (alias.parents.length === 0 ? "pulumi.rootStackResource" : below(alias.parents));
    return `{ ${alias.name === undefined ? "" : `name: ${JSON.stringify(alias.name)}, `}${parent ? `parent: ${parent}` : ""} }`;
  });
  const options = [
    ...(parents.length > 0 ? [`parent: ${below(parents)}`] : []),
    ...(others.length > 0 ? [`aliases: [${others}]`] : []),
    ...(retainOnDelete ? ["retainOnDelete: true"] : []),
  ];
  return `new ConnectorInstance(${JSON.stringify(name)}, ${literal(args)}, { ${options.join(", ")} });\n`;
}

const below = (types: readonly string[]): string => `below(${JSON.stringify(types)})`;

function literal(value: unknown): string {
  if (isSecret(value)) return `pulumi.secret(${literal(value.value)})`;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([key, each]) => `${JSON.stringify(key)}: ${literal(each)}`)
    .join(", ")} }`;
}
