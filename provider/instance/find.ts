import { type InstanceResponse, isAct365 } from "../platform/answers";
import type { Client } from "../platform/client";
import { isInstanceId } from "../platform/instance-id";
import { redact } from "../platform/redaction";
import { demandAct365 } from "./look";

export async function byId(client: Client, id: string): Promise<InstanceResponse> {
  if (!isInstanceId(id))
    throw new Error(
      `getConnectorInstance: ${JSON.stringify(id)} is not an id, a whole number such as "12345"`,
    );
  // The same run may have made it a moment ago, and the platform not see it yet: it is asked for as long as that takes.
  const found = await client.getInstance(id);
  if (!found)
    throw new Error(
      `getConnectorInstance: the platform has no instance ${id}; npx pulumi-act365 adopt lists those that it has`,
    );
  demandAct365(found, "getConnectorInstance: ");
  return found;
}

export async function byName(client: Client, name: string): Promise<InstanceResponse> {
  const found = (await client.instances({ searchText: name })).filter(
    (each) => each.name === name && isAct365(each),
  );
  const [only, ...others] = found;
  if (!only)
    throw new Error(
      `getConnectorInstance: the platform has no Act! 365 instance named "${name}"; npx pulumi-act365 adopt lists those that it has`,
    );
  if (others.length > 0)
    throw new Error(
      `getConnectorInstance: ${found.length} instances are named "${name}": ${found.map(({ id }) => id).join(", ")}; give the id of one`,
    );
  return only;
}

/**
 * Looks up for a program that made some of what it asks by a secret: no error shows that, but for an id, which no state
 * hides.
 */
export async function hiding<T>(secrets: readonly unknown[], lookup: () => Promise<T>): Promise<T> {
  try {
    return await lookup();
  } catch (error) {
    const texts = secrets.flat().filter((each) => typeof each === "string" && !isInstanceId(each));
    throw new Error(redact((error as Error).message, texts as string[]));
  }
}

export const all = async (
  client: Client,
  filter: { tags?: readonly string[]; searchText?: string },
): Promise<InstanceResponse[]> => (await client.instances(filter)).filter(isAct365);
