import { field, fieldPaths } from "./fields";
import { at, type Bag, isBag } from "./paths";

/** Where secrets stand in a set of properties. */
export const secretPaths: readonly string[] = [...fieldPaths.filter((path) => field(path).secret), "token"];

/** What the engine takes for a secret value in what a provider answers. */
const secretOf = (value: unknown) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});

/** Marks every secret of a set of properties, and leaves out what is undefined, which the plugin host cannot carry. */
export function sealed(properties: Bag, prefix = ""): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => {
        const path = prefix + key;
        if (secretPaths.includes(path)) return [key, secretOf(value)];
        return [key, isBag(value) ? sealed(value, `${path}.`) : value];
      }),
  );
}

/** Every secret text in a set of properties: what no error may show. */
export const secretsIn = (properties: Bag): string[] =>
  secretPaths.map((path) => at(properties, path)).filter((value) => typeof value === "string");
