import type { Settings } from "../options";
import { masked } from "../platform/configuration";
import { element } from "../platform/connector";
import type { Platform, StoredInstance } from "../platform/platform";

/** An instance as answers show it (contract 1.7). */
export function viewOf(instance: StoredInstance, platform: Platform, settings: Settings) {
  const { organizationId, configuration } = instance;
  return {
    ...lightViewOf(instance, settings),
    configuration: masked(configuration),
    // Contract 1.7 names the field; that it follows the configuration key is inferred.
    eventsEnabled: configuration["event.notification.enabled"] === "true",
    traceLoggingEnabled: platform.isTraced(instance),
    cachingEnabled: false,
    maxCacheSize: 0,
    cacheTimeToLive: 0,
    provisionInteractions: [],
    externalAuthentication: "none",
    user: {
      id: 2000 + organizationId,
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
export function lightViewOf(instance: StoredInstance, { tagOrder }: Settings) {
  const { id, name, token, tags, createdDate, valid, disabled } = instance;
  return {
    id,
    name,
    token,
    element,
    elementId: element.id,
    tags: tagOrder === "reversed" ? tags.toReversed() : tags,
    createdDate,
    valid,
    disabled,
  };
}
