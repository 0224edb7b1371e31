import type { Organization, Settings, User } from "../options";
import type { StoredInstance } from "./instance";
import { PlatformError } from "./refusals";
import type { World } from "./world";

/** Who calls, and through which instance if a token says so. */
export interface Caller {
  readonly organization: Organization;
  readonly user: User;
  readonly instance?: StoredInstance;
}

/** Who may call, and what they see. */
export class Callers {
  readonly #settings: Settings;
  readonly #world: World;
  readonly #deactivated = new Set<number>();

  constructor(settings: Settings, world: World) {
    this.#settings = settings;
    this.#world = world;
  }

  /**
   * PLATFORM.md 1: `User x, Organization y`, in either order; PLATFORM.md 6: `Element z` beside them, or beside the User alone.
   *
   * @throws PlatformError 401 (PLATFORM.md 3), for the token of a deleted instance too.
   */
  authenticate(header: string | undefined): Caller {
    const parts = new Map(
      (header ?? "").split(",").map((part) => part.trim().split(" ", 2) as [string, string | undefined]),
    );
    const [user, secret, token] = ["User", "Organization", "Element"].map((name) => parts.get(name));
    const known = this.#settings.organizations
      .flatMap((organization) =>
        [organization, ...organization.colleagues].map((each) => ({ organization, user: each })),
      )
      .filter(
        ({ user: { userId, userSecret, organizationSecret } }) =>
          userSecret === user &&
          (organizationSecret === secret || (secret === undefined && token !== undefined)) &&
          // UNKNOWN: what a deactivated user's calls are answered; here its secret is worth nothing.
          !this.#deactivated.has(userId),
      );
    const [caller] = known;
    if (!caller) throw new PlatformError(401, "Invalid Organization or User secret.");
    if (token === undefined) return caller;
    for (const each of known)
      for (const instance of this.#world.now.values())
        if (instance.token === token && this.sees(each, instance)) return { ...each, instance };
    throw new PlatformError(401, "Invalid Element token.");
  }

  /** Whose secrets a header carries; undefined when they are wrong. */
  callerOf(header: string | undefined): Caller | undefined {
    try {
      return this.authenticate(header);
    } catch {
      return undefined;
    }
  }

  setActive(userId: number, isActive: boolean): void {
    if (isActive) this.#deactivated.delete(userId);
    else this.#deactivated.add(userId);
  }

  /** Whether the caller is shown the instance, and may use it. */
  sees({ organization, user }: Caller, instance: StoredInstance): boolean {
    return (
      instance.organizationId === organization.id &&
      (this.#settings.sight === "organization" || instance.userId === user.userId)
    );
  }
}
