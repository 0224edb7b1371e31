import type { InstanceResponse } from "../platform/answers";
import { isOwnershipTag } from "./ownership";

/**
 * What a lookup takes and answers, whichever door it comes through.
 *
 * @throws what is wrong with its arguments: a program in JavaScript, or one that casts, may pass anything.
 */
export function demand(lookup: string, args: object, names: readonly string[]): void {
  const isText = (value: unknown) => typeof value === "string" && value.trim() !== "";
  for (const [name, value] of Object.entries(args)) {
    if (!names.includes(name))
      throw new Error(`${lookup}: unknown argument ${JSON.stringify(name)}; known are ${names.join(", ")}`);
    if (name === "tags" && Array.isArray(value) && value.every(isText)) continue;
    if (value !== undefined && (name === "tags" || !isText(value)))
      throw new Error(
        `${lookup}: ${name} must be ${name === "tags" ? "a list of strings" : "a string"} and not empty`,
      );
  }
}

/** What a program is told of an instance; whoever hands the token on marks it. */
export function described({ id, name, tags = [], token = "", ...facts }: InstanceResponse) {
  const { valid, disabled, createdDate } = facts;
  const ownershipTag = tags.find(isOwnershipTag);
  return {
    id: String(id),
    instanceId: id,
    name,
    tags: tags.filter((tag) => !isOwnershipTag(tag)),
    token,
    ...(ownershipTag !== undefined && { ownershipTag }),
    ...(valid !== undefined && { valid }),
    ...(disabled !== undefined && { disabled }),
    ...(createdDate !== undefined && { createdDate }),
  };
}
