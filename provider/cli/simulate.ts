import { once } from "node:events";
import { Command, InvalidArgumentError } from "commander";
import { startSimulator } from "../simulator";
import { exitCodes } from "./exit";

interface Options {
  port?: number;
  userSecret?: string;
  organizationSecret?: string;
}

/** `pulumi-act365 simulate --port N`: a platform to try stacks against, until it is interrupted. */
export const simulateCommand = new Command("simulate")
  .description("simulate the platform on this machine, for trying stacks without an account")
  .option("--port <number>", "the port at 127.0.0.1 (default: a free one)", portFrom)
  .option("--user-secret <secret>", "the User secret (default: a random one)")
  .option("--organization-secret <secret>", "the Organization secret (default: a random one)")
  .addHelpText(
    "after",
    "\nTo see something go wrong, POST a fault to /simulator/faults of the simulator,\n" +
      'such as {"kind": "reset-after", "method": "POST", "path": "/instances"}.',
  )
  .addHelpText("after", exitCodes({ 0: "it was interrupted", 1: "it cannot start" }))
  .action(async ({ port, userSecret, organizationSecret }: Options, command: Command) => {
    const stopped = Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
    const organizations = [{ userSecret, organizationSecret }];
    const simulator = await startSimulator({ port, organizations }).catch((error) =>
      command.error(
        `error: the simulator cannot start: ${error.code === "EADDRINUSE" ? `port ${port} is in use` : error.message}`,
      ),
    );
    const [organization] = simulator.organizations;
    console.log(
      [
        `The platform is simulated at ${simulator.url} until you press Ctrl-C. Point a stack at it:`,
        // Beside a region the address would be refused, and where there is none this does nothing.
        "  pulumi config rm act365:region",
        `  pulumi config set act365:baseUrl ${simulator.baseUrl}`,
        `  pulumi config set --secret act365:userSecret ${organization.userSecret}`,
        `  pulumi config set --secret act365:organizationSecret ${organization.organizationSecret}`,
      ].join("\n"),
    );
    await stopped;
    await simulator.close();
  });

function portFrom(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65535) return port;
  throw new InvalidArgumentError("A port is a whole number from 0 to 65535.");
}
