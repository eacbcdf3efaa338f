// An empty installation: the first page, the first steps.
import { expect, expectAccessible, test } from '../support/fixtures.ts';

test.use({ serverOptions: { clock: '2026-11-22T09:00:00Z' } });

test('an empty installation is set up and shows the first steps', async ({ page }) => {
  await page.goto('/accounts');
  await expect(page.getByRole('heading', { level: 1, name: 'Set up Perennial' })).toBeVisible();
  await expect(page).toHaveURL(/\/setup$/);
  await expect(page.getByLabel('Time zone')).toHaveValue('Europe/London');
  await expect(page.getByLabel('Currency')).toHaveValue('GBP');
  await expectAccessible(page);

  await page.getByRole('button', { name: 'Create workspace' }).click();
  await expect(page.getByLabel('Name of your organisation')).toBeFocused();
  await expect(page.getByLabel('Name of your organisation')).toHaveAttribute('aria-invalid', 'true');

  await page.getByLabel('Name of your organisation').fill('Marlow & Co');
  await page.getByLabel('Your name').fill('Lena Vogt');
  await page.getByLabel('Mail address').fill('lena@marlow.example');
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery');
  await page.getByRole('button', { name: 'Create workspace' }).click();

  const steps = page.getByRole('region', { name: 'First steps' });
  await expect(steps.getByText('Add a client')).toBeVisible();
  await expect(page.getByText('Nothing waits for you.')).toBeVisible();
  await expectAccessible(page);

  await expect(steps.getByRole('listitem')).toHaveCount(5);
  await expect(steps.getByRole('link', { name: 'Add client' })).toHaveAttribute('href', '/start');
  await page.goto('/accounts');
  await expect(page.getByRole('link', { name: 'Start the first retainer' })).toBeVisible();
  await page.getByRole('button', { name: 'New account' }).first().click();
  await page.getByLabel('Name', { exact: true }).fill('Big Company');
  await page.getByRole('button', { name: 'Add account' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Big Company' })).toBeVisible();
  await expect(page.getByText('No retainer yet')).toBeVisible();

  await page.goto('/setup');
  await expect(page.getByRole('heading', { level: 1, name: 'Sunday 22 November' })).toBeVisible();
});
