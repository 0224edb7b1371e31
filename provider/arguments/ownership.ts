/** The ownership tag's form; the parts are the project, the stack and the resource's name. */
export const ownershipTagOf = (project: string, stack: string, resource: string): string =>
  `pulumi:${project}/${stack}/${resource}`;
export const isOwnershipTag = (tag: string): boolean => /^pulumi:[^/]+\/[^/]+\/./.test(tag);
