// Calls that come again, and what to know before one.
import type { Locator, Page } from '@playwright/test';
import { ask } from '../support/books.ts';
import { expect, expectAccessible, signedIn, test } from '../support/fixtures.ts';
import type { Server } from '../support/server.ts';

// A Sunday. A clock of its own is a server of its own.
test.use({ serverOptions: { demo: true, clock: '2026-11-22T13:05:00Z' } });

test.beforeEach(async ({ page, server }) => {
  await signedIn(page, server);
});

interface Sold {
  account: string;
  retainer: string;
  href: string;
}

/** Ten hours a month since 1 November. */
async function sold(server: Server, name: string, timezone = 'Europe/London'): Promise<Sold> {
  const account = await ask(server, 'POST', '/accounts', { name: `${name} Ltd` });
  const retainer = await ask(server, 'POST', '/retainers', {
    account_id: account.id,
    name: 'Care',
    starts_on: '2026-11-01',
    timezone,
    activate: true,
    terms: { price: { amount_minor: 150_000, currency: 'EUR' }, pools: [{ unit: 'minutes', allowance: 600 }] },
  });
  return { account: account.id, retainer: retainer.id, href: `/accounts/${account.id}/retainers/${retainer.id}` };
}

function region(page: Page, name: string): Locator {
  return page.getByRole('region', { name, exact: true });
}

test('s1_02 a regular call is made, moved by its rule, and ended with a way back', async ({ page, server }) => {
  const made = await sold(server, 'Harbour Lane');
  await page.goto(made.href);
  await page.getByRole('link', { name: 'Regular calls' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Regular calls' })).toBeFocused();
  await expect(page.getByText('No calls come again')).toBeVisible();
  await expectAccessible(page);

  await page.keyboard.press('c');
  const form = page.getByRole('dialog', { name: 'New regular call' });
  await form.getByLabel('What it is about').fill('Weekly call');
  await form.getByLabel('Tuesday').check();
  await form.getByLabel('Monday').uncheck();
  await form.getByLabel('Begins at').fill('09:30');
  await form.getByLabel('First day').fill('2026-11-23');
  await expect(form.getByText(/Next: .*24 Nov.*1 Dec.*8 Dec/)).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('Control+Enter');
  await expect(form).toBeHidden();

  const rules = region(page, 'Calls that come again');
  await expect(rules).toContainText('Every week on Tuesday');
  await expect(rules).toContainText('Draws on nothing');
  const next = rules.getByRole('list', { name: 'Next calls' }).getByRole('link');
  await expect(next).toHaveCount(3);
  await expect(next.first()).toContainText('09:30');
  await expectAccessible(page);

  await rules.getByRole('button', { name: 'Change' }).click();
  const change = page.getByRole('dialog', { name: 'Change' });
  await change.getByLabel('Begins at').fill('11:00');
  await change.getByRole('button', { name: 'Save' }).click();
  await expect(change).toBeHidden();
  await expect(next.first()).toContainText('11:00');

  await page.goto(`/calendar?retainer=${made.retainer}&date=2026-11-24`);
  const days = region(page, 'Sessions');
  await expect(days.getByRole('link', { name: /Weekly call/ })).toContainText('11:00');

  await page.goto(`/calendar/calls?retainer=${made.retainer}`);
  await rules.getByRole('button', { name: 'End' }).click();
  await expect(page.getByText('No calls come again')).toBeVisible();
  const left = await ask(server, 'GET', `/sessions?retainer_id=${made.retainer}`);
  expect(left.items).toEqual([]);
  await page.getByRole('button', { name: 'Undo' }).last().click();
  await expect(rules).toContainText('Every week on Tuesday');
  await expect(next).toHaveCount(3);
});

test('a rule without a weekday says what it lacks', async ({ page, server }) => {
  const made = await sold(server, 'Quarry Street');
  await page.goto(`/calendar/calls?retainer=${made.retainer}`);
  await page.getByRole('button', { name: 'New regular call' }).click();
  const form = page.getByRole('dialog', { name: 'New regular call' });
  await form.getByLabel('Monday').uncheck();
  await form.getByRole('button', { name: 'New regular call' }).click();
  await expect(form.locator('.field-fault')).toBeVisible();
  await form.getByLabel('Comes again').selectOption({ label: 'On a weekday of the month' });
  await form.getByLabel('Which of the month').selectOption({ label: 'last' });
  await form.getByLabel('Weekday').selectOption({ label: 'Friday' });
  await expect(form.getByText(/Next: .*27 Nov/)).toBeVisible();
  await expectAccessible(page);
  await form.getByRole('button', { name: 'New regular call' }).click();
  await expect(form).toBeHidden();
  await expect(region(page, 'Calls that come again')).toContainText('Every month on the last Friday');
});

test('s1_03 what to know before a call is on one page, and leads to its sources', async ({ page, server }) => {
  const made = await sold(server, 'Linden Row');
  const post = (path: string, body: Record<string, unknown>) => ask(server, 'POST', path, body);
  await post(`/accounts/${made.account}/contacts`, { name: 'Mara Lind', decides: true });
  await post('/notes', { account_id: made.account, kind: 'call', text: 'They want the shop before Christmas.' });
  await post('/tasks', { account_id: made.account, title: 'Send the plan', due_on: '2026-11-20' });
  await post('/requests', { retainer_id: made.retainer, title: 'A second page' });
  await post('/sessions', {
    retainer_id: made.retainer,
    starts_at: '2026-11-22T16:00:00Z',
    minutes: 30,
    units: 0,
    title: 'Linden talk',
  });

  await page.goto('/');
  const today = region(page, 'Today’s sessions');
  const row = today.getByRole('listitem').filter({ hasText: 'Linden talk' });
  await expect(row).toContainText('16:00');
  await row.getByRole('link', { name: 'Prepare' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Linden talk' })).toBeFocused();
  await expect(page).toHaveTitle(/Linden talk/);

  await expect(region(page, 'Next steps')).toContainText('Send the plan');
  await expect(region(page, 'Last notes')).toContainText('They want the shop before Christmas.');
  await expect(region(page, 'People')).toContainText('Mara Lind Decides');
  await expect(region(page, 'Open requests').getByRole('link', { name: /A second page/ })).toBeVisible();
  await expect(region(page, 'Money')).toContainText(/No invoice is open\.|Next invoice/);
  await expect(region(page, 'Last decisions')).toContainText('Nothing was decided yet.');
  await expectAccessible(page);

  await page.setViewportSize({ width: 360, height: 740 });
  const across = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(across).toBeLessThanOrEqual(0);
  await expectAccessible(page);
  await page.setViewportSize({ width: 1280, height: 800 });

  const told = await ask(server, 'GET', `/retainers/${made.retainer}`);
  expect(told.balances[0].left).toBe(600);
  await region(page, 'What is left').getByRole('link', { name: /^10\sh left$/ }).click();
  await expect(page).toHaveURL(new RegExp(`${made.href}$`));
});

test('what is moved of a regular call stays so when its end is taken back', async ({ page, server }) => {
  const made = await sold(server, 'Tanner Row');
  await ask(server, 'POST', `/retainers/${made.retainer}/call-rules`, {
    rhythm: 'weekly',
    weekdays: ['tuesday'],
    minute_of_day: 570,
    minutes: 30,
    first_on: '2026-11-24',
  });
  const starts = async (): Promise<string[]> => {
    const all = await ask(server, 'GET', `/sessions?retainer_id=${made.retainer}`);
    return all.items.map((one: { starts_at: string }) => one.starts_at);
  };
  const [first] = (await ask(server, 'GET', `/sessions?retainer_id=${made.retainer}`)).items;
  await ask(server, 'PATCH', `/sessions/${first.id}`, { starts_at: '2026-11-24T15:00:00Z' }, first.version);
  const before = await starts();
  await page.goto(`/calendar/calls?retainer=${made.retainer}`);
  const rules = region(page, 'Calls that come again');
  await rules.getByRole('button', { name: 'End' }).click();
  await expect(page.getByText('No calls come again')).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).last().click();
  await expect(rules).toContainText('Every week on Tuesday');
  expect(await starts()).toEqual(before);
});

test('a call is booked on a retainer of hours, and counted beside the days', async ({ page, server }) => {
  const made = await sold(server, 'Mill Lane');
  await page.goto(`/calendar?retainer=${made.retainer}&book=1`);
  const form = page.getByRole('dialog', { name: 'Book session' });
  await expect(form.getByText('Draws on nothing', { exact: true })).toBeVisible();
  await expect(form.getByLabel('Sessions drawn')).toHaveValue('0');
  await form.getByRole('button', { name: 'Book session' }).click();
  await expect(form).toBeHidden();
  await expect(page.getByRole('main')).toContainText(/Calls that draw on nothing\s*Booked\s*1/);
  await expectAccessible(page);
});

test('Today tells the time here, and there where it is another', async ({ page, server }) => {
  const made = await sold(server, 'Hudson Quay', 'America/New_York');
  const call = { minutes: 30, units: 0, title: 'Hudson talk', starts_at: '2026-11-22T17:00:00Z' };
  await ask(server, 'POST', '/sessions', { retainer_id: made.retainer, ...call });
  await page.goto('/');
  const row = region(page, 'Today’s sessions').getByRole('listitem').filter({ hasText: 'Hudson talk' });
  await expect(row).toContainText('18:00');
  await expect(row).toContainText('12:00 in America/New_York');
});

test.describe('trouble', () => {
  test.use({ expectedErrors: [/401|404|500|Failed to load resource/] });

  test('what cannot be read says so, with a way out', async ({ page, server }) => {
    const made = await sold(server, 'Birch Yard');
    const booked = await ask(server, 'POST', '/sessions', {
      retainer_id: made.retainer,
      starts_at: '2026-11-23T10:00:00Z',
      minutes: 30,
      units: 0,
    });
    let broken = true;
    await page.route(/\/preparation$/, async (route) => {
      if (!broken) return route.continue();
      await new Promise((done) => setTimeout(done, 900));
      await route.fulfill({ status: 500, contentType: 'application/json', body: '{}' });
    });
    await page.goto(`/calendar/sessions/${booked.session.id}`);
    await expect(page.getByRole('main').locator('[aria-busy="true"]').first()).toBeVisible();
    const retry = page.getByRole('button', { name: 'Retry' });
    await expect(retry).toBeVisible();
    await expectAccessible(page);
    broken = false;
    await retry.click();
    await expect(region(page, 'What is left')).toBeVisible();

    await page.goto('/calendar/sessions/0193a5b0-0000-7000-8000-000000000000');
    await expect(page.getByRole('main').getByRole('link', { name: 'Today' })).toBeVisible();
  });
});
