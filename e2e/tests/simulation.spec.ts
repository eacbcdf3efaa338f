// What the form plays is what happens: terms are tried, agreed on, and lived through for three months.
import { readFile } from 'node:fs/promises';
import type { Locator, Page } from '@playwright/test';
import { expect, signedIn, test } from '../support/fixtures.ts';

// The clock is moved, so this server is of no other file.
// The page may ask once more with a token that the moved clock has ended.
test.use({ expectedErrors: [/401 \(Unauthorized\)/] });
test.use({ serverOptions: { demo: true, clock: '2026-12-01T08:00:00Z' } });

/** A cycle as the strip's table tells it. */
interface Played {
  opening: string;
  grant: string;
  used: string;
  over: string;
  lapsed: string;
  carried: string;
}

const months = [
  { first: '2026-12-01', next: '2027-01-01T08:00:00Z' },
  { first: '2027-01-01', next: '2027-02-01T08:00:00Z' },
  { first: '2027-02-01', next: '2027-03-01T08:00:00Z' },
];

const plain = (text: string) => text.replace(/\u00a0/g, ' ').trim();

async function read(strip: Locator, row: number): Promise<Played> {
  // While terms cannot be read the strip is gone, and comes back with its table closed.
  const table = strip.getByRole('table');
  if (!(await table.isVisible())) await strip.getByText('View as table').click();
  await expect(table).toBeVisible();
  const cells = (await strip.getByRole('row').nth(row).getByRole('cell').allTextContents()).map(plain);
  const [opening = '', grant = '', used = '', over = '', lapsed = '', carried = ''] = cells;
  return { opening, grant, used, over, lapsed, carried };
}

/** "5 h 30" in minutes. */
function minutes(words: string): number {
  const [, hours = '0', , rest = '0'] = /^(?:(\d+) h)?( ?(\d+)(?: min)?)?$/.exec(words) ?? [];
  return Number(hours) * 60 + Number(rest);
}

async function agree(page: Page): Promise<{ played: Played[]; id: string }> {
  await page.goto('/accounts');
  await page.getByRole('link', { name: 'Fern Interiors', exact: true }).click();
  await page.getByRole('link', { name: 'New retainer' }).first().click();
  await page.getByRole('button', { name: 'Hours, use it or lose it' }).and(page.locator('.preset')).click();
  await page.getByLabel('Name', { exact: true }).fill('Played and lived');
  await page.getByLabel('Price of a full cycle').fill('1500');
  await page.getByLabel('Starts on').fill('2026-12-01');
  await page.getByRole('radio', { name: 'Carries over' }).check();
  await page.getByText('How much carries').click();
  const strip = page.getByRole('region', { name: 'A year under these terms' });
  await strip.getByRole('radio', { name: 'Light' }).check();

  // A cap is tried, and an end: each is seen in the strip at once.
  await page.getByRole('radio', { name: 'Everything', exact: true }).check();
  await page.getByRole('radio', { name: 'Never', exact: true }).check();
  const uncapped = await read(strip, 3);
  await page.getByRole('radio', { name: 'So many units' }).check();
  await page.getByLabel('Units carried at most').fill('4');
  const capped = await read(strip, 3);
  expect(minutes(capped.carried)).toBeLessThan(minutes(uncapped.carried));
  await page.getByRole('radio', { name: 'After some cycles' }).check();
  await page.getByLabel('Cycles until it lapses').fill('1');

  const played = [await read(strip, 1), await read(strip, 2), await read(strip, 3)];
  // The picture goes with a proposal: bars, legend, and the terms in words.
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as picture' }).click();
  const file = await saved;
  expect(file.suggestedFilename()).toBe('A year under these terms.svg');
  const picture = await readFile(await file.path(), 'utf8');
  expect(picture).toMatch(/^<svg .*10.h a month.*at most 4.h.*<\/svg>$/s);
  await page.getByRole('button', { name: 'Create retainer' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Played and lived' })).toBeVisible();
  return { played, id: new URL(page.url()).pathname.split('/').at(-1) ?? '' };
}

test('three months go as the strip in the form said they would', async ({ page, request, server }) => {
  test.setTimeout(60_000);
  await signedIn(page, server);
  const { played, id } = await agree(page);
  expect(played.map(({ grant }) => grant)).toEqual(['10 h', '10 h', '10 h']);
  expect(played.some(({ lapsed }) => minutes(lapsed) > 0)).toBe(true);
  const retainer = page.url();

  for (const [index, { first, next }] of months.entries()) {
    const month = played[index];
    if (!month) throw new Error(`the strip has no cycle ${index + 1}`);
    const { opening, used } = month;
    // An access token is good for ten minutes of the clock that is moved here.
    const login = await request.post('/api/v1/auth/login', { data: server.signIn ?? {} });
    const { access_token: token } = (await login.json()) as { access_token: string };
    const headers = { Authorization: `Bearer ${token}` };
    const entry = { retainer_id: id, worked_on: first, minutes: minutes(used) };
    const recorded = await request.post('/api/v1/time-entries', { headers, data: entry });
    expect(recorded.status(), await recorded.text()).toBe(201);

    // While the cycle runs the meter knows what was carried in and what is used.
    await page.goto(retainer);
    const available = minutes(opening) + 600;
    const meter = page.getByRole('img', { name: new RegExp(`^${used} used of ${available / 60} h`.replaceAll(' ', '.')) });
    await expect(meter).toBeVisible();
    const moved = await request.post('/api/v1/clock/advance', { headers, data: { to: next } });
    expect(moved.status(), await moved.text()).toBe(200);

    // A sign-in lasts sixty days.
    await page.context().clearCookies();
    await signedIn(page, server);

    // The closed cycle: its sums, and its ledger down to nothing.
    await page.goto(`${retainer}?cycle=${index + 1}`);
    await expect(page.getByText(/Closed on .*frozen/)).toBeVisible();
    const statement = page.getByRole('region', { name: 'Statement' });
    const figure = (label: string) =>
      statement.locator('dl > div').filter({ has: page.locator('dt', { hasText: label }) }).locator('dd');
    await expect(figure('Carried in')).toHaveText(opening);
    await expect(figure('Allowance')).toHaveText(`+${month.grant}`);
    await expect(figure('Drawn')).toHaveText(`−${used}`);
    await expect(figure('Lapsed')).toHaveText(minutes(month.lapsed) === 0 ? '0 h' : `−${month.lapsed}`);
    await expect(figure('Carried out')).toHaveText(month.carried);
    const ledger = page.getByRole('region', { name: 'Ledger' });
    const moves = async (name: RegExp) => {
      const lines = await ledger.getByRole('row', { name }).allTextContents();
      return lines.length;
    };
    expect(await moves(/Carried to the next cycle/)).toBe(minutes(month.carried) > 0 ? 1 : 0);
    expect(await moves(/Lapsed/) > 0).toBe(minutes(month.lapsed) > 0);
    await expect(ledger.getByRole('row').last()).toContainText('0 h');
  }
});
