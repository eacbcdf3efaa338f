// A retainer: its cycles, its figures, its ledger, its terms.
import type { Page } from '@playwright/test';
import { expect, expectAccessible, signedIn, test } from '../support/fixtures.ts';

test.beforeEach(async ({ page, server }) => {
  await signedIn(page, server);
});

/** Opens the page of an account's first retainer, as a person would. */
async function open(page: Page, account: string, retainer: string): Promise<void> {
  await page.goto('/accounts');
  await page.getByRole('link', { name: account, exact: true }).click();
  await page.getByRole('link', { name: retainer }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: retainer })).toBeVisible();
}

test('cycles are walked with the arrow keys, and Back undoes one step', async ({ page }) => {
  await open(page, 'Northwind Robotics', 'Growth retainer');
  await expect(page.getByRole('heading', { name: 'Cycle 13' })).toBeVisible();
  await expect(page.getByRole('img', { name: /used of 60 h/ })).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('ArrowLeft');
  await expect(page).toHaveURL(/cycle=12/);
  await expect(page.getByRole('heading', { name: 'Cycle 12' })).toBeVisible();
  await page.keyboard.press('ArrowLeft');
  await expect(page.getByRole('heading', { name: 'Cycle 11' })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole('heading', { name: 'Cycle 12' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Cycle 12' })).toBeVisible();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('heading', { name: 'Cycle 13' })).toBeVisible();
  await page.keyboard.press('ArrowRight');
  await expect(page).toHaveURL(/cycle=13/);
});

test('a month or a day in the address names a cycle, and the address follows from there', async ({ page }) => {
  await open(page, 'Northwind Robotics', 'Growth retainer');
  const retainer = page.url().replace(/\?.*/, '');
  await page.goto(`${retainer}?cycle=2026-10`);
  await expect(page.getByRole('heading', { name: 'Cycle 12' })).toBeVisible();
  await expect(page.getByRole('combobox', { name: 'Cycle shown' })).toHaveValue('12');
  await page.goto(`${retainer}?cycle=2026-09-30`);
  await expect(page.getByRole('heading', { name: 'Cycle 11' })).toBeVisible();
  await page.keyboard.press('ArrowRight');
  await expect(page).toHaveURL(/cycle=12$/);
  await expect(page.getByRole('heading', { name: 'Cycle 12' })).toBeVisible();
  await page.goto(`${retainer}?cycle=2031-01`);
  // Balance and ledger say so, and nothing waits for ever.
  await expect(page.getByText('This retainer has no cycle with that number.')).toHaveCount(2);
  await expect(page.locator('#ledger [aria-busy=true]')).toHaveCount(0);
});

test('a closed cycle is frozen and its ledger ends with nothing', async ({ page }) => {
  await open(page, 'Northwind Robotics', 'Growth retainer');
  await page.getByRole('combobox', { name: 'Cycle shown' }).selectOption('12');
  await expect(page.getByText(/Closed on .*frozen: 20.h carried/)).toBeVisible();
  const last = page.locator('#ledger').getByRole('row').last();
  await expect(last).toContainText('Carried to the next cycle');
  await expect(last).toContainText('0 h');
  await page.getByRole('button', { name: 'Show what line 3 drew on' }).click();
  await expect(page.getByRole('list', { name: 'Lots' })).toContainText('Carried in from cycle 11');
  await expectAccessible(page);
});

test('every figure says what it is made of, and a part opens its lines', async ({ page }) => {
  await open(page, 'Halden Legal', 'Content and SEO');
  await expect(page.getByText('Over, absorbed')).toBeVisible();
  await page.getByRole('button', { name: /^Used .*: explain/ }).click();
  const used = page.getByRole('dialog', { name: /^Used: / });
  await expect(used.getByRole('row', { name: /Together/ })).toBeVisible();
  await expectAccessible(page);
  await used.getByRole('link', { name: 'Ana Ruiz' }).click();
  await expect(used).toBeHidden();
  await expect(page.getByText('Only Ana Ruiz')).toBeVisible();
  await expect(page.getByRole('cell', { name: 'Tom Becker' })).toHaveCount(0);
  await page.getByRole('link', { name: 'Show all lines' }).click();
  await expect(page.getByRole('cell', { name: 'Tom Becker' }).first()).toBeVisible();

  await page.getByRole('button', { name: 'Over 1 h 30: explain' }).click();
  const over = page.getByRole('dialog', { name: 'Over: 1 h 30' });
  await expect(over.getByRole('row', { name: 'Covered by what was available −25 h' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(over).toBeHidden();
  await expect(page.getByRole('button', { name: 'Over 1 h 30: explain' })).toBeFocused();
});

test('terms are amended from the next cycle on', async ({ page }) => {
  await open(page, 'Lumen Energy', 'Quarterly advisory');
  await page.getByRole('button', { name: 'Amend terms' }).click();
  const dialog = page.getByRole('dialog', { name: 'Amend the terms' });
  await expect(dialog).toContainText('the start of the next cycle');
  await dialog.getByLabel('Allowance of a full cycle').fill('much');
  await dialog.getByRole('button', { name: 'Save amendment' }).click();
  await expect(dialog.getByText('This cannot be read as effort')).toBeVisible();
  await expect(dialog.getByLabel('Allowance of a full cycle')).toBeFocused();
  await expectAccessible(page);
  await dialog.getByLabel('Allowance of a full cycle').fill('100');
  await dialog.getByLabel('Reason').fill('More sites from January.');
  await dialog.getByRole('button', { name: 'Save amendment' }).click();
  await expect(dialog).toBeHidden();
  const terms = page.getByRole('region', { name: 'Terms' });
  await expect(terms).toContainText('100 h a quarter');
  await expect(terms).toContainText('More sites from January.');
});

test('a retainer is renamed', async ({ page }) => {
  await open(page, 'Copper Kettle', 'Care plan');
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Rename' }).click();
  const dialog = page.getByRole('dialog', { name: 'Rename the retainer' });
  await dialog.getByLabel('Name', { exact: true }).fill('Website care plan');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Website care plan' })).toBeVisible();
  await expect(page).toHaveTitle(/^Website care plan, Accounts/);
});

test('activation says what it locks, and locks it', async ({ page }) => {
  await open(page, 'Marlow Estates', 'Listings and newsletter');
  await expect(page.getByText('2 cycles before today')).toBeVisible();
  await page.getByRole('button', { name: 'Activate' }).click();
  const dialog = page.getByRole('dialog', { name: 'Activate Listings and newsletter?' });
  await expect(dialog).toContainText('The 2 cycles before today');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Activate and lock the past' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText('History is still open')).toBeHidden();
  await page.keyboard.press('ArrowLeft');
  await expect(page.getByText(/Closed on .*frozen/)).toBeVisible();
});

test('a new retainer names every field at fault and loses nothing', async ({ page }) => {
  await page.goto('/accounts');
  await page.getByRole('link', { name: 'Fern Interiors' }).click();
  await page.getByRole('link', { name: 'New retainer' }).first().click();
  await page.getByLabel('Price of a full cycle').fill('1,500.00');
  await expect(page.getByText('Read as €1,500.00')).toBeVisible();
  await page.getByText('How much carries').click();
  await page.getByLabel('Share that carries').fill('0');
  await page.getByText('How much carries').click();
  await page.getByRole('button', { name: 'Create retainer' }).click();
  await expect(page.getByText('3 fields need a look')).not.toHaveCount(0);
  await expect(page.getByLabel('Price of a full cycle')).toHaveValue('1,500.00');
  await expectAccessible(page);
  await expect(page.getByLabel('Share that carries')).toBeVisible();
  await expect(page.getByLabel('Share that carries')).toHaveAttribute('aria-invalid', 'true');
});

test('the example follows the terms while one types', async ({ page }) => {
  await page.goto('/accounts');
  await page.getByRole('link', { name: 'Fern Interiors' }).click();
  await page.getByRole('link', { name: 'New retainer' }).first().click();
  await page.getByLabel('Allowance of a full cycle').fill('10');
  await page.getByLabel('Price of a full cycle').fill('1500');
  await page.getByLabel('Starts on').fill('2026-11-16');
  const example = page.getByRole('region', { name: 'What these terms mean' });
  await expect(example).toContainText('At the end of December the rest carries into January 2027');
  await expect(example.getByRole('row', { name: /16 to 30 November.*in part, 15 of 30 days/ })).toContainText('5 h');
  const first = example.getByRole('row', { name: /16 to 30 November/ });
  await page.getByRole('radio', { name: 'In full' }).check();
  await expect(first).toContainText('in part, 15 of 30 days: In full');
  await expect(first).toContainText('€1,500');
  await page.getByRole('radio', { name: 'Free of charge' }).check();
  await expect(first).toContainText('€0');
  await expect(first).toContainText('5 h');
  await page.getByRole('radio', { name: 'Its share' }).check();
  await expect(first).toContainText('€750');
  await page.getByRole('radio', { name: 'Lapses', exact: true }).check();
  await expect(example).toContainText('At the end of December the rest lapses.');
  await page.getByRole('radio', { name: 'Is billed', exact: true }).check();
  await page.getByLabel('Rate of an hour of overage').fill('150');
  await expect(example).toContainText('12 h used of 10 h: 2 h over, billed at €300.00.');
  await page.getByText('Cycle, grace, time zone').click();
  await page.getByRole('radio', { name: 'With the start of the retainer' }).check();
  await expect(example).toContainText('After 15 Dec the rest lapses.');
});

test.describe('trouble', () => {
  test.use({ expectedErrors: [/401|404|Failed to load resource/] });

  test('a retainer that is not there says so', async ({ page }) => {
    await page.goto('/accounts/0193a5b0-0000-7000-8000-000000000000/retainers/0193a5b0-0000-7000-8000-000000000000');
    await expect(page.getByText('It is not here any more')).toBeVisible();
    await expectAccessible(page);
  });

  test('a balance that cannot be read says so, and the one before is still there', async ({ page }) => {
    // Named before the page is opened, so that it holds at once when it is wanted.
    let reachable = true;
    await page.route('**/api/v1/**', (route) => (reachable ? route.continue() : route.abort()));
    await open(page, 'Northwind Robotics', 'Growth retainer');
    await expect(page.getByRole('button', { name: /^Left .*: explain/ })).toBeVisible();
    // Without its cycles the page has none to step to.
    await expect(page.getByRole('combobox').first()).toContainText('12: ');
    reachable = false;
    await page.keyboard.press('ArrowLeft');
    const cycle = page.getByRole('region', { name: 'Cycle 12' });
    await expect(cycle.getByText(/could not be reached/)).toBeVisible();
    reachable = true;
    await cycle.getByRole('button', { name: 'Retry' }).click();
    await expect(cycle.getByText(/Closed on .*frozen/)).toBeVisible();
    await page.goBack();
    await expect(page.getByRole('region', { name: 'Cycle 13' }).getByRole('button', { name: /^Left/ })).toBeVisible();
  });

  test('cycles that cannot be read say so, and are asked for again', async ({ page }) => {
    const cycles = '**/api/v1/retainers/*/cycles*';
    await page.route(cycles, (route) => route.fulfill({ status: 503, body: 'no' }));
    await open(page, 'Northwind Robotics', 'Growth retainer');
    const main = page.getByRole('main');
    await expect(main.getByRole('button', { name: 'Retry' }).first()).toBeVisible();
    await page.unroute(cycles);
    await main.getByRole('button', { name: 'Retry' }).first().click();
    await expect(page.getByRole('combobox').first()).toContainText('13: 1 to 30 November');
  });
});
