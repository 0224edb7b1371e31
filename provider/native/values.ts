import type { Struct as StructMessage } from "google-protobuf/google/protobuf/struct_pb";
import { type Bag, isBag, UNKNOWN } from "../arguments/paths";
import { Struct } from "./libraries";

const signature = "4dabf18193072939515e22adb298388d";
const isSecret = (value: unknown): value is { value: unknown } =>
  isBag(value) && value[signature] === "1b47061264138c4ac30d75fd1eb44270";

/** What the engine takes for a secret value, also of a value that is not known yet. */
export const secretOf = (value: unknown) => ({ [signature]: "1b47061264138c4ac30d75fd1eb44270", value });

/** Properties as the engine hands them over, opened. */
export interface Opened {
  readonly bag: Bag;
  /** Where secrets stood, such as `events.callbackUrl`; those of a list stand for the whole list. */
  readonly secrets: readonly string[];
}

/** Opens a message's properties; those that the engine left out are none. */
export function opened(struct: StructMessage | undefined): Opened {
  const secrets = new Set<string>();
  const open = (value: unknown, path: string): unknown => {
    if (isSecret(value)) {
      secrets.add(path);
      return open(value.value, path);
    }
    if (Array.isArray(value)) return value.map((each) => open(each, path));
    if (!isBag(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key, open(each, path === "" ? key : `${path}.${key}`)]),
    );
  };
  const bag = open(struct?.toJavaScript() ?? {}, "") as Bag;
  return { bag, secrets: [...secrets] };
}

/** A message's properties; whoever calls has marked the secrets that are known. */
export const structOf = (properties: Bag): StructMessage =>
  Struct.fromJavaScript(withoutUndefined(properties) as Parameters<typeof Struct.fromJavaScript>[0]);

const withoutUndefined = (bag: Bag): Bag =>
  Object.fromEntries(Object.entries(bag).filter(([, value]) => value !== undefined));

/** Marks as secret what a preview does not know yet, at the given paths. */
export function sealedUnknowns(
  properties: Bag,
  paths: readonly string[],
  prefix = "",
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(properties).map(([key, value]) => {
      const path = prefix + key;
      if (value === UNKNOWN && paths.includes(path)) return [key, secretOf(value)];
      return [key, isBag(value) && !isSecret(value) ? sealedUnknowns(value, paths, `${path}.`) : value];
    }),
  );
}
