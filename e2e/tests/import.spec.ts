// Files of time: read, mapped, counted again with each change, written once.
import type { Page } from '@playwright/test';
import { expect, expectAccessible, signedIn, test } from '../support/fixtures.ts';

test.beforeEach(async ({ page, server }) => {
  await signedIn(page, server);
});

const header = 'User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration,Tags';

/** A detailed report with a row for each of `rows`: client, project, day, duration, billable. */
function report(rows: [string, string, string, string, string?][]): Buffer {
  const lines = rows.map(
    ([client, project, day, duration, billable = 'Yes']) =>
      `Tom Becker,tom@fieldwork.example,${client},${project},,Work,${billable},${day},09:00:00,${day},10:00:00,${duration},`,
  );
  return Buffer.from(`${[header, ...lines].join('\n')}\n`);
}

async function upload(page: Page, name: string, rows: Parameters<typeof report>[0]): Promise<void> {
  await page.goto('/imports');
  await page.locator('input[type=file]').setInputFiles({ name, mimeType: 'text/csv', buffer: report(rows) });
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
}

const outcome = (page: Page) => page.getByRole('region', { name: /^What the import/ });

test('undecided rows hold the import back, and each choice is counted at once', async ({ page }) => {
  // A read counts as fresh for seconds: a quick hand must not see the file as it was before.
  await page.clock.setFixedTime(new Date());
  await upload(page, 'mixed.csv', [
    ['Zephyr', 'Site', '2026-11-16', '01:30:00'],
    ['Zephyr', 'Site', '2026-11-17', '00:00:20'],
    ['Nimbus', 'Shop', '2026-11-17', '02:00:00', 'No'],
  ]);
  await expectAccessible(page);
  await expect(page.getByText('3 rows have no place yet', { exact: false }).first()).toBeVisible();
  const site = page.getByRole('combobox', { name: 'Where Zephyr · Site goes' });
  await site.fill('growth');
  await site.press('Enter');
  await expect(page.getByText('1 row has no place yet', { exact: false }).first()).toBeVisible();
  const shop = page.getByRole('combobox', { name: 'Where Nimbus · Shop goes' });
  await shop.fill('leave out');
  await shop.press('Enter');
  await expect(outcome(page).getByText('Left out')).toBeVisible();
  await expect(outcome(page)).toContainText('1 h 30');
  await shop.fill('growth');
  await shop.press('Enter');
  await expect(outcome(page)).toContainText('3 h 30');
  await expect(outcome(page).getByText('Of it in entries that draw')).toBeVisible();
  await page.getByLabel('Time that the file calls not billable').check();
  await expect(outcome(page).getByText('Of it in entries that draw')).toBeHidden();
  await page.getByRole('button', { name: 'Import 2 rows' }).click();
  await expect(page.getByText('2 rows imported, 3 h 30')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('link', { name: 'All imports' }).click();
  await expect(page.getByRole('row', { name: /mixed\.csv/ })).toContainText('Imported');
});

test('what is imported in one window is told in another', async ({ page, context }) => {
  await upload(page, 'twice.csv', [['Zephyr', 'Two windows', '2026-11-12', '00:30:00']]);
  const place = page.getByRole('combobox', { name: 'Where Zephyr · Two windows goes' });
  await place.fill('leave out');
  await place.press('Enter');
  await expect(outcome(page).getByText('Left out')).toBeVisible();
  await place.fill('growth');
  await place.press('Enter');
  await expect(page.getByRole('button', { name: 'Import 1 row' })).toBeVisible();
  const other = await context.newPage();
  await other.goto(page.url());
  await expect(other.getByRole('button', { name: 'Import 1 row' })).toBeVisible();
  await expect(other).toHaveTitle(/^twice\.csv, /);
  await page.getByRole('button', { name: 'Import 1 row' }).click();
  await expect(page.getByText('1 row imported, 30 min')).toBeVisible();
  await other.evaluate(() => window.dispatchEvent(new Event('focus')));
  await expect(other.getByText('It was started in another window.').first()).toBeVisible();
  await expect(other.getByText('1 row imported, 30 min')).toBeVisible();
  await expect(other.getByRole('button', { name: 'Import 1 row' })).toBeHidden();
  await other.close();
});

test('doubtful dates are pointed out, and another order counts again', async ({ page }) => {
  await upload(page, 'dates.csv', [['Zephyr', 'Site', '03/04/2026', '01:00:00']]);
  await expect(page.getByText('fits more than one order')).toBeVisible();
  await expectAccessible(page);
  const order = page.getByLabel('Date order');
  await order.selectOption({ label: 'Day, month, year' });
  await expect(page.getByText('3 April', { exact: false }).first()).toBeVisible();
  await order.selectOption({ label: 'Month, day, year' });
  await expect(page.getByText('4 March', { exact: false }).first()).toBeVisible();
});

test('rows that cannot be read are told one by one and can be downloaded', async ({ page }) => {
  await upload(page, 'broken.csv', [
    ['Zephyr', 'Site', '2026-11-16', '01:00:00'],
    ['Zephyr', 'Site', 'yesterday', '01:00:00'],
    ['Zephyr', 'Site', '2026-11-17', 'long'],
  ]);
  const problems = page.getByRole('region', { name: 'Rows that cannot be imported' });
  await expect(problems.getByRole('row', { name: /3 .*yesterday.*date could not be read/i })).toBeVisible();
  await expect(problems.getByRole('row', { name: /4 .*long.*duration could not be read/i })).toBeVisible();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    problems.getByRole('button', { name: 'Download rejected rows' }).click(),
  ]);
  expect(file.suggestedFilename()).toBe('rejected-broken.csv');
});

test('everything that is not decided can be left out at once', async ({ page }) => {
  await upload(page, 'strangers.csv', [
    ['Boreas', 'One', '2026-11-16', '01:00:00'],
    ['Boreas', 'Two', '2026-11-16', '01:00:00'],
  ]);
  await page.getByRole('button', { name: 'Leave out the 2 not decided' }).click();
  await expect(outcome(page).getByText('Left out')).toBeVisible();
  await expect(page.getByText('There is no new row to import.').first()).toBeVisible();
  await expect(page.getByRole('combobox', { name: 'Where Boreas · Two goes' })).toHaveValue('Leave out');
});

test('an import is discarded after a question', async ({ page }) => {
  await upload(page, 'mistake.csv', [['Zephyr', 'Site', '2026-11-16', '01:00:00']]);
  await page.getByRole('button', { name: 'Discard' }).click();
  const dialog = page.getByRole('dialog', { name: 'Discard mistake.csv?' });
  await dialog.getByRole('button', { name: 'Discard' }).click();
  await expect(page).toHaveURL(/\/imports$/);
  await expect(page.getByRole('link', { name: 'mistake.csv' })).toHaveCount(0);
});

test.describe('trouble', () => {
  test.use({ expectedErrors: [/401|404|422|Failed to load resource/] });

  test('a file that is no time sheet says so and leaves nothing behind', async ({ page }) => {
    await page.goto('/imports');
    await expectAccessible(page);
    await page.locator('input[type=file]').setInputFiles({
      name: 'recipe.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from('Flour,Water\n500,300\n'),
    });
    await expect(page.getByText('recipe.csv could not be read as a time sheet')).toBeVisible();
    await expect(page.getByText('No column has the day worked')).toBeVisible();
    await expect(page).toHaveURL(/\/imports$/);
  });

  test('a change that is refused goes back and says why', async ({ page }) => {
    await upload(page, 'offline.csv', [['Aeolus', 'Site', '2026-11-16', '01:00:00']]);
    await page.route('**/api/v1/imports/*', (route) =>
      route.request().method() === 'PATCH' ? route.abort() : route.continue(),
    );
    const site = page.getByRole('combobox', { name: 'Where Aeolus · Site goes' });
    await site.fill('growth');
    await expect(page.getByRole('option', { name: /Growth/ }).first()).toBeVisible();
    await site.press('Enter');
    await expect(page.getByText('The change was not saved').first()).toBeVisible();
    await expect(site).toHaveValue('');
  });

  test('an import that is not there says so', async ({ page }) => {
    await page.goto('/imports/0193a5b0-0000-7000-8000-000000000000');
    await expect(page.getByText('It is not here any more')).toBeVisible();
  });
});
