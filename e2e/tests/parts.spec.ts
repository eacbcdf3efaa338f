// The code of an area is loaded when it is first opened, and once.
import { expect, expectAccessible, signIn, test } from '../support/fixtures.ts';
import type { Page } from '@playwright/test';

/** The files of WebAssembly asked for since, but for the first one. */
function parts(page: Page): string[] {
  const asked: string[] = [];
  page.on('request', (request) => {
    if (/[0-9a-f]{16}\.(?:wasm|bin)$/.test(request.url())) asked.push(request.url());
  });
  return asked;
}

/** Their names without the hashes, each once: what areas share may be several files. */
function names(asked: string[]): string[] {
  return [...new Set(asked.map((url) => /([a-z]+)-[0-9a-f]+\.\w+$/.exec(url)?.[1] ?? url))].toSorted();
}

test('signing in and Today need no part, an area needs its own and the shared one, once', async ({ page, server }) => {
  const asked = parts(page);
  await signIn(page, server);
  await expect(page.getByRole('heading', { level: 2, name: 'Needs you' })).toBeVisible();
  expect(asked).toEqual([]);

  const accounts = page.getByRole('heading', { level: 1, name: 'Accounts' });
  await page.getByRole('link', { name: 'Accounts', exact: true }).click();
  await expect(accounts).toBeFocused();
  expect(names(asked)).toEqual(['accounts', 'shared']);

  await page.getByRole('link', { name: 'Time', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Time' })).toBeFocused();
  expect(names(asked)).toEqual(['accounts', 'shared', 'time']);

  await page.goBack();
  await expect(accounts).toBeVisible();
  await page.goForward();
  await expect(page.getByRole('heading', { level: 1, name: 'Time' })).toBeVisible();
  // The dialog is in the part of Time.
  await page.keyboard.press('l');
  await expect(page.getByRole('dialog', { name: 'Log time' })).toBeVisible();
  expect(names(asked)).toEqual(['accounts', 'shared', 'time']);
  expect(asked).toEqual([...new Set(asked)]);
});

test('a link into an area loads its part beside the session', async ({ page, server }) => {
  await signIn(page, server);
  const asked = parts(page);
  await page.goto('/imports');
  await expect(page.getByRole('heading', { level: 1, name: 'Import' })).toBeVisible();
  expect(names(asked)).toEqual(['imports', 'shared']);
});

test('parts are kept by the browser for good', async ({ page, server }) => {
  await signIn(page, server);
  for (const name of ['members', 'shared']) {
    const file = name === 'members' ? /\/settings-[0-9a-f]{16}\.wasm$/ : /\/shared-[0-9a-f]{16}\.bin$/;
    const answer = page.waitForResponse((response) => file.test(response.url()));
    await page.goto('/members');
    const headers = (await answer).headers();
    expect(headers['cache-control']).toContain('immutable');
  }
});

test('the dialog of time takes the focus also when its code comes late', async ({ page, server }) => {
  await page.route(/\/time-[0-9a-f]{16}\.wasm$/, async (route) => {
    await new Promise((done) => setTimeout(done, 700));
    await route.continue();
  });
  await signIn(page, server);
  await page.keyboard.press('l');
  const dialog = page.getByRole('dialog', { name: 'Log time' });
  await expect(dialog).toBeVisible();
  await expect(dialog.getByRole('combobox').first()).toBeFocused();
});

// What is kept from a page is named before the page is opened: on one that stands it can take hold too late.
test.describe('a part that cannot be loaded', () => {
  test.use({ expectedErrors: [/ERR_FAILED|Failed to fetch|401 \(Unauthorized\)|404 \(Not Found\)|answered 404/] });

  test('says so on the page, and is loaded when tried again', async ({ page, server }) => {
    await page.route(/\/accounts-[0-9a-f]{16}\.wasm$/, (route) => route.abort());
    await signIn(page, server);
    await page.getByRole('link', { name: 'Accounts', exact: true }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'This part could not be loaded' })).toBeFocused();
    await expectAccessible(page);
    // The rest of the app goes on.
    await page.getByRole('link', { name: 'Today', exact: true }).click();
    await expect(page.getByRole('heading', { level: 2, name: 'Needs you' })).toBeVisible();
    await page.goBack();
    await page.getByRole('button', { name: 'Retry' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'This part could not be loaded' })).toBeVisible();
    await page.unroute(/\/accounts-[0-9a-f]{16}\.wasm$/);
    await page.getByRole('button', { name: 'Retry' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Accounts' })).toBeVisible();
  });

  test('also where the shared one fails', async ({ page, server }) => {
    await page.route(/\/shared-[0-9a-f]{16}\.bin$/, (route) => route.fulfill({ status: 404, body: 'Not found' }));
    await signIn(page, server);
    await page.getByRole('link', { name: 'Members', exact: true }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'This part could not be loaded' })).toBeVisible();
    await page.unroute(/\/shared-[0-9a-f]{16}\.bin$/);
    await page.getByRole('button', { name: 'Retry' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Members' })).toBeVisible();
  });

  test('says so in the dialog of time', async ({ page, server }) => {
    await page.route(/\/time-[0-9a-f]{16}\.wasm$/, (route) => route.abort());
    await signIn(page, server);
    await page.keyboard.press('l');
    const dialog = page.getByRole('dialog', { name: 'Log time' });
    await expect(dialog.getByText('This part could not be loaded')).toBeVisible();
    await page.unroute(/\/time-[0-9a-f]{16}\.wasm$/);
    await dialog.getByRole('button', { name: 'Retry' }).click();
    await expect(dialog.getByRole('combobox').first()).toBeFocused();
  });

  test('says so on a page outside the shell', async ({ page }) => {
    await page.route(/\/entry-[0-9a-f]{16}\.wasm$/, (route) => route.abort());
    await page.goto('/invite/secret');
    await expect(page.getByRole('heading', { level: 1, name: 'This part could not be loaded' })).toBeVisible();
    await expectAccessible(page);
    await page.unroute(/\/entry-[0-9a-f]{16}\.wasm$/);
    await page.getByRole('button', { name: 'Reload' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Join your team' })).toBeVisible();
  });
});
