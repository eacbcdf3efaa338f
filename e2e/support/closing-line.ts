// Ends the run with the line that the scripts read: "N passed, N failed", alone on a line.
import type { FullResult, Reporter, Suite, TestError } from '@playwright/test/reporter';

export default class ClosingLine implements Reporter {
  private suite: Suite | undefined;
  private errors = 0;

  onBegin(_config: unknown, suite: Suite): void {
    this.suite = suite;
  }

  // A fault outside any test: a file that does not load, a worker that dies.
  onError(_error: TestError): void {
    this.errors += 1;
  }

  printsToStdio(): boolean {
    return false;
  }

  onEnd(result: FullResult): void {
    const outcomes = this.suite?.allTests().map((test) => test.outcome()) ?? [];
    const passed = outcomes.filter((outcome) => outcome === 'expected' || outcome === 'flaky').length;
    const failed = outcomes.filter((outcome) => outcome === 'unexpected').length + this.errors;
    const silent = failed === 0 && result.status !== 'passed' ? 1 : 0;
    console.log(`\n${passed} passed, ${failed + silent} failed`);
  }
}
