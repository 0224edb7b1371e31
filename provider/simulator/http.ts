/**
 * The simulator's HTTP library. `npm run build` puts it into this file's output, so that a stack in production, which
 * never starts a simulator, does not install it.
 */
export { createAdaptorServer, type HttpBindings } from "@hono/node-server";
export { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
export { type Context, Hono } from "hono";
