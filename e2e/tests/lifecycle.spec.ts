// What happens to a retainer: paused and resumed, ended and not, amended today; each with what it
// moves, told before it is saved.
import type { Locator, Page } from '@playwright/test';
import { expect, expectAccessible, signedIn, test } from '../support/fixtures.ts';

// What is changed here stays here: a clock of its own is a server of its own.
test.use({ serverOptions: { demo: true, clock: '2026-11-22T10:45:00Z' } });

test.beforeEach(async ({ page, server }) => {
  await signedIn(page, server);
});

/** Ten hours a month for 1,500.00, with the calendar, since 1 November. */
async function sell(page: Page, name: string): Promise<void> {
  await page.goto('/accounts');
  await page.getByRole('link', { name: 'Fern Interiors', exact: true }).click();
  await page.getByRole('link', { name: 'New retainer' }).first().click();
  const preset = page.getByRole('button', { name: 'Hours, use it or lose it', exact: false });
  await preset.and(page.locator('.preset')).click();
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Price of a full cycle').fill('1500');
  await page.getByLabel('Starts on').fill('2026-11-01');
  await page.getByRole('button', { name: 'Create retainer' }).click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
}

async function begin(page: Page, item: string, dialog: string): Promise<Locator> {
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: item, exact: true }).click();
  const layer = page.getByRole('dialog', { name: dialog });
  await expect(layer.getByRole('button', { name: 'Cancel', exact: true })).toBeVisible();
  return layer;
}

function moves(of: Locator): Locator {
  return of.getByRole('region', { name: 'What this moves' });
}

test('a pause tells what it cuts and gives back, and is resumed before it begins', async ({ page }) => {
  await sell(page, 'Seasonal care');
  const dialog = await begin(page, 'Pause', 'Pause the retainer');
  await expect(dialog.getByLabel('First day without service')).toHaveValue('2026-12-01');
  await expect(moves(dialog)).toContainText('No cycle begins until somebody resumes it.');
  // A day that is over gives nothing back, and the range is told.
  await dialog.getByLabel('First day without service').fill('2026-11-10');
  await expect(moves(dialog)).not.toContainText('given back');
  await dialog.getByRole('button', { name: 'Pause retainer' }).click();
  await expect(dialog.getByText('This is outside the allowed range.')).toBeVisible();
  await expect(dialog.getByText('Tomorrow at the earliest', { exact: false })).toBeVisible();
  await dialog.getByLabel('First day without service').fill('2026-11-25');
  await dialog.getByLabel('Service again from').fill('2026-12-16');
  await expect(moves(dialog)).toContainText('ends with it: 1 to 24 November, 24 of 30 days, 8 h and €1,200.00.');
  await expect(moves(dialog)).toContainText('€300.00 of a fee billed ahead is given back.');
  await expect(moves(dialog)).toContainText('16 to 31 December, 16 of 31 days, 5 h 10 and €774.19.');
  await dialog.getByRole('radio', { name: 'Cycles begin anew' }).check();
  await expect(moves(dialog)).toContainText('16 December 2026 to 15 January 2027, 10 h and €1,500.00.');
  await dialog.getByRole('radio', { name: 'Cycles keep their days' }).check();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Pause retainer' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('region', { name: 'Cycle 1' })).toContainText('1 to 24 November');
  await expect(page.getByRole('region', { name: 'Terms' })).toContainText('25 November to 15 December');
  await expect(page.getByRole('button', { name: 'Available 8 h: explain' })).toBeVisible();

  const resume = await begin(page, 'Resume', 'Resume the retainer');
  await expect(resume).toContainText('Paused from 25 Nov; service again from 16 Dec.');
  await expect(moves(resume)).toContainText('There will be no pause.');
  await expectAccessible(page);
  await resume.getByRole('button', { name: 'Resume retainer' }).click();
  await expect(resume).toBeHidden();
  await expect(page.getByRole('button', { name: 'Available 10 h: explain' })).toBeVisible();
});

test('an end tells the settlement, and is taken back while it can be', async ({ page }) => {
  await sell(page, 'Short engagement');
  const dialog = await begin(page, 'End', 'End the retainer');
  await expect(dialog.getByLabel('Last day of service')).toHaveValue('2026-11-30');
  await dialog.getByLabel('Last day of service').fill('2026-12-10');
  await expect(moves(dialog)).toContainText('1 to 10 December, 10 of 31 days, 3 h 14 and €483.87.');
  await expect(moves(dialog)).toContainText('€1,016.13 of a fee billed ahead is given back.');
  await expect(moves(dialog)).toContainText('everything left lapses, also what was bought: 10 h now.');
  await dialog.getByRole('radio', { name: /^In full/ }).check();
  await expect(moves(dialog)).toContainText('10 of 31 days, 3 h 14 and €1,500.00.');
  await expect(moves(dialog)).not.toContainText('given back');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'End retainer' }).click();
  await expect(dialog).toBeHidden();
  const terms = page.getByRole('region', { name: 'Terms' });
  await expect(terms).toContainText('1 November to 10 December');

  const again = await begin(page, 'End', 'End the retainer');
  await expect(again).toContainText('It ends after 10 Dec.');
  await expect(again.getByRole('radio', { name: /^In full/ })).toBeChecked();
  await again.getByRole('button', { name: 'Let it run on' }).click();
  await expect(again).toBeHidden();
  await expect(terms).not.toContainText('10 December');
});

test('an amendment from today is worked out in figures, and asked for twice', async ({ page }) => {
  await sell(page, 'Growing help');
  await page.getByRole('button', { name: 'Amend terms' }).click();
  const dialog = page.getByRole('dialog', { name: 'Amend the terms' });
  await dialog.getByLabel('Price of a full cycle').fill('2200');
  await dialog.getByLabel('Allowance of a full cycle').fill('15');
  await expect(moves(dialog)).toContainText('Nothing moves in the running cycle. From 1 Dec:');
  await expect(moves(dialog)).toContainText('€2,200.00 instead of €1,500.00');
  await expect(moves(dialog)).toContainText('Hours: 15 h instead of 10 h');

  // 22 to 30 November: 9 of 30 days. Source: domain 2.11.
  await dialog.getByRole('radio', { name: 'From today on' }).check();
  const row = (name: string) => moves(dialog).getByRole('row', { name });
  await expect(moves(dialog)).toContainText('From 22 Nov on, 9 of the 30 days of this cycle remain');
  await expect(row('Old price, given back')).toContainText('€1,500.00 × 9 / 30');
  await expect(row('Old price, given back')).toContainText('−€450.00');
  await expect(row('New price')).toContainText('+€660.00');
  await expect(row('Together')).toContainText('+€210.00');
  await expect(row('Hours')).toContainText('+1 h 30');
  await expect(moves(dialog)).toContainText('€210.00 more is due for this cycle.');
  await dialog.getByLabel('Reason').fill('More sites');
  await dialog.getByRole('button', { name: 'Review what moves' }).click();
  await expect(dialog.locator('.note-warn')).toContainText('cannot be taken back');
  await expectAccessible(page);
  // Whatever is changed is asked for again.
  await dialog.getByLabel('Allowance of a full cycle').fill('20');
  await expect(row('Hours')).toContainText('+3 h');
  await dialog.getByRole('button', { name: 'Review what moves' }).click();
  await dialog.getByRole('button', { name: 'Amend from today on' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('button', { name: 'Available 13 h: explain' })).toBeVisible();
  await expect(page.getByRole('row', { name: /More sites/ })).toContainText('+3 h');

  // Ended today: 21 days at 10 h and €1,500.00, one at 20 h and €2,200.00. Source: domain 2.12.
  const end = await begin(page, 'End', 'End the retainer');
  await end.getByLabel('Last day of service').fill('2026-11-22');
  await expect(moves(end)).toContainText('22 of 30 days, 7 h 40 and €1,123.33');
  await expect(moves(end)).toContainText('€586.67 of a fee billed ahead is given back.');
});

test.describe('trouble', () => {
  test.use({ expectedErrors: [/401|422|500|Failed to load resource/] });

  test('a day that cannot be is told before it is sent, and at its field after', async ({ page }) => {
    await sell(page, 'Firm dates');
    const dialog = await begin(page, 'Pause', 'Pause the retainer');
    await dialog.getByLabel('First day without service').fill('2026-10-01');
    await expect(moves(dialog)).toContainText('No cycle can change on this day.');
    await dialog.getByRole('button', { name: 'Pause retainer' }).click();
    await expect(dialog.locator('.field-fault')).toContainText('outside the allowed range');
    await expect(dialog.getByLabel('First day without service')).toBeFocused();
    await expectAccessible(page);
  });

  test('a preview that fails says so, and what was typed stays', async ({ page }) => {
    await sell(page, 'Stubborn server');
    await page.route(/amendments\/preview/, (route) =>
      route.fulfill({ status: 500, contentType: 'application/json', body: '{}' }),
    );
    await page.getByRole('button', { name: 'Amend terms' }).click();
    const dialog = page.getByRole('dialog', { name: 'Amend the terms' });
    await dialog.getByLabel('Price of a full cycle').fill('1800');
    await expect(moves(dialog)).toContainText('Something between you and the server answered instead');
    await expect(dialog.getByLabel('Price of a full cycle')).toHaveValue('1800');
  });
});
