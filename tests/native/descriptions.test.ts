import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import * as ts from "typescript";
import { field, fieldPaths } from "../../provider/arguments/fields";
import {
  datesShape,
  foundShape,
  groupShape,
  instanceId,
  outputShape,
  type Property,
  pollerShape,
  severalShape,
} from "../../provider/arguments/shapes";

/** The docstrings of a file's classes and interfaces, by owner and property; without their tags. */
function docstringsOf(file: string): Record<string, Record<string, string>> {
  const path = resolve(__dirname, "../../provider/program", file);
  const source = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);
  const owners = source.statements.filter(
    (each) => ts.isInterfaceDeclaration(each) || ts.isClassDeclaration(each),
  );
  return Object.fromEntries(
    owners.map((owner) => [
      owner.name?.text ?? "",
      Object.fromEntries(
        [...owner.members].flatMap((member) => {
          const [doc] = ts.getJSDocCommentsAndTags(member);
          const words = doc && ts.isJSDoc(doc) ? ts.getTextOfJSDocComment(doc.comment) : undefined;
          return member.name && words !== undefined
            ? [[member.name.getText(), words.replaceAll(/\s+/g, " ")]]
            : [];
        }),
      ),
    ]),
  );
}

const docstrings = {
  ...docstringsOf("connector-instance-args.ts"),
  ...docstringsOf("connector-instance.ts"),
  ...docstringsOf("lookups.ts"),
};

const below = (prefix: string): Record<string, Pick<Property, "about">> =>
  Object.fromEntries(
    [...fieldPaths.filter((path) => field(path).setBy === undefined), ...Object.keys(groupShape)]
      .filter((path) => path.startsWith(prefix) && !path.slice(prefix.length).includes("."))
      .map((path) => [
        path.slice(prefix.length),
        path in groupShape
          ? groupShape[path as keyof typeof groupShape]
          : field(path as (typeof fieldPaths)[number]),
      ]),
  );

// What editors show of the class, they show in every language: the schema says what the table says.
test.each<[string, Record<string, Pick<Property, "about">>]>([
  ["ConnectorInstanceArgs", below("")],
  ["EventsArgs", below("events.")],
  ["BasicAuthArgs", below("events.basicAuth.")],
  ["PollerResource", pollerShape],
  ["PollerDates", datesShape],
  ["ConnectorInstance", { ...outputShape, instanceId }],
  ["ConnectorInstanceResult", foundShape],
  ["GetConnectorInstancesArgs", severalShape],
])("each docstring of %s begins with the words of the table", (owner, shape) => {
  const found = docstrings[owner] ?? {};
  const wrong = Object.entries(shape)
    .filter(([name, { about }]) => !found[name]?.startsWith(about))
    .map(([name, { about }]) => [name, found[name], about]);
  expect(wrong).toEqual([]);
});
