// What is talked about before terms end: begun by the calendar or by hand, moved, planned, won, lost.
import type { Locator, Page } from '@playwright/test';
import { ask, type Made } from '../support/books.ts';
import { expect, expectAccessible, signedIn, test } from '../support/fixtures.ts';
import type { Server } from '../support/server.ts';

// A clock of its own is a server of its own: a new organisation without renewals.
test.use({ serverOptions: { clock: '2026-11-22T11:05:00Z' }, expectedErrors: [/status of 422 .*renewals/] });
test.describe.configure({ mode: 'serial' });

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

/** Ten hours a month for 1,500.00 since 1 November; without an end if no day is named. */
async function sold(server: Server, name: string, ends_on?: string): Promise<Made> {
  const account = await ask(server, 'POST', '/accounts', { name: `${name} Ltd` });
  const retainer = await ask(server, 'POST', '/retainers', {
    account_id: account.id,
    name: 'Care',
    starts_on: '2026-11-01',
    ...(ends_on && { ends_on }),
    activate: true,
    terms: { price: { amount_minor: 150_000, currency: 'EUR' }, pools: [{ unit: 'minutes', allowance: 600 }] },
  });
  return { href: `/accounts/${account.id}/retainers/${retainer.id}`, id: retainer.id };
}

function region(page: Page, name: string): Locator {
  return page.getByRole('region', { name, exact: true });
}

test.beforeEach(async ({ page, server }) => {
  await marlow(server);
  await signedIn(page, server);
});

test('without renewals the day of the next one is told', async ({ page, server }) => {
  await page.goto('/renewals');
  await expect(page.getByText('No renewals in sight')).toBeVisible();
  await expect(page.getByText('begins by itself 45 days before')).toBeVisible();
  await sold(server, 'Calm');
  await page.reload();
  // Twelve cycles from November, and 45 days before their end.
  await expect(page.getByText(/The next one begins on 17 Sept? 2027/)).toBeVisible();
  await expectAccessible(page);
});

test('s2_19 a retainer that ends is there by itself, is planned and won', async ({ page, server }) => {
  const made = await sold(server, 'Harbour', '2027-01-01');
  await ask(server, 'POST', '/clock/advance', { to: '2026-11-22T11:30:00Z' });
  await ask(server, 'POST', '/clock/advance', { to: '2026-11-22T11:35:00Z' });
  const open = async () => (await ask(server, 'GET', '/renewals?decided=false')).items.length;
  await expect.poll(open, { timeout: 25_000 }).toBe(1);

  await page.goto('/');
  await expect(page.getByRole('navigation').first()).toBeVisible();
  await page.keyboard.press('g');
  await page.keyboard.press('r');
  await expect(page.getByRole('heading', { level: 1, name: 'Renewals' })).toBeFocused();
  const card = region(page, 'Upcoming').getByRole('listitem');
  await expect(card).toContainText('€1,500 a month');
  await expect(card).toContainText('Term ends in 39 days, on 31 Dec');
  await expect(card).toContainText(/Stops · \d+% likely/);
  await expect(region(page, 'Upcoming')).toContainText(/MRR €1,500, €[\d,.]+ likely/);
  await expectAccessible(page);

  await page.getByRole('link', { name: 'Harbour Ltd · Care' }).click();
  const one = region(page, 'Harbour Ltd');
  await one.getByLabel('Stage').selectOption({ label: 'Proposed' });
  await expect(region(page, 'Proposed').getByRole('link', { name: 'Harbour Ltd · Care' })).toBeVisible();
  await expect(one.getByLabel('Stage')).toBeFocused();

  await one.getByRole('button', { name: 'Plan and owner' }).click();
  const plan = page.getByRole('dialog', { name: 'Plan the renewal' });
  await plan.getByLabel('Likely, in %').fill('3');
  await plan.getByRole('button', { name: 'Save' }).click();
  await expect(plan.getByText('This is outside the allowed range.')).toBeVisible();
  await plan.getByLabel('Likely, in %').fill('90');
  await plan.getByLabel('Plan').fill('Offer a year at 1,800\nBefore Christmas');
  await plan.getByLabel('Who sees to it').selectOption({ label: 'Lena Vogt' });
  await expectAccessible(page);
  await plan.getByRole('button', { name: 'Save' }).click();
  await expect(plan).toBeHidden();
  await expect(one).toContainText('90%, as said');
  await expect(one).toContainText('Before Christmas');
  await page.reload();
  await expect(region(page, 'Proposed').getByRole('listitem')).toContainText('Offer a year at 1,800');

  await one.getByRole('button', { name: 'It goes on', exact: true }).click();
  const win = page.getByRole('dialog', { name: 'It goes on', exact: true });
  await expect(win.getByLabel('Last day')).toHaveValue('2027-12-31');
  await win.getByLabel('Last day').fill('2026-12-31');
  await win.getByLabel('Price of a cycle, EUR').fill('1800');
  await win.getByRole('button', { name: 'Record that it goes on' }).click();
  await expect(win.getByText('This is needed.')).toBeVisible();
  await win.getByLabel('Why').selectOption({ label: 'Results' });
  await win.getByRole('button', { name: 'Record that it goes on' }).click();
  await expect(win.getByText('This is outside the allowed range.')).toBeVisible();
  await win.getByLabel('Last day').fill('2027-12-31');
  await expectAccessible(page);
  await win.getByRole('button', { name: 'Record that it goes on' }).click();
  await expect(win).toBeHidden();
  await expect(one).toContainText('More · €1,800');
  await expect(one).toContainText('Wait for the next term');
  await expect(one).toContainText('by Lena Vogt');
  await expect(region(page, 'Won').getByRole('listitem')).toContainText('More · Results');
  await expectAccessible(page);

  await page.goto(made.href);
  await expect(region(page, 'Terms')).toContainText('31 December 2027');
  await expect(region(page, 'Renewal')).toContainText('31 Dec 2027');
  await page.goto(`${made.href.split('/retainers')[0]}/timeline`);
  await page.getByRole('link', { name: /^Renewal due .* won/ }).click();
  await expect(one).toContainText('Results');
});

test('a rule is set, a renewal begun by hand, and lost with a reason', async ({ page, server }) => {
  const made = await sold(server, 'Quay');
  await page.goto(made.href);
  const panel = region(page, 'Renewal');
  await expect(panel).toContainText('Goes on');
  await panel.getByRole('button', { name: 'Change' }).click();
  const rule = page.getByRole('dialog', { name: 'When a term ends' });
  await rule.getByLabel('If nobody decides').selectOption({ label: 'Renews itself' });
  await rule.getByLabel('Days of notice').fill('30');
  await expectAccessible(page);
  await rule.getByRole('button', { name: 'Save' }).click();
  await expect(rule).toBeHidden();
  await expect(panel).toContainText(/Notice until\s*1 Oct 2027/);

  await panel.getByRole('button', { name: 'Begin renewal now' }).click();
  await expect(page).toHaveURL(/\/renewals\?renewal=/);
  const one = region(page, 'Quay Ltd');
  await expect(one).toContainText('Renews itself');
  await one.getByRole('button', { name: 'It does not go on' }).click();
  const lose = page.getByRole('dialog', { name: 'It does not go on' });
  await lose.getByLabel('Why').selectOption({ label: 'Budget' });
  await lose.getByLabel('Note').fill('Cut for next year');
  await lose.getByLabel('Last day').fill('2026-12-31');
  await lose.getByRole('button', { name: 'Record that it ends' }).click();
  await expect(lose).toBeHidden();
  await expect(one).toContainText('Cut for next year');
  await expect(region(page, 'Lost').getByRole('listitem')).toContainText('Budget');
  await one.getByRole('link', { name: 'Care', exact: true }).click();
  await expect(region(page, 'Terms')).toContainText('31 December');
});

test('board and list switch by a key, the menu moves a card, and a phone shows it all', async ({ page, server }) => {
  const made = await sold(server, 'Wharf', '2027-02-01');
  await ask(server, 'POST', '/renewals', { retainer_id: made.id });
  await page.goto('/renewals');
  await page.getByRole('button', { name: 'Move Wharf Ltd' }).click();
  await page.getByRole('menuitem', { name: 'Prepared' }).click();
  await expect(region(page, 'Prepared').getByRole('link', { name: 'Wharf Ltd · Care' })).toBeFocused();
  await page.keyboard.press('v');
  await expect(page).toHaveURL(/view=list/);
  const row = region(page, 'To be decided').getByRole('listitem');
  await expect(row).toContainText('Prepared');
  await expect(region(page, 'Decided in the last 90 days').getByRole('listitem')).toHaveCount(2);
  await expectAccessible(page);
  await page.setViewportSize({ width: 360, height: 740 });
  for (const address of ['/renewals', '/renewals?view=list']) {
    await page.goto(address);
    await page.getByRole('link', { name: 'Wharf Ltd · Care' }).click();
    await expect(region(page, 'Wharf Ltd')).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    await region(page, 'Wharf Ltd').getByRole('link', { name: 'Close' }).click();
    await expect(page.getByRole('link', { name: 'Wharf Ltd · Care' })).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  }
});

test.describe('trouble', () => {
  test.use({ expectedErrors: [/401 \(Unauthorized\)|503/] });

  test('what is not read says so, and is read again', async ({ page }) => {
    await page.route('**/api/v1/renewals?*', (route) => route.fulfill({ status: 503, body: '' }));
    await page.goto('/renewals');
    await expect(page.getByRole('button', { name: 'Retry' })).toBeVisible();
    await page.unroute('**/api/v1/renewals?*');
    await page.getByRole('button', { name: 'Retry' }).first().click();
    await expect(page.getByRole('link', { name: 'Wharf Ltd · Care' })).toBeVisible();
  });

  test('while it is read the page says so', async ({ page }) => {
    await page.route('**/api/v1/renewals?*', async (route) => {
      await new Promise((done) => setTimeout(done, 1_500));
      await route.continue();
    });
    await page.goto('/renewals');
    await expect(page.locator('main [aria-busy=true]').first()).toBeVisible();
    await expect(page.getByRole('link', { name: 'Wharf Ltd · Care' })).toBeVisible();
  });
});
