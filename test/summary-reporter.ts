import type { Reporter, TestCase, TestModule } from 'vitest/node';

/**
 * Closes a run with how many tests passed, failed and were skipped, and why each was skipped.
 *
 * The reason of a skip is what the test said when it skipped (`context.skip(reason)`), else its name.
 */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0 };
    const skipped: string[] = [];
    for (const module of modules) {
      if (module.state() === 'failed' && module.children.size === 0) counts.failed++;
      for (const testCase of module.children.allTests()) {
        const { state } = testCase.result();
        if (state === 'passed') counts.passed++;
        else if (state === 'failed') counts.failed++;
        else {
          counts.skipped++;
          skipped.push(`  - ${module.relativeModuleId}: ${reasonOf(testCase)}`);
        }
      }
    }
    const lines = [
      ...(skipped.length === 0 ? [] : ['', 'Skipped, and why:', ...skipped]),
      '',
      `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`,
      '',
    ];
    process.stdout.write(lines.join('\n'));
  }
}

function reasonOf(testCase: TestCase): string {
  const result = testCase.result();
  const note = 'note' in result ? result.note : undefined;
  return note === undefined ? testCase.fullName : `${testCase.fullName}: ${note}`;
}
