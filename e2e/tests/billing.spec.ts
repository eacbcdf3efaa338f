// What an account owes, how one retainer is billed, and the list of invoices by how they stand.
import { readFile } from 'node:fs/promises';
import type { Page, Route } from '@playwright/test';
import { billed } from '../support/bills.ts';
import { ask } from '../support/books.ts';
import { expect, expectAccessible, signedIn, test } from '../support/fixtures.ts';

// Numbers are given out here: a clock of its own is a server of its own.
test.use({ serverOptions: { demo: true, clock: '2026-11-22T15:10:00Z' } });
test.use({ expectedErrors: [/401 \(Unauthorized\)|409|412|422|503/] });
test.describe.configure({ mode: 'serial', timeout: 60_000 });

test.beforeEach(async ({ page, server }) => {
  await signedIn(page, server);
});

const dialog = (page: Page) => page.getByRole('dialog');
const payments = (page: Page) => page.getByRole('region', { name: 'Payments' });
const toast = (page: Page, words: string) => page.locator('.toast-item').filter({ hasText: words });
const listed = (page: Page) => page.getByRole('row').filter({ has: page.getByRole('rowheader') });
const money = (minor: number, currency: string) =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).format(minor / 100);

test('the tabs count on the server, late ones come by their weight, and a long list is read on', async ({
  page,
  server,
}) => {
  const { items } = await ask(server, 'GET', '/invoice-counts');
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
  type Row = Record<'number' | 'account_id' | 'retainer_id', string> & Record<'late_days' | 'balance_minor', number>;
  const weight = (one: Row) => one.late_days * one.balance_minor;
  const heaviest = (found.items as Row[]).reduce((most, one) => (weight(one) > weight(most) ? one : most));
  await expect(listed(page).first()).toContainText(heaviest.number);
  await expectAccessible(page);

  // The retainer that it is for says so beside its name.
  await page.goto(`/accounts/${heaviest.account_id}/retainers/${heaviest.retainer_id}`);
  await expect(page.locator('header').getByRole('link', { name: /Overdue|Suspend/ })).toBeVisible();
  await page.goto('/invoices?state=overdue');

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

  await page.getByRole('button', { name: 'Export', exact: true }).click();
  const submit = dialog(page).getByRole('button', { name: 'Export' });
  await dialog(page).getByLabel('File').selectOption({ label: 'DATEV' });
  await submit.click();
  await expect(dialog(page).getByText(/^DATEV wants accounts/)).toBeVisible();
  await dialog(page).getByLabel('File').selectOption({ label: 'Journal (XLSX)' });
  await expectAccessible(page);
  const saved = page.waitForEvent('download');
  await submit.click();
  expect((await saved).suggestedFilename()).toBe('Journal_2026-10-01_2026-10-31.xlsx');
});

test('a statement of account tells what is owed and what moved it, on days of choice', async ({ page, server }) => {
  const { href, account } = await billed(server, 'Yarrow');
  await page.goto(href);
  await page.getByRole('button', { name: 'Record payment' }).click();
  await dialog(page).getByLabel('Amount').fill('2000');
  await dialog(page).getByLabel('Reference').fill('TR-77');
  await page.keyboard.press('Control+Enter');
  await expect(payments(page)).toContainText('€0.00 open');
  await page.goto(account);
  await page.getByRole('link', { name: 'Statement of account' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Statement of account' })).toBeVisible();
  const euro = page.getByRole('region', { name: 'EUR' });
  await expect(euro.locator('dl > div').filter({ hasText: 'Credit' })).toContainText('€215.00');
  await expect(euro.getByRole('row').filter({ hasText: 'Invoice' })).toContainText('€1,785.00');
  await expect(euro.getByRole('row').filter({ hasText: 'TR-77' })).toContainText('€2,000.00');
  await expect(euro.getByRole('row', { name: /^Owed after/ })).toContainText('−€215.00');
  await expect(page.getByRole('region', { name: 'Open invoices' })).toContainText('Nothing is open.');
  await expectAccessible(page);
  await page.getByLabel('From', { exact: true }).fill('2026-11-23');
  await page.getByRole('button', { name: 'Show' }).click();
  await expect(page.locator('.field-fault')).toHaveText(/end comes after the start/);
  await page.getByLabel('To', { exact: true }).fill('2026-11-30');
  await page.getByRole('button', { name: 'Show' }).click();
  await expect(page).toHaveURL(/from=2026-11-23&to=2026-11-30$/);
  await expect(euro.getByRole('row').filter({ hasText: 'TR-77' })).toHaveCount(0);
  await expect(euro.getByRole('row', { name: /^Owed before/ })).toContainText('€215.00');
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download CSV' }).click();
  expect(await readFile(await (await saved).path(), 'utf8')).toContain('EUR,2026-11-23,opening,,,,-215.00');
  await page.setViewportSize({ width: 360, height: 740 });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wide).toBe(0);
  await page.goBack();
  await expect(euro.getByRole('row').filter({ hasText: 'TR-77' })).toBeVisible();
});

test('an account with nothing billed says so, and a statement that fails can be asked again', async ({
  page,
  server,
}) => {
  const { account } = await billed(server, 'Alder', false);
  await page.route('**/billing-statement*', (route) => route.fulfill({ status: 503, body: 'no' }));
  await page.goto(`${account}/billing`);
  await expect(page.getByRole('button', { name: 'Retry' })).toBeVisible();
  await page.unroute('**/billing-statement*');
  await page.getByRole('button', { name: 'Retry' }).click();
  await expect(page.getByText('Nothing is billed or paid yet')).toBeVisible();
  await expectAccessible(page);
});

test('one retainer is billed otherwise, and a colleague who was first is shown', async ({ page, server }) => {
  const { retainer } = await billed(server, 'Bay', false);
  await page.goto(retainer);
  await page.getByRole('link', { name: 'How it is billed' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'How it is billed' })).toBeVisible();
  await expect(page.getByText(/The next invoice comes on 1 Dec|The next invoice comes on Dec 1/)).toBeVisible();
  await page.getByLabel('Days before it starts').fill('61');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.locator('.field-fault')).toHaveCount(1);
  await page.getByLabel('Days before it starts').fill('5');
  await page.getByLabel('Due other than usual').check();
  await page.getByLabel('Days', { exact: true }).fill('30');
  await page.getByLabel('Taxes other than usual').check();
  await page.getByRole('button', { name: 'Add a tax' }).click();
  await page.getByLabel('Tax 1', { exact: true }).fill('VAT');
  await page.getByLabel('Per cent').fill('200');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.locator('.field-fault')).toHaveCount(1);
  await page.getByLabel('Per cent').fill('7');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(toast(page, 'Saved')).toBeVisible();
  await expect(page.getByText(/The next invoice comes on (26 Nov|Nov 26)/)).toBeVisible();
  await page.reload();
  await expect(page.getByLabel('Days before it starts')).toHaveValue('5');
  await expect(page.getByLabel('Days', { exact: true })).toHaveValue('30');
  await expect(page.getByLabel('Per cent')).toHaveValue('7');

  const id = retainer.split('/').at(-1);
  await ask(server, 'PUT', `/retainers/${id}/billing`, { timing: 'arrears' }, 1);
  await page.getByLabel('Days before it starts').fill('6');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('region', { name: 'What they saved' })).toContainText('At its end');
  await page.getByRole('button', { name: 'Save mine over theirs' }).click();
  await expect(toast(page, 'Saved')).toBeVisible();
  await page.getByLabel('Is billed here').uncheck();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('No invoice is to come.')).toBeVisible();
});

test('a form that cannot be read says so, and a phone shows all of it', async ({ page, server }) => {
  const { retainer } = await billed(server, 'Cress', false);
  const answers = '**/api/v1/retainers/*/billing';
  await page.route(answers, (route) => route.fulfill({ status: 503, body: 'no' }));
  await page.goto(`${retainer}/billing`);
  await expect(page.getByRole('button', { name: 'Retry' })).toBeVisible();
  await page.unroute(answers);
  await page.getByRole('button', { name: 'Retry' }).click();
  await expect(page.getByLabel('Is billed here')).toBeChecked();
  await page.setViewportSize({ width: 360, height: 740 });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wide).toBe(0);
  await expectAccessible(page);
});

test('what is taken off a price is agreed on, told by the terms, and said on the line', async ({ page, server }) => {
  const account = await ask(server, 'POST', '/accounts', { name: 'Dill Ltd' });
  await page.goto(`/accounts/${account.id}/retainers/new`);
  await page.getByLabel('Name', { exact: true }).fill('Dill');
  await page.getByLabel('Starts on').fill('2026-11-01');
  await page.getByLabel('Allowance of a full cycle').fill('10');
  await page.getByLabel('Price of a full cycle').fill('1500');
  const discount = page.getByLabel('Discount');
  await discount.fill('a tenth');
  await page.keyboard.press('Control+Enter');
  await expect(discount).toBeFocused();
  await expect(page.locator('.field-fault')).toHaveText(/This is not a share in per cent/);
  await discount.fill('120');
  await page.keyboard.press('Control+Enter');
  await expect(page.locator('.field-fault')).toHaveText(/outside the allowed range/);
  await discount.fill('12.5');
  await expect(page.getByText('A full cycle costs €1,312.50')).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Dill' })).toBeVisible();
  const terms = page.getByRole('region', { name: 'Terms' });
  await expect(terms).toContainText('€1,312.50 a month');
  await expect(terms).toContainText('12.5% off €1,500.00');

  const retainer = page.url().split('/').at(-1);
  await ask(server, 'POST', '/billing-runs', { retainer_id: retainer });
  const drafts = await ask(server, 'GET', `/invoices?retainer_id=${retainer}`);
  await page.goto(`/invoices/${drafts.items[0].id}`);
  const line = page.getByRole('row', { name: /Dill/ });
  await expect(line).toContainText('less a discount of €187.50');
  await expect(line).toContainText('€1,500.00');
  await expect(line).toContainText('€1,312.50');
  await expectAccessible(page);

  // In full from the next cycle on: the field holds what was agreed.
  await page.goto(`/accounts/${account.id}/retainers/${retainer}`);
  await page.getByRole('button', { name: 'Amend terms' }).click();
  const amend = dialog(page);
  await expect(amend.getByLabel('Discount')).toHaveValue('12.50');
  await amend.getByLabel('Discount').fill('');
  await expect(amend).toContainText('€1,500.00');
  await expectAccessible(page);
});

test('a logo is brought, seen before it is saved, stands on papers, and a file that is none is told', async ({ page, server }) => {
  const { href } = await billed(server, 'With a picture', false);
  await page.goto('/settings/invoices');
  const form = page.getByRole('form', { name: 'Invoices' }).or(page.locator('form', { has: page.getByLabel('From') }));
  const file = form.locator('input[type=file]');
  await file.setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: Buffer.from('no picture') });
  await expect(form).toContainText('could not be read as a PNG or JPEG picture');
  await file.setInputFiles('fixtures/logo.png');
  const logo = form.getByRole('img', { name: 'Logo' });
  await expect.poll(() => logo.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(240);
  await expect(form).not.toContainText('could not be read as a PNG or JPEG picture');
  await expectAccessible(page);
  await form.getByRole('button', { name: 'Save' }).click();
  await page.reload();
  await expect(form.getByRole('img', { name: 'Logo' })).toBeVisible();
  await page.goto(href);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download PDF' }).click();
  const saved = await (await download).createReadStream();
  const chunks: Buffer[] = [];
  for await (const chunk of saved) chunks.push(chunk as Buffer);
  expect(Buffer.concat(chunks).toString('latin1')).toContain('/Subtype/Image');
  await page.goto('/settings/invoices');
  await form.getByRole('button', { name: 'Take it off' }).click();
  await expect(form.getByRole('img', { name: 'Logo' })).toBeHidden();
  await form.getByRole('button', { name: 'Save' }).click();
  await page.reload();
  await expect(form.getByRole('button', { name: 'Choose a picture' })).toBeVisible();
  await expect(form.getByRole('img', { name: 'Logo' })).toBeHidden();
});
