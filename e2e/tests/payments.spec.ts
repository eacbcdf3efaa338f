// Payments of an invoice: in part, beyond what is open, paid back, taken back, sent twice; and credit
// notes. Source: domain 5.8, 5.10 to 5.12.
import type { Page, Route } from '@playwright/test';
import { billed } from '../support/bills.ts';
import { ask } from '../support/books.ts';
import { expect, expectAccessible, signedIn, test } from '../support/fixtures.ts';

// Numbers are given out here: a clock of its own is a server of its own.
test.use({ serverOptions: { demo: true, clock: '2026-11-22T14:40:00Z' } });
test.use({ expectedErrors: [/401 \(Unauthorized\)|404|409|412|422|503|ERR_FAILED/] });
test.describe.configure({ mode: 'serial', timeout: 60_000 });

test.beforeEach(async ({ page, server }) => {
  await signedIn(page, server);
});

const dialog = (page: Page) => page.getByRole('dialog');
const payments = (page: Page) => page.getByRole('region', { name: 'Payments' });
const toast = (page: Page, words: string | RegExp) => page.locator('.toast-item').filter({ hasText: words });
const credits = (page: Page) => page.getByRole('region', { name: 'Credit notes' });
const rows = (page: Page) => payments(page).locator('tbody').getByRole('row');

async function opened(page: Page, address: string, open = '€1,785.00 open'): Promise<void> {
  await page.goto(address);
  await expect(page.getByRole('heading', { level: 1, name: /2026-\d+$/ })).toBeVisible();
  await expect(payments(page)).toContainText(open);
}

test('an invoice is paid in part, then beyond what is open, and that becomes credit', async ({ page, server }) => {
  await opened(page, (await billed(server, 'Fern')).href);
  await expect(payments(page)).toContainText('Nothing is paid yet.');
  await page.keyboard.press('y');
  const amount = dialog(page).getByLabel('Amount');
  await expect(amount).toHaveValue('1785');
  await amount.fill('a lot');
  await page.keyboard.press('Control+Enter');
  await expect(dialog(page).locator('.field-fault')).toHaveCount(1);
  await amount.fill('785');
  await expect(dialog(page)).toContainText('€1,000.00 stays open.');
  await dialog(page).getByLabel('Paid by').selectOption({ label: 'Cheque' });
  await dialog(page).getByLabel('Paid on').fill('2026-11-23');
  await dialog(page).getByLabel('Reference').fill('CHQ 7');
  await page.keyboard.press('Control+Enter');
  await expect(dialog(page).locator('.field-fault')).toHaveText(/has not come yet/);
  await dialog(page).getByLabel('Paid on').fill('2026-11-22');
  await expectAccessible(page);
  await page.keyboard.press('Control+Enter');
  await expect(toast(page, 'The payment is recorded.')).toBeVisible();
  await expect(dialog(page)).toBeHidden();
  await expect(payments(page)).toContainText('€1,000.00 open');
  await expect(page.locator('.page-title')).toContainText('Paid in part');
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText('Cheque');
  await expect(rows(page)).toContainText('CHQ 7');
  await expect(rows(page)).toContainText('€785.00');

  // The bank names each payment once: the same again is refused where it was typed.
  await page.keyboard.press('y');
  await expect(amount).toHaveValue('1000');
  await amount.fill('785');
  await dialog(page).getByLabel('Reference').fill('CHQ 7');
  await page.keyboard.press('Control+Enter');
  await expect(dialog(page).locator('.field-fault')).toHaveText(/one like this already/);
  await dialog(page).getByLabel('Reference').fill('');
  await amount.fill('2000');
  await expect(dialog(page)).toContainText('€1,000.00 is more than is open: it becomes credit of Fern Ltd.');
  await page.keyboard.press('Control+Enter');
  await expect(dialog(page)).toBeHidden();
  await expect(payments(page)).toContainText('€0.00 open');
  await expect(page.locator('.page-title').getByText('Paid', { exact: true })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Record payment' })).toBeHidden();
  const second = rows(page).filter({ hasText: 'of €2,000.00' });
  await expect(second).toContainText('€1,000.00 is credit');
  await expectAccessible(page);

  // What is credit goes back; what pays the invoice stays on it.
  await second.getByRole('button', { name: 'Pay back' }).click();
  await expect(amount).toHaveValue('1000');
  await amount.fill('1000.01');
  await dialog(page).getByLabel('Why').fill('Paid twice');
  await page.keyboard.press('Control+Enter');
  await expect(dialog(page).locator('.field-fault')).toHaveText(/more than there is/);
  await amount.fill('400');
  await expectAccessible(page);
  await page.keyboard.press('Control+Enter');
  await expect(toast(page, 'The refund is recorded.')).toBeVisible();
  await expect(second).toContainText('€600.00 is credit');
  await expect(second.getByRole('button', { name: 'Take back' })).toBeHidden();
  const refund = rows(page).filter({ hasText: 'Refund' });
  await expect(refund).toContainText('Paid twice');
  await expect(refund).toContainText('€400.00');

  await refund.getByRole('button', { name: 'Take back' }).click();
  await expect(dialog(page)).toBeVisible();
  await page.keyboard.press('Control+Enter');
  await expect(dialog(page).locator('.field-fault')).toHaveCount(1);
  await dialog(page).getByLabel('Why').fill('Not sent after all');
  await page.keyboard.press('Control+Enter');
  await expect(dialog(page)).toBeHidden();
  await expect(refund).toContainText(/Taken back on .*Not sent after all/);
  await expect(second).toContainText('€1,000.00 is credit');
  await second.getByRole('button', { name: 'Take back' }).click();
  await expect(dialog(page)).toContainText('What it paid is open again');
  await dialog(page).getByLabel('Why').fill('Returned by the bank');
  await page.keyboard.press('Control+Enter');
  await expect(payments(page)).toContainText('€1,000.00 open');
  await expect(page.getByRole('button', { name: 'Record payment' })).toBeVisible();
});

test('an answer that was lost costs nothing: the payment is sent again and is there once', async ({ page, server }) => {
  await opened(page, (await billed(server, 'Hazel')).href);
  const lost = async (route: Route) => {
    await route.fetch();
    await route.abort();
  };
  await page.route('**/api/v1/payments', lost, { times: 1 });
  await page.keyboard.press('y');
  await dialog(page).getByLabel('Reference').fill('TR-9');
  await page.keyboard.press('Control+Enter');
  await expect(dialog(page)).toContainText('could not be reached');
  await expect(dialog(page).getByLabel('Reference')).toHaveValue('TR-9');
  await page.keyboard.press('Control+Enter');
  await expect(dialog(page)).toBeHidden();
  await expect(payments(page)).toContainText('€0.00 open');
  await expect(rows(page)).toHaveCount(1);
});

test('a history that fails says so, one that comes late shows where it will be, a phone shows all', async ({
  page,
  server,
}) => {
  const { href } = await billed(server, 'Maple');
  await page.route('**/api/v1/payments?*', (route) => route.fulfill({ status: 503, body: 'no' }));
  await page.goto(href);
  await expect(payments(page).getByRole('button', { name: 'Retry' })).toBeVisible();
  await page.unroute('**/api/v1/payments?*');
  let go = () => {};
  const held = new Promise<void>((resolve) => (go = resolve));
  await page.route('**/api/v1/payments?*', async (route) => {
    await held;
    await route.continue();
  });
  await page.reload();
  await expect(payments(page).locator('[aria-busy=true]')).toBeAttached();
  go();
  await expect(payments(page)).toContainText('Nothing is paid yet.');
  await page.unroute('**/api/v1/payments?*');
  await page.setViewportSize({ width: 360, height: 740 });
  await page.getByRole('button', { name: 'Record payment' }).click();
  await dialog(page).getByLabel('Amount').fill('100');
  await dialog(page).getByRole('button', { name: 'Record payment' }).click();
  await expect(rows(page)).toContainText('€100.00');
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wide).toBe(0);
  await expectAccessible(page);
});

test('a credit note takes a part of a line, says beforehand what it comes to, and has a page', async ({
  page,
  server,
}) => {
  const { href } = await billed(server, 'Rowan');
  await opened(page, href);
  await expect(credits(page)).toBeHidden();
  await page.getByRole('button', { name: 'Credit note' }).click();
  const preview = dialog(page).getByRole('region', { name: 'What it comes to' });
  await expect(preview).toContainText('€1,785.00');
  const line = dialog(page).getByLabel(/^Rowan/);
  await expect(line).toHaveValue('1500');
  // 33.33 of 1,500.00 gives back 6.33 of the tax.
  await line.fill('33.33');
  await expect(preview).toContainText('€33.33');
  await expect(preview).toContainText('€6.33');
  await expect(preview).toContainText('€39.66');
  await expect(dialog(page)).toContainText('what the terms want is billed again');
  await dialog(page).getByLabel('Kind').selectOption({ label: 'Goodwill' });
  await expect(dialog(page)).toContainText('nobody bills it again');
  await dialog(page).getByRole('button', { name: 'Issue credit note' }).click();
  await expect(dialog(page).locator('.field-fault')).toHaveCount(1);
  await dialog(page).getByLabel('Why').fill('Two days without service');
  await line.fill('1500.01');
  await expect(preview).toBeHidden();
  await dialog(page).getByRole('button', { name: 'Issue credit note' }).click();
  await expect(dialog(page).locator('.field-fault')).toHaveText(/more than there is/);
  await line.fill('');
  await dialog(page).getByRole('button', { name: 'Issue credit note' }).click();
  await expect(dialog(page).locator('.field-fault')).toHaveText(/needed/);
  await line.fill('33.33');
  await expectAccessible(page);
  await page.keyboard.press('Control+Enter');
  await expect(toast(page, /Issued as CN-/)).toBeVisible();
  await expect(payments(page)).toContainText('€1,745.34 open');
  await expect(credits(page)).toContainText('Goodwill');
  await expect(credits(page)).toContainText('€39.66');
  await expectAccessible(page);

  await credits(page).getByRole('link', { name: /^CN-2026-/ }).click();
  await expect(page.getByRole('heading', { level: 1, name: /^Credit note CN-2026-\d+$/ })).toBeVisible();
  await expect(page.getByText('Two days without service')).toBeVisible();
  await expect(page.getByRole('row', { name: /Rowan, cycle 1/ })).toContainText('€33.33');
  await expect(page.locator('dl > div').filter({ hasText: 'Total' })).toContainText('€39.66');
  await expectAccessible(page);
  await page.getByRole('main').getByRole('link', { name: /^2026-\d+$/ }).click();
  await opened(page, href, '€1,745.34 open');
});

test('what a credit note takes of a paid invoice becomes credit, and is told beforehand', async ({ page, server }) => {
  await opened(page, (await billed(server, 'Sorrel')).href);
  await page.keyboard.press('y');
  await expect(dialog(page).getByLabel('Amount')).toBeVisible();
  await page.keyboard.press('Control+Enter');
  await expect(payments(page)).toContainText('€0.00 open');
  await page.getByRole('button', { name: 'Credit note' }).click();
  await dialog(page).getByLabel('Why').fill('The month was called off');
  await expect(dialog(page)).toContainText('€1,785.00 of it was paid and becomes credit.');
  await page.keyboard.press('Control+Enter');
  await expect(dialog(page)).toBeHidden();
  await expect(rows(page)).toContainText('€1,785.00 is credit');
  await expect(page.getByRole('button', { name: 'Credit note' })).toBeHidden();
});

test('a credit note that fails or is not there says so', async ({ page, server }) => {
  const { href } = await billed(server, 'Tansy');
  await page.route('**/api/v1/credit-notes?*', (route) => route.fulfill({ status: 503, body: 'no' }));
  await page.goto(href);
  // The second try fails too, before the way is free.
  const failed = page.waitForResponse('**/api/v1/credit-notes?*');
  await credits(page).getByRole('button', { name: 'Retry' }).click();
  await failed;
  await page.unroute('**/api/v1/credit-notes?*');
  await credits(page).getByRole('button', { name: 'Retry' }).click();
  await expect(credits(page)).toBeHidden();
  await page.goto('/credit-notes/01a21856-2dc6-7421-a834-1eeba04cb9ac');
  await expect(page.getByText('It is not here any more', { exact: false })).toBeVisible();
  await page.goto('/credit-notes/nothing');
  await expect(page.getByText('There is no page at this address', { exact: false })).toBeVisible();
});

test('a bank statement is matched to invoices, and its lines are recorded once', async ({ page, server }) => {
  const [first, second] = [await billed(server, 'Willow'), await billed(server, 'Poplar')];
  await page.goto(first.href);
  const title = page.getByRole('heading', { level: 1, name: /2026-\d+$/ });
  const number = /\S*2026-\d+$/.exec((await title.textContent()) ?? '')?.[0] ?? '';
  await page.goto('/invoices');
  await page.getByRole('link', { name: 'Bank statements' }).click();
  const text = [
    'Booking date;Payer;Reference;Amount',
    `02/11/2026;WILLOW LTD;Invoice ${number}, thanks;1.785,00`,
    '03/11/2026;Poplar;November;1.785,00',
    '04/11/2026;Somebody;cash back;5,00',
    '05/11/2026;Power and Light;October;-80,00',
  ].join('\n');
  const buffer = Buffer.from(text);
  await page.locator('input[type=file]').setInputFiles({ name: 'november.csv', mimeType: 'text/csv', buffer });
  await page.getByLabel('Days are written').selectOption({ label: 'Day first: 31/01/2026' });
  await page.getByRole('button', { name: 'Read the file' }).click();
  await page.getByLabel('Currency of the file').fill('eur');
  await page.getByRole('button', { name: 'Read the file' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'november.csv' })).toBeVisible();
  const line = (of: RegExp) => page.locator('tbody').getByRole('row', { name: of });
  await expect(line(/WILLOW/)).toContainText(`Exact`);
  await expect(line(/WILLOW/)).toContainText(number);
  await expect(line(/Poplar/)).toContainText('Payer and amount fit');
  await expect(page.locator('.note')).toContainText('1 outgoing');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Record what is exact' }).click();
  await expect(toast(page, '1 payment is recorded.')).toBeVisible();
  await expect(line(/WILLOW/)).toContainText('Recorded');

  // What is likely is looked at, what pays nothing of ours is set aside.
  await line(/Poplar/).getByRole('button', { name: 'Change' }).click();
  await expect(dialog(page).getByLabel('Client')).toHaveValue(/.+/);
  await dialog(page).getByRole('button', { name: 'Record' }).click();
  await expect(dialog(page)).toBeHidden();
  await expect(line(/Poplar/)).toContainText('Recorded');
  await page.setViewportSize({ width: 390, height: 844 });
  // On a phone what was told lies over the list until it is put away.
  const close = page.locator('.toast-item').getByRole('button', { name: 'Close' });
  for (let told = await close.count(); told > 0; told -= 1) await close.first().click();
  await line(/Somebody/).getByRole('button', { name: 'Not ours' }).click();
  await expect(line(/Somebody/)).toContainText('Set aside');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(line(/Somebody/)).toContainText('Nothing in it is known');

  await page.goto(second.href);
  await expect(rows(page)).toContainText('Transfer');
  await page.getByRole('link', { name: 'From a bank statement' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'november.csv' })).toBeVisible();
});

test('s2_06 what was paid stands on the page of the client, with all that happened', async ({ page, server }) => {
  const { account } = await billed(server, 'Alder');
  await ask(server, 'POST', '/payments', {
    account_id: account.split('/').at(-1),
    paid_on: '2026-11-22',
    method: 'transfer',
    amount: { amount_minor: 178_500, currency: 'EUR' },
  });
  await page.goto(account);
  const latest = page.getByRole('region', { name: 'Timeline', exact: true });
  await expect(latest.getByText(/^€1,785(\.00)? received/)).toBeVisible();
  await expect(latest.getByText(/^Invoice .* over €1,785/)).toBeVisible();
  await expect(page.getByRole('region', { name: 'Commercial' })).toContainText(/paid until\s*30\sNov/);
  await expectAccessible(page);
  // What came and went, line by line, is one step away.
  await page.getByRole('link', { name: 'Statement of account' }).click();
  await expect(page.getByRole('row').filter({ hasText: 'Payment' }).first()).toBeVisible();
});
