/** Secrets as the engine keeps them: it knows them by a signature, and copies it where the plugin drops it. */
import type { Bag } from "./plugin.mts";

const signature = "4dabf18193072939515e22adb298388d";

const isBag = (value: unknown): value is Bag =>
  typeof value === "object" && value !== null && !Array.isArray(value);
export const isSecret = (value: unknown): value is { value: unknown } => isBag(value) && signature in value;
export const secret = (value: unknown): Bag => ({ [signature]: "1b47061264138c4ac30d75fd1eb44270", value });

/** Without the marks, as a plugin gets them. */
export function plain<T>(value: T): T {
  if (isSecret(value)) return plain(value.value) as T;
  if (Array.isArray(value)) return value.map(plain) as T;
  if (!isBag(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, each]) => each !== undefined)
      .map(([key, each]) => [key, plain(each)]),
  ) as T;
}

/** With the marks of another bag, at any depth: what the engine does with the inputs of a check. */
export function annotated(bag: Bag, marked: Bag, always: readonly string[] = []): Bag {
  return Object.fromEntries(
    Object.entries(bag).map(([key, value]) => {
      const other = marked[key];
      if (isSecret(value)) return [key, value];
      if (isSecret(other) || always.includes(key)) return [key, secret(value)];
      return [key, isBag(value) && isBag(other) ? annotated(value, other) : value];
    }),
  );
}

/** With the marks of the inputs of the same name, and those that the class asks for: what becomes of outputs. */
export const sealedAt = (bag: Bag, inputs: Bag): Bag =>
  Object.fromEntries(
    Object.entries(bag).map(([key, value]) => {
      const isMarked = isSecret(inputs[key]) || ["apiKey", "developerKey", "token"].includes(key);
      return [key, isMarked && !isSecret(value) ? secret(value) : value];
    }),
  );

/** What is not encrypted in a state. */
export const readable = (value: unknown): string =>
  JSON.stringify(value, (_, each) => (isSecret(each) ? "[secret]" : each)) ?? "";
