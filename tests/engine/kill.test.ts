import { describeKills } from "../support/kills";

describe("through the class", () =>
  describeKills("class", ["provider", "language host", "CLI"], { isWhole: true }));
// All the others: long/kill.test.ts.
describe("through the plugin", () => describeKills("plugin", ["provider"], { isWhole: false }));
