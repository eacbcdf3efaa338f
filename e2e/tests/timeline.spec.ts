// The timeline of an account: what happened, notes with their next steps, and what is owed.
import { ask } from '../support/books.ts';
import { expect, expectAccessible, atHome, signedIn, test } from '../support/fixtures.ts';
import type { Server } from '../support/server.ts';

// What is written here would be found by other files: a clock of its own is a server of its own.
test.use({ serverOptions: { demo: true, clock: '2026-11-22T10:35:00Z' } });
test.use({ expectedErrors: [/401 \(Unauthorized\)|503/] });
test.describe.configure({ mode: 'serial' });

test.beforeEach(async ({ page, server }) => {
  await signedIn(page, server);
});

/** The account of a name. */
async function account(server: Server, name: string): Promise<string> {
  const { items } = await ask(server, 'GET', '/accounts?limit=200');
  return items.find((one: { name: string }) => one.name === name).id;
}

test('s1_01 the timeline of an account is filtered, searched and read on', async ({ page, server }) => {
  const id = await account(server, 'Northwind Robotics');
  await page.goto(`/accounts/${id}`);
  const latest = page.getByRole('region', { name: 'Timeline', exact: true });
  await expect(latest.getByRole('listitem').first()).toBeVisible();
  await expectAccessible(page);
  await latest.getByRole('link', { name: 'Whole timeline' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Timeline of Northwind Robotics' })).toBeFocused();
  const stream = page.getByRole('region', { name: 'Timeline', exact: true });
  await expect(stream.getByText('Cycle 1 closed')).toBeHidden();
  // Read on until the first line of all is there.
  const more = stream.getByRole('button', { name: 'Load more' });
  await expect(async () => {
    if (await more.isVisible()) await more.click();
    await expect(stream.getByText('Cycle 1 closed')).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await expect(stream.getByText('Cycle 1 closed')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('navigation', { name: 'Kinds' }).getByRole('link', { name: 'Money' }).click();
  await expect(page).toHaveURL(/kind=invoice/);
  await expect(stream.getByText('Cycle 1 closed')).toBeHidden();
  await expect(stream.getByText(/^Invoice .* over .* due/).first()).toBeVisible();
  await page.goBack();
  await expect(page).not.toHaveURL(/kind=/);
  await page.keyboard.press('/');
  await page.keyboard.type('zeppelin');
  await expect(stream.getByText('Nothing here matches the filter.')).toBeVisible();
  await expectAccessible(page);
  await stream.getByRole('link', { name: 'Whole timeline' }).click();
  await expect(stream.getByRole('listitem').first()).toBeVisible();
});

test('s2_15 a note and its next steps are written in one go, and kept when the server fails', async ({ page, server }) => {
  const id = await account(server, 'Halden Legal');
  await page.goto(`/accounts/${id}/timeline`);
  await expect(page.getByRole('region', { name: 'Timeline', exact: true }).getByRole('listitem').first()).toBeVisible();
  await page.keyboard.press('n');
  const text = page.getByRole('textbox', { name: 'What was said' });
  await expect(text).toBeFocused();
  await text.fill('They want the café page first.\nThen the rest.');
  await page.getByLabel('Kind', { exact: true }).selectOption('Call');
  await page.getByRole('button', { name: 'Add a next step' }).click();
  await page.getByRole('textbox', { name: 'Next step' }).fill('Draft the page');
  await page.getByLabel('By when').fill('2026-11-25');
  await expectAccessible(page);
  await page.route('**/api/v1/notes', (route) => route.fulfill({ status: 503, body: 'no' }));
  await page.getByRole('button', { name: 'Save note' }).click();
  await expect(page.locator('form').getByText(/answered instead|not be saved|try again/i).first()).toBeVisible();
  await expect(text).toHaveValue(/café page/);
  await page.unroute('**/api/v1/notes');
  await page.getByRole('button', { name: 'Save note' }).click();
  await expect(text).toHaveValue('');
  const stream = page.getByRole('region', { name: 'Timeline', exact: true });
  await expect(stream.getByText('They want the café page first.')).toBeVisible();
  await expect(stream.getByText('Internal').first()).toBeVisible();
  const steps = page.getByRole('region', { name: 'Next steps' });
  await expect(steps.getByText('Draft the page', { exact: true })).toBeVisible();
  await page.getByRole('searchbox', { name: 'Search the timeline' }).fill('CAFE pag');
  await expect(stream.getByRole('listitem')).toHaveCount(1);
  await page.getByRole('searchbox', { name: 'Search the timeline' }).fill('');
  // One press and it is done; Undo opens it again.
  await steps.getByRole('button', { name: /^Done ?, Draft the page/ }).click();
  await expect(steps.getByText('Draft the page', { exact: true })).toBeHidden();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(steps.getByText('Draft the page', { exact: true })).toBeVisible();
  await steps.getByRole('button', { name: /^Edit ?, Draft the page/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Change the next step' });
  await dialog.getByRole('textbox', { name: 'Next step' }).fill('Draft two pages');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(steps.getByText('Draft two pages', { exact: true })).toBeVisible();
});

test('s1_13 a client without a next step waits on Today until it has one', async ({ page, server }) => {
  const made = await ask(server, 'POST', '/accounts', { name: 'Aimless Ltd' });
  await ask(server, 'POST', '/retainers', {
    account_id: made.id,
    name: 'Support',
    starts_on: '2026-11-01',
    terms: { price: { amount_minor: 150_000, currency: 'EUR' }, pools: [{ unit: 'minutes', allowance: 600 }] },
  });
  await atHome(page, server);
  const needs = page.getByRole('region', { name: 'Needs you' });
  await needs.getByRole('button', { name: /^Show all/ }).click();
  const mine = needs.getByRole('listitem').filter({ hasText: 'Aimless Ltd has no next step' });
  await expect(mine).toBeVisible();
  await expectAccessible(page);
  await mine.getByRole('link', { name: /^Plan/ }).click();
  const steps = page.getByRole('region', { name: 'Next steps' });
  await expect(steps.getByText('No next step')).toBeVisible();
  await steps.getByRole('button', { name: 'Add' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a next step' });
  await dialog.getByRole('textbox', { name: 'Next step' }).fill('Call them');
  await dialog.getByLabel('By when').fill('2026-11-20');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(steps.getByText('Call them', { exact: true })).toBeVisible();
  await page.goto('/');
  await needs.getByRole('button', { name: /^Show all/ }).click();
  // What is late is one's own to do.
  await expect(needs.getByRole('listitem').filter({ hasText: 'Aimless Ltd: Call them' })).toBeVisible();
  await expect(needs.getByText('Aimless Ltd has no next step')).toBeHidden();
});

test('a timeline that cannot be read says so, and Retry brings it', async ({ page, server }) => {
  const id = await account(server, 'Brightwater Health');
  await page.route('**/timeline?*', (route) => route.fulfill({ status: 503, body: 'no' }));
  await page.goto(`/accounts/${id}/timeline`);
  const stream = page.getByRole('region', { name: 'Timeline', exact: true });
  await expect(stream.getByText(/answered instead/)).toBeVisible();
  await expectAccessible(page);
  await page.unroute('**/timeline?*');
  await stream.getByRole('button', { name: 'Retry' }).click();
  await expect(stream.getByRole('listitem').first()).toBeVisible();
});
