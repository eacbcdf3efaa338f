// The main job in a real browser: a retainer, a file of time, a balance that falls by exactly that
// file, and a number that opens down to its ledger lines, for a person and for an API key.
import { join } from 'node:path';
import type { APIRequestContext, Locator, Page } from '@playwright/test';
import { expect, expectAccessible, test } from '../support/fixtures.ts';

const file = join(import.meta.dirname, '..', 'fixtures', 'toggl.csv');
// The file has one row that can be read: 01:00:01, which is an hour to the nearest minute.
const imported = 60;

const owner = { name: 'Rosa Prüfer', email: 'rosa@studio.example', password: 'correct horse battery' };

test.describe.configure({ mode: 'serial' });
test.use({ serverOptions: { clock: '2026-11-22T09:00:00Z' } });

/** What an integrator sees with a key. */
async function withKey(request: APIRequestContext, key: string, path: string) {
  const answer = await request.get(`/api/v1${path}`, { headers: { Authorization: `Bearer ${key}` } });
  expect(answer.ok(), `${path}: ${answer.status()}`).toBe(true);
  return answer.json();
}

/** A browser of its own that has an empty installation set up. */
async function setUp(page: Page): Promise<void> {
  await page.goto('/');
  await page.getByLabel('Name of your organisation').fill('Studio Prüfer');
  await page.getByLabel('Currency').fill('EUR');
  await page.getByLabel('Time zone').fill('Europe/Berlin');
  await page.getByLabel('Your name').fill(owner.name);
  await page.getByLabel('Mail address').fill(owner.email);
  await page.getByLabel('Password', { exact: true }).fill(owner.password);
  await page.getByRole('button', { name: 'Create workspace' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Sunday 22 November' })).toBeVisible();
}

async function signIn(page: Page): Promise<void> {
  await page.goto('/sign-in');
  await page.getByLabel(/mail/i).fill(owner.email);
  await page.getByLabel('Password', { exact: true }).fill(owner.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).not.toHaveURL(/sign-in/);
}

test('s2_27 an import lowers the balance by exactly its time, and the number opens to its lines', async ({
  page,
  request,
}) => {
  test.slow();
  await setUp(page);

  await page.getByRole('link', { name: 'Accounts', exact: true }).click();
  await page.getByRole('button', { name: 'New account' }).first().click();
  const account = page.getByRole('dialog', { name: 'New account' });
  await account.getByLabel('Name', { exact: true }).fill('Halm & Söhne');
  await account.getByRole('button', { name: 'Add account' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Halm & Söhne' })).toBeVisible();

  await page.getByRole('link', { name: 'New retainer' }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: 'New retainer' })).toBeVisible();
  await page.getByLabel('Name', { exact: true }).fill('Website care');
  await page.getByLabel('Starts on').fill('2024-03-01');
  await page.getByLabel('Allowance of a full cycle').fill('10');
  await page.getByLabel('Price of a full cycle').fill('1500');
  const preview = page.getByRole('region', { name: 'What these terms mean' });
  await expect(preview).toContainText('6 h used of 10 h: 4 h left.');
  await expect(preview).toContainText('the rest carries into April 2024 and lapses on 1 May 2024');
  await expect(preview).toContainText('The 32 cycles before today');
  await page.getByRole('button', { name: 'Create retainer' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Website care' })).toBeVisible();
  await expect(page.getByText('History is still open')).toBeVisible();

  const retainer = page.url().replace(/\?.*/, '');
  await page.goto(`${retainer}?cycle=1`);
  await expect(page.getByRole('button', { name: 'Left 10 h: explain' })).toBeVisible();

  await page.getByRole('link', { name: 'Import history' }).click();
  await page.locator('input[type=file]').setInputFiles(file);
  await expect(page.getByRole('heading', { level: 1, name: 'toggl.csv' })).toBeVisible();
  await expect(page.getByText('Toggl Track')).toBeVisible();
  await expect(page.getByText('1 of 2 can be read')).toBeVisible();
  await expect(page.getByRole('cell', { name: '00:00:00' })).toBeVisible();
  const goesTo = page.getByRole('combobox', { name: 'Where Halm & Söhne · Website care goes' });
  await goesTo.fill('website');
  await page.getByRole('option', { name: 'Halm & Söhne · Website care' }).click();
  await expect(page.getByRole('region', { name: 'What the import does' })).toContainText('1 h');
  await page.getByRole('button', { name: 'Import 1 row' }).click();
  await expect(page.getByText('1 row imported, 1 h')).toBeVisible();

  await page.getByRole('link', { name: 'Halm & Söhne · Website care' }).click();
  await page.getByRole('combobox', { name: 'Cycle shown' }).selectOption('1');
  await expect(page.getByRole('button', { name: 'Left 9 h: explain' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Used 1 h: explain' })).toBeVisible();

  await page.getByRole('button', { name: 'Left 9 h: explain' }).click();
  const explained = page.getByRole('dialog', { name: 'Left: 9 h' });
  await expect(explained.getByRole('row', { name: 'Allowance of the cycle +10 h' })).toBeVisible();
  await expect(explained.getByRole('row', { name: 'Drawn by work −1 h' })).toBeVisible();
  await expect(explained.getByRole('row', { name: 'Together 9 h' })).toBeVisible();
  await expectAccessible(page);
  await explained.getByRole('link', { name: 'Drawn by work' }).click();
  const line = page.getByRole('row', { name: /Form repaired, mail checked/ });
  await expect(line).toContainText('−1 h');
  await expect(line).toContainText(owner.name);
  await expect(page.getByRole('row', { name: /Allowance of the cycle/ })).toBeHidden();
  await expect(page).toHaveURL(/cycle=1&rows=work/);

  const key = await makeKey(page);
  const id = retainer.split('/').at(-1);
  const { items } = await withKey(request, key, `/retainers/${id}/cycles?limit=200`);
  const first = items.find((cycle: { seq: number }) => cycle.seq === 1);
  const balance = await withKey(request, key, `/cycles/${first.id}/balance`);
  expect(balance).toMatchObject({ available: 600, used: imported, left: 600 - imported, overage: 0 });
  const ledger = await withKey(request, key, `/retainers/${id}/ledger?cycle_id=${first.id}`);
  const work = ledger.items.filter((row: { kind: string }) => row.kind === 'consume');
  expect(work).toMatchObject([{ on: '2024-03-04', quantity: -imported, note: 'Support: Form repaired, mail checked' }]);
  const left = await withKey(request, key, `/explain/left/${first.id}`);
  const sum = left.parts.reduce((total: number, part: { value: number }) => total + part.value, 0);
  expect([left.value, sum]).toEqual([540, 540]);
});

/** Makes a key and reads it where it is shown once. */
async function makeKey(page: Page): Promise<string> {
  await page.goto('/settings/keys');
  await page.getByRole('button', { name: 'Make key' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Make key' });
  await dialog.getByLabel('Name', { exact: true }).fill('Reporting');
  await dialog.getByRole('button', { name: 'Make key' }).click();
  const secret = dialog.getByLabel('Secret');
  await expect(secret).toHaveValue(/^pk_/);
  return secret.inputValue();
}

test('the same file again adds nothing', async ({ page }) => {
  await signIn(page);
  await page.goto('/imports');
  await page.locator('input[type=file]').setInputFiles(file);
  const outcome = page.getByRole('region', { name: 'What the import does' });
  await expect(outcome).toContainText('Already imported');
  await expect(outcome).toContainText('Importing the same rows again adds nothing.');
  await expect(outcome.getByRole('button', { name: 'Import' })).toHaveAttribute('aria-disabled', 'true');
});

/** Presses Tab until the focus is on it, as somebody without a mouse does. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  for (let presses = 0; presses < 80; presses += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  await expect(target).toBeFocused();
}

test('the main job needs no mouse', async ({ page }) => {
  test.slow();
  await signIn(page);
  await page.keyboard.press('g');
  await page.keyboard.press('a');
  await expect(page.getByRole('heading', { level: 1, name: 'Accounts' })).toBeFocused();
  await page.keyboard.press('c');
  await expect(page.getByRole('dialog', { name: 'New account' }).getByLabel('Name', { exact: true })).toBeFocused();
  await page.keyboard.type('Kleine Werft');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Kleine Werft' })).toBeFocused();

  await tabTo(page, page.getByRole('link', { name: 'New retainer' }).first());
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'New retainer' })).toBeVisible();
  await tabTo(page, page.getByLabel('Name', { exact: true }));
  await page.keyboard.type('Yard site');
  await tabTo(page, page.getByLabel('Price of a full cycle'));
  await page.keyboard.type('1200');
  await tabTo(page, page.getByLabel('Allowance of a full cycle'));
  await page.keyboard.type('10');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Yard site' })).toBeFocused();
  await expect(page.getByRole('button', { name: 'Left 10 h: explain' })).toBeVisible();

  await page.keyboard.press('l');
  const log = page.getByRole('dialog', { name: 'Log time' });
  await expect(log.getByRole('combobox', { name: 'Retainer' })).toHaveValue('Kleine Werft · Yard site');
  await tabTo(page, log.getByLabel('Effort'));
  await page.keyboard.type('1:30');
  await expect(log).toContainText('Read as 1 h 30');
  await expect(log).toContainText('8 h 30 left');
  await page.keyboard.press('Control+Enter');
  await expect(log).toBeHidden();
  await expect(page.getByRole('button', { name: 'Left 8 h 30: explain' })).toBeVisible();

  await tabTo(page, page.getByRole('button', { name: 'Left 8 h 30: explain' }));
  await page.keyboard.press('Enter');
  const explained = page.getByRole('dialog', { name: 'Left: 8 h 30' });
  await tabTo(page, explained.getByRole('link', { name: 'Drawn by work' }));
  await page.keyboard.press('Enter');
  await expect(explained).toBeHidden();
  await expect(page.getByRole('row', { name: /−1 h 30/ })).toBeVisible();

  await page.keyboard.press('g');
  await page.keyboard.press('f');
  await expect(page.getByRole('heading', { level: 1, name: 'Import time' })).toBeFocused();
  // The browser must know that the file is chosen for it before it is asked to: the walk there takes longer.
  const chosen = page.waitForEvent('filechooser');
  await tabTo(page, page.getByRole('button', { name: 'Choose a file' }));
  await page.keyboard.press('Enter');
  await (await chosen).setFiles(file);
  await expect(page.getByRole('heading', { level: 1, name: 'toggl.csv' })).toBeFocused();
  const goesTo = page.getByRole('combobox', { name: /^Where Halm & Söhne/ });
  await tabTo(page, goesTo);
  await page.keyboard.press('Control+A');
  await page.keyboard.type('yard');
  await page.keyboard.press('Enter');
  await expect(goesTo).toHaveValue('Kleine Werft · Yard site');
});

test('a day is typed by its digits, and part of one is said at its field', async ({ page }) => {
  await signIn(page);
  await page.goto('/accounts');
  await page.getByRole('link', { name: 'Kleine Werft', exact: true }).click();
  await page.getByRole('link', { name: 'New retainer' }).first().click();
  await page.getByLabel('Name', { exact: true }).fill('Slipway');
  await page.getByLabel('Allowance of a full cycle').fill('10');
  await page.getByLabel('Price of a full cycle').fill('900');
  const starts = page.getByLabel('Starts on');
  await starts.focus();
  // The same in every order of day and month; the day before these digits is written over.
  await page.keyboard.type('01012026');
  await expect(starts).toHaveValue('2026-01-01');
  const last = page.getByLabel('Last day');
  await last.focus();
  await page.keyboard.type('0101');
  await page.keyboard.press('Control+Enter');
  await expect(last).toBeFocused();
  await expect(last).toHaveAttribute('aria-invalid', 'true');
  const fault = page.getByText('Not complete, or no such day: fill in every part, or clear the field.').first();
  await expect(fault).toBeVisible();
  await expectAccessible(page);
  // What was typed stands, and goes on with the year.
  await page.keyboard.type('2028');
  await expect(fault).toBeHidden();
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Slipway' })).toBeVisible();
  await expect(page.getByText('1 January 2026 to 1 January 2028')).toBeVisible();
});
