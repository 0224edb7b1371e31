import * as pulumi from "@pulumi/pulumi";
import { fieldPaths, groups } from "../arguments/fields";
import { ownershipTagOf } from "../arguments/ownership";
import { type Bag, isBag } from "../arguments/paths";
import { asSecretPaths, secretPaths } from "../arguments/secrets";
import type { ConnectorInstanceArgs } from "./connector-instance-args";

/** The arguments with every secret marked, and the ownership tag; those of a lookup as they are. */
export function inputsOf(
  name: string,
  args: ConnectorInstanceArgs,
  options: pulumi.CustomResourceOptions | undefined,
): Record<string, unknown> {
  if (options?.id !== undefined) return { ...args };
  const inputs = marked({ ...args }, "");
  return {
    ...inputs,
    ownershipTag: tagOf(name, options?.parent),
    secretPaths: pulumi.output(secretPathsIn(inputs)),
  };
}

function tagOf(name: string, parent: pulumi.Resource | undefined): string | pulumi.Output<string> {
  const organization = organizationIfKnown();
  // The resource's own type is no part of the tag.
  const type = "ConnectorInstance";
  if (!parent)
    return ownershipTagOf(
      `urn:pulumi:${pulumi.getStack()}::${pulumi.getProject()}::${type}::${name}`,
      organization,
    );
  return pulumi.createUrn(name, type, parent).apply((urn) => ownershipTagOf(urn, organization));
}

/** Pulumi throws where nobody told it the organization, as in a test with mocks. */
function organizationIfKnown(): string | undefined {
  try {
    return pulumi.getOrganization();
  } catch {
    return undefined;
  }
}

/** What the field table says is secret, marked where it stands, so that a preview still shows what stands beside it. */
function marked(args: Bag, prefix: string): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(args).map(([key, value]) => {
      const path = prefix + key;
      if (value === undefined) return [key, value];
      if (secretPaths.includes(path)) return [key, pulumi.secret(value)];
      const holdsSecrets = groups.has(path) && secretPaths.some((each) => each.startsWith(`${path}.`));
      return [key, holdsSecrets ? within(value, (bag) => marked(bag, `${path}.`)) : value];
    }),
  );
}

function within(value: unknown, work: (bag: Bag) => Bag): unknown {
  const isLater = value instanceof Promise || pulumi.Output.isInstance(value);
  if (isLater) return pulumi.output(value).apply((inner) => within(inner, work));
  return isBag(value) ? work(value) : value;
}

/**
 * Which arguments the program itself made secret: the plugin's host opens every secret before the provider sees it, so
 * the provider has to be told. One that a preview does not know yet may not be told; the provider keeps what it knew.
 *
 * @returns paths such as `events.callbackUrl`, `events` and `configuration.instance.variables`; undefined for none.
 */
const secretPathsIn = async (inputs: Bag): Promise<string[] | undefined> =>
  asSecretPaths(await secretsBelow(inputs, ""));

async function secretsBelow(value: unknown, path: string): Promise<string[]> {
  if (secretPaths.includes(path)) return [];
  if (pulumi.Output.isInstance(value)) {
    if (await pulumi.isSecret(value)) return [path];
    const { isKnown, promise } = value as unknown as Later;
    return (await isKnown) ? secretsBelow(await promise.call(value), path) : [];
  }
  // A promise that is refused fails the registration, which says so.
  if (value instanceof Promise) return value.then((inner) => secretsBelow(inner, path)).catch(() => []);
  if (typeof value !== "object" || value === null) return [];
  const found = Object.entries(value).map(([key, inner]) => secretsBelow(inner, placeOf(path, key)));
  return (await Promise.all(found)).flat();
}

/** Every output has both, although Pulumi's types keep them to itself. */
interface Later {
  readonly isKnown: Promise<boolean>;
  promise(): Promise<unknown>;
}

/** A list, and what to poll, are secret as a whole; of the free map each key by itself. */
function placeOf(path: string, key: string): string {
  if (path === "") return key;
  const isWhole = fieldPaths.some((each) => each === path) && path !== "configuration";
  return isWhole || path.startsWith("configuration.") ? path : `${path}.${key}`;
}
