// What of a month waits is listed until nothing does.
import { ask } from '../support/books.ts';
import { expect, expectAccessible, signedIn, test } from '../support/fixtures.ts';
import type { Server } from '../support/server.ts';

// November is over, and a new organisation looks back on it.
test.use({ serverOptions: { clock: '2026-12-03T09:00:00Z' } });
test.describe.configure({ mode: 'serial' });

const owner = { name: 'Lena Vogt', email: 'lena@marlow.example', password: 'correct horse battery' };

/** An organisation that bills from November on. */
async function marlow(server: Server): Promise<void> {
  if (server.signIn) return;
  const organisation = { name: 'Marlow & Co', currency: 'EUR', timezone: 'Europe/Berlin' };
  const body = JSON.stringify({ organisation, owner });
  const headers = { 'Content-Type': 'application/json' };
  const answer = await fetch(`${server.url}/api/v1/setup`, { method: 'POST', headers, body });
  expect(answer.status, await answer.text()).toBe(201);
  server.signIn = { email: owner.email, password: owner.password };
  const billing = { legal_name: 'Marlow & Co', address: 'Hafenstr. 1', prefix: 'M-', starts_on: '2026-11-01' };
  await ask(server, 'PUT', '/organisation/billing', billing, 0);
}

test.beforeEach(async ({ page, server }) => {
  await marlow(server);
  await signedIn(page, server);
});

test('a month without loose ends says so', async ({ page }) => {
  await page.goto('/close');
  const panel = page.getByRole('region', { name: 'Loose ends' });
  await expect(panel.getByText('0 loose ends')).toBeVisible();
  await expect(panel.getByRole('listitem')).toHaveCount(0);
  await expectAccessible(page);
  await page.goto('/accounts');
  await expect(page.getByRole('link', { name: 'Close the month', exact: true })).toBeVisible();
});

test('s1_12 each loose end leads to where it is settled, until there are none', async ({ page, server }) => {
  const account = await ask(server, 'POST', '/accounts', { name: 'Harbour Ltd' });
  const retainer = await ask(server, 'POST', '/retainers', {
    account_id: account.id,
    name: 'Support',
    starts_on: '2026-11-01',
    activate: false,
    terms: {
      price: { amount_minor: 150_000, currency: 'EUR' },
      grace_days: 10,
      pools: [{ unit: 'minutes', allowance: 600 }],
    },
  });
  await ask(server, 'POST', `/retainers/${retainer.id}/activate`);
  await page.goto('/accounts');
  await page.getByRole('link', { name: /^Close the month ?, 1 loose end$/ }).click();
  await expect(page.getByText('0 of 1 cycles are done. 1 loose end.')).toBeVisible();

  const panel = page.getByRole('region', { name: 'Loose ends' });
  const rows = panel.locator('.loose-end');
  await expect(rows).toHaveCount(1);
  await expect(panel.getByText('Cycles to close: 1')).toBeVisible();
  await expect(rows.first()).toContainText('Cycle 1 is over and not closed');
  await expect(rows.first()).toContainText('Harbour Ltd · Support, since 1 Dec');
  await expectAccessible(page);
  await rows.first().getByRole('link', { name: /^Close the cycle/ }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Close cycle 1' })).toBeVisible();
  await expect(page.getByRole('heading', { level: 2 }).first()).toBeVisible();
  await page.keyboard.press('6');
  await page.getByRole('button', { name: 'Close the cycle' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Cycle 1 is closed' })).toBeVisible();

  await page.goto('/close');
  await expect(page.getByText('1 of 1 cycles are done. 0 loose ends.')).toBeVisible();
  await expect(panel.getByText('0 loose ends')).toBeVisible();
});

test('several kinds are counted, and December has its own', async ({ page, server }) => {
  const accounts = await ask(server, 'GET', '/accounts');
  const retainer = accounts.items[0].retainers[0];
  const work = { retainer_id: retainer.id, title: 'Pricing page', column: 'agreed' };
  await ask(server, 'POST', '/work-items', work);
  const request = { retainer_id: retainer.id, title: 'A flyer', details: { scope_match: { kind: 'unclear' } } };
  await ask(server, 'POST', '/requests', request);
  await ask(server, 'POST', '/billing-runs', { retainer_id: retainer.id });
  await page.goto('/close?cycle=2026-12');
  const panel = page.getByRole('region', { name: 'Loose ends' });
  const kinds = panel.getByRole('list', { name: 'How many of each kind' }).getByRole('listitem');
  const expected = ['Drafts to issue: 2', 'Requests to decide: 1', 'Work without a date or a person: 1'];
  await expect(kinds).toHaveText(expected);
  await expect(panel.locator('.loose-end').first()).toContainText('€1,500.00');
  await expectAccessible(page);
  // A month before them has none of them.
  await page.keyboard.press('ArrowLeft');
  await expect(panel.getByText('0 loose ends')).toBeVisible();
});

test.describe('trouble', () => {
  test.use({ expectedErrors: [/401|Failed to load resource/] });

  test('loose ends that cannot be read say so beside the cycles, and Retry reads them', async ({ page }) => {
    await page.route('**/loose-ends?**', (route) => route.abort());
    await page.goto('/close');
    const panel = page.getByRole('region', { name: 'Loose ends' });
    await expect(panel.getByText(/could not be reached/)).toBeVisible();
    await expect(page.getByRole('columnheader', { name: 'Stage' })).toBeVisible();
    await expectAccessible(page);
    await page.unroute('**/loose-ends?**');
    await panel.getByRole('button', { name: 'Retry' }).click();
    await expect(panel.getByText('0 loose ends')).toBeVisible();
  });

  test('while they are read there is a skeleton', async ({ page }) => {
    await page.route('**/loose-ends?**', async (route) => {
      await new Promise((done) => setTimeout(done, 1_500));
      await route.continue();
    });
    await page.goto('/close');
    const panel = page.getByRole('region', { name: 'Loose ends' });
    await expect(panel.locator('[aria-busy=true]')).toBeVisible();
    await expect(panel.getByText('0 loose ends')).toBeVisible();
  });
});
