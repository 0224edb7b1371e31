/** What a run works on: platforms with instances of other people on them, and stacks. */
import { createRequire } from "node:module";
import { resolve } from "node:path";
import type { Simulator, SimulatorOptions, StoredInstance } from "../../provider/simulator/index.ts";
import { canaries } from "./programs.mts";
import type { AnyStack } from "./stack.mts";

const require = createRequire(import.meta.url);
const { startSimulator }: typeof import("../../provider/simulator/index.ts") = require(
  resolve(import.meta.dirname, "../../dist/simulator/index.js"),
);

export interface World {
  /** The platform that the stacks work on, and another one of the same numbers. */
  readonly platforms: readonly [Simulator, Simulator];
  readonly stacks: readonly AnyStack[];
  /** Other people's instances, as they were at the beginning. */
  readonly bystanders: (readonly [Simulator, StoredInstance])[];
  /** Instances to adopt. */
  readonly free: readonly StoredInstance[];
}

const keys = { username: canaries.apiKey, password: canaries.developerKey };

/** How long the platform may not know of what was done (`act365:settleSeconds`, as it is by default). */
const settleSeconds = 15;

/** The ids are the same in each world, so that programs can name those to adopt. */
export const freeIds = [9001, 9002] as const;

export interface Circumstances {
  /** The platform's clock, seconds ahead of this one. */
  readonly skew: number;
  readonly stacks: number;
  /** What `act365:maxAttempts` says. */
  readonly attempts: number;
}

export async function worldOf(
  stackOf: (config: Readonly<Record<string, string>>, name: string) => AnyStack,
  options: Partial<SimulatorOptions>,
  { skew, stacks, attempts }: Circumstances,
  ports: readonly number[] = [],
): Promise<World> {
  const start = (secrets: readonly [string, string, string], port = 0) =>
    startSimulator({
      port,
      organizations: [
        {
          id: 77,
          userSecret: secrets[0],
          organizationSecret: secrets[1],
          viewsElements: options.organizations?.[0]?.viewsElements,
          colleagues: [{ userSecret: secrets[2] }],
        },
        { id: 78, userSecret: canaries.thirdUser, organizationSecret: canaries.thirdOrganization },
      ],
      clock: () => new Date(Date.now() + skew),
      ...Object.fromEntries(Object.entries(options).filter(([key]) => key !== "organizations")),
      lag: { ...options.lag, behindMilliseconds: settleSeconds * 1000 },
    });
  const secrets = [canaries.userSecret, canaries.organizationSecret, canaries.colleague] as const;
  const here = await start(secrets, ports[0]);
  const there = await start(secrets, ports[1]);
  const [organization, another] = here.organizations;
  const [colleague] = organization.colleagues;
  const bystanders = [
    here.add({ name: "Crm,EU", configuration: keys, tags: ["by hand"] }, organization, { id: 101 }),
    here.add({ name: "Crm,EU", configuration: keys, tags: ["pulumi:Acme/Prod/Crm,EU"] }, organization, {
      id: 102,
    }),
    here.add({ name: "Crm,EU2", configuration: keys, tags: ["pulumi:Acme/Develop/Crm,EU2"] }, colleague, {
      id: 103,
    }),
    here.add({ name: "theirs", element: { key: "sfdc" }, configuration: {}, tags: [] }, organization, {
      id: 104,
    }),
    here.add({ name: "Crm,EU", configuration: keys, tags: ["x"] }, another, { id: 105 }),
    there.add({ name: "elsewhere", configuration: keys, tags: ["by hand"] }, undefined, { id: 101 }),
  ].map((instance, index) => [index === 5 ? there : here, instance] as const);
  const free = freeIds.map((id) =>
    here.add({ name: `free ${id}`, configuration: keys, tags: ["free"] }, organization, { id }),
  );
  const settings: Record<string, string> = {
    "act365:baseUrl": here.baseUrl,
    "act365:userSecret": canaries.userSecret,
    "act365:organizationSecret": canaries.organizationSecret,
    "act365:maxAttempts": String(attempts),
    "act365:settleSeconds": String(settleSeconds),
    "act365:other": JSON.stringify({
      baseUrl: there.baseUrl,
      userSecret: canaries.userSecret,
      organizationSecret: canaries.organizationSecret,
      maxAttempts: String(attempts),
      settleSeconds: String(settleSeconds),
    }),
  };
  return {
    platforms: [here, there],
    stacks: ["Dev", "Test"].slice(0, stacks).map((name) => stackOf(settings, name)),
    bystanders,
    free,
  };
}

export const close = ({ platforms }: World): Promise<unknown> =>
  Promise.all(platforms.map((each) => each.close()));
