import { once } from "node:events";
import { Command, InvalidArgumentError } from "commander";
import { type SimulatorOptions, startSimulator } from ".";

/** `pulumi-act365 simulate --port N`: a platform to try stacks against, until it is interrupted. */
export const simulateCommand = new Command("simulate")
  .description("simulate the platform on this machine, for trying stacks without an account")
  .option("--port <number>", "the port to listen at (default: a free one)", portFrom)
  .option("--user-secret <secret>", "the User secret (default: a random one)")
  .option("--organization-secret <secret>", "the Organization secret (default: a random one)")
  .action(async ({ port, userSecret, organizationSecret }) => {
    const given = { name: "Example", userSecret: "user-secret", organizationSecret: "organization-secret" };
    const options: SimulatorOptions = {
      ...(port !== undefined && { port }),
      ...((userSecret || organizationSecret) && {
        organizations: [
          { ...given, ...(userSecret && { userSecret }), ...(organizationSecret && { organizationSecret }) },
        ],
      }),
    };
    const simulator = await startSimulator(options).catch((error) => {
      const reason = error.code === "EADDRINUSE" ? `port ${port} is in use` : error.message;
      throw new Error(`the simulator could not start: ${reason}`);
    });
    const [organization] = simulator.organizations;
    console.log(
      [
        `The platform is simulated at ${simulator.url} until you press Ctrl-C. Point a stack at it:`,
        `  pulumi config set act365:baseUrl ${simulator.baseUrl}`,
        `  pulumi config set --secret act365:userSecret ${organization?.userSecret}`,
        `  pulumi config set --secret act365:organizationSecret ${organization?.organizationSecret}`,
      ].join("\n"),
    );
    await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
    await simulator.close();
  });

function portFrom(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return port;
  throw new InvalidArgumentError("a port is a whole number from 0 to 65535.");
}
