import type { Settings } from "../options";
import { masked } from "../platform/configuration";
import { element } from "../platform/connector";
import type { StoredInstance } from "../platform/instance";
import type { Platform } from "../platform/platform";

/** An instance as answers show it (PLATFORM.md 1.7). */
export function viewOf(instance: StoredInstance, platform: Platform, settings: Settings) {
  const { organizationId, userId, configuration } = instance;
  return {
    ...lightViewOf(instance, settings),
    configuration: masked(configuration, settings),
    // PLATFORM.md 1.7 names the field; that it follows the configuration key is inferred.
    eventsEnabled: configuration["event.notification.enabled"] === "true",
    traceLoggingEnabled: platform.isTraced(instance),
    cachingEnabled: false,
    maxCacheSize: 0,
    cacheTimeToLive: 0,
    provisionInteractions: [],
    externalAuthentication: "none",
    user: {
      id: userId,
      emailAddress: "ada@example.com",
      firstName: "Ada",
      lastName: "Admin",
    },
    // Only the vendor's page of 2020 has these; UNKNOWN whether they are always there.
    ...(settings.tellsOwner && {
      authenticationType: "basic",
      organizationId,
      accountId: 1000 + organizationId,
    }),
  };
}

/** UNKNOWN: what exactly `hydrate=false` leaves out; here all but what tells instances apart and lets them be used. */
export function lightViewOf(instance: StoredInstance, { tagOrder, tags: { shownIn } }: Settings) {
  const { id, name, token, tags, createdDate, valid, disabled, elementKey } = instance;
  // Another connector has another number, whatever it is.
  const its = elementKey === element.key ? element : { ...element, id: 1, key: elementKey, name: elementKey };
  return {
    id,
    name,
    token,
    element: its,
    elementId: its.id,
    ...(shownIn !== "none" && { tags: tagOrder === "reversed" ? tags.toReversed() : tags }),
    createdDate,
    valid,
    disabled,
  };
}
