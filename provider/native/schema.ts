import { type FieldPath, field, fieldPaths } from "../arguments/fields";
import { DYNAMIC_TYPE, NATIVE_TYPE } from "../arguments/resource-type";
import {
  datesShape,
  foundShape,
  groupShape,
  instanceId,
  oneShape,
  outputShape,
  type Property,
  pollerShape,
  severalShape,
} from "../arguments/shapes";
import { settingShape } from "../settings/names";

/** Pulumi's description of the package: from it come every language's SDK and what editors show. */
export function schemaOf({ version, license }: { version: string; license: string }): object {
  return {
    name: "act365",
    displayName: "Act! 365",
    version,
    // The SDKs are packages that their languages' tools can take as they are.
    meta: { supportPack: true },
    description: "Act! 365 connector instances of Cloud Elements / SAP Open Connectors",
    keywords: ["act365", "cloud-elements", "open-connectors", "category/utility", "kind/native"],
    license,
    config: { variables: propertiesOf(settingShape) },
    provider: {
      description:
        "A platform, and whose instances there: by default what the stack's configuration says below `act365:`.",
      inputProperties: propertiesOf(settingShape),
      properties: propertiesOf(settingShape),
    },
    types: {
      ...typed("Events", groupShape.events.about, argumentsBelow("events.")),
      ...typed("BasicAuth", groupShape["events.basicAuth"].about, argumentsBelow("events.basicAuth.")),
      ...typed("PollerResource", "How one resource is polled.", pollerShape),
      ...typed("PollerDates", "The dates of a polled resource's records.", datesShape),
      ...typed(
        "ConnectorInstanceResult",
        "An instance of the Act! 365 connector as the platform has it.",
        foundShape,
      ),
    },
    resources: {
      [NATIVE_TYPE]: {
        description:
          "An instance of the Act! 365 connector (`actessentials`) on Cloud Elements, today also SAP Open Connectors.",
        inputProperties: propertiesOf(argumentsBelow("")),
        requiredInputs: requiredOf(argumentsBelow("")),
        properties: propertiesOf({ instanceId, ...outputShape }),
        required: requiredOf({ instanceId, ...outputShape }),
        aliases: [{ type: DYNAMIC_TYPE }],
      },
    },
    functions: {
      "act365:index:getConnectorInstance": lookup(
        "Looks one instance up by exactly one of `id` and `name`, without managing it; also in a preview.",
        oneShape,
        foundShape,
      ),
      "act365:index:getConnectorInstances": lookup(
        "Looks the instances up that match all that is given, all pages, without managing them; also in a preview.",
        severalShape,
        {
          instances: {
            type: "ConnectorInstanceResult[]",
            required: true,
            about: "In the platform's order; none is an empty list.",
          },
        },
      ),
    },
    language: {
      nodejs: { respectSchemaVersion: true },
      python: { respectSchemaVersion: true, pyproject: { enabled: true } },
      go: { respectSchemaVersion: true, generateResourceContainerTypes: true },
      csharp: { respectSchemaVersion: true, packageReferences: { Pulumi: "3.*" } },
      java: {},
    },
  };
}

type Shape = Readonly<Record<string, Property>>;

/** The arguments of a program that stand directly below a prefix, groups among them. */
function argumentsBelow(prefix: string): Shape {
  const isHere = (path: string) => path.startsWith(prefix) && !path.slice(prefix.length).includes(".");
  const own = fieldPaths
    .filter((path) => isHere(path) && isOfProgram(path))
    .map((path) => [path, described(path)] as const);
  const groups = Object.entries(groupShape).filter(([path]) => isHere(path));
  return Object.fromEntries(
    [...own, ...groups].map(([path, property]) => [path.slice(prefix.length), property]),
  );
}

/** Explicit providers stand in for `connection`; others are set by the plugin itself. */
const isOfProgram = (path: FieldPath): boolean => path !== "connection" && field(path).setBy === undefined;

function described(path: FieldPath): Property {
  const { type, required, secret, default: value, onChange, about } = field(path);
  const more = [
    value === undefined ? "" : ` Default: ${JSON.stringify(value)}.`,
    onChange === "replace" ? " A change replaces the instance." : "",
  ].join("");
  // The table's numbers are whole ones.
  return {
    type: type === "number" ? "integer" : type,
    about: about + more,
    ...(required && { required }),
    ...(secret && { secret }),
  };
}

const propertiesOf = (shape: Shape): object =>
  Object.fromEntries(
    Object.entries(shape).map(([name, { type, secret, about }]) => [
      name,
      { ...typeOf(type), description: about, ...(secret && { secret }) },
    ]),
  );

const requiredOf = (shape: Shape): string[] =>
  Object.entries(shape).flatMap(([name, { required }]) => (required ? [name] : []));

const typed = (name: string, description: string, shape: Shape): object => ({
  [`act365:index:${name}`]: {
    type: "object",
    description,
    properties: propertiesOf(shape),
    required: requiredOf(shape),
  },
});

const lookup = (description: string, inputs: Shape, outputs: Shape): object => ({
  description,
  inputs: { type: "object", properties: propertiesOf(inputs), required: requiredOf(inputs) },
  outputs: { type: "object", properties: propertiesOf(outputs), required: requiredOf(outputs) },
});

/** The table's types, as TypeScript writes them, in the schema's words. */
function typeOf(type: string): object {
  const [, inList] = /^(.+)\[\]$/.exec(type) ?? [];
  if (inList) return { type: "array", items: typeOf(inList) };
  const [, inMap] = /^Record<string, (.+)>$/.exec(type) ?? [];
  if (inMap) return { type: "object", additionalProperties: typeOf(inMap) };
  if (/^".+"$/.test(type)) return { type: "string" };
  if (type.includes(" | ")) return { oneOf: type.split(" | ").map(typeOf) };
  if (/^(string|boolean|number|integer)$/.test(type)) return { type };
  return { $ref: `#/types/act365:index:${type}` };
}
