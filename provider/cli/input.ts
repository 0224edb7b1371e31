import type { z } from "zod";
import { Act365Error } from "../platform/errors";

/** What standard input held, parsed. @throws Act365Error that tells how the command is used. */
export function parsedOr<T extends z.ZodType>(
  schema: T,
  json: string,
  what: string,
  usage: string,
): z.infer<T> {
  const result = schema.safeParse(jsonOf(json));
  if (result.success) return result.data;
  throw new Act365Error(`standard input is ${what}; use: ${usage}`);
}

function jsonOf(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
