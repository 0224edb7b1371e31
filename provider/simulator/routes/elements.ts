import { Hono } from "../http";
import { definitions, element } from "../platform/connector";
import type { Platform } from "../platform/platform";
import { PlatformError } from "../platform/refusals";
import { callerOf, demandElement, type Environment } from "./requests";

/** The connector's definition and the organization (PLATFORM.md 1.4). */
export function elementRoutes(platform: Platform): Hono<Environment> {
  const app = new Hono<Environment>();
  const configuration = [...definitions.values()];
  app.get("/elements/:keyOrId", (c) => {
    callerOf(c, platform);
    demandElement(c.req.param("keyOrId"));
    return c.json({ ...element, configuration });
  });
  app.get("/elements/:keyOrId/configuration", (c) => {
    // A privilege of its own, by the vendor's own tests.
    if (!callerOf(c, platform).user.viewsElements)
      throw new PlatformError(403, "No privilege to view elements.");
    demandElement(c.req.param("keyOrId"));
    return c.json({ configuration, providerData: [] });
  });
  // PLATFORM.md 1.4: what clients check the two secrets with. UNKNOWN: the body's fields; the secret is among them.
  app.get("/organizations/me", (c) => {
    const { id, name, organizationSecret } = callerOf(c, platform).organization;
    return c.json({ id, name, secret: organizationSecret });
  });
  return app;
}
