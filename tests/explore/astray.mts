/** Commands while the stack's settings point to somewhere else. */
import { canaries, two } from "./programs.mts";
import type { Scenario } from "./scenario.mts";
import type { AnyStack } from "./stack.mts";
import type { World } from "./world.mts";

/** The stack's configuration points to somewhere else. */
const elsewhere = (
  name: string,
  config: (world: World) => Record<string, string>,
  command: "up" | "refresh" | "destroy",
): Scenario => ({
  name: `${command} ${name}`,
  before: [two()],
  after: [command === "destroy" ? [] : two(command === "up" ? { name: "First" } : {})],
  arrange: (world) => {
    const [stack] = world.stacks as [AnyStack];
    stack.config = { ...stack.config, ...config(world) };
  },
  undo: (world, [first]) => {
    // Where `up` went well there, nobody has a reason to set the configuration back.
    if (first?.isGreen) return;
    const [stack] = world.stacks as [AnyStack];
    stack.config = {
      ...stack.config,
      "act365:baseUrl": world.platforms[0].baseUrl,
      "act365:userSecret": canaries.userSecret,
      "act365:organizationSecret": canaries.organizationSecret,
    };
  },
  // Refresh and destroy go by the settings of the last `up`.
  act: async ({ stacks: [stack] }) => {
    if (!stack) return [];
    const first = await stack.up(two({ name: "First" }));
    return command === "up" ? [first] : [first, await stack[command]()];
  },
  repair: async ({ stacks: [stack] }) => stack?.up(two({ name: "First" })),
  isRefused: true,
  ...(command === "refresh" && { refreshes: true }),
  ...(command !== "destroy" && { keeps: true }),
  isFinal: true,
});
const commands = ["up", "refresh", "destroy"] as const;

export const astray: readonly Scenario[] = [
  {
    name: "up at another address of the same platform",
    before: [two()],
    after: [two({ name: "First" })],
    arrange: ({ platforms: [here], stacks: [stack] }) => {
      const baseUrl = here.baseUrl.replace("127.0.0.1", "localhost");
      if (stack) stack.config = { ...stack.config, "act365:baseUrl": baseUrl };
    },
    keeps: true,
  },
  ...commands.map((command) =>
    elsewhere(
      "on another platform of the same numbers",
      (world) => ({ "act365:baseUrl": world.platforms[1].baseUrl }),
      command,
    ),
  ),
  ...commands.map((command) =>
    elsewhere(
      "in another organization",
      () => ({
        "act365:userSecret": canaries.thirdUser,
        "act365:organizationSecret": canaries.thirdOrganization,
      }),
      command,
    ),
  ),
  ...commands.map((command) =>
    elsewhere("under a colleague's secret", () => ({ "act365:userSecret": canaries.colleague }), command),
  ),
];
