// A balance set right by hand: bought, given, added, taken away, and taken back.
import type { Locator, Page } from '@playwright/test';
import { expect, expectAccessible, signedIn, test } from '../support/fixtures.ts';

// What is changed here stays here: a clock of its own is a server of its own.
test.use({ serverOptions: { demo: true, clock: '2026-11-22T10:15:00Z' } });

test.beforeEach(async ({ page, server }) => {
  await signedIn(page, server);
});

async function sell(page: Page, preset: string, name: string, account = 'Fern Interiors'): Promise<void> {
  await page.goto('/accounts');
  await page.getByRole('link', { name: account, exact: true }).click();
  await page.getByRole('link', { name: 'New retainer' }).first().click();
  await page.getByRole('button', { name: preset, exact: false }).and(page.locator('.preset')).click();
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Price of a full cycle').fill('1500');
  await page.getByRole('button', { name: 'Create retainer' }).click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
}

async function adjust(page: Page): Promise<Locator> {
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Adjust balance' }).click();
  const dialog = page.getByRole('dialog', { name: 'Adjust the balance' });
  await expect(dialog.getByLabel('How much')).toBeVisible();
  return dialog;
}

test('hours are bought, seen beforehand, shown in the ledger and taken back', async ({ page }) => {
  await sell(page, 'Hours, use it or lose it', 'Help desk');
  const dialog = await adjust(page);
  await dialog.getByLabel('How much').fill('2:30');
  await expect(dialog.getByText('Read as 2 h 30')).toBeVisible();
  await expect(dialog.getByText('Now: 10 h left')).toBeVisible();
  await expect(dialog.getByText('After this: 12 h 30 left')).toBeVisible();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Adjust balance' }).click();
  await expect(dialog.getByLabel('Reason')).toBeFocused();
  await expect(dialog.getByText('This is needed.')).toBeVisible();
  await dialog.getByLabel('Reason').fill('Ordered by mail on 20 November');
  await page.keyboard.press('Control+Enter');
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('button', { name: 'Left 12 h 30: explain' })).toBeVisible();
  const line = page.getByRole('row', { name: /Ordered by mail on 20 November/ });
  await expect(line.first()).toContainText('+2 h 30');

  const again = await adjust(page);
  const undo = again.getByRole('button', { name: /^Undo \+2.h.30: Ordered by mail/ });
  await undo.click();
  await expect(again.getByRole('alert')).toContainText('There is no way to put it back');
  await again.getByRole('alert').getByRole('button', { name: 'Cancel' }).click();
  await expect(again.getByRole('alert')).toBeHidden();
  await undo.click();
  await again.getByRole('button', { name: 'Take it back' }).click();
  await expect(again.getByText('Undone', { exact: true })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Left 10 h: explain' })).toBeVisible();

  const ahead = await adjust(page);
  await ahead.getByLabel('How much').fill('5');
  await ahead.getByLabel('Counts from').fill('2026-12-20');
  await expect(ahead.getByText('Pays for work from 20 Dec on.')).toBeVisible();
  await expect(ahead.getByText('After this: 10 h left')).toBeVisible();
  await ahead.getByLabel('Reason').fill('Ordered for the holidays');
  await page.keyboard.press('Control+Enter');
  await expect(ahead).toBeHidden();
  await expect(page.getByText('5 h from 20 Dec')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Left 10 h: explain' })).toBeVisible();
});

test('only what is unused can be taken away, and the rest is told', async ({ page }) => {
  await sell(page, 'Hours, use it or lose it', 'Small works');
  await page.keyboard.press('l');
  const log = page.getByRole('dialog', { name: 'Log time' });
  await log.getByLabel('Effort').fill('8h');
  await log.getByRole('button', { name: 'Log time' }).click();
  await expect(page.getByRole('button', { name: 'Left 2 h: explain' })).toBeVisible();
  const dialog = await adjust(page);
  await dialog.getByRole('radio', { name: 'Allowance taken away' }).check();
  await expect(dialog.getByText('How long it lasts')).toBeHidden();
  await dialog.getByLabel('How much').fill('5');
  await expect(dialog.getByText('3 h of it was used already and is waived.')).toBeVisible();
  await expect(dialog.getByText('After this: Nothing left')).toBeVisible();
  await dialog.getByLabel('Reason').fill('Agreed on the phone');
  await dialog.getByRole('button', { name: 'Adjust balance' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('button', { name: 'Available 8 h: explain' })).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).last().click();
  await expect(page.getByRole('button', { name: 'Left 2 h: explain' })).toBeVisible();
});

test('of several pools one is chosen, in its unit', async ({ page }) => {
  await sell(page, 'Hybrid advisory', 'Advice', 'Meridian Freight');
  const dialog = await adjust(page);
  await dialog.getByLabel('Of which pool').selectOption({ label: 'Workshops' });
  await dialog.getByRole('radio', { name: 'Given' }).check();
  await dialog.getByLabel('How much').fill('2');
  await expect(dialog.getByText('Read as 2 sessions')).toBeVisible();
  await expect(dialog.getByText('After this: 3 sessions left')).toBeVisible();
  await dialog.getByRole('radio', { name: 'Until a day' }).check();
  await dialog.getByLabel('Last day').fill('2027-01-31');
  await dialog.getByLabel('Reason').fill('For a late start');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Adjust balance' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('button', { name: 'Left 3 sessions: explain' })).toBeVisible();
  await page.getByRole('navigation', { name: 'Pools' }).getByRole('link', { name: 'Workshops' }).click();
  await expect(page.getByRole('row', { name: /Given: For a late start|For a late start/ }).first()).toContainText('+2 sessions');
});
