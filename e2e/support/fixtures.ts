// `test` for every file under tests/: a server, no console errors, axe, signing in.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test as base, expect, type Page } from '@playwright/test';
import type axe from 'axe-core';
import { startServer, type Server, type ServerOptions, type SignIn } from './server.ts';

interface ForEachWorker {
  /** Its server, started anew when a test asks for another than the one before it. */
  serverWith: (options: ServerOptions) => Promise<Server>;
}

interface ForEachTest {
  /** Set with `test.use({ serverOptions: { … } })` at the top of a file. */
  serverOptions: ServerOptions;
  /** What the tests before it made is there: they share it while their options are the same. */
  server: Server;
  /** Console errors that this test brings about on purpose. */
  expectedErrors: RegExp[];
  quietConsole: void;
}

export const test = base.extend<ForEachTest, ForEachWorker>({
  serverOptions: [{ demo: true, clock: '2026-11-22T09:00:00Z' }, { option: true }],

  // Not a fixture of the options: a worker and its browser take far longer to start than a server.
  serverWith: [
    async ({}, use) => {
      let running: { wanted: string; server: Server } | undefined;
      await use(async (options) => {
        const wanted = JSON.stringify(options);
        if (running?.wanted !== wanted) {
          const before = running;
          running = undefined;
          await before?.server.stop();
          running = { wanted, server: await startServer(options) };
        }
        return running.server;
      });
      await running?.server.stop();
    },
    { scope: 'worker', timeout: 60_000 },
  ],

  server: [
    async ({ serverWith, serverOptions }, use) => {
      await use(await serverWith(serverOptions));
    },
    { timeout: 60_000 },
  ],

  baseURL: async ({ server }, use) => {
    await use(server.url);
  },

  // On its first visit the app asks whether there is a session; a browser logs the 401 as an error.
  expectedErrors: [[/401 \(Unauthorized\).*\/api\/v1\/auth\/refresh/], { option: true }],

  quietConsole: [
    async ({ page, expectedErrors }, use) => {
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error') errors.push(`${message.text()} (${message.location().url})`);
      });
      await use();
      const surprising = errors.filter((error) => !expectedErrors.some((known) => known.test(error)));
      expect(surprising, 'errors in the console').toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

// Half of what the readable one takes to send and to parse.
const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What a theme can change: both have the same elements. */
const rulesOfColour = ['color-contrast', 'link-in-text-block'];

/** What axe finds in the page as it is; only violations are worked out in full. */
async function violations(page: Page, runOnly: axe.RunOnly): Promise<string[]> {
  // A page that was loaded anew has lost it.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(source);
  return page.evaluate(async (runOnly) => {
    const found = await (window as unknown as { axe: typeof axe }).axe.run({ runOnly, resultTypes: ['violations'] });
    return found.violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary ?? ''}`),
    );
  }, runOnly);
}

/**
 * While another theme comes, its colours are there at once: nothing waits for a transition, nor draws one.
 * What it returns lets them pass again.
 */
async function withoutTransitions(page: Page): Promise<() => Promise<void>> {
  const still = await page.evaluateHandle(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('*, ::before, ::after { transition: none !important }');
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    return sheet;
  });
  return () =>
    still.evaluate((sheet) => {
      // The last theme counts before transitions do again.
      getComputedStyle(document.documentElement).color;
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== sheet);
    });
}

/** Until it is drawn, and what moves has come to its end; what turns for ever is not waited for. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let changing: Animation[] | undefined; changing === undefined || changing.length > 0; ) {
      await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
      const all = document.getAnimations();
      changing = all.filter(
        ({ effect, playState }) => playState === 'running' && effect?.getComputedTiming().endTime !== Infinity,
      );
      await Promise.allSettled(changing.map(({ finished }) => finished));
    }
  });
}

/** No violation of WCAG 2.2 AA that axe can find, in the light and in the dark theme. */
export async function expectAccessible(page: Page): Promise<void> {
  const withTransitions = await withoutTransitions(page);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await settled(page);
    const rules: axe.RunOnly =
      colorScheme === 'light' ? { type: 'tag', values: tags } : { type: 'rule', values: rulesOfColour };
    expect(await violations(page, rules), `axe, ${colorScheme}`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: null });
  await withTransitions();
}

/** Signs in as a person would. Without a sign-in it takes the one of the sample agency. */
export async function signIn(page: Page, server: Server, who: SignIn | undefined = server.signIn): Promise<void> {
  if (!who) throw new Error(`the server printed no sign-in:\n${server.log()}`);
  await page.goto('/sign-in');
  await page.getByLabel(/mail/i).fill(who.email);
  await page.getByLabel(/^password/i).fill(who.password);
  await page.getByRole('button', { name: /^sign in$/i }).click();
  await expect(page).not.toHaveURL(/\/sign-in/);
  // Before the rail is there no key is heard.
  await expect(page.getByRole('navigation').first()).toBeVisible();
}

/**
 * Signed in without the form, which tests of its own drive: the session's cookie is there, and the
 * page is the test's to open. Without a sign-in it takes the one of the sample agency.
 */
export async function signedIn(page: Page, server: Server, who: SignIn | undefined = server.signIn): Promise<void> {
  if (!who) throw new Error(`the server printed no sign-in:\n${server.log()}`);
  const answer = await page.request.post(`${server.url}/api/v1/auth/login`, { data: who });
  expect(answer.ok(), await answer.text()).toBe(true);
}

/** The same, with Today open. */
export async function atHome(page: Page, server: Server): Promise<void> {
  await signedIn(page, server);
  await page.goto('/');
  // Before the rail is there no key is heard.
  await expect(page.getByRole('navigation').first()).toBeVisible();
}
