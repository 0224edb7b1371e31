import type { Test, TestEvents, TestWatcher } from "jest-runner";
import TestRunner from "jest-runner";

/** So many test files share the process: their waits go on at the same time. */
const together = 4;

/** What each test file told when it ran last: its tests' names, and how long they took. */
const known = new Map<string, readonly { fullName: string; duration?: number | null }[]>();

/**
 * Runs what a mutant needs and no more, in one process: only files with a test that meets it, the quick ones first, and
 * none once a test has failed. The run that finds out which test meets what, without a mutant, goes file by file.
 */
export default class MutantRunner extends TestRunner {
  override async runTests(tests: Test[], watcher: TestWatcher, options: { serial: boolean }): Promise<void> {
    const isMutated = process.env.__STRYKER_ACTIVE_MUTANT__ !== undefined;
    let hasFailed = false;
    this.on(
      "test-file-success",
      ([test, { testResults, numFailingTests }]: TestEvents["test-file-success"]) => {
        if (!isMutated) known.set(test.path, testResults);
        hasFailed ||= numFailingTests > 0;
      },
    );
    const { testNamePattern } = this._globalConfig;
    const pattern = testNamePattern ? new RegExp(testNamePattern, "i") : /./;
    const seconds = ({ path }: Test) =>
      (known.get(path) ?? [])
        .filter(({ fullName }) => pattern.test(fullName))
        .reduce((sum, { duration }) => sum + (duration ?? 0), 0);
    const left = tests
      .filter(({ path }) => known.get(path)?.some(({ fullName }) => pattern.test(fullName)) ?? true)
      .map((test) => ({ test, takes: seconds(test) }))
      .sort((a, b) => a.takes - b.takes);
    const line = async () => {
      for (let next = left.shift(); next && !(isMutated && hasFailed); next = left.shift())
        await super.runTests([next.test], watcher, options);
    };
    await Promise.all(Array.from({ length: isMutated ? together : 1 }, line));
  }
}
