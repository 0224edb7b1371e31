import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { startSimulator } from "../../provider/simulator";

// Built by `npm run build`, which `npm test` begins with.
const cli = resolve(__dirname, "../../dist/cli/index.js");
const children: ChildProcess[] = [];

function simulate(...more: string[]) {
  const child = spawn(process.execPath, [cli, "simulate", ...more], { stdio: ["ignore", "pipe", "pipe"] });
  children.push(child);
  return child;
}

/** What it prints until it can be used: five lines. */
async function printedBy(child: ReturnType<typeof simulate>): Promise<string> {
  let printed = "";
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    printed += chunk;
    if (printed.split("\n").length > 5) return printed;
  }
  throw new Error(`it ended: ${printed}${await text(child.stderr)}`);
}

/** The exit code and what it wrote to standard error. */
async function endOf(child: ReturnType<typeof simulate>) {
  const [[code], error] = await Promise.all([once(child, "exit"), text(child.stderr)]);
  return { code, error };
}

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

test.each(["SIGINT", "SIGTERM"] as const)(
  "it prints how to point a stack at it, answers, and ends cleanly at %s",
  async (signal) => {
    const child = simulate(
      "--user-secret",
      "a-user-secret",
      "--organization-secret",
      "an-organization-secret",
    );
    const printed = await printedBy(child);
    const baseUrl = /^ {2}pulumi config set act365:baseUrl (\S+)$/m.exec(printed)?.[1];
    expect(printed).toContain("pulumi config set --secret act365:userSecret a-user-secret\n");
    expect(printed).toContain(
      "pulumi config set --secret act365:organizationSecret an-organization-secret\n",
    );
    const authorization = "User a-user-secret, Organization an-organization-secret";
    const response = await fetch(`${baseUrl}/organizations/me`, { headers: { authorization } });
    expect(response.status).toBe(200);
    const end = endOf(child);
    child.kill(signal);
    expect(await end).toEqual({ code: 0, error: "" });
  },
);

test("without secrets it makes random ones, which work", async () => {
  const printed = await printedBy(simulate("--port", "0"));
  const setting = (key: string) => new RegExp(`act365:${key} (\\S+)$`, "m").exec(printed)?.[1];
  const authorization = `User ${setting("userSecret")}, Organization ${setting("organizationSecret")}`;
  const response = await fetch(`${setting("baseUrl")}/organizations/me`, { headers: { authorization } });
  expect(response.status).toBe(200);
});

test.each(["http", "-1", "65536", "1.5", ""])("port %j is refused with the reason", async (port) => {
  const { code, error } = await endOf(simulate(`--port=${port}`));
  expect(code).not.toBe(0);
  expect(error).toMatch(/^error: .*--port.* 0 to 65535/);
});

test("a port in use is an error that names it, in one line", async () => {
  await using simulator = await startSimulator();
  const { port } = new URL(simulator.url);
  const { code, error } = await endOf(simulate("--port", port));
  expect(code).not.toBe(0);
  expect(error).toBe(`error: the simulator cannot start: port ${port} is in use\n`);
});
