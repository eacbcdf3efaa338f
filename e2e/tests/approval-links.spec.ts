// A client is asked for more beyond a limit by a link, and approves or declines it by name.
// Source: domain 4.7.
import type { Browser, Locator, Page } from '@playwright/test';
import { ask } from '../support/books.ts';
import { expect, expectAccessible, signedIn, test } from '../support/fixtures.ts';
import type { Server } from '../support/server.ts';

// A clock of its own is a server of its own.
test.use({ serverOptions: { clock: '2026-11-22T16:25:00Z' } });
// A field at fault, and a link that was taken back.
test.use({ expectedErrors: [/401 \(Unauthorized\)|409|422/] });
test.describe.configure({ mode: 'serial', timeout: 90_000 });

const owner = { name: 'Lena Vogt', email: 'lena@marlow.example', password: 'correct horse battery' };

async function marlow(server: Server): Promise<void> {
  if (server.signIn) return;
  const organisation = { name: 'Marlow & Co', currency: 'EUR', timezone: 'Europe/Berlin' };
  const body = JSON.stringify({ organisation, owner });
  const headers = { 'Content-Type': 'application/json' };
  const answer = await fetch(`${server.url}/api/v1/setup`, { method: 'POST', headers, body });
  expect(answer.status, await answer.text()).toBe(201);
  server.signIn = { email: owner.email, password: owner.password };
}

interface Begun {
  /** The page of the retainer. */
  href: string;
  id: string;
  /** Who decides at the client. */
  mia: string;
}

/** Ten hours a month; what goes beyond is asked for first, and costs 120.00 an hour. */
async function begun(server: Server, name: string): Promise<Begun> {
  const account = await ask(server, 'POST', '/accounts', { name: `${name} Ltd` });
  const overage = { mode: 'ask', rate_minor: 12_000 };
  const retainer = await ask(server, 'POST', '/retainers', {
    account_id: account.id,
    name: 'Care',
    starts_on: '2026-11-01',
    activate: true,
    terms: {
      price: { amount_minor: 150_000, currency: 'EUR' },
      pools: [{ unit: 'minutes', allowance: 600, overage }],
    },
  });
  const mia = await ask(server, 'POST', `/accounts/${account.id}/contacts`, { name: 'Mia Berg', decides: true });
  await ask(server, 'POST', `/accounts/${account.id}/contacts`, { name: 'Tom Helper' });
  return { href: `/accounts/${account.id}/retainers/${retainer.id}`, id: retainer.id, mia: mia.id };
}

/** Asks over the API, and answers the address of the link. */
async function asked(server: Server, of: Begun, hours: number): Promise<string> {
  const body = { units: hours * 60, contact_id: of.mia, answer_by: '2026-11-25', reason: 'The launch' };
  const made = await ask(server, 'POST', `/retainers/${of.id}/approval-requests`, body);
  return `${server.url}/act/${made.token}`;
}

/** Somebody without a sign-in. */
async function somebody(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'Europe/London' });
  return context.newPage();
}

const dialog = (page: Page): Locator => page.getByRole('dialog', { name: 'Ask the client for more' });
const requests = (page: Page): Locator => page.getByRole('listitem').filter({ hasText: 'Asked of Mia Berg' });
const state = (client: Page): Locator => client.locator('#approval-state');

test.beforeEach(async ({ page, server }) => {
  await marlow(server);
  await signedIn(page, server);
});

test('more is asked for by a link, approved by name, and what is approved says so', async ({
  page,
  server,
  browser,
}) => {
  const made = await begun(server, 'Harbour');
  await page.goto(made.href);
  await page.getByRole('button', { name: 'Ask the client' }).click();
  const form = dialog(page);
  // Who does not decide there cannot be chosen.
  await expect(form.getByLabel('Who answers').locator('option')).toHaveText(['Mia Berg']);
  await expect(form.getByLabel('Answer by')).toHaveValue('2026-11-25');
  await form.getByLabel('More beyond the limit').fill('10');
  await expect(form.getByText('at most €1,200')).toBeVisible();
  await form.getByRole('button', { name: 'Make the link' }).click();
  await expect(form.getByText('This is needed.')).toBeVisible();
  await form.getByLabel('Why').fill('The launch needs another ten hours.');
  await form.getByLabel('Answer by').fill('2026-12-01');
  await form.getByRole('button', { name: 'Make the link' }).click();
  await expect(form.getByText('This is outside the allowed range.')).toBeVisible();
  await expect(form.getByLabel('Answer by')).toBeFocused();
  await expectAccessible(page);
  await form.getByLabel('Answer by').fill('2026-11-25');
  await form.getByRole('button', { name: 'Make the link' }).click();
  await expect(form.getByText('it is shown once', { exact: false })).toContainText('Mia Berg');
  await expect(form.getByText(/10\sh · at most €1,200/)).toBeVisible();
  const address = await form.getByRole('textbox', { name: 'Link' }).inputValue();
  expect(address).toMatch(/\/act\/[\w-]{43}$/);
  await expectAccessible(page);
  await form.getByRole('button', { name: 'Done' }).click();
  await expect(form).toBeHidden();
  await expect(requests(page)).toContainText('Waiting');
  await expect(requests(page)).toContainText(/Asked of Mia Berg on 22 Nov.*, answer by 25 Nov/);
  await expectAccessible(page);

  const client = await somebody(browser);
  await client.setViewportSize({ width: 360, height: 740 });
  await client.goto(address);
  await expect(client.getByRole('heading', { level: 1, name: /^Approve 10\sh beyond the limit\?$/ })).toBeVisible();
  await expect(client.getByText('Marlow & Co · Harbour Ltd · Care')).toBeVisible();
  await expect(client.getByText('Lena Vogt asks Mia Berg:')).toBeVisible();
  await expect(client.getByText('The launch needs another ten hours.')).toBeVisible();
  await expect(client.getByRole('row', { name: /^More work/ })).toContainText(/10\sh/);
  await expect(client.getByRole('row', { name: /^Price/ })).toContainText('€120.00 an hour');
  await expect(client.getByRole('row', { name: /^Costs at most/ })).toContainText('€1,200.00');
  await expect(client.getByText('Tax may be added.')).toBeVisible();
  await expect(client.getByText(/^Answer by 25 Nov.*Without an answer nothing is approved/)).toBeVisible();
  expect(await client.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  await client.getByRole('button', { name: 'Approve' }).click();
  await expect(client.getByText('This is needed.').first()).toBeVisible();
  await client.getByLabel('Your name').fill('Tom Helper');
  await client.getByRole('button', { name: 'Approve' }).click();
  await expect(client.getByText('We know nobody of this name here.').first()).toBeVisible();
  await expect(client.getByLabel('Your name')).toBeFocused();
  await expectAccessible(client);
  await client.getByLabel('Your name').fill('Mia Berg');
  await client.getByLabel('Message').fill('Gladly');
  await client.getByRole('button', { name: 'Approve' }).click();
  await expect(state(client)).toHaveText(/^Approved by Mia Berg on 22 Nov.*: 10\sh beyond the limit\.$/);
  await expect(client.getByRole('button', { name: 'Approve' })).toBeHidden();
  await expectAccessible(client);
  await client.reload();
  await expect(state(client)).toHaveText(/^Approved by Mia Berg on 22 Nov/);
  await client.context().close();

  await page.reload();
  await expect(requests(page)).toContainText('Approved by the client');
  await expect(requests(page)).toContainText(/Signed by Mia Berg on 22 Nov/);
  await expect(requests(page)).toContainText('Gladly');
  await expect(page.getByText('Approved beyond the limit').first()).toBeVisible();
  await expect(page.getByRole('button', { name: /^Take back/ })).toHaveCount(0);
  await expectAccessible(page);
});

test('what is asked can be declined or taken back, and a link that ended says so', async ({
  page,
  server,
  browser,
}) => {
  const made = await begun(server, 'Quay');
  const first = await asked(server, made, 5);
  const client = await somebody(browser);
  await client.goto(first);
  await client.getByLabel('Your name').fill('mia berg');
  await client.getByLabel('Message').fill('Not this month');
  await client.getByRole('button', { name: 'Decline' }).click();
  await expect(state(client)).toHaveText(/^Declined by mia berg on 22 Nov/);
  await expectAccessible(client);

  const second = await asked(server, made, 3);
  await client.goto(second);
  await expect(client.getByRole('button', { name: 'Approve' })).toBeVisible();
  await page.goto(made.href);
  await expect(requests(page).filter({ hasText: 'Declined by the client' })).toContainText('Not this month');
  await expect(requests(page).filter({ hasText: 'Opened' })).toContainText(/3\sh · at most €360/);
  await page.getByRole('button', { name: 'Take back what the client was asked, no. 2' }).click();
  await expect(page.locator('.toast-item').filter({ hasText: 'Taken back' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Ask the client' })).toBeFocused();
  await expectAccessible(page);

  // Who reads it is told so when they sign it, and when they open it.
  await client.getByLabel('Your name').fill('Mia Berg');
  await client.getByRole('button', { name: 'Approve' }).click();
  await expect(client.getByText('This link was taken back').first()).toBeVisible();
  await client.reload();
  await expect(client.getByText('This link was taken back').first()).toBeVisible();
  await expect(client.getByRole('button', { name: 'Approve' })).toBeHidden();
  await expectAccessible(client);

  // Somebody approved meanwhile what was said by phone.
  const third = await asked(server, made, 2);
  await client.goto(third);
  await expect(client.getByLabel('Your name')).toBeVisible();
  await ask(server, 'POST', '/approvals', { retainer_id: made.id, units: 60, reason: 'By phone' });
  await client.getByLabel('Your name').fill('Mia Berg');
  await client.getByRole('button', { name: 'Approve' }).click();
  await expect(state(client)).toHaveText(/^This holds no longer/);
  await expect(client.getByRole('button', { name: 'Approve' })).toBeHidden();
  await client.context().close();
  await page.reload();
  await expect(requests(page).filter({ hasText: 'Holds no longer' })).toHaveCount(1);
});
