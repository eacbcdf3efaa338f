// The next term is offered by a link, signed by the name of whom it is for, or declined.
// Source: requirement S2-21.
import type { Browser, Locator, Page } from '@playwright/test';
import { ask } from '../support/books.ts';
import { expect, expectAccessible, signedIn, test } from '../support/fixtures.ts';
import type { Server } from '../support/server.ts';

// A clock of its own is a server of its own: a new organisation without renewals.
test.use({ serverOptions: { clock: '2026-11-22T14:35:00Z' } });
// A field at fault, and the paper that needs to know how is billed.
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
  account: string;
  /** The page of the retainer. */
  href: string;
  renewal: string;
}

/** Ten hours a month for 1,500.00 since September, whose renewal is begun. */
async function begun(server: Server, name: string, ends_on?: string): Promise<Begun> {
  const account = await ask(server, 'POST', '/accounts', { name: `${name} Ltd` });
  const retainer = await ask(server, 'POST', '/retainers', {
    account_id: account.id,
    name: 'Care',
    starts_on: '2026-09-01',
    ...(ends_on && { ends_on }),
    activate: true,
    terms: { price: { amount_minor: 150_000, currency: 'EUR' }, pools: [{ unit: 'minutes', allowance: 600 }] },
  });
  const renewal = await ask(server, 'POST', '/renewals', { retainer_id: retainer.id });
  return { account: account.id, href: `/accounts/${account.id}/retainers/${retainer.id}`, renewal: renewal.id };
}

/** Somebody who decides at the client. */
async function mia(server: Server, account: string): Promise<string> {
  const made = await ask(server, 'POST', `/accounts/${account}/contacts`, { name: 'Mia Berg', decides: true });
  return made.id;
}

/** Somebody without a sign-in. */
async function somebody(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'Europe/London' });
  return context.newPage();
}

const region = (page: Page, name: string): Locator => page.getByRole('region', { name, exact: true });
const propose = (page: Page): Locator => page.getByRole('dialog', { name: 'Propose the next term' });
const state = (client: Page): Locator => client.locator('#proposal-state');

test.beforeEach(async ({ page, server }) => {
  await marlow(server);
  await signedIn(page, server);
});

test('s2_21 a proposal is made, read by its link and signed, and the renewal is won', async ({
  page,
  server,
  browser,
}) => {
  const made = await begun(server, 'Harbour', '2027-02-01');
  await mia(server, made.account);
  await ask(server, 'POST', `/accounts/${made.account}/contacts`, { name: 'Tom Helper' });
  await page.goto(`/renewals?renewal=${made.renewal}`);
  const one = region(page, 'Harbour Ltd');
  await expect(one).toContainText('No proposal was made.');
  await one.getByRole('button', { name: 'Prepare' }).click();
  await expect(one.getByRole('button', { name: 'Put together anew' })).toBeVisible();

  await one.getByRole('button', { name: 'Propose', exact: true }).click();
  const form = propose(page);
  // Who does not decide there cannot be chosen.
  await expect(form.getByLabel('For whom').locator('option')).toHaveText(['Mia Berg']);
  await expect(form.getByLabel('What the term came to')).not.toHaveValue('');
  await expect(form.getByLabel('Last day of the next term')).toHaveValue('2028-01-31');
  await expect(form.getByLabel('Valid until')).toHaveValue('2026-12-06');
  await form.getByLabel('Introduction').fill('Dear Mia,\n\nthank you for this term.');
  await form.getByLabel('What the term came to').fill(`Two sites went live.\n\n${'long '.repeat(61)}`);
  await form.getByLabel('Price of a cycle, EUR').fill('1800');
  await form.getByLabel('Hours of a cycle').fill('12');
  await form.getByRole('button', { name: 'Make the proposal' }).click();
  await expect(form.getByText('This is too long.')).toBeVisible();
  await expect(form.getByLabel('What the term came to')).toBeFocused();
  await form.getByLabel('What the term came to').fill('Two sites went live.\n\nNobody waited.');
  await form.getByLabel('Valid until').fill('2027-03-01');
  await form.getByRole('button', { name: 'Make the proposal' }).click();
  await expect(form.getByText('This is outside the allowed range.')).toBeVisible();
  await expect(form.getByLabel('Valid until')).toBeFocused();
  await expectAccessible(page);
  await form.getByLabel('Valid until').fill('2026-12-06');
  await form.getByRole('button', { name: 'Make the proposal' }).click();
  await expect(form.getByText('it is shown once', { exact: false })).toContainText('Mia Berg');
  const address = await form.getByRole('textbox', { name: 'Link' }).inputValue();
  expect(address).toMatch(/\/act\/[\w-]{43}$/);
  await expectAccessible(page);
  await form.getByRole('button', { name: 'Done' }).click();
  await expect(form).toBeHidden();
  await expect(one).toContainText('Proposal 1 · €1,800');
  await expect(one).toContainText('For Mia Berg, valid until 6 Dec');
  await expect(one).toContainText('Not opened yet');
  await expect(region(page, 'Proposed').getByRole('link', { name: 'Harbour Ltd · Care' })).toBeVisible();
  // Nobody has said how is billed: there is no letterhead.
  await one.getByRole('button', { name: 'Download PDF of proposal 1' }).click();
  await expect(one.getByText('Say first how you bill.')).toBeVisible();
  await expectAccessible(page);

  const client = await somebody(browser);
  await client.setViewportSize({ width: 360, height: 740 });
  await client.goto(address);
  await expect(client.getByRole('heading', { level: 1, name: 'Proposal 1: Care' })).toBeVisible();
  await expect(client.getByText('Marlow & Co · Harbour Ltd')).toBeVisible();
  await expect(client.getByText('thank you for this term.')).toBeVisible();
  await expect(client.getByRole('main').getByRole('listitem')).toHaveText(['Two sites went live.', 'Nobody waited.']);
  await expect(client.getByRole('row', { name: /^Price/ })).toContainText(/€1,500\.00\s*€1,800\.00/);
  await expect(client.getByRole('row', { name: /^Hours/ })).toContainText(/10.h\s*12.h/);
  await expect(client.getByText(/^Next term: 1 February 2027.*31 January 2028/)).toBeVisible();
  await expect(client.getByText(/^Valid until 6 Dec/)).toBeVisible();
  expect(await client.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  await client.getByRole('button', { name: 'Accept' }).click();
  await expect(client.getByText('This is needed.').first()).toBeVisible();
  await client.getByLabel('Your name').fill('Ben Okoro');
  await client.getByRole('button', { name: 'Accept' }).click();
  await expect(client.getByText('We know nobody of this name here.').first()).toBeVisible();
  await expect(client.getByLabel('Your name')).toBeFocused();
  await expectAccessible(client);
  await client.getByLabel('Your name').fill('Mia Berg');
  await client.getByLabel('Message').fill('Gladly');
  await client.getByRole('button', { name: 'Accept' }).click();
  await expect(state(client)).toHaveText(/^Accepted by Mia Berg on 22 Nov/);
  await expect(client.getByRole('button', { name: 'Accept' })).toBeHidden();
  await expectAccessible(client);
  await client.reload();
  await expect(state(client)).toHaveText(/^Accepted by Mia Berg on 22 Nov/);
  await client.context().close();

  await page.reload();
  await expect(one).toContainText('Seen on 22 Nov · Signed by Mia Berg on 22 Nov');
  await expect(one).toContainText('Gladly');
  await expect(one).toContainText('More · €1,800');
  await expect(one).toContainText('Wait for the next term');
  await expect(one.getByRole('button', { name: /^(Propose|Withdraw)/ })).toHaveCount(0);
  await expect(region(page, 'Won').getByRole('listitem')).toContainText('More · Proposal accepted');
  await expectAccessible(page);
  await page.goto(made.href);
  await expect(region(page, 'Terms')).toContainText('31 January 2028');
});

test('another proposal replaces an open one, is declined, and a third is withdrawn', async ({
  page,
  server,
  browser,
}) => {
  const made = await begun(server, 'Quay');
  await page.goto(`/renewals?renewal=${made.renewal}`);
  const one = region(page, 'Quay Ltd');
  const form = propose(page);
  await one.getByRole('button', { name: 'Propose', exact: true }).click();
  await expect(form.getByText('Nobody to propose to')).toBeVisible();
  await expect(form.getByRole('link', { name: 'Go to the account' })).toHaveAttribute(
    'href',
    `/accounts/${made.account}`,
  );
  await expectAccessible(page);
  const body = { contact_id: await mia(server, made.account), valid_until: '2026-12-06' };
  const path = `/renewals/${made.renewal}/proposals`;
  const first = await ask(server, 'POST', path, body);
  const client = await somebody(browser);
  await client.goto(`${server.url}/act/${first.token}`);
  await expect(client.getByRole('button', { name: 'Accept' })).toBeVisible();

  await page.reload();
  await expect(one).toContainText('Proposal 1 · €1,500');
  await one.getByRole('button', { name: 'Propose', exact: true }).click();
  await expect(form.getByLabel('Last day of the next term')).toHaveValue('');
  await form.getByLabel('Price of a cycle, EUR').fill('1650');
  await form.getByRole('button', { name: 'Make the proposal' }).click();
  const address = await form.getByRole('textbox', { name: 'Link' }).inputValue();
  await form.getByRole('button', { name: 'Done' }).click();
  await expect(one.getByRole('listitem').filter({ hasText: 'Proposal 1' })).toContainText('Withdrawn');

  // Who reads the old one is told so when they sign it, and when they open it.
  await client.getByLabel('Your name').fill('Mia Berg');
  await client.getByRole('button', { name: 'Accept' }).click();
  await expect(client.getByText('This link was taken back').first()).toBeVisible();
  await client.reload();
  await expect(client.getByText('This link was taken back').first()).toBeVisible();
  await expect(client.getByRole('button', { name: 'Accept' })).toBeHidden();
  await expectAccessible(client);

  await client.goto(address);
  await expect(client.getByText(/^Next term: from 1 Sept? 2027, without an end/)).toBeVisible();
  await client.getByLabel('Your name').fill('mia berg');
  await client.getByLabel('Message').fill('Too dear');
  await client.getByRole('button', { name: 'Decline' }).click();
  await expect(state(client)).toHaveText(/^Declined by mia berg on 22 Nov/);
  await expectAccessible(client);
  await client.context().close();

  await page.reload();
  const second = one.getByRole('listitem').filter({ hasText: 'Proposal 2' });
  await expect(second).toContainText('Declined');
  await expect(second).toContainText('Too dear');
  await expect(region(page, 'Negotiating').getByRole('link', { name: 'Quay Ltd · Care' })).toBeVisible();
  await expectAccessible(page);

  await ask(server, 'POST', path, body);
  await page.reload();
  await one.getByRole('button', { name: 'Withdraw proposal 3' }).click();
  await expect(page.getByText('Proposal withdrawn').first()).toBeVisible();
  const third = one.getByRole('listitem').filter({ hasText: 'Proposal 3' });
  await expect(third).toContainText('Withdrawn');
  await expect(one.getByRole('button', { name: 'Propose', exact: true })).toBeFocused();
});
