import { describeKills } from "../support/kills";

// All the others, and signals: long/kill.test.ts.
describe("through the class", () => describeKills("class", ["provider", "CLI"], { isWhole: false }));
describe("through the plugin", () => describeKills("plugin", ["provider"], { isWhole: false }));
