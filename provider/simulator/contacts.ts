import { randomUUID } from "node:crypto";
import { Hono } from "hono";
import { bodyOf, type Environment } from "./app";
import { type Contact, type Platform, PlatformError, type StoredInstance } from "./platform";

/** Act!'s contacts through an instance's token; the hub in the path is ignored (contract, sections 1.5 and 6). */
export function contactRoutes(platform: Platform): Hono<Environment> {
  const app = new Hono<Environment>();
  const through = (header: string | undefined): StoredInstance => {
    const { instance } = platform.authenticate(header);
    if (!instance) throw new PlatformError(401, "An Element token is required.");
    // Contract, section 3.
    if (instance.disabled) throw new PlatformError(403, "The element instance is disabled.");
    if (!platform.worksWithAct(instance))
      throw new PlatformError(401, "The request to the vendor failed.", "Invalid API key or developer key.");
    return instance;
  };
  const find = (instance: StoredInstance, id: string): Contact => {
    const contact = instance.contacts.find((each) => each.id === id);
    if (!contact) throw new PlatformError(404, `No contact found with id ${id}`);
    return contact;
  };

  for (const path of ["/contacts", "/hubs/:hub/contacts"] as const) {
    app.get(path, (c) => {
      const { contacts } = through(c.req.header("authorization"));
      const size = Number(c.req.query("pageSize")) || 200;
      const start = ((Number(c.req.query("page")) || 1) - 1) * size;
      return c.json(contacts.slice(start, start + size));
    });
    app.post(path, async (c) => {
      const instance = through(c.req.header("authorization"));
      const contact: Contact = { ...(await bodyOf(c)), id: randomUUID() };
      instance.contacts.push(contact);
      return c.json(contact);
    });
    app.get(`${path}/:contact`, (c) =>
      c.json(find(through(c.req.header("authorization")), c.req.param("contact") as string)),
    );
    app.patch(`${path}/:contact`, async (c) => {
      const contact = find(through(c.req.header("authorization")), c.req.param("contact") as string);
      return c.json(Object.assign(contact, await bodyOf(c), { id: contact.id }));
    });
  }
  return app;
}
