/**
 * The platform's instances API in a process, for the tests of a stack and for trying one without an account.
 *
 * @module pulumi-act365/simulator
 */
import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { apiPath, simulatorApp } from "./app";
import { type Fault, FaultPlan } from "./faults/plan";
import { createAdaptorServer } from "./http";
import { type Organization, type SimulatorOptions, settingsFrom, type User } from "./options";
import type { Identity, InstanceDraft, StoredInstance } from "./platform/instance";
import { Platform } from "./platform/platform";
import type { RecordedRequest } from "./record";

export type { Fault, FaultMatch, Mishap, PlannedFault, WorkDone } from "./faults/plan";
export type {
  LagOptions,
  Organization,
  OrganizationOptions,
  RateLimitOptions,
  SimulatorOptions,
  TagReadings,
  UnknownReadings,
  User,
  UserOptions,
} from "./options";
export type { Configuration } from "./platform/configuration";
export type { Identity, InstanceDraft, StoredInstance } from "./platform/instance";
export type { RecordedRequest } from "./record";

/** A running simulator. `await using` closes it. */
export interface Simulator extends AsyncDisposable {
  /** Such as `http://127.0.0.1:4000`. */
  readonly url: string;
  /** What `act365:baseUrl` takes: `url` and `/elements/api-v2`. */
  readonly baseUrl: string;
  /** In the order of the options; at least one. */
  readonly organizations: readonly [Organization, ...Organization[]];
  /** Every request to the platform so far, in the order of arrival. */
  readonly requests: readonly RecordedRequest[];
  /** How many connections were opened so far. */
  readonly connections: number;
  /** Forgets the requests so far. */
  clearRequests(): void;
  /**
   * Copies of the instances, nothing masked, the oldest first.
   *
   * @param organization one of `organizations`. Default: all of them.
   */
  instances(organization?: Organization): StoredInstance[];
  /**
   * Changes an instance as somebody would by hand.
   *
   * @param id the instance's.
   * @param change is given the instance itself and changes it in place; nothing that it does is checked.
   * @throws Error when there is none of this id.
   */
  edit(id: number, change: (instance: StoredInstance) => void): void;
  /**
   * Deletes an instance as somebody would by hand.
   *
   * @param id the instance's.
   * @throws Error when there is none of this id.
   */
  remove(id: number): void;
  /**
   * Makes an instance as somebody would by hand. Lags do not hide it.
   *
   * @param draft what POST would send; name and both keys are needed.
   * @param user one of `organizations`, or of their colleagues. Default: the first.
   * @param identity the id and token of an instance that is known already, such as one in a recorded state.
   * @throws Error when the platform would refuse it, or holds the id already.
   */
  add(draft: InstanceDraft, user?: User, identity?: Identity): StoredInstance;
  /**
   * Deactivates a user, or activates it again. Meanwhile its secret is refused, and the polling jobs of its instances are
   * gone for good.
   *
   * @param user one of `organizations`, or of their colleagues.
   * @param isActive whether its secret is taken.
   */
  setActive(user: User, isActive: boolean): void;
  /**
   * Plans faults beside those that are planned.
   *
   * @param faults of those that are due for a request, the first planned happens.
   * @throws Error that tells what is wrong with one; then none is planned.
   */
  fault(...faults: Fault[]): void;
  /** Unplans all faults; those that hang or delay already go on. */
  clearFaults(): void;
  /** Ends every connection, those that are kept alive or hang too. A second time does nothing. */
  close(): Promise<void>;
}

/**
 * Starts a simulator of the platform's instances API on a port of this machine. What it does cites `PLATFORM.md`, which
 * goes by documents of 2016 to 2020; nothing of it was tried against the platform itself.
 *
 * @example
 * await using simulator = await startSimulator();
 * simulator.fault({ kind: "reset-after", method: "POST", path: "/instances" });
 *
 * @param options how it is set up. Default: one organization with random secrets, no faults, a free port.
 * @throws Error when the port is taken, a fault is none, or there is not at least one organization, each with secrets of
 *   its own.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const settings = settingsFrom(options);
  const platform = new Platform(settings);
  const plan = new FaultPlan(settings.faults, settings.seed);
  const requests: RecordedRequest[] = [];
  const { fetch } = simulatorApp(platform, settings, plan, requests);
  const server = createAdaptorServer({ fetch }) as Server;
  let connections = 0;
  server.on("connection", () => {
    connections += 1;
  });
  server.listen(settings.port, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  const held = (id: number): StoredInstance => {
    const instance = platform.world.now.get(id);
    if (!instance) throw new Error(`the simulator holds no instance ${id}`);
    return instance;
  };
  let closed: Promise<unknown> | undefined;
  const close = async () => {
    if (!closed) {
      closed = once(server, "close");
      server.close();
      server.closeAllConnections();
    }
    await closed;
  };
  return {
    url: `http://127.0.0.1:${port}`,
    baseUrl: `http://127.0.0.1:${port}${apiPath}`,
    organizations: platform.organizations,
    requests,
    get connections() {
      return connections;
    },
    clearRequests() {
      requests.length = 0;
    },
    instances: (organization) =>
      structuredClone(
        [...platform.world.now.values()].filter(
          ({ organizationId }) => !organization || organizationId === organization.id,
        ),
      ),
    edit: (id, change) => {
      const instance = structuredClone(held(id));
      change(instance);
      platform.world.put(instance);
    },
    remove: (id) => platform.world.delete(held(id).id),
    add: (draft, user = platform.organizations[0], identity) => {
      const organization = platform.organizations.find((each) => [each, ...each.colleagues].includes(user));
      if (!organization) throw new Error("the simulator has no such organization or user");
      return structuredClone(platform.create({ organization, user }, draft, identity));
    },
    setActive: (user, isActive) => platform.setActive(user, isActive),
    fault: (...faults) => plan.add(...faults),
    clearFaults: () => plan.clear(),
    close,
    [Symbol.asyncDispose]: close,
  };
}
