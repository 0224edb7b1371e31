import type { Struct as StructMessage } from "google-protobuf/google/protobuf/struct_pb";
import { type Bag, isBag } from "../arguments/paths";
import { isSecretValue } from "../arguments/secrets";
import { Struct } from "./libraries";

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
    if (isSecretValue(value)) {
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
