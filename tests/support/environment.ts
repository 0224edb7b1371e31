import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { TestEnvironment } from "jest-environment-node";
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

type Role = "program" | "plugin";

interface Resident {
  readonly child: ChildProcess;
  readonly port: Promise<string>;
}

// Beside the tests' own globals, and so from one test file of a worker to the next.
const residents = new Map<string, Map<Role, Resident>>();
const leased = new Set<string>();
let vault: Promise<string> | undefined;

function resident(role: Role, root: string): Resident {
  const both = residents.get(root) ?? new Map<Role, Resident>();
  residents.set(root, both);
  const one = both.get(role) ?? begin(role, root);
  both.set(role, one);
  return one;
}

function begin(role: Role, root: string): Resident {
  const child = spawn(process.execPath, [resolve(__dirname, "resident.mts"), role, root], {
    // A session of its own: whoever signals the tests' group does not end what they still need.
    detached: true,
    stdio: ["pipe", "pipe", "inherit"],
    env: { NODE_COMPILE_CACHE: resolve(".cache/compiled"), ...process.env },
  });
  const port = once(child.stdout, "data").then(([chunk]) => String(chunk).trim());
  child.once("exit", () => {
    if (residents.get(root)?.get(role)?.child === child) residents.get(root)?.delete(role);
  });
  // It ends with this process, which need not wait for it.
  for (const handle of [child, child.stdin, child.stdout] as unknown as { unref(): void }[]) handle.unref();
  return { child, port };
}

function end(root: string, ...roles: Role[]): void {
  for (const role of roles) {
    residents.get(root)?.get(role)?.child.kill("SIGKILL");
    residents.get(root)?.delete(role);
  }
}

const warmth: Warmth = {
  async lease(root) {
    if (leased.has(root)) return undefined;
    leased.add(root);
    const [program, plugin] = [resident("program", root), resident("plugin", root)];
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
    for (const root of residents.keys()) if (root !== process.cwd()) end(root, "program", "plugin");
    await super.teardown();
  }
}
