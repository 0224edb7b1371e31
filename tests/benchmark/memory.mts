import { readdirSync, readFileSync } from "node:fs";

/** Watches the processes of providers from outside, since they end with the CLI. */
export function watchMemory(): { stop(): number | undefined } {
  let most: number | undefined;
  const look = () => {
    for (const id of processes()) {
      const kilobytes = Number(/VmHWM:\s+(\d+)/.exec(textOf(`/proc/${id}/status`))?.[1]);
      if (kilobytes > 0 && /dynamic-provider|pulumi-resource-act365/.test(textOf(`/proc/${id}/cmdline`)))
        most = Math.max(most ?? 0, Math.round(kilobytes / 1024));
    }
  };
  const timer = setInterval(look, 100);
  return {
    stop() {
      clearInterval(timer);
      return most;
    },
  };
}

function processes(): string[] {
  try {
    return readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
