// Time: logged with its effect in sight, taken back, changed, refused.
import type { Locator, Page } from '@playwright/test';
import { ask } from '../support/books.ts';
import { expect, expectAccessible, atHome, test } from '../support/fixtures.ts';

test.beforeEach(async ({ page, server }) => {
  await atHome(page, server);
});

async function choose(page: Page, typed: string): Promise<void> {
  const picker = page.getByRole('combobox', { name: 'Retainer', exact: true }).first();
  await picker.fill(typed);
  // They may still be on their way.
  await expect(page.getByRole('listbox', { name: 'Retainers' }).getByRole('option').first()).toBeVisible();
  await picker.press('Enter');
}

/** Logs time by `L`, without waiting for what comes of it. */
async function logByKey(page: Page, retainer: string, effort: string, note: string, day?: string): Promise<Locator> {
  await page.keyboard.press('l');
  const dialog = page.getByRole('dialog', { name: 'Log time' });
  const picker = dialog.getByRole('combobox', { name: 'Retainer', exact: true });
  await picker.fill(retainer);
  await expect(dialog.getByRole('listbox', { name: 'Retainers' }).getByRole('option')).toHaveCount(1);
  await picker.press('Enter');
  await dialog.getByLabel('Effort').fill(effort);
  await dialog.getByLabel('What was done').fill(note);
  if (day) await dialog.getByLabel('Day worked').fill(day);
  await dialog.getByRole('button', { name: 'Log time' }).click();
  return dialog;
}

test('an entry shows what it does before and after it is sent, and Undo takes it back', async ({ page }) => {
  await page.goto('/time');
  await expectAccessible(page);
  await choose(page, 'oakline');
  await page.getByLabel('Effort').fill('1h30');
  await expect(page.getByText('Read as 1 h 30')).toBeVisible();
  await expect(page.getByText('2 h 15 left')).toBeVisible();
  await page.getByLabel('What was done').fill('Half-year report, first layout');
  await page.getByRole('button', { name: 'Log time' }).click();
  const row = page.getByRole('listitem').filter({ hasText: 'Half-year report, first layout' });
  await expect(row).toContainText('Oakline Capital · Investor relations');
  await expect(page.getByLabel('Effort')).toHaveValue('');
  await expect(page.getByText('1 h 30 logged on Oakline Capital').first()).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(row).toBeHidden();
  await expect(page.getByText('3 h 45 left')).toBeVisible();
});

test('s1_07 admin time is logged by one press: it draws nothing, and costs', async ({ page, server }) => {
  await page.goto('/time');
  await choose(page, 'oakline');
  const retainers = await ask(server, 'GET', '/retainers?limit=200');
  const { id } = retainers.items.find((one: { account_name: string }) => /oakline/i.test(one.account_name));
  const admin = async () => {
    const report = await ask(server, 'GET', `/reports/margin?by=lifetime&retainer_id=${id}`);
    return report.items[0].sums[0].admin_minutes;
  };
  const before = await admin();
  await page.getByLabel('Effort').fill('20m');
  await page.getByLabel('What was done').fill('A call nobody planned');
  await page.getByRole('button', { name: 'Log as admin time' }).click();
  const row = page.getByRole('listitem').filter({ hasText: 'A call nobody planned' });
  await expect(row).toContainText('Draws nothing');
  await expect(page.getByText('3 h 45 left')).toBeVisible();
  expect(await admin()).toBe(before + 20);
});

test('time that draws nothing leaves the balance as it is', async ({ page }) => {
  await page.goto('/time');
  await choose(page, 'oakline');
  await page.getByLabel('Effort').fill('2');
  await page.getByLabel('Draws on the allowance').uncheck();
  await expect(page.getByText('It draws nothing: the balance stays.')).toBeVisible();
  await page.getByLabel('What was done').fill('Goodwill for the late start');
  await page.getByRole('button', { name: 'Log time' }).click();
  const row = page.getByRole('listitem').filter({ hasText: 'Goodwill for the late start' });
  await expect(row).toContainText('Draws nothing');
  await expect(page.getByText('3 h 45 left')).toBeVisible();
});

test('what is at fault is said at the field', async ({ page }) => {
  await page.goto('/time');
  await choose(page, 'oakline');
  await page.getByLabel('Effort').fill('25h');
  await page.getByRole('button', { name: 'Log time' }).click();
  await expect(page.getByText('At most 24 h a day.')).toBeVisible();
  await page.getByLabel('Effort').fill('soon');
  await page.getByRole('button', { name: 'Log time' }).click();
  await expect(page.getByText('This cannot be read as effort')).toBeVisible();
  await expect(page.getByLabel('Effort')).toBeFocused();
  await expectAccessible(page);
});

test('late time says where it counts', async ({ page }) => {
  await page.goto('/time');
  await choose(page, 'northwind');
  await page.getByLabel('Day worked').fill('2026-10-30');
  await expect(page.getByText(/is closed. It counts in 1 to 30 November and is marked late/)).toBeVisible();
  await page.getByLabel('Day worked').fill('2026-12-30');
  await expect(page.getByText('This day has not come yet.')).toBeVisible();
});

test('an entry is changed in place and changed back', async ({ page }) => {
  await page.goto('/time?week=2026-W47');
  await page.getByRole('button', { name: /^Edit 3 h 45 on Meridian Freight/ }).click();
  const row = page.getByRole('listitem').filter({ hasText: 'Meridian Freight · Campaign management' }).first();
  await expect(row.getByLabel('Effort')).toHaveValue('3:45');
  await row.getByLabel('Effort').fill('4');
  await row.getByLabel('Effort').press('Enter');
  const edit = page.getByRole('button', { name: /^Edit 4 h on Meridian Freight/ });
  await expect(edit).toBeFocused();
  await page.keyboard.press('Control+z');
  await expect(page.getByRole('button', { name: /^Edit 3 h 45 on Meridian Freight/ })).toBeVisible();
});

test('an entry is deleted at once and comes back on Undo', async ({ page }) => {
  await page.goto('/time?week=2026-W47');
  const remove = page.getByRole('button', { name: /^Delete 2 h on Brightwater Health/ });
  await remove.click();
  await expect(remove).toBeHidden();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(remove).toBeVisible();
});

test('week and filter stand in the address', async ({ page }) => {
  await page.goto('/time');
  await expect(page.getByRole('heading', { name: /Week 47/ })).toBeVisible();
  await page.getByRole('button', { name: 'Week before' }).click();
  await expect(page).toHaveURL(/week=2026-W46/);
  await page.getByLabel('Person', { exact: true }).last().selectOption({ label: 'Tom Becker' });
  await expect(page).toHaveURL(/member=/);
  await expect(page.getByRole('listitem').filter({ hasText: 'Priya Nair' })).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole('heading', { name: /Week 46/ })).toBeVisible();
  await page.goto('/time?week=2030-W01');
  await expect(page.getByText('No time in this week')).toBeVisible();
});

test('L opens the form from anywhere', async ({ page }) => {
  await page.goto('/members');
  await expect(page.getByRole('heading', { level: 1, name: 'Members' })).toBeVisible();
  await page.keyboard.press('l');
  const dialog = page.getByRole('dialog', { name: 'Log time' });
  const picker = dialog.getByRole('combobox', { name: 'Retainer', exact: true });
  await expect(picker).toBeFocused();
  await page.keyboard.type('lumen');
  await expect(dialog.getByRole('listbox', { name: 'Retainers' }).getByRole('option')).toHaveCount(1);
  await page.keyboard.press('Enter');
  await expect(picker).toHaveValue('Lumen Energy · Quarterly advisory');
  await expectAccessible(page);
  // What was typed is not lost by a stray key.
  page.once('dialog', (question) => void question.dismiss());
  await page.keyboard.press('Escape');
  await expect(picker).toHaveValue('Lumen Energy · Quarterly advisory');
  await dialog.getByLabel('Effort').fill('1');
  page.once('dialog', (question) => void question.accept());
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
});

/** Holds requests back until it is opened. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((done) => {
    open = done;
  });
  return { opened, open };
}

test('L does not wait for a slow server: the dialog goes, the entry is in the list', async ({ page }) => {
  const go = gate();
  await page.route('**/api/v1/time-entries', async (route) => {
    if (route.request().method() === 'POST') await go.opened;
    await route.continue();
  });
  await page.goto('/time');
  await expect(page.getByRole('heading', { name: /Week 47/ })).toBeVisible();
  await logByKey(page, 'lumen', '0:25', 'Behind a slow line');
  await expect(page.getByRole('dialog')).toBeHidden();
  const row = page.getByRole('listitem').filter({ hasText: 'Behind a slow line' });
  await expect(row).toContainText('Saving…');
  await expect(row).toContainText('Lumen Energy · Quarterly advisory');
  // Meanwhile another can be logged, and the page left without a question.
  await page.keyboard.press('l');
  await expect(page.getByRole('dialog').getByLabel('Effort')).toHaveValue('');
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'Members', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Members' })).toBeVisible();
  go.open();
  await expect(page.getByText('25 min logged on Lumen Energy').first()).toBeVisible();
  await expect(page.getByText('Saving…')).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('25 min taken back').first()).toBeVisible();
});

test('what was typed is not left behind without a question', async ({ page }) => {
  const asked: string[] = [];
  page.on('dialog', (question) => {
    asked.push(question.message());
    // Stays twice, then goes.
    void (asked.length < 3 ? question.dismiss() : question.accept());
  });
  await page.goto('/members');
  await page.getByRole('link', { name: 'Time', exact: true }).click();
  await page.getByLabel('Effort').fill('1:30');
  await page.getByRole('link', { name: 'Accounts', exact: true }).click();
  await expect.poll(() => asked.length).toBe(1);
  await page.evaluate(() => history.back());
  await expect.poll(() => asked.length).toBe(2);
  await expect(page.getByLabel('Effort')).toHaveValue('1:30');
  await expect(page).toHaveURL(/\/time/);
  await page.getByRole('link', { name: 'Accounts', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Accounts' })).toBeVisible();
  expect(asked).toHaveLength(3);
});

test.describe('trouble', () => {
  test.use({ expectedErrors: [/401|409|Failed to load resource/] });

  test('a pool that blocks says what still fits, and refuses the rest', async ({ page }) => {
    await page.goto('/time');
    await choose(page, 'copper');
    await expect(page.getByText(/can still be recorded/)).toBeVisible();
    await page.getByLabel('Effort').fill('12');
    await expect(page.getByText(/more than can be recorded: the terms block overage/)).toBeVisible();
    await page.getByRole('button', { name: 'Log time' }).click();
    await expect(page.getByText('The allowance does not cover it').first()).toBeVisible();
    await expect(page.getByLabel('Effort')).toHaveValue('12');
    await expect(page.getByText('Saving…')).toHaveCount(0);
  });

  test('what L logs and the server refuses comes back with what was typed, and says so at its field', async ({ page }) => {
    const go = gate();
    await page.route('**/api/v1/time-entries', async (route) => {
      if (route.request().method() === 'POST') await go.opened;
      await route.continue();
    });
    await page.goto('/members');
    await expect(page.getByRole('heading', { level: 1, name: 'Members' })).toBeVisible();
    const dialog = await logByKey(page, 'lumen', '1', 'Told too soon', '2026-12-30');
    await expect(dialog).toBeHidden();
    await expect(page.getByText('Saving…').first()).toBeVisible();
    // Who types in another dialog is not disturbed.
    await page.keyboard.press('l');
    await expect(dialog.getByLabel('Effort')).toHaveValue('');
    go.open();
    await expect(page.getByText(/^Not saved\./).first()).toBeVisible();
    await expect(dialog).toHaveCount(1);
    await page.keyboard.press('Escape');
    await expect(dialog.getByLabel('What was done')).toHaveValue('Told too soon');
    await expect(dialog.getByLabel('Day worked')).toHaveAttribute('aria-invalid', 'true');
    await expect(dialog.getByLabel('Day worked')).toBeFocused();
    await expect(dialog.getByRole('combobox', { name: 'Retainer', exact: true })).toHaveValue('Lumen Energy · Quarterly advisory');
    await expectAccessible(page);
    await dialog.getByLabel('Day worked').fill('2026-11-20');
    await dialog.getByLabel('Day worked').press('Control+Enter');
    await expect(dialog).toBeHidden();
    await expect(page.getByText('1 h logged on Lumen Energy').first()).toBeVisible();
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect(page.getByText('1 h taken back').first()).toBeVisible();
  });

  test('an entry that cannot be sent leaves the list again and stays in the form', async ({ page }) => {
    await page.goto('/time');
    await choose(page, 'oakline');
    await page.getByLabel('Effort').fill('45');
    await page.getByLabel('What was done').fill('Lost in the tunnel');
    await page.route('**/api/v1/time-entries', (route) => route.abort());
    await page.getByRole('button', { name: 'Log time' }).click();
    await expect(page.getByText(/could not be reached/).first()).toBeVisible();
    await expect(page.getByLabel('What was done')).toHaveValue('Lost in the tunnel');
    await expect(page.getByRole('listitem').filter({ hasText: 'Lost in the tunnel' })).toHaveCount(0);
  });
});
