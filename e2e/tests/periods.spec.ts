// Each cycle of a retainer with its delivery and its money side by side.
import type { Locator, Page } from '@playwright/test';
import { billed } from '../support/bills.ts';
import { ask } from '../support/books.ts';
import { expect, expectAccessible, signedIn, test } from '../support/fixtures.ts';

test.beforeEach(async ({ page, server }) => {
  await signedIn(page, server);
});

function panel(page: Page): Locator {
  return page.getByRole('region', { name: 'Period by period' });
}

test('s1_05 a period tells what was delivered, left, billed and paid, and opens to its invoice', async ({ page, server }) => {
  const { href, account, retainer } = await billed(server, 'Side by side');
  const id = retainer.split('/').pop();
  await ask(server, 'POST', '/time-entries', { retainer_id: id, worked_on: '2026-11-20', minutes: 705 });
  await ask(server, 'POST', '/payments', {
    account_id: account.split('/').pop(),
    paid_on: '2026-11-21',
    method: 'transfer',
    amount: { amount_minor: 100_000, currency: 'EUR' },
  });
  await page.goto(retainer);
  const row = panel(page).getByRole('row').nth(1);
  await expect(row.getByRole('cell')).toContainText([
    /11.h.45 of 10.h/,
    /0.h\s*1.h.45 beyond it/,
    /€1,785\s*2026-\d+/,
    /€1,000/,
    /€785/,
  ]);
  await expect(row.getByRole('rowheader')).toContainText('running');
  await expectAccessible(page);
  await page.setViewportSize({ width: 360, height: 780 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  await row.getByRole('link', { name: /2026-/ }).click();
  await expect(page).toHaveURL(href);
});

test('periods are read on, and one leads to its cycle', async ({ page }) => {
  await page.goto('/accounts');
  await page.getByRole('link', { name: 'Northwind Robotics', exact: true }).click();
  await page.getByRole('link', { name: 'Growth retainer' }).first().click();
  const rows = panel(page).locator('tbody').getByRole('row');
  await expect(rows).toHaveCount(12);
  await panel(page).getByRole('button', { name: 'Load more' }).click();
  await expect(rows).toHaveCount(13);
  await rows.nth(1).getByRole('rowheader').getByRole('link').click();
  await expect(page.getByRole('heading', { name: 'Cycle 12' })).toBeVisible();
});

test.describe('trouble', () => {
  test.use({ expectedErrors: [/401 \(Unauthorized\)|503/] });

  test('periods that are not read say so, and are read again', async ({ page, server }) => {
    const { retainer } = await billed(server, 'Not read');
    await page.route('**/periods?*', (route) => route.fulfill({ status: 503, body: '' }));
    await page.goto(retainer);
    await expect(panel(page).getByRole('button', { name: 'Retry' })).toBeVisible();
    await page.unroute('**/periods?*');
    await panel(page).getByRole('button', { name: 'Retry' }).click();
    await expect(panel(page).getByRole('row').nth(1)).toContainText('€1,785');
  });
});
