import { describeKills } from "../../support/kills";

describe("through the plugin", () => describeKills("plugin", ["language host", "CLI"], { isWhole: true }));
