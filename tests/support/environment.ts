import { TestEnvironment } from "jest-environment-node";
import { Resident } from "./resident-client.mts";
import { startVault } from "./vault.mts";

/** What makes one call of the CLI short: who serves its program and its plugin, and where its secrets' key is kept. */
export interface Warmth {
  /**
   * @param root the folder whose node_modules are used.
   * @returns what a call needs, or undefined while another call has it: one run at a time.
   */
  lease(root: string): Promise<Lease | undefined>;
  /** The address of something like HashiCorp's Vault, whose keys cost nothing to derive. */
  vault(): Promise<string>;
}

export interface Lease {
  /** For `pulumi --client`. */
  readonly client: string;
  readonly pluginPort: string;
  end(): void;
}

// Beside the tests' own globals, and so from one test file of a worker to the next.
const residents = new Map<string, { program: Resident; plugin: Resident }>();
const leased = new Set<string>();
let vault: Promise<string> | undefined;

function residentsOf(root: string) {
  const both = residents.get(root) ?? {
    program: new Resident("program", root),
    plugin: new Resident("plugin", root),
  };
  residents.set(root, both);
  return both;
}

const warmth: Warmth = {
  async lease(root) {
    if (leased.has(root)) return undefined;
    leased.add(root);
    const { program, plugin } = residentsOf(root);
    const [client, pluginPort] = await Promise.all([program.port, plugin.port]);
    return {
      client: `127.0.0.1:${client}`,
      pluginPort,
      end: () => leased.delete(root),
    };
  },
  vault: () => {
    vault ??= startVault();
    return vault;
  },
};

export default class extends TestEnvironment {
  override async setup(): Promise<void> {
    await super.setup();
    this.global.warmth = warmth;
  }

  override async teardown(): Promise<void> {
    for (const [root, { program, plugin }] of residents)
      if (root !== process.cwd()) for (const each of [program, plugin]) each.kill();
    await super.teardown();
  }
}
