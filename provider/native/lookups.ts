import { demand, described } from "../arguments/lookup";
import type { Bag } from "../arguments/paths";
import { NATIVE_TYPE } from "../arguments/resource-type";
import { secretOf } from "../arguments/secrets";
import { oneShape, severalShape } from "../arguments/shapes";
import { all, byId, byName, hiding } from "../instance/find";
import { isAct365 } from "../platform/answers";
import type { Provider } from "./provider";
import type { Opened } from "./values";

/** Answers a lookup of a program. */
export const found = (provider: Provider, token: string, { bag, secrets }: Opened): Promise<Bag> =>
  hiding(
    secrets.map((path) => bag[path]),
    () => answerTo(provider, token, bag),
  );

async function answerTo(provider: Provider, token: string, args: Bag): Promise<Bag> {
  switch (token) {
    case "act365:index:getConnectorInstance": {
      demand("getConnectorInstance", args, Object.keys(oneShape));
      if ((args.id === undefined) === (args.name === undefined))
        throw new Error("getConnectorInstance: give either id or name");
      const client = provider.client();
      return answered(
        described(
          args.id === undefined
            ? await byName(client, String(args.name))
            : await byId(client, String(args.id)),
        ),
      );
    }
    case "act365:index:getConnectorInstances": {
      demand("getConnectorInstances", args, Object.keys(severalShape));
      const instances = await all(provider.client(), args);
      return { instances: instances.map((instance) => answered(described(instance))) };
    }
    default:
      throw new Error(`act365 has no function ${token}`);
  }
}

/** The instances that Pulumi may import, for its own listings. */
export async function listed(
  provider: Provider,
  type: string,
  query: Bag,
): Promise<{ id: string; name: string }[]> {
  if (type !== NATIVE_TYPE) throw new Error(`act365 has no resource ${type}`);
  demand("list", query, Object.keys(severalShape));
  const instances = await provider.client().instances(query);
  return instances.filter(isAct365).map(({ id, name }) => ({ id: String(id), name }));
}

/** Sealed: an SDK's call that answers an output keeps it so. One that answers plain values gives plain text. */
const answered = ({ token, ...instance }: ReturnType<typeof described>): Bag => ({
  ...instance,
  token: secretOf(token),
});
