// The list of invoices by how they stand.
import type { Page, Route } from '@playwright/test';
import { ask } from '../support/books.ts';
import { expect, expectAccessible, signedIn, test } from '../support/fixtures.ts';

// Numbers are given out here: a clock of its own is a server of its own.
test.use({ serverOptions: { demo: true, clock: '2026-11-22T15:10:00Z' } });
test.use({ expectedErrors: [/401 \(Unauthorized\)|409|412|422|503/] });
test.describe.configure({ mode: 'serial', timeout: 60_000 });

test.beforeEach(async ({ page, server }) => {
  await signedIn(page, server);
});

const listed = (page: Page) => page.getByRole('row').filter({ has: page.getByRole('rowheader') });
const money = (minor: number, currency: string) =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).format(minor / 100);

test('the tabs count on the server, late ones come by their weight, and a long list is read on', async ({
  page,
  server,
}) => {
  const { items } = await ask(server, 'GET', '/invoices/counts');
  type Count = { status: string | null; count: number; currency: string; balance_minor: number };
  const late = (items as Count[]).filter((one) => one.status === 'overdue');
  const count = late.reduce((sum, one) => sum + one.count, 0);
  expect(count).toBeGreaterThan(1);
  await page.goto('/invoices?state=overdue');
  const tab = page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: /^Overdue/ });
  await expect(tab).toHaveText(new RegExp(`^Overdue\\s*${count}$`));
  await expect(listed(page)).toHaveCount(count);
  const amounts = late.map((one) => money(one.balance_minor, one.currency));
  for (const amount of amounts) await expect(page.getByText(/ open$/).first()).toContainText(amount);
  const found = await ask(server, 'GET', '/invoices?status=overdue&limit=200');
  type Row = { number: string; late_days: number; balance_minor: number };
  const weight = (one: Row) => one.late_days * one.balance_minor;
  const heaviest = (found.items as Row[]).reduce((most, one) => (weight(one) > weight(most) ? one : most));
  await expect(listed(page).first()).toContainText(heaviest.number);
  await expectAccessible(page);

  const short = (route: Route) => route.continue({ url: route.request().url().replace('limit=200', 'limit=5') });
  await page.route('**/api/v1/invoices?*', short);
  await page.goto('/invoices?state=issued');
  await expect(listed(page)).toHaveCount(5);
  await page.getByRole('button', { name: 'Load more' }).click();
  await expect(listed(page)).toHaveCount(10);
  // Another view begins with its own first page.
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: /^Paid/ }).click();
  await expect(listed(page)).toHaveCount(5);
  await expect(listed(page).first()).toContainText('Paid');
});
