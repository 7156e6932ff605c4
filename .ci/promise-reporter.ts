/**
 * Closing lines of a test run: each test that skipped itself with its reason, then `N passed, N failed[, N skipped]`.
 * Where no skip is allowed (.ci/run) the last line tells.
 */
import type { Reporter, TestCase, TestModule } from 'vitest/node';

export default class PromiseReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const skipped = tests.filter((test) => test.result().state === 'skipped');
    const passed = tests.filter((test) => test.result().state === 'passed').length;
    const brokenModules = modules.filter((module) => module.state() === 'failed' && module.errors().length > 0).length;
    const failed = tests.length - skipped.length - passed + brokenModules + unhandled.length;
    for (const [reason, names] of byReason(skipped)) {
      process.stdout.write(`skipped ${names.length}: ${reason}\n${names.map((name) => `  ${name}\n`).join('')}`);
    }
    const tail = skipped.length > 0 ? `, ${skipped.length} skipped` : '';
    process.stdout.write(`${passed} passed, ${failed} failed${tail}\n`);
  }
}

function byReason(tests: readonly TestCase[]): Map<string, string[]> {
  const reasons = new Map<string, string[]>();
  for (const test of tests) {
    const result = test.result();
    const reason = (result.state === 'skipped' ? result.note : undefined) ?? 'no reason given';
    const names = reasons.get(reason) ?? [];
    names.push(`${test.module.relativeModuleId} > ${test.fullName}`);
    reasons.set(reason, names);
  }
  return reasons;
}
