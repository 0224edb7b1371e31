import {
  type Simulator,
  type SimulatorOptions,
  type StoredInstance,
  startSimulator,
} from "../../provider/simulator";
import { connectPlugin } from "./plugin";
import { onlyOf } from "./promise";
import { type Applied, callsTo } from "./story";

/** For a file of tests: each test's simulator, with the plugin connected to it, which tries nothing twice. */
export class Platform {
  simulator!: Simulator;

  constructor() {
    afterEach(() => this.simulator.close());
  }

  start = async (options: SimulatorOptions = {}, settings: Record<string, string> = {}): Promise<void> => {
    this.simulator = await startSimulator(options);
    await connectPlugin(this.simulator, { "act365:maxAttempts": "1", ...settings });
  };

  only = () => onlyOf(this.simulator);

  /** An instance that was not made by us, or not by this run. */
  held = ({ name = "crm", tags = [] as string[], apiKey = "k" } = {}): StoredInstance =>
    this.simulator.add({ name, tags, configuration: { username: apiKey, password: "d" } });

  writes = (): string[] => callsTo(this.simulator).filter((call) => !call.startsWith("GET"));

  tagged = ({ id }: Pick<Applied, "id">, ...tags: string[]): void =>
    this.simulator.edit(Number(id), (instance) => {
      instance.tags = tags;
    });
}
