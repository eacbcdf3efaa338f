// Who of a client reads the portal, what it shows, what was seen, and links to single balances.
// Source: requirement S2-23.
import type { Locator, Page } from '@playwright/test';
import { ask } from '../support/books.ts';
import { expect, expectAccessible, signedIn, test } from '../support/fixtures.ts';
import type { Server } from '../support/server.ts';

// A clock of its own is a server of its own: a new organisation, without a mail server.
test.use({ serverOptions: { clock: '2026-11-22T11:20:00Z' } });
test.use({ expectedErrors: [/401 \(Unauthorized\)|412|422|503/] });
test.describe.configure({ mode: 'serial' });

const owner = { name: 'Lena Vogt', email: 'lena@marlow.example', password: 'correct horse battery' };
const viewer = { email: 'tom@marlow.example', password: 'battery staple correct' };

async function marlow(server: Server): Promise<void> {
  if (server.signIn) return;
  const organisation = { name: 'Marlow & Co', currency: 'EUR', timezone: 'Europe/Berlin' };
  const body = JSON.stringify({ organisation, owner });
  const headers = { 'Content-Type': 'application/json' };
  const answer = await fetch(`${server.url}/api/v1/setup`, { method: 'POST', headers, body });
  expect(answer.status, await answer.text()).toBe(201);
  server.signIn = { email: owner.email, password: owner.password };
}

interface Sold {
  account: string;
  /** The page of the retainer. */
  href: string;
}

/** Ten hours a month for 1,500.00 since 1 November. */
async function sold(server: Server, name: string): Promise<Sold> {
  const account = await ask(server, 'POST', '/accounts', { name: `${name} Ltd` });
  const retainer = await ask(server, 'POST', '/retainers', {
    account_id: account.id,
    name: 'Care',
    starts_on: '2026-11-01',
    activate: true,
    terms: { price: { amount_minor: 150_000, currency: 'EUR' }, pools: [{ unit: 'minutes', allowance: 600 }] },
  });
  return { account: account.id, href: `/accounts/${account.id}/retainers/${retainer.id}` };
}

const region = (page: Page, name: string): Locator => page.getByRole('region', { name, exact: true });
const part = (page: Page, name: string): Locator =>
  region(page, 'What they see').getByRole('checkbox', { name, exact: true });

test.beforeEach(async ({ page, server }) => {
  await marlow(server);
  await signedIn(page, server);
});

test('the portal of an account is opened, and what it shows is changed and kept', async ({ page, server }) => {
  const { account } = await sold(server, 'Harbour');
  await page.goto(`/accounts/${account}`);
  const commercial = region(page, 'Commercial');
  await expect(commercial).toContainText(/Portal\s*Closed/);
  await commercial.getByRole('link', { name: 'Portal', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Portal' })).toBeFocused();
  const access = region(page, 'Access');
  await expect(access).toContainText('Nobody of this account can sign in.');
  await expect(access.getByRole('textbox')).toHaveCount(0);
  await expect(region(page, 'People')).toContainText('No contacts yet');
  await expect(region(page, 'What they have seen')).toContainText('Nobody has opened the portal yet.');
  await expectAccessible(page);

  await access.getByRole('button', { name: 'Open the portal' }).click();
  await expect(access.getByRole('textbox', { name: 'Address for clients' })).toHaveValue(`${server.url}/portal`);
  const opened = page.waitForEvent('popup');
  await access.getByRole('button', { name: 'View as client' }).click();
  const view = await opened;
  await expect(view).toHaveURL(/\/portal/);
  await view.close();

  await expect(part(page, 'Work log')).toBeChecked();
  await expect(part(page, 'Decisions')).not.toBeChecked();
  await expect(part(page, 'Names of your people')).not.toBeChecked();
  const parts = region(page, 'What they see');
  await expect(parts.getByText('Question, choice and day; never the reasons')).toBeVisible();
  const save = parts.getByRole('button', { name: 'Save' });
  await expect(save).toHaveCount(0);
  await part(page, 'Decisions').check();
  await parts.getByRole('button', { name: 'Discard changes' }).click();
  await expect(part(page, 'Decisions')).not.toBeChecked();
  await part(page, 'Decisions').check();
  await part(page, 'Invoices').uncheck();
  await expectAccessible(page);
  await save.click();
  await expect(save).toHaveCount(0);
  await page.reload();
  await expect(part(page, 'Decisions')).toBeChecked();
  await expect(part(page, 'Invoices')).not.toBeChecked();
  await expect(access.getByRole('button', { name: 'Close the portal' })).toBeVisible();

  await page.getByRole('link', { name: 'Account', exact: true }).click();
  await commercial.getByRole('link', { name: 'Open, nobody has looked yet' }).click();
  await expect(access.getByRole('button', { name: 'Close the portal' })).toBeVisible();
});

test('a person is invited by a link that is shown once, where no mail goes out', async ({ page, server }) => {
  const { account } = await sold(server, 'Quay');
  const mia = { name: 'Mia Berg', email: 'mia@quay.example' };
  await ask(server, 'POST', `/accounts/${account}/contacts`, mia);
  await ask(server, 'POST', `/accounts/${account}/contacts`, { name: 'Tom Helper' });
  await page.goto(`/accounts/${account}/portal`);
  const people = region(page, 'People');
  const row = people.getByRole('row').filter({ hasText: 'Mia Berg' });
  await expect(row).toContainText('mia@quay.example');
  await expect(row).toContainText('Never');
  await expect(row).toContainText('None yet');
  const invite = row.getByRole('button', { name: /^Invite ?, Mia Berg/ });
  await expect(invite).toHaveAttribute('aria-disabled', 'true');
  const helper = people.getByRole('row').filter({ hasText: 'Tom Helper' });
  await expect(helper).toContainText('they cannot sign in');
  await expect(helper.getByRole('button')).toHaveCount(0);
  await expect(helper.getByRole('link', { name: 'Add it at the account' })).toHaveAttribute('href', /\/accounts\//);
  await expect(people).toContainText('No mail server is set up');

  await region(page, 'Access').getByRole('button', { name: 'Open the portal' }).click();
  await expect(invite).not.toHaveAttribute('aria-disabled', 'true');
  await invite.click();
  await expect(people.getByText('it is shown once', { exact: false })).toContainText('Mia Berg');
  const link = people.getByRole('textbox', { name: 'Link for Mia Berg' });
  await expect(link).toHaveValue(/\/portal\/enter\/[\w-]+$/);
  await expect(link).toBeFocused();
  await expect(row).toContainText('Not by mail');
  await expectAccessible(page);
  await page.setViewportSize({ width: 360, height: 740 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  await page.reload();
  await expect(row.getByRole('button', { name: /^Invite again ?, Mia Berg/ })).toBeVisible();
  await expect(link).toHaveCount(0);
});

test('s2_23 what was seen is told in words, and read on', async ({ page, server }) => {
  const { account } = await sold(server, 'Pier');
  const id = (n: number) => `0193a5b0-0000-7000-8000-00000000000${n}`;
  const seen = (n: number, more: object) => ({
    id: id(n),
    contact_name: 'Mia Berg',
    page: 'balance',
    retainer_id: null,
    retainer_name: null,
    cycle_starts_on: null,
    invoice_number: null,
    first_at: '2026-11-12T09:00:00Z',
    last_at: '2026-11-20T09:00:00Z',
    times: 3,
    ...more,
  });
  await page.route('**/portal/views?*', async (route) => {
    const next = new URL(route.request().url()).searchParams.get('cursor');
    const statement = seen(1, { page: 'statement', retainer_name: 'Care', cycle_starts_on: '2026-11-01' });
    const first = { items: [statement, seen(2, { page: 'invoice', invoice_number: '2026-7' })], next_cursor: 'on' };
    await route.fulfill({ json: next ? { items: [seen(3, { contact_name: null })] } : first });
  });
  await page.goto(`/accounts/${account}/portal`);
  const list = region(page, 'What they have seen');
  const rows = list.getByRole('row').filter({ has: page.getByRole('rowheader') });
  await expect(rows).toHaveCount(2);
  await expect(rows.first()).toContainText('Mia Berg');
  await expect(rows.first()).toContainText('Statement · Care · cycle from 1 Nov');
  await expect(rows.first()).toContainText(/12 Nov.*20 Nov.*3$/);
  await expect(rows.nth(1)).toContainText('Invoice 2026-7');
  await list.getByRole('button', { name: 'Load more' }).click();
  await expect(rows.nth(2)).toContainText('Somebody with a link');
  await expect(list.getByRole('button', { name: 'Load more' })).toHaveCount(0);
});

test('a link to a balance is made with a password, told once, and ended', async ({ page, server }) => {
  const { href } = await sold(server, 'Wharf');
  await page.goto(href);
  const share = region(page, 'Share the balance');
  await expect(share).toContainText('No link is open.');
  const form = page.getByRole('dialog', { name: 'Share the balance' });
  await share.getByRole('button', { name: 'Make a link' }).click();
  await form.getByLabel('Holds').selectOption({ label: '30 days' });
  await form.getByLabel('Password').fill('short');
  await form.getByRole('button', { name: 'Make a link' }).click();
  await expect(form.getByText('This is too short.')).toBeVisible();
  await expect(form.getByLabel('Password')).toBeFocused();
  await expectAccessible(page);
  await form.getByLabel('Password').fill('harbour seven');
  await form.getByRole('button', { name: 'Make a link' }).click();
  await expect(form.getByText('it is shown once', { exact: false })).toContainText('22 Dec');
  await expect(form.getByRole('textbox', { name: 'Link to the balance' })).toHaveValue(/\/portal\/share\/[\w-]+$/);
  await expect(form.getByText('Tell the password by another way')).toBeVisible();
  await form.getByRole('button', { name: 'Done' }).click();
  const links = share.getByRole('listitem');
  await expect(links).toHaveCount(1);
  await expect(links).toContainText('Until 22 Dec');
  await expect(links).toContainText('With password');
  await expect(links).toContainText('Nobody has looked yet');
  await expect(links).toContainText('Made by Lena Vogt');

  // Another one beside it, without a password and for as long as one usually holds.
  await share.getByRole('button', { name: 'Make a link' }).click();
  await form.getByRole('button', { name: 'Make a link' }).click();
  await form.getByRole('button', { name: 'Done' }).click();
  await expect(links).toHaveCount(2);
  await expectAccessible(page);
  await share.getByRole('button', { name: /^End ?, Until 22 Dec/ }).click();
  const end = page.getByRole('dialog', { name: 'End this link?' });
  await end.getByRole('button', { name: 'End the link' }).click();
  await expect(end).toBeHidden();
  await expect(links).toHaveCount(1);
  await page.reload();
  await expect(links).toHaveCount(1);
  await expect(links).toContainText('Until 20 Feb 2027');
  await expect(links).not.toContainText('With password');
});

test('a read that failed is asked again, what others saved is told, and a viewer changes nothing', async ({
  page,
  server,
}) => {
  const { account, href } = await sold(server, 'Dock');
  const address = '**/api/v1/accounts/*/portal';
  await page.route(address, (route) => route.fulfill({ status: 503, body: 'no' }));
  await page.goto(`/accounts/${account}/portal`);
  await expect(page.getByRole('button', { name: 'Retry' })).toBeVisible();
  await page.unroute(address);
  await page.getByRole('button', { name: 'Retry' }).click();
  await expect(part(page, 'Scope')).toBeChecked();

  await part(page, 'Decisions').check();
  await ask(server, 'PUT', `/accounts/${account}/portal`, { open: true, parts: ['invoices'] }, 0);
  const parts = region(page, 'What they see');
  await parts.getByRole('button', { name: 'Save' }).click();
  await expect(parts.getByRole('region', { name: 'What they saved' })).toContainText('Invoices');
  await expectAccessible(page);
  await parts.getByRole('button', { name: 'Save mine over theirs' }).click();
  await expect(parts.getByRole('button', { name: 'Save' })).toHaveCount(0);
  const now = await ask(server, 'GET', `/accounts/${account}/portal`);
  // What was not changed here stays as they left it.
  expect(now.open).toBe(true);
  expect(now.parts).toContain('decisions');
  expect(now.parts).toContain('scope');

  const tom = await ask(server, 'POST', '/members', { name: 'Tom Reader', email: viewer.email, role: 'viewer' });
  const invitation = await ask(server, 'POST', '/invitations', { member_id: tom.id });
  const token = String(invitation.link).split('/').pop();
  await ask(server, 'POST', '/invitations/accept', { token, password: viewer.password });
  await signedIn(page, server, viewer);
  await page.goto(`/accounts/${account}/portal`);
  await expect(part(page, 'Decisions')).toBeDisabled();
  await expect(parts).toContainText('Owners, admins and managers see to the portal.');
  const access = region(page, 'Access');
  for (const name of [/^Close the portal/, /^View as client/]) {
    await expect(access.getByRole('button', { name })).toHaveAttribute('aria-disabled', 'true');
  }
  await page.goto(href);
  const make = region(page, 'Share the balance').getByRole('button', { name: /^Make a link/ });
  await expect(make).toHaveAttribute('aria-disabled', 'true');
});
