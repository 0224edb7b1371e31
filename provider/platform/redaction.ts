/** Takes every given secret out of a text, also where it stands escaped as in JSON, HTML or a URL, or as base64. */
export function redact(text: string, secrets: Iterable<string>): string {
  const forms = [...secrets].filter((secret) => secret !== "").flatMap(formsOf);
  return [...new Set(forms)]
    .sort((one, other) => other.length - one.length)
    .reduce((result, form) => result.replaceAll(form, "[secret]"), text);
}

function formsOf(secret: string): string[] {
  const encoded = encodeURIComponent(secret.toWellFormed());
  const base64 = Buffer.from(secret).toString("base64");
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    secret.replaceAll(/[&<>"']/g, (character) => `&${entities.get(character)};`),
    encoded,
    encoded.replaceAll(/%../g, (each) => each.toLowerCase()),
    new URLSearchParams([["", secret.toWellFormed()]]).toString().slice(1),
    base64,
    base64.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, ""),
  ];
}

const entities = new Map([
  ["&", "amp"],
  ["<", "lt"],
  [">", "gt"],
  ['"', "quot"],
  ["'", "#39"],
]);

const secretKey = /secret|token|password|authorization|signature\.key|callback\.headers|^username$/i;

/** Shorter texts are such as "true" or "none"; to take those out would spoil every message. */
export const leastCharacters = 6;

/** The texts in a JSON value, at any depth, below keys whose names say that a secret stands there. */
export function secretsWithin(value: unknown, isSecret = false): string[] {
  if (typeof value === "string") return isSecret && value.length >= leastCharacters ? [value] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    secretsWithin(inner, isSecret || secretKey.test(key)),
  );
}
