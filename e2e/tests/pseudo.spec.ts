// Every screen in a longer language that only debug builds have: no string without a key, nothing cut off.
import { expect, signIn, test } from '../support/fixtures.ts';

const screens = ['/', '/accounts', '/members', '/settings/organisation', '/settings/keys', '/settings/appearance'];

test('the app speaks a third longer without breaking', async ({ page, server }) => {
  test.slow();
  await signIn(page, server);
  await page.evaluate(() => localStorage.setItem('perennial.language', 'xx'));
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  test.skip((await page.locator('html').getAttribute('lang')) !== 'xx', 'a release build has no test language');
  // The form of a retainer and the page of one have addresses of their own.
  await page.goto('/accounts');
  const account = await page.getByRole('link', { name: 'Halden Legal', exact: true }).getAttribute('href');
  const retainer = await page.getByRole('link', { name: 'Content and SEO', exact: true }).getAttribute('href');
  screens.push(`${account}/retainers/new`, `${retainer}`);
  for (const width of [320, 768, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    for (const path of screens) {
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(beyond, `${path} at ${width} px`).toBeLessThanOrEqual(0);
    }
  }
  // Buttons carry our words alone, so each must show that it came from a key; figures are numbers.
  for (const path of screens) {
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    for (const words of await page.getByRole('main').locator('button:not(.figure), th[scope=col]').allInnerTexts()) {
      if (words.trim()) expect(words, path).toContain('~~');
    }
  }
});
