// Messages to people at a client: drafts, what cannot be sent, what is on its way, and what came.
import type { Page } from '@playwright/test';
import { ask } from '../support/books.ts';
import { expect, expectAccessible, signedIn, test } from '../support/fixtures.ts';
import type { Server } from '../support/server.ts';

// A clock of its own is a server of its own; the sample agency has no mail server.
test.use({ serverOptions: { demo: true, clock: '2026-11-22T10:40:00Z' } });
test.use({ expectedErrors: [/401 \(Unauthorized\)|409 \(Conflict\)|503/] });
test.describe.configure({ mode: 'serial' });

test.beforeEach(async ({ page, server }) => {
  await signedIn(page, server);
});

/** A client of this name with one person who has a mail address; the ids of both. */
async function client(server: Server, name: string): Promise<{ account: string; contact: string }> {
  const account = (await ask(server, 'POST', '/accounts', { name })).id;
  await ask(server, 'POST', `/accounts/${account}/contacts`, { name: 'Tom Helper' });
  const mia = { name: 'Mia Berg', email: 'mia@client.example' };
  const contact = (await ask(server, 'POST', `/accounts/${account}/contacts`, mia)).id;
  return { account, contact };
}

const panel = (page: Page) => page.getByRole('region', { name: 'Messages', exact: true });

test('s2_14 a message is kept as a draft, changed after a reload, and deleted', async ({ page, server }) => {
  const { account } = await client(server, 'Drafts Ltd');
  await page.goto(`/accounts/${account}/timeline`);
  await expect(panel(page).getByText('No messages yet')).toBeVisible();
  await expectAccessible(page);
  await panel(page).getByRole('button', { name: 'Write a message' }).click();
  const dialog = page.getByRole('dialog', { name: 'Write a message' });
  // Who has no mail address is not offered; the only other one is chosen.
  const to = dialog.getByRole('combobox', { name: 'To' });
  await expect(to.locator('option:checked')).toHaveText('Mia Berg, mia@client.example');
  await expect(to.getByRole('option', { name: /Tom Helper/ })).toHaveCount(0);
  await dialog.getByRole('button', { name: 'Keep as draft' }).click();
  await expect(dialog.getByRole('textbox', { name: 'Subject' })).toHaveAttribute('aria-invalid', 'true');
  await dialog.getByRole('textbox', { name: 'Subject' }).fill('The plan');
  await dialog.getByRole('textbox', { name: 'Text', exact: true }).fill('Here it is.\nYours');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Keep as draft' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.locator('.toast-item').getByText('Draft kept')).toBeVisible();
  const row = panel(page).getByRole('listitem').filter({ hasText: 'The plan' });
  await expect(row).toContainText('To Mia Berg');
  await expect(row).toContainText('Draft');
  await page.reload();
  await row.getByRole('button', { name: /^Edit ?, The plan/ }).click();
  const draft = page.getByRole('dialog', { name: 'Change the draft' });
  await expect(draft.getByRole('textbox', { name: 'Text', exact: true })).toHaveValue('Here it is.\nYours');
  await draft.getByRole('textbox', { name: 'Subject' }).fill('The plan for January');
  await draft.getByRole('button', { name: 'Keep as draft' }).click();
  await expect(draft).toBeHidden();
  const changed = panel(page).getByRole('listitem').filter({ hasText: 'The plan for January' });
  await expect(changed).toBeVisible();
  await page.setViewportSize({ width: 360, height: 740 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  await changed.getByRole('button', { name: /^Delete ?, The plan for January/ }).click();
  await expect(changed).toBeHidden();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(changed).toBeVisible();
});

test('sending without a mail server says so, and keeps what was typed', async ({ page, server }) => {
  const { account } = await client(server, 'Silent Ltd');
  await page.goto(`/accounts/${account}/timeline`);
  await expect(panel(page).getByText('No messages yet')).toBeVisible();
  await page.keyboard.press('m');
  const dialog = page.getByRole('dialog', { name: 'Write a message' });
  await dialog.getByRole('textbox', { name: 'Subject' }).fill('Hello');
  await dialog.getByRole('textbox', { name: 'Text', exact: true }).fill('Are you there?');
  await dialog.getByRole('button', { name: 'Send', exact: true }).click();
  await expect(dialog).toContainText('No mail server is set up.');
  await expect(dialog.getByRole('textbox', { name: 'Subject' })).toHaveValue('Hello');
  await dialog.getByRole('button', { name: 'Keep as draft' }).click();
  await expect(dialog).toBeHidden();
  const row = panel(page).getByRole('listitem').filter({ hasText: 'Hello' });
  await row.getByRole('button', { name: /^Send ?, Hello/ }).click();
  await expect(row).toContainText('No mail server is set up.');
  await expect(row).toContainText('Draft');
});

test('s2_15 a note and a follow-up message are written in one step', async ({ page, server }) => {
  const { account } = await client(server, 'Onestep Ltd');
  await page.goto(`/accounts/${account}/timeline`);
  await expect(panel(page).getByText('No messages yet')).toBeVisible();
  await page.keyboard.press('n');
  const text = page.getByRole('textbox', { name: 'What was said' });
  await text.fill('They want the shop before Christmas.');
  await page.getByRole('button', { name: 'Add a follow-up message' }).click();
  const message = page.getByRole('group', { name: 'Follow-up message' });
  const subject = message.getByRole('textbox', { name: 'Subject' });
  await message.getByRole('textbox', { name: 'Text', exact: true }).fill('Thank you for your time.');
  await page.getByRole('button', { name: 'Save note', exact: true }).click();
  await expect(subject).toHaveAttribute('aria-invalid', 'true');
  await expect(subject).toBeFocused();
  await subject.fill('What we agreed today');
  await expectAccessible(page);
  // Nothing goes out where no mail server is: neither is the note written, and all of it stays.
  await message.getByRole('radio', { name: 'Send it now' }).check();
  await page.getByRole('button', { name: 'Save note and send' }).click();
  await expect(page.locator('form').getByText('No mail server is set up.')).toBeVisible();
  await expect(text).toHaveValue('They want the shop before Christmas.');
  await expect(subject).toHaveValue('What we agreed today');
  await message.getByRole('radio', { name: 'Keep it as a draft' }).check();
  await page.getByRole('button', { name: 'Save note', exact: true }).click();
  await expect(text).toHaveValue('');
  await expect(message).toBeHidden();
  const stream = page.getByRole('region', { name: 'Timeline', exact: true });
  await expect(stream.getByText('They want the shop before Christmas.')).toBeVisible();
  await expect(panel(page).getByRole('listitem').filter({ hasText: 'What we agreed today' })).toContainText('Draft');
});

test('s2_18 what is on its way, was refused and came stands in the record', async ({ page, server }) => {
  const { account, contact } = await client(server, 'Answers Ltd');
  const id = (n: number) => `0193a5b0-0000-7000-8000-00000000000${n}`;
  const message = (n: number, subject: string, state: string, answer: string | null = null) => ({
    id: id(n),
    thread_id: id(n),
    account_id: account,
    account_name: 'Answers Ltd',
    retainer_id: null,
    retainer_name: null,
    contact_id: contact,
    contact_name: 'Mia Berg',
    address: 'mia@client.example',
    subject,
    body: 'Here it is.',
    state,
    answer,
    note_id: null,
    author_name: state === 'received' ? null : 'Olivia Owner',
    at: '2026-11-21T09:00:00Z',
    version: 1,
  });
  const came = message(1, 'The plan', 'received');
  let waits = message(2, 'The price', 'sending');
  const failed = message(3, 'The day', 'failed', '550 No such user here');
  await page.route('**/api/v1/messages?*', async (route) => {
    const drafts = new URL(route.request().url()).searchParams.has('state');
    await route.fulfill({ json: { items: drafts ? [] : [came, failed, waits] } });
  });
  await page.route(`**/api/v1/messages/${came.id}`, (route) => route.fulfill({ json: came }));
  await page.route(`**/api/v1/messages/${waits.id}/take-back`, async (route) => {
    waits = { ...waits, state: 'taken_back', version: 2 };
    await route.fulfill({ json: waits });
  });
  await page.goto(`/accounts/${account}/timeline`);
  const rows = panel(page).getByRole('listitem');
  await expect(rows.nth(0)).toContainText('The price');
  await expect(rows.nth(0)).toContainText('On its way');
  await expect(rows.nth(1)).toContainText('Not sent');
  await expect(rows.nth(1)).toContainText('The mail server said: 550 No such user here');
  await expect(rows.nth(1).getByRole('button', { name: /^Send again ?, The day/ })).toBeVisible();
  await expect(rows.nth(2)).toContainText('From Mia Berg');
  await expectAccessible(page);
  await rows.nth(0).getByRole('button', { name: /^Take back ?, The price/ }).click();
  await expect(panel(page)).toContainText('Taken back');
  await rows.filter({ hasText: 'The plan' }).getByRole('button', { name: /^Reply ?, The plan/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Write an answer' });
  await expect(dialog.getByRole('textbox', { name: 'Subject' })).toHaveValue('Re: The plan');
  await expect(dialog.getByRole('combobox', { name: 'To' })).toHaveValue(contact);
  await dialog.getByRole('textbox', { name: 'Text', exact: true }).fill('Thank you.');
  const sent = page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith('/messages'));
  await page.route('**/api/v1/messages', (route) => route.fulfill({ status: 503, body: 'no' }));
  await dialog.getByRole('button', { name: 'Send', exact: true }).click();
  expect((await sent).postDataJSON()).toMatchObject({ answers: came.id, contact_id: contact, send: true });
  await expect(dialog.getByText(/answered instead/)).toBeVisible();
  await expect(dialog.getByRole('textbox', { name: 'Text', exact: true })).toHaveValue('Thank you.');
});

test('messages that cannot be read say so, and Retry brings them', async ({ page, server }) => {
  const { account } = await client(server, 'Broken Ltd');
  await page.route('**/api/v1/messages?*', (route) => route.fulfill({ status: 503, body: 'no' }));
  await page.goto(`/accounts/${account}/timeline`);
  await expect(panel(page).getByText(/answered instead/)).toBeVisible();
  await page.unroute('**/api/v1/messages?*');
  await panel(page).getByRole('button', { name: 'Retry' }).click();
  await expect(panel(page).getByText('No messages yet')).toBeVisible();
});
