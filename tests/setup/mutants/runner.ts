import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Test, TestEvents, TestWatcher } from "jest-runner";
import TestRunner from "jest-runner";

/** So many test files share the process: their waits go on at the same time. */
const together = 4;

/** What each test file told when it ran without a mutant: its tests' names, and how long they took. */
type Known = Record<string, { fullName: string; duration?: number | null | undefined }[]>;

/**
 * Runs what a mutant needs and no more, in one process: only files with a test that meets it, the quick ones first, and
 * none once a test has failed. The run that finds out which test meets what, without a mutant, goes file by file.
 */
export default class MutantRunner extends TestRunner {
  override async runTests(tests: Test[], watcher: TestWatcher, options: { serial: boolean }): Promise<void> {
    const isMutated = process.env.__STRYKER_ACTIVE_MUTANT__ !== undefined;
    // The run without a mutant has a process of its own.
    const file = join(this._globalConfig.rootDir, "known-tests.json");
    const known: Known = isMutated && existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
    let hasFailed = false;
    this.on("test-file-success", ([test, result]: TestEvents["test-file-success"]) => {
      hasFailed ||= result.numFailingTests > 0;
      if (isMutated) return;
      known[test.path] = result.testResults.map(({ fullName, duration }) => ({ fullName, duration }));
      writeFileSync(file, JSON.stringify(known));
    });
    const { testNamePattern } = this._globalConfig;
    const pattern = testNamePattern ? new RegExp(testNamePattern, "i") : /./;
    const left = tests
      .map((test) => ({ test, meeting: known[test.path]?.filter(({ fullName }) => pattern.test(fullName)) }))
      .filter(({ meeting }) => meeting?.length !== 0)
      .map(({ test, meeting = [] }) => ({
        test,
        takes: meeting.reduce((sum, { duration }) => sum + (duration ?? 0), 0),
      }))
      .sort((one, other) => one.takes - other.takes);
    const line = async () => {
      for (let next = left.shift(); next && !(isMutated && hasFailed); next = left.shift())
        await super.runTests([next.test], watcher, options);
    };
    await Promise.all(Array.from({ length: isMutated ? together : 1 }, line));
  }
}
