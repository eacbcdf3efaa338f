// The calendar: sessions booked, settled and moved, and what becomes of their units and why.
import type { Locator, Page } from '@playwright/test';
import { ask } from '../support/books.ts';
import { expect, expectAccessible, signedIn, test } from '../support/fixtures.ts';

// A Sunday. A clock of its own is a server of its own: what is sold here stays here.
test.use({ serverOptions: { demo: true, clock: '2026-11-22T09:45:00Z' } });

test.beforeEach(async ({ page, server }) => {
  await signedIn(page, server);
});

/** Sells four coaching sessions a month, paid ahead: those cancelled in time are made up. */
async function sell(page: Page, name: string): Promise<void> {
  await page.goto('/accounts');
  await page.getByRole('link', { name: 'Fern Interiors', exact: true }).click();
  await page.getByRole('link', { name: 'New retainer' }).first().click();
  await page.getByRole('button', { name: 'Coaching', exact: false }).and(page.locator('.preset')).click();
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Price of a full cycle').fill('900');
  await page.getByRole('button', { name: 'Create retainer' }).click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
}

/** From its page to its calendar. */
async function calendar(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Sessions', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Calendar' })).toBeFocused();
}

async function book(page: Page, day: string, time: string, title: string): Promise<void> {
  await page.keyboard.press('s');
  const dialog = page.getByRole('dialog', { name: 'Book session' });
  await expect(dialog.getByText(/left/).first()).toBeVisible();
  await dialog.getByLabel('Day', { exact: true }).fill(day);
  await dialog.getByLabel('Begins at').fill(time);
  await dialog.getByLabel('What it is about').fill(title);
  await page.keyboard.press('Control+Enter');
  await expect(dialog).toBeHidden();
}

/** Opens a session by its name, calls it off now, and answers the dialog. */
async function cancel(page: Page, name: RegExp, expected: string): Promise<Locator> {
  await page.getByRole('link', { name }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('radio', { name: 'It was called off' })).toBeChecked();
  await expect(dialog.getByRole('region', { name: 'What this does' })).toContainText(expected);
  await dialog.getByRole('button', { name: 'Cancel session' }).click();
  await expect(dialog.getByRole('button', { name: 'Reopen' })).toBeVisible();
  return dialog;
}

const nbsp = /\u00a0/g;

async function words(locator: Locator): Promise<string> {
  return (await locator.innerText()).replace(nbsp, ' ');
}

test('s2_10 two sessions are booked, one called off in time and one late, each says what became of it', async ({ page }) => {
  await sell(page, 'Leadership coaching');
  await calendar(page);
  await expect(page.getByText('No sessions this week.')).toBeVisible();

  await book(page, '2026-11-27', '10:00', 'Quarter plan');
  await book(page, '2026-11-23', '08:30', 'Feedback talk');
  await page.getByRole('button', { name: 'Later' }).click();
  await expect(page).toHaveURL(/date=2026-11-29/);
  const days = page.getByRole('region', { name: 'Sessions', exact: true });
  await expect(days.getByRole('link')).toHaveCount(2);
  await expect(page.getByText('2 sessions committed, 2 sessions free.')).toBeVisible();

  const early = await cancel(page, /Quarter plan/, 'Set aside');
  await expect(early).toContainText('Cancelled in time');
  await expect(early).toContainText('set aside to be made up until 31 Dec.');
  expect(await words(early)).toContain('Called off 119 h 15 before it began, 24 h are asked: set aside');
  await page.keyboard.press('Escape');
  await expect(page).not.toHaveURL(/session=/);
  await expect(page.getByRole('link', { name: /Quarter plan/ })).toBeFocused();

  const late = await cancel(page, /Feedback talk/, 'Forfeited');
  await expect(late).toContainText('Cancelled late');
  expect(await words(late)).toContain('Called off 21 h 45 before it began, 24 h are asked: 1 session used up.');
  await expectAccessible(page);
  await page.keyboard.press('Escape');

  await expect(days.getByRole('link', { name: /Quarter plan .*Cancelled in time.*Set aside/ })).toBeVisible();
  await expect(days.getByRole('link', { name: /Feedback talk .*Cancelled late.*Forfeited/ })).toBeVisible();
  const beside = page.getByRole('region', { name: /November/ }).filter({ hasText: 'To be made up' });
  await expect(beside).toContainText('1 session set aside to be made up until 31 Dec');
  await expect(beside).toContainText('2 sessions left of 4 sessions');
  await expectAccessible(page);

  // The ledger of the retainer tells the same.
  await page.getByRole('link', { name: 'Open Leadership coaching' }).click();
  await expect(page.getByRole('row', { name: /Set aside for a session to be made up/ })).toBeVisible();
});

test('s2_10 of a prepaid package two are called off: one stays owed, one is forfeited, and each says why', async ({ page, server }) => {
  const account = await ask(server, 'POST', '/accounts', { name: 'Prepaid Partners' });
  const retainer = await ask(server, 'POST', '/retainers', {
    account_id: account.id,
    name: 'Package of ten',
    starts_on: '2026-11-01',
    terms: {
      price: { amount_minor: 0, currency: 'EUR' },
      // A cycle brings nothing of itself. What is called off in time stays in the package.
      pools: [{ unit: 'sessions', allowance: 0, cancellation: { notice_hours: 24, in_time: 'release' } }],
    },
  });
  await page.goto(`/accounts/${account.id}/retainers/${retainer.id}`);
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Adjust balance' }).click();
  const buy = page.getByRole('dialog', { name: 'Adjust the balance' });
  await buy.getByLabel('How much').fill('10');
  await buy.getByLabel('Reason').fill('Package of ten, paid on 20 November');
  await page.keyboard.press('Control+Enter');
  await expect(buy).toBeHidden();

  await calendar(page);
  await book(page, '2026-11-27', '10:00', 'Pricing talk');
  await book(page, '2026-11-23', '08:30', 'Kick-off');
  await page.getByRole('button', { name: 'Later' }).click();
  await expect(page.getByText('2 sessions committed, 8 sessions free.')).toBeVisible();
  const early = await cancel(page, /Pricing talk/, 'Owed');
  await expect(early).toContainText('Cancelled in time');
  await page.keyboard.press('Escape');
  const late = await cancel(page, /Kick-off/, 'Forfeited');
  await expect(late).toContainText('Cancelled late');
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  const days = page.getByRole('region', { name: 'Sessions', exact: true });
  await expect(days.getByRole('link', { name: /Pricing talk .*Cancelled in time.*Owed/ })).toBeVisible();
  await expect(days.getByRole('link', { name: /Kick-off .*Cancelled late.*Forfeited/ })).toBeVisible();
  await expect(page.getByRole('region', { name: /November/ }).first()).toContainText('9 sessions left of 10 sessions');
});

test('the form tells beforehand what can still be booked', async ({ page }) => {
  await sell(page, 'Team coaching');
  await calendar(page);
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Book session' }).first().click();
  const form = page.getByRole('dialog', { name: 'Book session' });
  await expect(form.getByText('0 sessions booked, 4 sessions can be booked')).toBeVisible();
  await expect(form.getByText('Leaves 3 sessions to book.')).toBeVisible();
  await form.getByLabel('Sessions drawn').fill('5');
  await expect(form.getByText('1 session more than can be booked: the terms block overage.')).toBeVisible();
  await expectAccessible(page);
  page.once('dialog', (question) => void question.accept());
  await page.keyboard.press('Escape');
  await expect(form).toBeHidden();
});

test('a session is moved, removed with a way back, called off and reopened', async ({ page }) => {
  await sell(page, 'Speaking practice');
  await calendar(page);
  await book(page, '2026-11-25', '14:00', 'Rehearsal');
  await page.getByRole('button', { name: 'Later' }).click();
  await page.getByRole('link', { name: /Rehearsal/ }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('14:00');
  await dialog.getByRole('button', { name: 'Move or rename' }).click();
  await dialog.getByLabel('Begins at').fill('16:15');
  await dialog.getByLabel('What it is about').fill('Dress rehearsal');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('dialog', { name: 'Dress rehearsal' })).toContainText('16:15');

  await dialog.getByRole('button', { name: 'Cancel session' }).click();
  await dialog.getByRole('button', { name: 'Reopen' }).click();
  await expect(dialog.getByRole('button', { name: 'Remove booking' })).toBeVisible();
  await dialog.getByRole('button', { name: 'Remove booking' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('link', { name: /Dress rehearsal/ })).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).last().click();
  await expect(page.getByRole('link', { name: /Dress rehearsal/ })).toBeVisible();
});

test('views, days and filters stand in the address, and the keys walk them', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByRole('navigation').first()).toBeVisible();
  await page.keyboard.press('g');
  await page.keyboard.press('c');
  await expect(page.getByRole('heading', { level: 1, name: 'Calendar' })).toBeFocused();
  await page.keyboard.press('s');
  const form = page.getByRole('dialog', { name: 'Book session' });
  await form.getByRole('combobox', { name: 'Retainer' }).fill('juniper');
  await expect(form.getByRole('option', { name: /juniper/i }).first()).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(form.getByText(/sessions? can be booked/)).toBeVisible();
  page.once('dialog', (question) => void question.accept());
  await page.keyboard.press('Escape');
  await expect(form).toBeHidden();
  await page.keyboard.press('m');
  await expect(page).toHaveURL(/view=month/);
  await expect(page.getByRole('heading', { level: 2, name: 'November 2026' })).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('ArrowLeft');
  await expect(page.getByRole('heading', { level: 2, name: 'October 2026' })).toBeVisible();
  await page.keyboard.press('a');
  await expect(page).toHaveURL(/view=agenda/);
  await page.reload();
  await expect(page.getByRole('heading', { level: 2, name: 'October 2026' })).toBeVisible();
  await page.keyboard.press('t');
  await expect(page.getByRole('heading', { level: 2, name: 'November 2026' })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole('heading', { level: 2, name: 'October 2026' })).toBeVisible();
});

test('on a phone the days are a list', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto('/calendar?view=agenda');
  await expectAccessible(page);
  await page.keyboard.press('m');
  await expect(page).toHaveURL(/view=month/);
  await expect(page.getByRole('heading', { level: 1, name: 'Calendar' })).toBeVisible();
  await expect(page.locator('.cal-day:not(.is-empty)').first()).toBeVisible();
  await expect(page.locator('.cal-day.is-empty').first()).toBeHidden();
  const across = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(across).toBeLessThanOrEqual(0);
});

test.describe('trouble', () => {
  test.use({ expectedErrors: [/401|422|500|Failed to load resource/] });

  test('the grid stands while sessions are read, and stays when that fails', async ({ page }) => {
    let broken = true;
    await page.route(/\/api\/v1\/sessions\?/, async (route) => {
      if (!broken) return route.continue();
      await new Promise((done) => setTimeout(done, 900));
      await route.fulfill({ status: 500, contentType: 'application/json', body: '{}' });
    });
    await page.goto('/calendar');
    const days = page.getByRole('region', { name: 'Sessions', exact: true });
    await expect(days).toHaveAttribute('aria-busy', 'true');
    await expect(days.getByRole('heading', { level: 3 })).toHaveCount(7);
    const retry = page.getByRole('button', { name: 'Retry' });
    await expect(retry).toBeVisible();
    await expect(days.getByRole('heading', { level: 3 })).toHaveCount(7);
    await expectAccessible(page);
    broken = false;
    await retry.click();
    await expect(days).not.toHaveAttribute('aria-busy', 'true');
    await expect(retry).toBeHidden();
  });

  test('what has not begun cannot have taken place, and a fault stands at its field', async ({ page }) => {
    await sell(page, 'Writing practice');
    await calendar(page);
    await book(page, '2026-11-26', '09:00', 'Draft');
    await page.getByRole('button', { name: 'Later' }).click();
    await page.getByRole('link', { name: /Draft/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('radio', { name: 'It took place' }).check();
    await expect(dialog.getByText('The session has not begun yet.')).toBeVisible();
    await dialog.getByRole('button', { name: 'Mark as delivered' }).click();
    await expect(dialog.locator('.field-fault')).toContainText('The session has not begun yet.');
    await expectAccessible(page);
    page.once('dialog', (question) => void question.accept());
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();

    await page.keyboard.press('s');
    const form = page.getByRole('dialog', { name: 'Book session' });
    await form.getByLabel('Length').fill('long');
    await form.getByLabel('Begins at').fill('');
    await form.getByRole('button', { name: 'Book session' }).click();
    await expect(form.getByText('2 fields need a look')).toBeVisible();
  });
});
