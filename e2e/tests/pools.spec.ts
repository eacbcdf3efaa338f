// Pools of every unit: models to start from, a year played under the terms, several pools at once.
import type { Locator, Page } from '@playwright/test';
import { expect, expectAccessible, signedIn, test } from '../support/fixtures.ts';

// What is sold here would be found by the tests of other files: a clock of its own is a server of its own.
test.use({ serverOptions: { demo: true, clock: '2026-11-22T09:30:00Z' } });

test.beforeEach(async ({ page, server }) => {
  await signedIn(page, server);
});

/** The form of a new retainer of an account. */
async function form(page: Page, account = 'Fern Interiors'): Promise<void> {
  await page.goto('/accounts');
  await page.getByRole('link', { name: account, exact: true }).click();
  await page.getByRole('link', { name: 'New retainer' }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: 'New retainer' })).toBeVisible();
}

/** Starts from a model of the trade. */
async function preset(page: Page, name: string): Promise<void> {
  const button = page.getByRole('button', { name, exact: false }).and(page.locator('.preset'));
  await button.click();
  await expect(button).toHaveAttribute('aria-pressed', 'true');
}

async function create(page: Page, name: string, price = '1500'): Promise<void> {
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Price of a full cycle').fill(price);
  await page.getByRole('button', { name: 'Create retainer' }).click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
}

function year(page: Page): Locator {
  return page.getByRole('region', { name: 'A year under these terms' });
}

test('a retainer of sessions is made from a model and counted in blocks', async ({ page }) => {
  await form(page);
  await preset(page, 'Coaching');
  await expect(page.getByLabel('What is counted')).toHaveValue('1');
  await expect(page.getByText('Read as 4 sessions')).toBeVisible();
  await page.getByText('Cancelled sessions').click();
  await page.getByLabel('Cancelled later').selectOption({ label: 'Is made up later' });
  await page.getByLabel('Cycles to make it up in').fill('2');
  await page.getByLabel('Share that is used up').fill('50');
  await expectAccessible(page);
  await create(page, 'Leadership coaching');
  await expect(page.getByRole('img', { name: /^0 sessions used of 4 sessions, 4 sessions left/ })).toBeVisible();
  await expect(page.locator('.meter-blocks-hero > i')).toHaveCount(4);
  const terms = page.getByRole('region', { name: 'Terms' });
  await expect(terms).toContainText('4 sessions a month');
  await expect(terms).toContainText('Later: to be made up within 2 cycles. Nobody came: 50% of a session is used up.');
  await expect(terms).toContainText('Refused');
  await expect(page.getByRole('row', { name: /Allowance of the cycle/ })).toContainText('+4 sessions');
  await expectAccessible(page);

  // Sessions take no time: the form says so before anything is sent.
  await page.keyboard.press('l');
  const dialog = page.getByRole('dialog', { name: 'Log time' });
  await expect(dialog.getByText('No pool of this retainer takes time')).toBeVisible();
});

test('a year is played while the terms are typed, by the numbers of the ledger', async ({ page }) => {
  await form(page);
  await preset(page, 'Hours, use it or lose it');
  await page.getByLabel('Price of a full cycle').fill('1500');
  await page.getByRole('radio', { name: 'Is billed', exact: true }).check();
  await page.getByLabel('Rate of an hour of overage').fill('150');
  // 240 per cent of ten hours beyond the allowance, at 150; 21,600 for 144 hours.
  await expect(year(page)).toContainText('A heavy client pays €3,600.00 more and loses nothing.');
  await expect(year(page)).toContainText('144 h used in the year, €150.00 an hour all told.');
  await year(page).getByRole('radio', { name: 'Light' }).check();
  await expect(year(page)).toContainText('A light client pays the price and no more and loses 48 h.');

  // A cap of two hours: 7 h used of 10 h, 2 h carry and 1 h lapses; then 5 h 30 of 12 h.
  await page.getByRole('radio', { name: 'Carries over' }).check();
  await page.getByText('How much carries').click();
  await page.getByRole('radio', { name: 'So many units' }).check();
  await page.getByLabel('Units carried at most').fill('2');
  await year(page).getByText('View as table').click();
  const second = year(page).getByRole('row').nth(2);
  await expect(second.getByRole('cell')).toHaveText(['2 h', '10 h', '5 h 30', '0 h', '4 h 30', '2 h', '€0.00']);
  const before = await page.locator('.play-chart svg').innerHTML();
  await page.getByLabel('Units carried at most').fill('3');
  await expect(second.getByRole('cell')).toHaveText(['3 h', '10 h', '5 h 30', '0 h', '4 h 30', '3 h', '€0.00']);
  expect(await page.locator('.play-chart svg').innerHTML()).not.toBe(before);
  await expectAccessible(page);
});

test('a slider types for the hand, and the strip is read by the keyboard', async ({ page }) => {
  await form(page);
  await preset(page, 'Hours, use it or lose it');
  const slider = page.getByRole('slider', { name: 'Slide the allowance' });
  await slider.focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByLabel('Allowance of a full cycle')).toHaveValue('11');
  await expect(slider).toHaveAttribute('aria-valuetext', /11.h/);
  await page.getByLabel('Allowance of a full cycle').fill('200');
  await expect(slider).toHaveValue('12000');

  const chart = page.getByRole('img', { name: /Arrow keys read each cycle/ });
  await chart.focus();
  await page.keyboard.press('End');
  await expect(year(page)).toContainText(/Cycle 12, .*: 0.h carried in, 200.h allowance, 230.h used, 30.h over/);
  await page.keyboard.press('ArrowLeft');
  await expect(year(page)).toContainText(/Cycle 11, /);
});

test('hours and workshops stand on one page, each with its meter and its ledger', async ({ page }) => {
  await form(page, 'Meridian Freight');
  await preset(page, 'Hybrid advisory');
  await create(page, 'Advisory');
  await expect(page.getByRole('img', { name: /used of 10 h/ })).toBeVisible();
  await expect(page.getByRole('img', { name: /used of 1 session/ })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Ledger: Hours' })).toContainText('+10 h');
  const tabs = page.getByRole('navigation', { name: 'Pools' });
  await tabs.getByRole('link', { name: 'Workshops' }).click();
  await expect(page).toHaveURL(/pool=sessions/);
  await expect(page.getByRole('region', { name: 'Ledger: Workshops' })).toContainText('+1 session');
  await expect(page.getByRole('region', { name: 'Statement: Workshops' })).toContainText('+1 session');
  await page.getByRole('button', { name: 'Available 1 session: explain' }).click();
  const parts = page.getByRole('dialog', { name: 'Available: 1 session' });
  await expect(parts.getByRole('row', { name: 'Allowance of the cycle +1 session' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.reload();
  await expect(page.getByRole('region', { name: 'Ledger: Workshops' })).toBeVisible();
  await expectAccessible(page);
  await page.goBack();
  await expect(page.getByRole('region', { name: 'Ledger: Hours' })).toBeVisible();

  // The account and the list show both, and add neither to the other.
  await page.getByRole('link', { name: 'Meridian Freight' }).first().click();
  const panel = page.getByRole('region', { name: 'Advisory' });
  await expect(panel.getByRole('img')).toHaveCount(2);
  await page.goto('/accounts');
  const row = page.getByRole('row', { name: /Meridian Freight.*Advisory/ });
  await expect(row).toContainText('10 h');
  await expect(row).toContainText('1 session');
  await expect(page.locator('tr.totals')).toContainText(/h.*\d.sessions?/);
  await expectAccessible(page);
});

test('work draws money from a budget by the hour', async ({ page }) => {
  await form(page, 'Oakline Capital');
  await preset(page, 'Budget');
  await page.getByLabel('An hour of work draws').fill('120');
  await expect(page.getByText('Read as €2,000.00')).toBeVisible();
  await create(page, 'Campaign budget', '2000');
  await page.keyboard.press('l');
  const dialog = page.getByRole('dialog', { name: 'Log time' });
  await dialog.getByLabel('Effort').fill('1h30');
  await expect(dialog.getByText('This entry draws €180.00.')).toBeVisible();
  await expect(dialog.getByText('€1,820.00 left')).toBeVisible();
  await dialog.getByRole('button', { name: 'Log time' }).click();
  await expect(page.getByRole('button', { name: 'Left €1,820.00: explain' })).toBeVisible();
  await expect(page.getByRole('row', { name: /−€180.00/ })).toBeVisible();
});

test('time says which of two pools it draws on', async ({ page }) => {
  await form(page);
  await preset(page, 'Rollover hours');
  await page.getByRole('button', { name: 'Add a pool' }).click();
  await page.getByLabel('What is counted').nth(1).selectOption({ label: 'Budget' });
  await page.getByLabel('Allowance of a full cycle').nth(1).fill('500');
  await page.getByLabel('An hour of work draws').fill('80');
  await create(page, 'Care and media');
  await page.keyboard.press('l');
  const dialog = page.getByRole('dialog', { name: 'Log time' });
  await dialog.getByLabel('Effort').fill('2');
  await expect(dialog.getByText('8 h left')).toBeVisible();
  await dialog.getByRole('combobox', { name: /^Draws on/ }).selectOption({ label: 'Budget' });
  await expect(dialog.getByText('This entry draws €160.00.')).toBeVisible();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Log time' }).click();
  await expect(page.getByRole('button', { name: 'Left €340.00: explain' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Left 10 h: explain' })).toBeVisible();
});

test('pools are added and taken away, and a fault stands at the field of its pool', async ({ page }) => {
  await form(page);
  await preset(page, 'Rollover hours');
  await page.getByRole('button', { name: 'Add a pool' }).click();
  await expect(page.getByLabel('What is counted').nth(1)).toBeFocused();
  await page.getByLabel('What is counted').nth(1).selectOption({ label: 'Credits' });
  await page.getByLabel('Allowance of a full cycle').nth(1).fill('20');
  await page.getByText('Price list', { exact: true }).click();
  await page.getByRole('button', { name: 'Add a type' }).click();
  await page.getByLabel('Type 1', { exact: true }).fill('Article');
  await page.getByLabel('Name', { exact: true }).fill('Content');
  await page.getByLabel('Price of a full cycle').fill('1500');
  await page.getByRole('button', { name: 'Create retainer' }).click();
  await expect(page.getByLabel('Draws', { exact: true })).toBeFocused();
  await expect(page.getByLabel('Draws', { exact: true })).toHaveAttribute('aria-invalid', 'true');
  await expectAccessible(page);

  await page.getByRole('button', { name: 'Remove Credits' }).click();
  await expect(page.getByLabel('What is counted')).toHaveCount(1);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByLabel('Type 1', { exact: true })).toHaveValue('Article');
  await page.getByText('Price list', { exact: true }).click();
  await page.getByLabel('Draws', { exact: true }).fill('3');
  await page.getByRole('button', { name: 'Create retainer' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Content' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Terms' })).toContainText('Article: 3 credits');

  // What was delivered is recorded here, by that list.
  await page.getByRole('button', { name: 'Record delivery' }).click();
  const dialog = page.getByRole('dialog', { name: 'Record delivery' });
  await dialog.getByLabel('Title').fill('How we choose a heat pump');
  await dialog.getByLabel('How many').fill('two');
  await dialog.getByRole('button', { name: 'Record delivery' }).click();
  await expect(dialog.getByText('Give a whole number above 0.').first()).toBeVisible();
  await expect(dialog.getByText('This is needed.').first()).toBeVisible();
  await dialog.getByLabel('What', { exact: true }).selectOption({ label: 'Article' });
  await dialog.getByLabel('How many').fill('2');
  await expect(dialog.getByText('After this: 14 credits left')).toBeVisible();
  await expect(dialog.getByText('Nothing was delivered in this cycle.')).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('Control+Enter');
  await expect(dialog).toBeHidden();
  await expect(page.locator('.toast-item').last()).toContainText(/6.credits recorded: 14.credits left/);
  await expect(page.getByRole('button', { name: 'Left 14 credits: explain' })).toBeVisible();
  await page.getByRole('button', { name: 'Record delivery' }).click();
  const made = dialog.getByRole('listitem').filter({ hasText: 'How we choose a heat pump' });
  await expect(made).toContainText(/Ana Ruiz, Article × 2/);
  await made.getByRole('button', { name: /^Undo/ }).click();
  await expect(dialog.getByText('Nothing was delivered in this cycle.')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Left 20 credits: explain' })).toBeVisible();
});

test.describe('trouble', () => {
  test.use({ expectedErrors: [/401|409|Failed to load resource/] });

  test('a pool of hours that blocks refuses what does not fit, in its words', async ({ page }) => {
    await form(page);
    await preset(page, 'Hours, use it or lose it');
    await page.getByRole('radio', { name: 'Is refused' }).check();
    await expect(year(page)).toContainText('is refused 24 h');
    await create(page, 'Small fixes');
    await expect(page.getByText('10 h can still be recorded')).toBeVisible();
    await page.keyboard.press('l');
    const dialog = page.getByRole('dialog', { name: 'Log time' });
    await dialog.getByLabel('Effort').fill('11h');
    await expect(dialog.getByText('1 h more than can be recorded: the terms block overage')).toBeVisible();
    await dialog.getByRole('button', { name: 'Log time' }).click();
    await expect(dialog.getByText('The allowance does not cover it').first()).toBeVisible();
  });
});
