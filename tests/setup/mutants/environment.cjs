const { TestEnvironment } = require("jest-environment-node");

/** What measures real time proves nothing beside others that run. */
const timed = /^a long wait is told|^a POST held back by the rate limit/;

/** The mutant that a test has failed for: no other test need run. */
let caught;

/**
 * Ends a mutant's tests with the first that fails, and keeps apart what test files of one process spy on. Where no mutant
 * is, tests go one by one, so that it is seen which of them meets what.
 */
module.exports = class extends TestEnvironment {
  async setup() {
    await super.setup();
    const own = { now: () => performance.now() };
    const value = Object.assign(Object.create(performance), own);
    Object.defineProperty(this.global, "performance", { value });
    Object.defineProperty(this.global.process, "stderr", { value: { write: () => true } });
  }

  handleTestEvent({ name, runtimeGlobals, test }) {
    const mutant = process.env.__STRYKER_ACTIVE_MUTANT__;
    if (name === "setup" && mutant === undefined) runtimeGlobals.test.concurrent = runtimeGlobals.test;
    if (name === "test_fn_failure" || name === "hook_failure") caught = mutant;
    if (name !== "test_start") return;
    if (timed.test(test.name) || (mutant !== undefined && caught === mutant)) test.mode = "skip";
  }
};
