// A new organisation has no operating model yet: what the empty screens offer.
import { expect, expectAccessible, test } from '../support/fixtures.ts';

test.use({ serverOptions: { clock: '2026-11-22T10:45:00Z' } });

test('an empty model offers four routines, an empty log its first decision', async ({ page }) => {
  await page.goto('/');
  await page.getByLabel('Name of your organisation').fill('Marlow & Co');
  await page.getByLabel('Your name').fill('Lena Vogt');
  await page.getByLabel('Mail address').fill('lena@marlow.example');
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery');
  await page.getByRole('button', { name: 'Create workspace' }).click();
  await expect(page.getByRole('region', { name: 'First steps' })).toBeVisible();

  await page.goto('/decisions');
  await expect(page.getByText('No decisions yet')).toBeVisible();
  await expectAccessible(page);

  await page.goto('/model');
  const sops = page.getByRole('region', { name: 'Routines (SOPs)' });
  await expect(sops.getByRole('listitem')).toHaveCount(4);
  await expect(page.getByText('No workflows yet')).toBeVisible();
  await expectAccessible(page);
  await sops.getByRole('button', { name: 'Adopt Taking a request' }).click();
  await expect(sops.getByRole('link', { name: 'Taking a request' })).toBeVisible();
  await expect(sops.getByRole('listitem')).toHaveCount(1);
});
