// A new organisation has no requests yet.
import { expect, expectAccessible, test } from '../support/fixtures.ts';

test.use({ serverOptions: { clock: '2026-11-22T12:45:00Z' } });

test('an empty queue says what it is for, and offers the first request', async ({ page }) => {
  await page.goto('/');
  await page.getByLabel('Name of your organisation').fill('Marlow & Co');
  await page.getByLabel('Your name').fill('Lena Vogt');
  await page.getByLabel('Mail address').fill('lena@marlow.example');
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery');
  await page.getByRole('button', { name: 'Create workspace' }).click();
  await expect(page.getByRole('region', { name: 'First steps' })).toBeVisible();
  await page.goto('/requests');
  await expect(page.getByText('No request waits')).toBeVisible();
  await expectAccessible(page);
  await page.goto('/requests?state=triaged');
  await expect(page.getByText('None in this view')).toBeVisible();
  await expectAccessible(page);
});
