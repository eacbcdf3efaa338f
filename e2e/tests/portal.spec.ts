// The portal, as clients open it: by a link, read only, with the numbers that staff see.
// Source: requirements S2-12, S2-13.
import type { Page } from '@playwright/test';
import { ask } from '../support/books.ts';
import { expect, expectAccessible, test } from '../support/fixtures.ts';
import type { Server } from '../support/server.ts';

// A clock of its own is a server of its own: a new organisation, without a mail server.
test.use({ serverOptions: { clock: '2026-11-22T11:40:00Z' } });
test.use({ expectedErrors: [/401 \(Unauthorized\)|409|500|ERR_FAILED/] });
test.describe.configure({ mode: 'serial' });

const owner = { name: 'Lena Vogt', email: 'lena@marlow.example', password: 'correct horse battery' };

interface Client {
  account: string;
  retainer: string;
  contact: string;
}
let client: Client;

/** A client with ten hours a month, of which three and a half are used, and Mia, who may look. */
async function begun(server: Server): Promise<Client> {
  const organisation = { name: 'Marlow & Co', currency: 'EUR', timezone: 'Europe/Berlin' };
  const headers = { 'Content-Type': 'application/json' };
  const body = JSON.stringify({ organisation, owner });
  const answer = await fetch(`${server.url}/api/v1/setup`, { method: 'POST', headers, body });
  expect(answer.status, await answer.text()).toBe(201);
  server.signIn = { email: owner.email, password: owner.password };
  const [me] = (await ask(server, 'GET', '/members')).items;
  const account = await ask(server, 'POST', '/accounts', { name: 'Harbour Ltd', owner_id: me.id });
  const mia = { name: 'Mia Berg', email: 'mia@harbour.example' };
  const contact = await ask(server, 'POST', `/accounts/${account.id}/contacts`, mia);
  const rollover = { cap_units: 300, max_cycles: 1 };
  const retainer = await ask(server, 'POST', '/retainers', {
    account_id: account.id,
    name: 'Care',
    starts_on: '2026-11-01',
    activate: true,
    terms: { price: { amount_minor: 150_000, currency: 'EUR' }, pools: [{ unit: 'minutes', allowance: 600, rollover }] },
  });
  for (const [worked_on, minutes, note] of [
    ['2026-11-03', 150, 'Landing page'],
    ['2026-11-10', 60, 'Newsletter'],
  ]) {
    await ask(server, 'POST', '/time-entries', { retainer_id: retainer.id, worked_on, minutes, note });
  }
  await ask(server, 'POST', '/requests', { retainer_id: retainer.id, title: 'A page for the fair' });
  const parts = ['work_log', 'priorities', 'scope', 'requests', 'statements', 'invoices', 'renewal'];
  await ask(server, 'PUT', `/accounts/${account.id}/portal`, { open: true, parts }, 0);
  return { account: account.id, retainer: retainer.id, contact: contact.id };
}

test.beforeEach(async ({ server }) => {
  client ??= await begun(server);
});

async function invited(server: Server): Promise<string> {
  const { account, contact } = client;
  const made = await ask(server, 'POST', `/accounts/${account}/portal/invitations`, { contact_id: contact });
  return `/portal/enter/${made.token}`;
}

const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name });

test('s2_12 a client signs in, reads what is left and opens its rows', async ({ page, server }) => {
  const link = await invited(server);
  await page.goto(link);
  await expect(heading(page, 'Care')).toBeVisible();
  await expect(page).toHaveURL(/\/portal$/);
  const staff = await ask(server, 'GET', `/retainers/${client.retainer}`);
  expect(staff.balances[0].left).toBe(390);
  await expect(page.getByText(/^6\sh\s30\sleft/)).toBeVisible();
  await expect(page.getByRole('definition').filter({ hasText: /^1.December/ })).toBeVisible();
  await expectAccessible(page);

  // The figure opens its parts, and those their rows.
  await page.getByRole('button', { name: /^Left/ }).click();
  await expect(page.getByText('Allowance of the cycle')).toBeVisible();
  await page.getByRole('link', { name: 'See the rows behind it' }).click();
  await expect(heading(page, 'Work log')).toBeFocused();
  await expect(page.getByText('Landing page')).toBeVisible();
  await expect(page.getByRole('main').getByText('Lena Vogt')).toHaveCount(0);
  await expectAccessible(page);
  await page.goBack();
  await expect(heading(page, 'Care')).toBeVisible();

  await page.getByRole('link', { name: 'Requests' }).click();
  await expect(page.getByText('A page for the fair')).toBeVisible();
  await page.getByRole('link', { name: 'Invoices' }).click();
  await expect(page.getByText('No invoices yet')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Decisions' })).toHaveCount(0);

  // It is used once; who is signed in goes on.
  await page.goto(link);
  await expect(heading(page, 'Care')).toBeVisible();
  await page.setViewportSize({ width: 360, height: 740 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByLabel('Your mail address')).toBeVisible();
  await page.goto(link);
  await expect(heading(page, 'This link does not work any more')).toBeVisible();
  await expectAccessible(page);
});

test('s2_13 a statement of a cycle is read and downloaded', async ({ page, server }) => {
  await page.goto(await invited(server));
  await page.getByRole('link', { name: 'Statements' }).first().click();
  await expect(heading(page, 'Statements')).toBeFocused();
  await page.getByRole('link', { name: /Nov/ }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: 'Statement', exact: true })).toBeFocused();
  await expect(page.getByText('Provisional', { exact: false }).first()).toBeVisible();
  await expectAccessible(page);
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download CSV' }).click();
  expect((await download).suggestedFilename()).toContain('Harbour');
});

test('a link is asked for without telling who is known, and a balance is shared with a password', async ({
  page,
  server,
}) => {
  await page.goto('/portal');
  await page.getByLabel('Your mail address').fill('nobody@harbour.example');
  await page.getByRole('button', { name: 'Send me a link' }).click();
  await expect(page.getByText('If we know this address', { exact: false })).toBeVisible();
  await expectAccessible(page);

  const links = `/retainers/${client.retainer}/share-links`;
  const { token } = await ask(server, 'POST', links, { password: 'open sesame' });
  await page.goto(`/portal/share/${token}`);
  await page.getByLabel('Password').fill('close sesame');
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await expect(page.getByText('This is not the password of this link.')).toBeVisible();
  await page.getByLabel('Password').fill('open sesame');
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await expect(page.getByText(/^6\sh\s30\sleft/)).toBeVisible();
  await expect(page.getByRole('link', { name: 'Requests' })).toHaveCount(0);
  await expectAccessible(page);
});

test('who looks as a client leaves no trace, and what fails says so', async ({ page, server }) => {
  const views = `/accounts/${client.account}/portal/views`;
  const before = (await ask(server, 'GET', views)).items.length;
  const { token } = await ask(server, 'POST', `/accounts/${client.account}/portal/previews`);
  await page.route('**/portal/retainers/*', (route) => route.fulfill({ status: 500, body: '{}' }));
  await page.goto(`/portal/enter/${token}`);
  await expect(page.getByText('You see what Harbour Ltd sees.', { exact: false })).toBeVisible();
  await expect(page.getByText('This could not be read.', { exact: false })).toBeVisible();
  await expect(page.getByRole('link', { name: /Lena Vogt/ }).first()).toHaveAttribute('href', /^mailto:lena@/);
  await page.unroute('**/portal/retainers/*');
  await page.getByRole('button', { name: 'Retry' }).click();
  await expect(page.getByText(/^6\sh\s30\sleft/)).toBeVisible();
  expect((await ask(server, 'GET', views)).items.length).toBe(before);
  await page.getByRole('button', { name: 'Leave' }).click();
  await expect(page.getByLabel('Your mail address')).toBeVisible();
});
