import { onDestroyIn } from "../arguments/compare";
import { field, fieldPaths } from "../arguments/fields";
import { at, type Bag, isBag } from "../arguments/paths";
import { NATIVE_TYPE, partsOf } from "../arguments/resource-type";
import type { Step } from "./preview";
import { code, shortened } from "./text";

/** How many properties one cell of the table names. */
const mostInShort = 12;

/** Why a resource is replaced, what a new instance is called, else which properties change. */
export function inShort(step: Step): string {
  const { replaceReasons, detailedDiff, isDrift, op } = step;
  const changed = Object.keys(detailedDiff ?? {}).toSorted();
  if (isDrift) return list(changed.map(code));
  if (op === "create" && step.isOurs) return list(introductionOf(step.newState?.inputs ?? {}));
  if (!replaceReasons?.length) return list(changed.map(code));
  // The engine gives `id` as the reason when it was told to replace, by `--replace` or `pulumi state taint`.
  if (replaceReasons.includes("id") && !changed.includes("id")) return "because it was asked for";
  return `because of ${replaceReasons.toSorted().map(code).join(", ")}`;
}

const list = (entries: readonly string[]): string =>
  [
    ...entries.slice(0, mostInShort),
    ...(entries.length > mostInShort ? [`… and ${entries.length - mostInShort} more`] : []),
  ].join("<br>");

/** By what a reviewer knows an instance that is not there yet. */
const introductionOf = (inputs: Bag): string[] =>
  ["name", "tags", "connection"].flatMap((path) => {
    const value = at(inputs, path);
    const isEmpty = value === undefined || (Array.isArray(value) && value.length === 0);
    return isEmpty ? [] : [`${path} ${shown(value)}`];
  });

/** What happens to the instances on the platform, where the engine's word for the step does not say it. */
export function fatesOf(step: Step): string[] {
  const { op, oldState, newState, isDrift } = step;
  if (!step.isOurs) return [];
  const instance = `instance ${code(oldState?.id ?? "")}`;
  if (isDrift)
    return op === "delete" ? [`${instance} is not there any more; a refresh takes it out of the state`] : [];
  const adopted = newState?.inputs.adopt;
  const takesOver =
    adopted === undefined
      ? []
      : [
          `takes over instance ${shown(adopted)} with its token, and writes what differs there of ${writtenTo(
            newState?.inputs ?? {},
          )
            .map(code)
            .join(", ")}`,
        ];
  if (op === "create") return takesOver;
  if (op === "update") return isRotation(step) ? [`${instance} stays, with its id and its token`] : [];
  if (op !== "delete" && op !== "replace") return [];
  const known = oldState?.outputs ?? {};
  const stays = oldState?.retainOnDelete || onDestroyIn(known) === "release";
  const fate = stays ? `${instance} stays on the platform` : `${instance} is deleted, and its token with it`;
  if (op === "delete") return [fate];
  return [
    fate,
    ...(adopted === undefined ? ["the new instance gets another id and another token"] : takesOver),
    ...(isAskedOfPlugin(step) && adopted === undefined
      ? ["the resource needs the option `deleteBeforeReplace: true` for this; without it `pulumi up` refuses"]
      : []),
  ];
}

/** Whether the engine replaces without asking the plugin how, and so creates first; a preview does not tell that. */
const isAskedOfPlugin = ({ urn, replaceReasons }: Step): boolean =>
  partsOf(urn).type === NATIVE_TYPE && (replaceReasons ?? ["id"]).includes("id");

/** The arguments that an adoption sends: what stands in the program, or is its default. */
const writtenTo = (inputs: Bag): string[] =>
  fieldPaths.filter((path) => !("ours" in field(path).wire) && at(inputs, path) !== undefined);

/** The credentials for Act! are the arguments without which there is no instance. */
const isRotation = ({ detailedDiff }: Step): boolean =>
  fieldPaths.some(
    (path) => field(path).required && field(path).secret && Object.hasOwn(detailedDiff ?? {}, path),
  );

export function changesOf({ detailedDiff, oldState, newState }: Step): string[] {
  const paths = Object.entries(detailedDiff ?? {}).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return paths.flatMap(([path, { kind, inputDiff }]) => {
    const [before, after] = [oldState, newState].map((each) =>
      valueAt(inputDiff === false ? each?.outputs : each?.inputs, path),
    );
    if (kind.startsWith("add"))
      return leavesOf(path, after).map(([leaf, value]) => `${code(leaf)}: + ${shown(value)}`);
    if (kind.startsWith("delete"))
      return leavesOf(path, before).map(([leaf, value]) => `${code(leaf)}: - ${shown(value)}`);
    return [`${code(path)}: ${shown(before)} → ${shown(after)}`];
  });
}

/** The engine shows an object that comes or goes as one; each of its values gets a line of its own. */
function leavesOf(path: string, value: unknown): [path: string, value: unknown][] {
  if (!isBag(value) || Object.keys(value).length === 0) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) =>
    leavesOf(/^\w+$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`, inner),
  );
}

/** The value at a path in the engine's form, such as `configuration["pagination.max"]` or `tags[0]`. */
function valueAt(inputs: unknown, path: string): unknown {
  const keys = [...path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g)];
  return keys.reduce<unknown>((value, [, quoted, index, plain]) => {
    if (value === secret) return value;
    const key = quoted ?? index ?? plain ?? "";
    const holder = Object(value) as Record<string, unknown>;
    return Object.hasOwn(holder, key) ? holder[key] : undefined;
  }, inputs);
}

/** What the engine shows for a secret. */
const secret = "[secret]";
/** What the engine shows for a value that is not known yet. */
const unknown = /^(04da6b54|\[unknown\])/;

function shown(value: unknown): string {
  if (value === undefined || (typeof value === "string" && unknown.test(value))) return "(known after apply)";
  if (value === secret) return secret;
  return code(shortened(JSON.stringify(value), 200));
}
