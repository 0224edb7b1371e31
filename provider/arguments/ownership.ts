/**
 * The ownership tag: by it an instance on the platform is known to be a resource's. It holds what Pulumi knows the
 * resource by, its URN: `pulumi:<project>/<stack>/<name>`, with the types of its parents before the name, each followed
 * by `$`, and `@<organization>/` before the project where the program knows its Pulumi organization.
 */

/** What a state's backend without organizations is told to be in. */
const noOrganization = "organization";

/** @param urn `urn:pulumi:<stack>::<project>::<type of parent>$...$<type>::<name>`. */
export function ownershipTagOf(urn: string, organization: string = noOrganization): string {
  const [stack = "", project = "", types = "", ...name] = urn.replace(/^urn:pulumi:/, "").split("::");
  const parents = types.split("$").slice(0, -1);
  const whose = organization === noOrganization ? project : `@${organization}/${project}`;
  return `pulumi:${whose}/${stack}/${[...parents, encoded(name.join("::"))].join("$")}`;
}

/** What the tags of all of a stack's resources begin with. */
export const stackTagPrefix = (project: string, stack: string, organization = noOrganization): string =>
  ownershipTagOf(`urn:pulumi:${stack}::${project}::::`, organization);

/** The Pulumi organization that a tag names; undefined for none. */
export const organizationIn = (tag: string): string | undefined => /^pulumi:@([^/]+)\//.exec(tag)?.[1];

/** A name without the sign that ends a type, so that no two URNs have one tag, and in one line. */
const encoded = (name: string): string =>
  name.replace(/[%$\p{Cc}\u2028\u2029]/gu, (sign) => encodeURIComponent(sign));

const pathIn = (tag: string): string => tag.replace(/^pulumi:(@[^/]+\/)?[^/]+\/[^/]+\//, "");

/** The types of the parents of the resource that a tag is of, as they stand in its URN; empty for none. */
export const parentTypesIn = (tag: string): string => pathIn(tag).replace(/\$?[^$]*$/, "");

/** The name of the resource that a tag is of. */
export function resourceNameIn(tag: string): string {
  const path = pathIn(tag);
  return path.slice(path.lastIndexOf("$") + 1).replace(/(%[\dA-F]{2})+/g, decoded);
}

function decoded(signs: string): string {
  try {
    return decodeURIComponent(signs);
  } catch {
    // Somebody else wrote it.
    return signs;
  }
}

/** One with a line break or the like no resource has: somebody forged it, and a pipeline may obey what follows. */
export const isOwnershipTag = (tag: string): boolean =>
  /^pulumi:[^/]+\/[^/]+\/./.test(tag) && !/[\p{Cc}\u2028\u2029]/u.test(tag);

/** Whether two tags are of one URN, in two Pulumi organizations or in one that only one of them names. */
export const isSameButForOrganization = (one: string, other: string): boolean =>
  withoutOrganization(one) === withoutOrganization(other);

/** The tag of the same URN where no Pulumi organization is known. */
export const withoutOrganization = (tag: string): string => tag.replace(/^pulumi:@[^/]+\//, "pulumi:");

/** The tags of other owners than those that carry one of the given tags. */
export const othersAmong = (tags: readonly string[], ours: readonly unknown[]): string[] =>
  tags.filter((tag) => isOwnershipTag(tag) && !ours.includes(tag));

/**
 * What is left of our tag among tags of a platform that folds the case, cuts tags off, or splits them at a separator:
 * - `whole`: all of it, which is nobody else's.
 * - `cut`: a beginning that is no whole tag of anybody.
 * - `doubtful`: a beginning that may be the whole tag of a resource whose name ours begins with.
 */
export type Remains = "whole" | "cut" | "doubtful";

/**
 * What is left of our tag among the tags; undefined for nothing.
 *
 * @param longest the length of the longest tag on the platform, as far as it is known: one that cuts tags off cuts none
 * shorter than that.
 */
export function remainsOf(ours: string, tags: readonly string[], longest = 0): Remains | undefined {
  if (areAllOf(tags, ours)) return "whole";
  const beginnings = tags.filter((tag) => isBeginning(tag, ours));
  if (beginnings.some((tag) => !isOwnershipTag(tag))) return "cut";
  return beginnings.some((tag) => lengthOf(tag) >= longest) ? "doubtful" : undefined;
}

/** In characters. */
const lengthOf = (tag: string): number => [...tag].length;

/** The length of the longest of all the instances' tags. */
export const longestTag = (instances: readonly { readonly tags?: readonly string[] | undefined }[]): number =>
  instances.flatMap(({ tags = [] }) => tags).reduce((longest, tag) => Math.max(longest, lengthOf(tag)), 0);

const folded = (tag: string): string => tag.trim().toLowerCase();

const isBeginning = (tag: string, ours: string): boolean =>
  folded(tag).startsWith("pulumi:") && folded(ours).startsWith(folded(tag));

function areAllOf(tags: readonly string[], ours: string): boolean {
  const whole = folded(ours);
  const parts = tags.map(folded).filter((tag) => tag !== "" && whole.includes(tag));
  const rest = parts
    .sort((one, other) => other.length - one.length)
    .reduce((left, part) => left.replaceAll(part, ""), whole);
  return /^[:/$,;\s]*$/.test(rest);
}
