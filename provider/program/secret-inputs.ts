import * as pulumi from "@pulumi/pulumi";
import { ownershipTagOf } from "../arguments/ownership";
import type { ConnectorInstanceArgs, EventsArgs } from "./connector-instance-args";

/** The arguments with every secret marked, and the ownership tag; those of a lookup as they are. */
export function inputsOf(
  name: string,
  args: ConnectorInstanceArgs,
  options: pulumi.CustomResourceOptions | undefined,
): Record<string, unknown> {
  if (options?.id !== undefined) return { ...args };
  return {
    ...args,
    apiKey: secret(args.apiKey),
    developerKey: secret(args.developerKey),
    ...(args.events !== undefined && { events: within(args.events, secretEvents) }),
    ownershipTag: tagOf(name, options?.parent),
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

const secret = <T>(value: T): T | pulumi.Output<T> =>
  value === undefined ? value : (pulumi.secret(value) as pulumi.Output<T>);

/** Works on an object's properties where they stand, so that a preview still shows those that are no secrets. */
function within<T extends object>(value: pulumi.Input<T>, work: (value: T) => object): unknown {
  const isPlain =
    typeof value === "object" && !(value instanceof Promise) && !pulumi.Output.isInstance(value);
  return isPlain ? work(value as T) : pulumi.output(value).apply((inner) => work(inner as T));
}

const secretEvents = (events: EventsArgs): object => ({
  ...events,
  callbackHeaders: secret(events.callbackHeaders),
  signatureKey: secret(events.signatureKey),
  ...(events.basicAuth !== undefined && {
    basicAuth: within(events.basicAuth, (basicAuth) => ({
      ...basicAuth,
      password: secret(basicAuth.password),
    })),
  }),
});
