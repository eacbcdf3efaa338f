// `make bench`: one worker and no retries, because it measures.
import { defineConfig } from '@playwright/test';
import tests from './playwright.config.ts';

export default defineConfig({
  ...tests,
  testDir: 'bench',
  fullyParallel: false,
  workers: 1,
  timeout: 300_000,
  reporter: [['line']],
  use: { ...tests.use, trace: 'off', viewport: { width: 1280, height: 800 } },
  projects: [{ name: 'bench' }],
});
