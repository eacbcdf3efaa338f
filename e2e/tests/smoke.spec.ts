import { expect, expectAccessible, signIn, test } from '../support/fixtures.ts';

test('the app opens with a heading', async ({ page }) => {
  await page.goto('/');
  await expect(page.locator('#shell')).toHaveCount(0);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
});

test('the first page is accessible in both themes', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expectAccessible(page);
});

test('the owner of the sample agency signs in', async ({ page, server }) => {
  await signIn(page, server);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expectAccessible(page);
});

test('a fixed theme is set before the first paint', async ({ page }) => {
  await page.addInitScript(() => localStorage.setItem('perennial.theme', 'dark'));
  await page.goto('/', { waitUntil: 'commit' });
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await expect(page.locator('body')).toHaveCSS('background-color', 'rgb(14, 17, 21)');
});

test('a page is not allowed to run scripts of its own', async ({ request }) => {
  const answer = await request.get('/');
  const policy = answer.headers()['content-security-policy'] ?? '';
  expect(policy).toContain("default-src 'self'");
  expect(policy).not.toContain('unsafe-inline');
  expect(await answer.text()).not.toMatch(/<script(?![^>]*\ssrc=)[^>]*>/);
});

test('after a crash a plain page offers to reload', async ({ page, server }) => {
  await page.goto('/');
  await expect(page.locator('#shell')).toHaveCount(0);
  await page.route(`${server.url}/api/v1/client-errors`, (route) => route.fulfill({ status: 204 }));
  await page.evaluate(() => (window as unknown as { perennialCrash(words: string): void }).perennialCrash('test'));
  await expect(page.getByRole('heading', { name: 'Perennial stopped working' })).toBeFocused();
  await expect(page.getByText(/Report [A-Z0-9]+/)).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Reload' }).click();
  await expect(page.getByRole('heading', { name: 'Perennial stopped working' })).toHaveCount(0);
});
