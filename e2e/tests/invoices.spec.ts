// Invoices: what is due is drafted, read, changed by hand, issued one by one or together, and
// withdrawn with a reason. Source: domain 5.7, 5.8.
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { ask } from '../support/books.ts';
import { expect, expectAccessible, signedIn, test } from '../support/fixtures.ts';

// Numbers are given out here: a server of its own.
test.use({ serverOptions: { demo: true, clock: '2026-11-22T13:20:00Z' } });
test.use({ expectedErrors: [/401 \(Unauthorized\)|404|409|412|422|503/] });
test.describe.configure({ mode: 'serial', timeout: 60_000 });

test.beforeEach(async ({ page, server }) => {
  await signedIn(page, server);
});

const dialog = (page: Page) => page.getByRole('dialog');
const rows = (page: Page) => page.getByRole('row').filter({ has: page.getByRole('rowheader') });

async function opened(page: Page): Promise<void> {
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.keyboard.press('g');
  await page.keyboard.press('i');
  await expect(page.getByRole('heading', { level: 1, name: 'Invoices' })).toBeFocused();
  await expect(rows(page).first()).toBeVisible();
}

test('a draft gets a line by hand, is issued, and is withdrawn with a reason', async ({ page, server }) => {
  const retainer = await sold(server);
  await opened(page);
  const before = await rows(page).count();
  await page.keyboard.press('c');
  await expect(page.locator('.toast-item').filter({ hasText: '1 invoice was drafted.' })).toBeVisible();
  await expect(rows(page)).toHaveCount(before + 1);
  await expectAccessible(page);

  const row = rows(page).filter({ hasText: retainer });
  await expect(row).toContainText('The first');
  await expect(row).toContainText('€1,785.00');
  await row.getByRole('link').click();
  await expect(page.getByRole('heading', { level: 1, name: `Draft for ${retainer} Ltd` })).toBeVisible();
  await page.keyboard.press('e');
  await dialog(page).getByRole('button', { name: 'Add a line' }).click();
  await dialog(page).getByLabel('Line 1: what for').fill('Stock photos');
  await dialog(page).getByLabel('Price of one').fill('a few');
  await page.keyboard.press('Control+Enter');
  await expect(dialog(page).locator('.field-fault')).toHaveCount(1);
  await dialog(page).getByLabel('Price of one').fill('49');
  await dialog(page).getByLabel('How many').fill('2');
  await expectAccessible(page);
  await page.keyboard.press('Control+Enter');
  await expect(dialog(page)).toBeHidden();
  const line = page.getByRole('row', { name: /Stock photos/ });
  await expect(line).toContainText('€98.00');
  const without = page.locator('dl > div').filter({ hasText: 'Without tax' });
  await expect(without).toContainText('€1,598.00');

  // To whom it goes is said before it is issued.
  await page.getByRole('button', { name: "Client's details" }).click();
  await dialog(page).getByLabel('Address').fill('1 Quay St\nBristol');
  await dialog(page).getByLabel('Country').fill('zz');
  await page.keyboard.press('Control+Enter');
  await expect(dialog(page).locator('.field-fault')).toHaveCount(1);
  await dialog(page).getByLabel('Country').fill('gb');
  await expectAccessible(page);
  await page.keyboard.press('Control+Enter');
  await expect(dialog(page)).toBeHidden();

  await page.keyboard.press('s');
  await expect(dialog(page)).toContainText(`${retainer} Ltd is billed`);
  await dialog(page).getByRole('button', { name: 'Issue invoice' }).click();
  const heading = page.getByRole('heading', { level: 1, name: /2026-\d+$/ });
  await expect(heading).toBeVisible();
  await expect(page.getByRole('button', { name: 'Lines by hand' })).toBeHidden();
  await expectAccessible(page);

  // Without a mail server it is told, and nothing is sent.
  await page.keyboard.press('s');
  await expect(dialog(page)).toContainText('No mail server is set up.');
  await page.keyboard.press('Escape');
  await expect(dialog(page)).toBeHidden();

  // A file that cannot be had says so, and is had at the next try.
  const download = page.getByRole('button', { name: 'Download PDF' });
  await page.route('**/pdf', (route) => route.fulfill({ status: 503 }));
  await download.click();
  await expect(page.locator('.note-bad')).toBeVisible();
  await page.unroute('**/pdf');
  const saved = page.waitForEvent('download');
  await download.click();
  const file = await saved;
  expect(file.suggestedFilename()).toMatch(/^2026-\d+\.pdf$/);
  const bytes = await readFile(await file.path());
  expect(bytes.subarray(0, 8).toString()).toBe('%PDF-1.7');

  // The same as an e-invoice.
  const asXml = page.waitForEvent('download');
  await page.getByRole('button', { name: 'E-invoice (XML)' }).click();
  const xml = await asXml;
  expect(xml.suggestedFilename()).toMatch(/^2026-\d+\.xml$/);
  expect((await readFile(await xml.path())).toString()).toContain('urn:cen.eu:en16931:2017');

  await page.getByRole('button', { name: 'Void' }).click();
  await dialog(page).getByRole('button', { name: 'Void' }).click();
  await expect(dialog(page).locator('.field-fault')).toBeVisible();
  await dialog(page).getByLabel('Why').fill('Wrong address');
  await dialog(page).getByRole('button', { name: 'Void' }).click();
  await expect(page.getByText(/^Void since .*Wrong address$/)).toBeVisible();
  // A draft of the same takes its place, and what was withdrawn stays with its number.
  await page.getByRole('link', { name: 'Invoices', exact: true }).last().click();
  await expect(rows(page).filter({ hasText: retainer })).toBeVisible();
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: /^Void/ }).click();
  await expect(rows(page).filter({ hasText: `${retainer} Ltd` })).toContainText('€');

  // Where nobody said the country of a client, the e-invoice says that it wants it.
  await page.goto('/invoices?state=issued');
  await rows(page).first().getByRole('link').first().click();
  await page.getByRole('button', { name: 'E-invoice (XML)' }).click();
  await expect(dialog(page)).toContainText('Of the client: Country');
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(dialog(page)).toBeHidden();
});

/** Sells ten hours a month, to be billed from this month on. */
async function sold(server: Parameters<typeof ask>[0]): Promise<string> {
  const name = 'Paper and ink';
  const account = await ask(server, 'POST', '/accounts', { name: `${name} Ltd` });
  await ask(server, 'POST', '/retainers', {
    account_id: account.id,
    name,
    starts_on: '2026-11-01',
    terms: { price: { amount_minor: 150_000, currency: 'EUR' }, pools: [{ unit: 'minutes', allowance: 600 }] },
  });
  return name;
}

test('a draft opens what differs from the invoice before it, part by part', async ({ page, server }) => {
  type Draft = { id: string; before_minor: number | null; version: number };
  const { items } = await ask(server, 'GET', '/invoices?state=draft&limit=200');
  const draft = (items as Draft[]).find((one) => one.before_minor !== null);
  if (!draft) throw new Error('no draft has an invoice before it');
  const lines = [{ text: 'Stock photos', quantity: 1, price_minor: 4_900 }];
  await ask(server, 'PATCH', `/invoices/${draft.id}`, { lines }, draft.version);
  await opened(page);
  const row = page.getByRole('row').filter({ has: page.locator(`a[href="/invoices/${draft.id}"]`) });
  const button = row.getByRole('button', { name: /^Differences from the invoice before/ });
  await expect(button).toHaveAttribute('aria-expanded', 'false');
  await button.click();
  await expect(button).toHaveAttribute('aria-expanded', 'true');
  const part = (name: RegExp) => page.getByRole('table').last().getByRole('row', { name });
  await expect(part(/^Price of the cycle/)).toBeVisible();
  await expect(part(/^Lines by hand/)).toContainText('New');
  await expect(part(/^Lines by hand/)).toContainText('49.00');
  await expectAccessible(page);
  await page.setViewportSize({ width: 360, height: 740 });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wide).toBe(0);
  await button.click();
  await expect(part(/^Lines by hand/)).toHaveCount(0);
});

test('s2_26 all drafts but the held one are issued together, and nothing is left to draft', async ({ page }) => {
  await opened(page);
  const drafts = await rows(page).count();
  expect(drafts).toBeGreaterThan(2);
  // Held back for everybody, and after the page was loaded anew.
  await rows(page).first().getByRole('checkbox').check();
  await expect(rows(page).first().getByRole('checkbox')).toBeFocused();
  await expect(page.getByRole('button', { name: `Issue ${drafts - 1} drafts` })).toBeVisible();
  await expect(rows(page).first().getByRole('checkbox')).toHaveAttribute('aria-disabled', 'false');
  await page.reload();
  await expect(rows(page).first().getByRole('checkbox')).toBeChecked();
  await page.getByRole('button', { name: `Issue ${drafts - 1} drafts` }).click();
  await expect(dialog(page).getByRole('listitem')).toHaveCount(drafts - 1);
  await expectAccessible(page);
  await dialog(page).getByRole('button', { name: `Issue ${drafts - 1} drafts` }).click();
  await expect(dialog(page)).toBeHidden();
  await expect(page.locator('.toast-item').filter({ hasText: `${drafts - 1} of ${drafts - 1} issued` })).toBeVisible();
  await expect(rows(page)).toHaveCount(1);
  await page.keyboard.press('c');
  await expect(page.locator('.toast-item').filter({ hasText: 'Nothing more is due.' })).toBeVisible();
  await page.goto('/invoices?state=issued');
  await expect(rows(page).first()).toContainText(/2026-\d+/);
});

test('how invoices are made is set, and refused at its field', async ({ page }) => {
  await page.goto('/settings/invoices');
  const prefix = page.getByRole('textbox', { name: /^Before the number ?optional$/ });
  await expect(page.getByLabel('From', { exact: true })).not.toHaveValue('');
  await prefix.fill('RE/');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.locator('.field-fault')).toHaveCount(1);
  await expectAccessible(page);
  await prefix.fill('RE-');
  await page.getByLabel('Due', { exact: true }).selectOption({ label: 'On a day of the month' });
  await page.getByLabel('Day of the month').fill('32');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.locator('.field-fault')).toHaveCount(1);
  await page.getByLabel('Day of the month').fill('15');
  const iban = page.getByRole('textbox', { name: /^IBAN/ });
  await iban.fill('DE88 3704 0044 0532 0130 00');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.locator('.field-fault')).toHaveCount(1);
  await iban.fill('DE89 3704 0044 0532 0130 00');
  const accounts = page.getByRole('group', { name: 'Accounts for the books' });
  const numbers = ['10000', '1200', '8400', '8200', '1776'];
  for (const [place, number] of numbers.entries()) await accounts.getByRole('textbox').nth(place).fill(number);
  await accounts.getByRole('button', { name: 'Accounts of their own for a rate' }).click();
  await accounts.getByLabel('Rate 1 in per cent').fill('7,0');
  await accounts.getByLabel('Revenue at rate 1').fill('8300');
  await page.getByLabel('Language', { exact: true }).selectOption({ label: 'Deutsch' });
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.locator('.toast-item').filter({ hasText: 'Saved' })).toBeVisible();
  const subject = page.getByLabel('Subject (English)');
  await subject.fill('Invoice {numer}');
  await page.getByRole('button', { name: 'Use these words' }).click();
  await expect(page.locator('.field-fault')).toHaveCount(1);
  await subject.fill('Your invoice {number}');
  const kept = page.waitForResponse((answer) => answer.url().endsWith('/mail') && answer.ok());
  await page.getByRole('button', { name: 'Use these words' }).click();
  await kept;
  const second = page.getByLabel('Step 2: days after it is due');
  const schedule = page.getByRole('button', { name: 'Use this schedule' });
  await second.fill('3');
  await schedule.click();
  await expect(page.locator('.field-fault')).toHaveCount(1);
  await second.fill('10');
  await expect(page.getByText(/^An invoice due on .* is reminded of on .*11/)).toBeVisible();
  await page.getByLabel('Remind of unpaid invoices').check();
  const planned = page.waitForResponse((answer) => answer.url().endsWith('/dunning') && answer.ok());
  await schedule.click();
  await planned;
  await page.reload();
  await expect(second).toHaveValue('10');
  await expect(prefix).toHaveValue('RE-');
  await expect(accounts.getByLabel('Bank')).toHaveValue('1200');
  await expect(accounts.getByLabel('Rate 1 in per cent')).toHaveValue('7.0');
  await expect(subject).toHaveValue('Your invoice {number}');
  await expect(page.getByLabel('Day of the month')).toHaveValue('15');
});

test('a failing list says so, an empty view says what comes, a phone shows all', async ({ page }) => {
  await page.route('**/api/v1/invoices?*', (route) => route.fulfill({ status: 503, body: 'no' }));
  await page.goto('/invoices');
  await expect(page.getByRole('button', { name: 'Retry' })).toBeVisible();
  await page.unroute('**/api/v1/invoices?*');
  await page.getByRole('button', { name: 'Retry' }).click();
  await expect(rows(page).first()).toBeVisible();
  await page.setViewportSize({ width: 360, height: 740 });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wide).toBe(0);
  await expectAccessible(page);
  await page.goto('/invoices/01a21856-2dc6-7421-a834-1eeba04cb9ac');
  await expect(page.getByText('It is not here any more', { exact: false })).toBeVisible();
  await page.goto('/invoices/nothing');
  await expect(page.getByText('There is no page at this address', { exact: false })).toBeVisible();
});
