import type { Arguments } from "../arguments/check";
import type { InstanceResponse } from "../platform/answers";
import { Act365Error } from "../platform/errors";

export function leftover(found: readonly InstanceResponse[], { ownershipTag }: Arguments): Act365Error {
  const ids = found.map(({ id }) => id);
  const carry = ids.length === 1 ? `instance ${ids} carries` : `instances ${ids.join(", ")} carry`;
  return new Act365Error(
    `${carry} the ownership tag ${ownershipTag} on the platform, but this stack's state knows of none. ` +
      "That is what an interrupted run leaves behind, or another stack's of the same name on another backend. Nothing was made. " +
      // An adopted instance is released on destroy by default, and this one would be left behind a second time.
      `Either take it over with adopt: "${ids[0]}", onDestroy: "delete" (both may be taken out after that), or delete it on the platform; then run pulumi up again.`,
  );
}
