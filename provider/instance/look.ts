import { changesOfHome, type Home, homeOf } from "../arguments/home";
import type { Bag } from "../arguments/paths";
import { ELEMENT_KEY, type InstanceResponse, isAct365 } from "../platform/answers";
import type { Client } from "../platform/client";
import { Act365Error } from "../platform/errors";
import { isInstanceId } from "../platform/instance-id";
import { instantOf, type Origin } from "../platform/settling";
import { carries } from "./owner";
import { ownerIn } from "./state";

/**
 * The instance that a state knows, as the platform has it now; undefined when it is gone. Where the settings point
 * elsewhere than where the state saw it, an instance must prove that it is the same, and that there is none proves
 * nothing.
 */
export async function look(client: Client, id: string, props: Bag): Promise<InstanceResponse | undefined> {
  const ask = () => client.getInstance(id, originOf(props));
  let instance = await ask();
  // Whose it is by now, an answer that leaves the tags out does not tell.
  if (instance && !instance.tags && ownerIn(props) !== undefined) instance = (await ask()) ?? instance;
  const moved = movesOf(client, props);
  if (!instance && moved.length > 0)
    throw new Act365Error(
      `the platform has no instance ${id} here. The state saw it elsewhere: ${moved.join(", ")}. ${wayBack}`,
    );
  if (!instance) return undefined;
  demandAct365(instance);
  if (moved.length > 0 && !isSame(props, instance))
    throw new Act365Error(
      instance.token === undefined || props.token === undefined
        ? `instance ${id} here cannot be proven to be the one in the state: there is no token to compare, and its tag, its date and its numbers are not all the same. The state saw its own elsewhere: ${moved.join(", ")}. ${wayBack}`
        : `instance ${id} here is not the one in the state: its token differs. The state saw its own elsewhere: ${moved.join(", ")}. ${wayBack}`,
    );
  return instance;
}

const wayBack =
  "Nothing was changed. Set the act365 settings back to the platform, the organization and the user that the instance belongs to, and run pulumi up while the program still has the instance: refresh and destroy use the settings of the last pulumi up. pulumi preview shows what differs.";

/** In words, what of the instance's home is another now than the state has it. */
function movesOf(client: Client, { home: before }: Bag): string[] {
  const now = homeOf(client.settings);
  return changesOfHome(before, now).map((part) =>
    part === "host"
      ? `at ${(before as Home).host}, but the settings now name ${now.host}`
      : `with another ${part} secret (fingerprint ${(before as Home)[part]}, now ${now[part]})`,
  );
}

/**
 * Two platforms may share a number, but not a token. One that rotates tokens keeps our tag, the date, and the numbers of
 * what the instance belongs to, which are other ones on another platform.
 */
function isSame(props: Bag, { token, tags, createdDate, ...instance }: InstanceResponse): boolean {
  if (token !== undefined && token === props.token) return true;
  const { organizationId, accountId, elementId = instance.element?.id } = instance;
  const [date, before] = [createdDate, props.createdDate].map((each) =>
    instantOf(each as string | undefined),
  );
  return (
    date !== undefined &&
    date === before &&
    organizationId === props.organizationId &&
    accountId === props.accountId &&
    elementId === props.elementId &&
    carries({ tags }, ownerIn(props))
  );
}

/** @param where what goes before the message, such as `adopt: `. */
export function demandAct365(instance: InstanceResponse, where = ""): void {
  if (isAct365(instance)) return;
  throw new Act365Error(
    `${where}instance ${instance.id} belongs to the connector ${instance.element?.key}, not to ${ELEMENT_KEY} (Act! 365)`,
  );
}

export const originOf = ({ organizationId, createdDate }: Bag): Origin => ({
  organizationId: typeof organizationId === "number" ? organizationId : undefined,
  createdDate: typeof createdDate === "string" ? createdDate : undefined,
});

/** The instance as one more look shows it, for what an answer left out; undefined when that shows none. */
export const lookAgain = (
  client: Client,
  instance: InstanceResponse,
): Promise<InstanceResponse | undefined> =>
  client.getInstance(String(instance.id), originOf(instance)).catch(() => undefined);

export function numeric(id: string): string {
  if (isInstanceId(id)) return id;
  throw new Act365Error(
    `"${id}" is not the id of an instance, which is a whole number such as 12345; the platform's list of instances shows it`,
  );
}
