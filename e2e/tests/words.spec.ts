// The words of the reader's language are loaded beside the program, and only those.
import { expect, signIn, test } from '../support/fixtures.ts';
import type { Page } from '@playwright/test';

/** The languages whose words were asked for since. */
function languages(page: Page): string[] {
  const asked: string[] = [];
  page.on('request', (request) => {
    const [, tag] = /\/words-([a-z]+)-[0-9a-f]{16}\.txt$/.exec(request.url()) ?? [];
    if (tag) asked.push(tag);
  });
  return asked;
}

test('English words come to an English browser', async ({ page }) => {
  const asked = languages(page);
  const answer = page.waitForResponse(/\/words-/);
  await page.goto('/sign-in');
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in to Perennial' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  expect(asked).toEqual(['en']);
  expect((await answer).headers()['cache-control']).toContain('immutable');
});

test.describe('in a German browser', () => {
  test.use({ locale: 'de-CH' });

  test('German words come alone', async ({ page }) => {
    const asked = languages(page);
    await page.goto('/sign-in');
    await expect(page.getByRole('button', { name: 'Anmelden' })).toBeVisible();
    await expect(page.locator('html')).toHaveAttribute('lang', 'de');
    expect(asked).toEqual(['de']);
  });
});

test.describe('in a browser whose language there is not', () => {
  test.use({ locale: 'ja-JP' });

  test('words are English', async ({ page }) => {
    await page.goto('/sign-in');
    await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
    await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  });
});

test('a language that was chosen comes before that of the browser', async ({ page, server }) => {
  await signIn(page, server);
  await page.goto('/settings/appearance');
  const asked = languages(page);
  await page.getByRole('radio', { name: 'Deutsch' }).check();
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
  await expect(page.getByRole('radio', { name: 'Deutsch' })).toBeChecked();
  expect(asked).toEqual(['de']);
});

test.describe('words that cannot be loaded', () => {
  test.use({ expectedErrors: [/404 \(Not Found\)|401 \(Unauthorized\)/] });

  for (const [name, answer] of [
    ['are not there', { status: 404, body: 'Not found' }],
    ['belong to another version', { status: 200, body: 'en 0123456789abcdef\nHello' }],
  ] as const) {
    test(`and ${name} end on the crash page`, async ({ page }) => {
      await page.route(/\/words-/, (route) => route.fulfill(answer));
      const report = page.waitForRequest('**/api/v1/client-errors');
      await page.goto('/sign-in');
      await expect(page.getByRole('heading', { name: 'Perennial stopped working' })).toBeFocused();
      expect((await report).postDataJSON().message).toMatch(/words/);
      await page.unroute(/\/words-/);
      await page.getByRole('button', { name: 'Reload' }).click();
      await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
    });
  }
});
