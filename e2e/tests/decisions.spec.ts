// The log of decisions: searched, recorded, taken up again for something new.
import { expect, expectAccessible, atHome, test } from '../support/fixtures.ts';

// What is recorded here would be found by other files: a clock of its own is a server of its own.
test.use({ serverOptions: { demo: true, clock: '2026-11-22T10:25:00Z' } });
test.use({ expectedErrors: [/401 \(Unauthorized\)|422|503/] });
test.describe.configure({ mode: 'serial' });

test.beforeEach(async ({ page, server }) => {
  await atHome(page, server);
});

test('the log is reached by keys, searched, and stands in the address', async ({ page }) => {
  await page.keyboard.press('g');
  await page.keyboard.press('d');
  await expect(page.getByRole('heading', { level: 1, name: 'Decisions' })).toBeFocused();
  const log = page.getByRole('region', { name: 'Log' });
  await expect(log.getByRole('listitem')).toHaveCount(7);
  // What is open comes first, by its day; then the latest that was decided.
  const states = await log.getByRole('listitem').locator('.tag, .badge').allTextContents();
  const firstDecided = states.findIndex((text) => /Decided|revisit/i.test(text));
  expect(states.slice(firstDecided).filter((text) => /^Open|Overdue/.test(text))).toEqual([]);
  await expectAccessible(page);
  await page.getByRole('searchbox', { name: 'Search decisions' }).fill('zeppelin');
  await expect(log.getByText(/Nothing in/)).toBeVisible();
  await page.getByRole('searchbox', { name: 'Search decisions' }).fill('third quarter');
  await expect(log.getByRole('listitem')).toHaveCount(1);
  await page.getByRole('searchbox', { name: 'Search decisions' }).fill('CHANNEL paid');
  await expect(log.getByRole('listitem')).toHaveCount(1);
  await log.getByRole('link', { name: 'Which paid channel do we focus on?' }).click();
  const one = page.getByRole('region', { name: 'Which paid channel do we focus on?' });
  await expect(one.getByText('Search only until spring; social pauses')).toBeVisible();
  await expect(one.getByText('Superseded')).toBeVisible();
  await expect(one.getByText('Sales took 3 of 41 leads from social in October')).toBeVisible();
  await page.reload();
  await expect(one.getByText('Search first, social on the side')).toBeVisible();
  await expectAccessible(page);
  await one.getByRole('link', { name: 'Close' }).click();
  await expect(one).toBeHidden();
});

test('a repeated question shows the earlier decision', async ({ page }) => {
  await page.goto('/decisions');
  await expect(page.getByRole('region', { name: 'Log' }).getByRole('listitem').first()).toBeVisible();
  await page.keyboard.press('d');
  const dialog = page.getByRole('dialog', { name: 'Record decision' });
  await dialog.getByLabel('Question').fill('Which channel should we focus on, paid?');
  await expect(dialog.getByText('Much the same was asked before')).toBeVisible();
  await expect(dialog.getByText('Search only until spring; social pauses')).toBeVisible();
  await expectAccessible(page);
});

test('a decision needs a reason and evidence', async ({ page }) => {
  await page.goto('/decisions');
  await page.getByRole('button', { name: 'Record decision' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Record decision' });
  await dialog.getByLabel('Question').fill('Who answers on weekends?');
  await dialog.getByLabel('What was chosen').fill('Nobody');
  await dialog.getByRole('button', { name: 'Record decision' }).click();
  await expect(dialog.getByText(/Please check 2|2 fields/).first()).toBeVisible();
  await dialog.getByLabel('Why').fill('No client asked on a weekend');
  await dialog.getByLabel('What it says').fill('Mails of the last year');
  await dialog.getByRole('button', { name: 'Record decision' }).click();
  await expect(dialog).toBeHidden();
  const one = page.getByRole('region', { name: 'Who answers on weekends?' });
  await expect(one.getByText('Decided', { exact: true })).toBeVisible();
  await expect(one.getByText('Mails of the last year')).toBeVisible();
});

test('taking up again needs something new, and is counted', async ({ page }) => {
  await page.goto('/decisions?q=weekends');
  await page.getByRole('link', { name: 'Who answers on weekends?' }).click();
  const one = page.getByRole('region', { name: 'Who answers on weekends?' });
  await one.getByRole('button', { name: 'Take up again' }).click();
  const dialog = page.getByRole('dialog', { name: 'Take up again' });
  await dialog.getByLabel('What it says').fill('mails of the last YEAR.');
  await dialog.getByRole('button', { name: 'Take up again' }).click();
  await expect(dialog.getByText(/names this already/)).toBeVisible();
  await dialog.getByLabel('What it says').fill('Halden called on Saturday');
  await dialog.getByRole('button', { name: 'Take up again' }).click();
  await expect(dialog).toBeHidden();
  await expect(one.getByText('Taken up again once')).toBeVisible();
  await one.getByRole('button', { name: 'Decide' }).click();
  const decide = page.getByRole('dialog', { name: 'Who answers on weekends?' });
  await decide.getByLabel('What was chosen').fill('The account owner, for an hour');
  await decide.getByLabel('Why').fill('Launches run on weekends');
  await decide.getByLabel('What it says').fill('Calendar of launches');
  await decide.getByRole('button', { name: 'Decide' }).click();
  await expect(one.getByText('The account owner, for an hour')).toBeVisible();
  await expect(one.getByText(/^Nobody/)).toBeVisible();
  await expect(page.getByRole('region', { name: 'How decisions were made' })).toContainText('Who answers on weekends?');
});

test('a failing log says so and is asked again', async ({ page }) => {
  await page.route('**/api/v1/decisions?*', (route) => route.fulfill({ status: 503, body: 'no' }));
  await page.goto('/decisions');
  const log = page.getByRole('region', { name: 'Log' });
  await expect(log.getByRole('button', { name: 'Retry' })).toBeVisible();
  await page.unroute('**/api/v1/decisions?*');
  await log.getByRole('button', { name: 'Retry' }).click();
  await expect(log.getByRole('listitem').first()).toBeVisible();
});

test('nothing is cut off on a phone, and one decision is a page of its own', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto('/decisions');
  await page.getByRole('link', { name: 'Does the newsletter go on?' }).click();
  await expect(page.getByRole('region', { name: 'Does the newsletter go on?' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Log' })).toBeHidden();
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(beyond).toBeLessThanOrEqual(0);
});
