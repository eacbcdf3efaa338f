// Margin on screen: the figures of the API, whose rate is missing, and what takes no rate to see.
import { ask } from '../support/books.ts';
import { atHome, expect, expectAccessible, test } from '../support/fixtures.ts';

test.use({ serverOptions: { demo: true, clock: '2026-11-22T10:50:00Z' } });

test('margin on screen is that of the API, and a missing rate leads to the rates', async ({ page, server }) => {
  await atHome(page, server);
  const report = await ask(server, 'GET', '/reports/margin?by=account&limit=200');
  await page.keyboard.press('g');
  await page.keyboard.press('p');
  await expect(page.getByRole('heading', { level: 1, name: 'Margin' })).toBeFocused();
  await page.getByRole('link', { name: 'Account', exact: true }).click();
  const digits = (minor: number) => [String(minor), String(minor / 100)];
  for (const name of ['Northwind Robotics', 'Halden Legal']) {
    const { sums } = report.items.find((row: { account_name: string }) => row.account_name === name);
    const cells = page.getByRole('row', { name }).getByRole('cell');
    for (const [place, figure] of [sums[0].revenue_minor, sums[0].work_cost_minor].entries()) {
      await expect.poll(async () => digits(figure).includes((await cells.nth(place).innerText()).replace(/\D/g, ''))).toBe(true);
    }
    const margin = (await cells.nth(4).innerText()).replace(/\D/g, '');
    expect(digits(Math.abs(sums[0].margin_minor))).toContain(margin);
  }
  await expect(page.getByText('No cost rate:')).toContainText('USD');
  await expectAccessible(page);
  // By month, the last first.
  const { months } = await ask(server, 'GET', '/reports/revenue');
  await page.getByRole('link', { name: 'Month', exact: true }).click();
  const last = page.getByRole('row').filter({ hasText: 'November 2026' }).last().getByRole('cell');
  const now = months.find((row: { month: string }) => row.month === '2026-11-01');
  for (const [place, figure] of [now.billed_minor, now.earned_minor, now.unearned_minor, now.unbilled_minor].entries()) {
    await expect.poll(async () => [figure, figure / 100].includes(Number((await last.nth(place).innerText()).replace(/\D/g, '')))).toBe(true);
  }
  await expectAccessible(page);
  await page.getByRole('link', { name: 'Account', exact: true }).click();
  await page.getByRole('main').getByRole('link', { name: 'Rates' }).click();
  await expect(page.getByRole('heading', { name: 'Rates' })).toBeVisible();
});
