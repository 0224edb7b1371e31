import { describeKills } from "../../support/kills";

describe("through the class", () => describeKills("class", ["language host"], { isWhole: true }));
describe("through the plugin", () => describeKills("plugin", ["language host", "CLI"], { isWhole: true }));
