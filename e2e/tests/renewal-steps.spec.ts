// What a retainer always answers, the steps of its renewal with what shows them, and what came of all.
import type { Locator, Page } from '@playwright/test';
import { ask } from '../support/books.ts';
import { expect, expectAccessible, signedIn, test } from '../support/fixtures.ts';
import type { Server } from '../support/server.ts';

// A clock of its own is a server of its own: a new organisation without renewals.
test.use({ serverOptions: { clock: '2026-11-22T14:25:00Z' } });
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
  const billing = { legal_name: 'Marlow & Co', address: 'Quay 1', starts_on: '2026-01-01' };
  await ask(server, 'PUT', '/organisation/billing', billing, 0);
}

interface Begun {
  account: string;
  retainer: string;
  /** The page of the account. */
  href: string;
  renewal: string;
}

/** Ten hours a month for 1,500.00 since September until the end of January, whose renewal is begun. */
async function begun(server: Server, name: string): Promise<Begun> {
  const account = await ask(server, 'POST', '/accounts', { name: `${name} Ltd` });
  const retainer = await ask(server, 'POST', '/retainers', {
    account_id: account.id,
    name: 'Care',
    starts_on: '2026-09-01',
    ends_on: '2027-02-01',
    activate: true,
    terms: { price: { amount_minor: 150_000, currency: 'EUR' }, pools: [{ unit: 'minutes', allowance: 600 }] },
  });
  const entry = { retainer_id: retainer.id, worked_on: '2026-11-20', minutes: 240 };
  await ask(server, 'POST', '/time-entries', entry);
  const renewal = await ask(server, 'POST', '/renewals', { retainer_id: retainer.id });
  return { account: account.id, retainer: retainer.id, href: `/accounts/${account.id}`, renewal: renewal.id };
}

const region = (page: Page, name: string): Locator => page.getByRole('region', { name, exact: true });

test.beforeEach(async ({ page, server }) => {
  await marlow(server);
  await signedIn(page, server);
});

test('s2_11 what is delivered, left, billed next and talked about stands with the account', async ({
  page,
  server,
}) => {
  const made = await begun(server, 'Answers');
  await page.goto(made.href);
  const facts = region(page, 'Commercial');
  await expect(facts).toContainText('Care, next invoice on');
  // The renewal of what ends on 31 January is talked about 45 days before.
  await expect(facts).toContainText(/Care, renewal talk from\s*18 Dec/);
  await expect(page.getByText(/6.h left/).first()).toBeVisible();
  await expectAccessible(page);
  await page.goto('/accounts');
  const row = page.getByRole('row', { name: /Answers Ltd/ });
  await expect(page.getByRole('columnheader', { name: 'Renews in' })).toBeVisible();
  await expect(row.getByText('71 days')).toBeVisible();
  await expectAccessible(page);
});

test('s2_20 the three steps of a renewal are ticked, each with what shows it', async ({ page, server }) => {
  const made = await begun(server, 'Steps');
  await page.goto(`/renewals?renewal=${made.renewal}`);
  const one = region(page, 'Steps Ltd');
  const steps = one.getByRole('group', { name: 'Steps' });
  await expect(steps.getByText('Nothing yet')).toHaveCount(3);
  await one.getByRole('button', { name: 'Prepare' }).click();
  await expect(one.getByRole('button', { name: 'Put together anew' })).toBeVisible();
  await expect(steps.getByText(/sentences? put together/).first()).toBeVisible();
  const review = steps.getByRole('checkbox', { name: 'Review what was delivered' });
  await review.check();
  await expect(steps).toContainText('Done by Lena Vogt on 22 Nov');
  await page.reload();
  await expect(review).toBeChecked();
  await expect(steps.getByRole('checkbox', { name: 'Present the next term' })).not.toBeChecked();
  await review.uncheck();
  await expect(steps).not.toContainText('Done by');
  await expectAccessible(page);
  await page.setViewportSize({ width: 360, height: 740 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
});

test('s2_23 what was delivered, billed and seen stands with the renewal', async ({ page, server }) => {
  const made = await begun(server, 'Seen');
  await ask(server, 'POST', '/billing-runs', { retainer_id: made.retainer });
  await page.goto(`/renewals?renewal=${made.renewal}`);
  const one = region(page, 'Seen Ltd');
  await expect(one).toContainText('Term ends in 70 days, on 31 Jan');
  const periods = one.getByRole('list', { name: 'Period by period' });
  await expect(periods.getByRole('listitem').first()).toContainText(/4.h of 10.h · billed €0,/);
  await expect(one.getByRole('heading', { name: 'What the client has seen' })).toBeVisible();
  await expect(one.getByText('Nobody has opened the portal yet.')).toBeVisible();
  await expectAccessible(page);
});

test('s1_11 the account is read period by period from its renewal', async ({ page, server }) => {
  const made = await begun(server, 'Periods');
  await page.goto(`/renewals?renewal=${made.renewal}`);
  const one = region(page, 'Periods Ltd');
  const periods = one.getByRole('list', { name: 'Period by period' });
  await expect(periods.getByRole('listitem')).toHaveCount(3);
  await expect(one.getByRole('link', { name: 'Timeline of the account' })).toBeVisible();
  await periods.getByRole('link', { name: 'Statement of cycle 3' }).click();
  await expect(page).toHaveURL(new RegExp(`/retainers/${made.retainer}/statements/`));
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
});

test('a proposal is handed over by its link where there is no mail server', async ({ page, server }) => {
  const made = await begun(server, 'Silent');
  const mia = { name: 'Mia Berg', email: 'mia@client.example', decides: true };
  const contact = await ask(server, 'POST', `/accounts/${made.account}/contacts`, mia);
  const body = { contact_id: contact.id, valid_until: '2026-12-06' };
  await ask(server, 'POST', `/renewals/${made.renewal}/proposals`, body);
  await page.goto(`/renewals?renewal=${made.renewal}`);
  const one = region(page, 'Silent Ltd');
  await one.getByRole('button', { name: 'Send by mail: proposal 1' }).click();
  const dialog = page.getByRole('dialog', { name: 'Send by mail' });
  await expect(dialog.getByText('No mail server is set up.')).toBeVisible();
  await expect(dialog.getByText('hand it over yourself', { exact: false })).toBeVisible();
  await expectAccessible(page);
});

test('a report tells what came of renewals, why, and what is ahead', async ({ page, server }) => {
  const made = await begun(server, 'Lost');
  await ask(server, 'POST', `/renewals/${made.renewal}/lost`, { reason: 'budget' });
  await page.goto(`/renewals?renewal=${made.renewal}`);
  const one = region(page, 'Lost Ltd');
  await expect(one.getByRole('heading', { name: 'If it ends' })).toBeVisible();
  await expect(one).toContainText('Open on invoices');
  await page.goto('/reports/renewals');
  await expect(page.getByRole('heading', { level: 1, name: 'Renewals' })).toBeVisible();
  await expect(page.getByText('No renewals in these months')).toBeVisible();
  const forecast = region(page, 'Forecast of MRR');
  await expect(forecast.getByRole('columnheader', { name: 'To be renewed' })).toBeVisible();
  await expect(forecast.getByRole('row')).toHaveCount(13);
  await expectAccessible(page);
  const download = page.waitForEvent('download');
  await forecast.getByRole('button', { name: 'Download CSV of the forecast' }).click();
  expect((await download).suggestedFilename()).toMatch(/^forecast .*\.csv$/);
});

test('what is left stands with the end of a retainer, before and after it', async ({ page, server }) => {
  const made = await begun(server, 'Gone');
  await ask(server, 'POST', `/renewals/${made.renewal}/lost`, { reason: 'budget' });
  await ask(server, 'POST', `/retainers/${made.retainer}/end`, { ends_on: '2026-12-01' });
  const one = region(page, 'Gone Ltd');
  const said = (label: string): Locator =>
    one.locator('dt').filter({ hasText: label }).locator('xpath=following-sibling::dd[1]');
  await page.goto(`/renewals?renewal=${made.renewal}`);
  await expect(said('Left today')).toContainText('h');
  const left = (await said('Left today').textContent()) ?? '';
  await expect(said('Open on invoices, with tax')).toBeVisible();
  await ask(server, 'POST', '/clock/advance', { to: '2026-12-02T09:00:00Z' });
  await ask(server, 'POST', '/clock/advance', { to: '2026-12-02T09:05:00Z' });
  await page.context().clearCookies();
  await signedIn(page, server);
  await page.goto(`/renewals?renewal=${made.renewal}`);
  await expect(said('Left when it ended')).toHaveText(left);
  await expect(said('Left today')).toHaveCount(0);
  await expectAccessible(page);
});
