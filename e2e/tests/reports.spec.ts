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
  // Each figure of each client, to the cent.
  const figures = ['revenue', 'work_cost', 'admin_cost', 'expenses', 'margin'];
  let told = 0;
  for (const row of report.items) {
    for (const sums of row.sums.filter((one: { cycles: number }) => one.cycles > 0)) {
      const line = page.getByRole('row', { name: row.account_name });
      const cells = line.nth(row.sums.indexOf(sums)).getByRole('cell');
      for (const [place, name] of figures.entries()) {
        const minor = Math.abs(sums[`${name}_minor`]);
        const shown = async () => ((await cells.nth(place).innerText()).split('\n')[0] ?? '').replace(/\D/g, '');
        await expect.poll(async () => [minor, minor / 100].includes(Number(await shown())), `${row.account_name} ${name}`).toBe(true);
      }
      told += 1;
    }
  }
  expect(told).toBeGreaterThan(3);
  await expect(page.getByText('No cost rate:')).toContainText('USD');
  await expectAccessible(page);
  // What they say stands above them, and each bar is read by keys.
  const figure = page.getByRole('figure').first();
  await expect(figure).toContainText(/Of .+ that clients brought, .+ stays/);
  const bars = figure.getByRole('img', { name: /^Chart\. Of / });
  await bars.focus();
  await page.keyboard.press('ArrowDown');
  await expect(figure).toContainText(/: .+ came in\. Work .+ stays\./);
  await page.goto(`${server.url}/reports/recurring`);
  const columns = page.getByRole('figure').first();
  await expect(columns).toContainText(/Clients bring .+ a month/);
  await columns.getByRole('img', { name: /^Chart\. / }).focus();
  await page.keyboard.press('End');
  await expect(columns).toContainText(/November 2026: .+ at its end/);
  await expectAccessible(page);
  await page.goto(`${server.url}/reports/margin?by=account`);
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
