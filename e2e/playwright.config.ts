import { execSync } from 'node:child_process';
import { defineConfig } from '@playwright/test';

// The shell without windows is the same engine, and a quarter faster to test with.
const names = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome'];
const find = names.map((name) => `command -v ${name}`).join(' || ');
const executablePath = process.env.CHROMIUM ?? execSync(find, { encoding: 'utf8', shell: '/bin/sh' }).trim();

// A browser of the machine, never one that Playwright downloads.
const args = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export default defineConfig({
  testDir: 'tests',
  outputDir: 'test-results',
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  workers: 2,
  // On a busy machine a browser may stall; what passed at the second try only is named at the end.
  retries: 1,
  timeout: 30_000,
  expect: {
    timeout: 5_000,
    toHaveScreenshot: { maxDiffPixelRatio: 0.01, animations: 'disabled', caret: 'hide' },
  },
  reporter: [['list'], ['./support/closing-line.ts']],
  use: {
    locale: 'en-GB',
    timezoneId: 'Europe/London',
    contextOptions: { reducedMotion: 'reduce' },
    // Of what fails the second try is recorded: recording all took a tenth of the time.
    trace: 'on-first-retry',
    screenshot: 'only-on-failure',
    launchOptions: { executablePath, args },
  },
  projects: [
    {
      name: 'laptop',
      testIgnore: '**/*.alone.spec.ts',
      use: { viewport: { width: 1280, height: 800 } },
    },
    // What measures has the machine to itself.
    {
      name: 'alone',
      testMatch: '**/*.alone.spec.ts',
      dependencies: ['laptop'],
      use: { viewport: { width: 1280, height: 800 } },
    },
  ],
});
