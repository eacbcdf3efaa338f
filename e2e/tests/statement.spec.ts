// The statement of a cycle: its figures, its entries, paper and sheet.
import { readFile } from 'node:fs/promises';
import { overdrawn } from '../support/books.ts';
import { expect, expectAccessible, signedIn, test } from '../support/fixtures.ts';

// What is made here would be found by the tests of other files: a clock of its own is a server of its own.
test.use({ serverOptions: { demo: true, clock: '2026-12-02T09:00:00Z' } });

test.beforeEach(async ({ page, server }) => {
  await signedIn(page, server);
});

test('a statement leads from what was carried in to what is carried out', async ({ page, server }) => {
  const made = await overdrawn(server, 'Alder', 0);
  await page.goto(`${made.href}?cycle=1`);
  await page.getByRole('link', { name: 'Statement' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Statement of cycle 1' })).toBeVisible();
  await expect(page.getByText(/Locked on 2.Dec/)).toBeVisible();
  const hours = page.getByRole('region', { name: 'Hours', exact: true });
  await expect(hours.getByRole('row', { name: /Allowance/ })).toContainText('+10 h');
  await expect(hours.getByRole('row', { name: /Drawn/ })).toContainText('−10 h');
  await expect(hours).toContainText('Beyond what was available: 1 h 40');
  await expect(hours).toContainText('Of it billed: 1 h 45, €262.50');
  const sessions = page.getByRole('region', { name: 'Sessions', exact: true });
  await expect(sessions.getByRole('row', { name: /Lapsed/ })).toContainText('−2 sessions');
  await expect(sessions.getByRole('row', { name: /Carried out/ })).toContainText('2 sessions');
  const entries = page.getByRole('region', { name: 'Entries: Hours' });
  await expect(entries.getByRole('row', { name: /Newsletter/ })).toContainText('1 h over');
  await expectAccessible(page);
  await page.getByRole('link', { name: 'Back to the retainer' }).click();
  await expect(page).toHaveURL(/cycle=1/);
});

test('an open cycle is provisional', async ({ page, server }) => {
  const made = await overdrawn(server, 'Birch', 0);
  await page.goto(`${made.href}/statements/2`);
  await expect(page.getByText('Provisional: the cycle is open')).toBeVisible();
  await expect(page.getByRole('row', { name: /Would lapse now/ }).first()).toBeVisible();
  const entries = page.getByRole('region', { name: 'Entries: Hours' });
  await expect(entries).toBeVisible();
  await page.locator('summary', { hasText: 'Look back to' }).click();
  const day = page.getByLabel('Look back to');
  await day.fill('2026-11-30');
  await day.press('Enter');
  await expect(page.getByText('This is outside the allowed range.')).toBeVisible();
  await day.fill('2026-12-02');
  await day.press('Enter');
  await expect(page.getByText(/As of 2.Dec/)).toBeVisible();
  await expect(page.getByRole('row', { name: /Would lapse now/ }).first()).toBeVisible();
  await expect(entries).toBeHidden();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Back to today' }).click();
  await expect(page.getByText(/As of 2.Dec/)).toBeHidden();
  await expect(entries).toBeVisible();
});

test('on paper there is no shell, and the foot names the cycle', async ({ page, server }) => {
  const made = await overdrawn(server, 'Cedar', 0);
  await page.goto(`${made.href}/statements/1`);
  await expect(page.getByRole('region', { name: 'Entries: Hours' }).getByRole('table')).toBeVisible();
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByRole('button', { name: 'Print' })).toBeHidden();
  await expect(page.getByRole('navigation').first()).toBeHidden();
  await expect(page.locator('.print-foot').first()).toBeVisible();
  await expect(page.locator('.print-foot').first()).toContainText('Cedar Ltd · Cedar');
  const overflows = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  expect(overflows).toBe(false);
  const pdf = await page.pdf({ preferCSSPageSize: true });
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
});

test('P prints', async ({ page, server }) => {
  const made = await overdrawn(server, 'Dogwood', 0);
  await page.addInitScript(() => {
    window.print = () => document.body.setAttribute('data-printed', '');
  });
  await page.goto(`${made.href}/statements/1`);
  await expect(page.getByRole('button', { name: 'Print' })).toBeVisible();
  await page.keyboard.press('p');
  await expect(page.locator('body[data-printed]')).toHaveCount(1);
});

test('the sheet has every line', async ({ page, server }) => {
  const made = await overdrawn(server, 'Elm', 0);
  await page.goto(`${made.href}/statements/1`);
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download CSV' }).click();
  const file = await saved;
  expect(file.suggestedFilename()).toBe('Elm 2026-11-01.csv');
  const text = await readFile(await file.path(), 'utf8');
  expect(text).toContain('hours,minutes,2,2026-11-10,consume,-640,40,');
});

test.describe('trouble', () => {
  test.use({ expectedErrors: [/401|Failed to load resource/] });

  test('a statement that cannot be read says so, and Retry reads it', async ({ page, server }) => {
    const made = await overdrawn(server, 'Fir', 0);
    await page.route('**/statement', (route) => route.abort());
    await page.goto(`${made.href}/statements/1`);
    await expect(page.getByText(/could not be reached/)).toBeVisible();
    await expectAccessible(page);
    await page.unroute('**/statement');
    await page.getByRole('button', { name: 'Retry' }).click();
    await expect(page.getByRole('region', { name: 'Hours', exact: true })).toBeVisible();
  });

  test('a cycle that is not there says so', async ({ page, server }) => {
    const made = await overdrawn(server, 'Gorse', 0);
    await page.goto(`${made.href}/statements/99`);
    await expect(page.getByText('There is no such cycle.')).toBeVisible();
    await expectAccessible(page);
  });
});
