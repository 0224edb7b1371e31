import { randomUUID } from "node:crypto";
import { Hono } from "../http";
import type { Configuration } from "../platform/configuration";
import type { StoredInstance } from "../platform/instance";
import type { Platform } from "../platform/platform";
import { PlatformError } from "../platform/refusals";
import { bodyOf, type Environment, instanceOf, type PlatformContext } from "./requests";

/** A record of Act!'s. */
type Contact = Record<string, unknown> & { id: string };

/**
 * Act!'s contacts, through an instance's token: list, create, get, update and delete (PLATFORM.md 6). They
 * lie with Act!, by the API key, so they outlive the instance.
 */
export function contactRoutes(platform: Platform): Hono<Environment> {
  const app = new Hono<Environment>();
  const accounts = new Map<string, Map<string, Contact>>();

  const contactsOf = ({ configuration: { username } }: StoredInstance): Map<string, Contact> => {
    const key = username ?? "";
    const contacts = accounts.get(key) ?? new Map<string, Contact>();
    accounts.set(key, contacts);
    return contacts;
  };
  const through = (c: PlatformContext): StoredInstance => {
    const instance = instanceOf(c, platform);
    // PLATFORM.md 1.2 and 3: 403 while disabled.
    if (instance.disabled) throw new PlatformError(403, `Element instance ${instance.id} is disabled.`);
    // PLATFORM.md 3: 401 when the vendor's login is lost; the vendor's own words beside the platform's.
    if (!platform.worksWithAct(instance.configuration))
      throw new PlatformError(401, "Request failed.", "Invalid API key or developer key.");
    // PLATFORM.md 3: seen on element calls.
    c.header("elements-element-instance-id", String(instance.id));
    return instance;
  };
  const find = (c: PlatformContext, instance: StoredInstance): Contact => {
    const id = c.req.param("contactId") ?? "";
    const contact = contactsOf(instance).get(id);
    if (!contact) throw new PlatformError(404, "Request failed.", `No contact found with id ${id}`);
    return contact;
  };

  // PLATFORM.md 1.5: the hub in a path is ignored.
  for (const path of ["/contacts", "/hubs/:hub/contacts"]) {
    app.get(path, (c) => {
      const { configuration, ...instance } = through(c);
      for (const name of ["where", "orderBy"])
        if (c.req.query(name)) throw new PlatformError(400, `The simulator cannot evaluate "${name}".`);
      const contacts = [...contactsOf({ ...instance, configuration }).values()];
      // PLATFORM.md 6: pages are numbered from 1, with at most pagination.max contacts.
      const most = Number(configuration["pagination.max"]) || contacts.length;
      const size = Math.min(Number(c.req.query("pageSize")) || most, most);
      const start = ((Number(c.req.query("page")) || 1) - 1) * size;
      const page = contacts.slice(start, start + size);
      c.header("elements-returned-count", String(page.length));
      // UNKNOWN whether an element's empty list is 404 as that of instances is; here it is [].
      return c.json(page.map((contact) => filtered(contact, configuration)));
    });
    app.post(path, async (c) => {
      const instance = through(c);
      const contact = { ...(await bodyOf(c)), id: randomUUID() };
      contactsOf(instance).set(contact.id, contact);
      // By the vendor's own tests 200, as the platform's own creates are.
      return c.json(filtered(contact, instance.configuration), 200);
    });
    app.get(`${path}/:contactId`, (c) => {
      const instance = through(c);
      return c.json(filtered(find(c, instance), instance.configuration));
    });
    app.patch(`${path}/:contactId`, async (c) => {
      const instance = through(c);
      const contact = find(c, instance);
      Object.assign(contact, await bodyOf(c), { id: contact.id });
      return c.json(filtered(contact, instance.configuration));
    });
    app.delete(`${path}/:contactId`, (c) => {
      const instance = through(c);
      contactsOf(instance).delete(find(c, instance).id);
      return c.body(null, 200);
    });
  }
  // PLATFORM.md 1.3: the names of the connector's objects, while disabled too by the vendor's own tests.
  for (const path of ["/objects", "/hubs/:hub/objects"])
    app.get(path, (c) => {
      instanceOf(c, platform);
      return c.json(["activities", "contacts"]);
    });
  return app;
}

/** PLATFORM.md 8: nulls are dropped while `filter.response.nulls` is "true". */
const filtered = (contact: Contact, configuration: Configuration): Partial<Contact> =>
  configuration["filter.response.nulls"] === "true"
    ? Object.fromEntries(Object.entries(contact).filter(([, value]) => value !== null))
    : contact;
