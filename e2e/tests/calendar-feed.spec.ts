// The calendar in other programs: a feed is made, its address told once, and ended; who is invited.
import { ask } from '../support/books.ts';
import { expect, expectAccessible, signedIn, test } from '../support/fixtures.ts';

// A clock of its own is a server of its own; the sample agency has no mail server.
test.use({ serverOptions: { demo: true, clock: '2026-11-22T16:05:00Z' } });
test.use({ expectedErrors: [/404 \(Not Found\)/] });

test.beforeEach(async ({ page, server }) => {
  await signedIn(page, server);
});

test('s1_02 a calendar feed is made, its address told once, and ended', async ({ page, request }) => {
  await page.goto('/calendar');
  await page.getByRole('button', { name: 'Subscribe' }).click();
  const dialog = page.getByRole('dialog', { name: 'Subscribe to the calendar' });
  await expect(dialog.getByText('No program reads your calendar yet.')).toBeVisible();
  await expectAccessible(page);
  await dialog.getByLabel('Name', { exact: true }).fill('My phone');
  await dialog.getByLabel('Ends of cycles').check();
  await dialog.getByLabel("Everybody's").check();
  await dialog.getByRole('button', { name: 'Make an address' }).click();
  const address = await dialog.getByLabel('Address of the calendar').inputValue();
  expect(address).toMatch(/\/api\/v1\/calendar\/[\w-]{43}\.ics$/);
  const read = await request.get(address);
  expect(read.headers()['content-type']).toContain('text/calendar');
  const text = await read.text();
  expect(text).toContain('BEGIN:VEVENT');
  expect(text).toContain('X-WR-CALNAME:My phone');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Done' }).click();

  const row = dialog.getByRole('listitem').filter({ hasText: 'My phone' });
  await expect(row).toContainText("Sessions, Ends of cycles · everybody's");
  await expect(dialog.getByLabel('Address of the calendar')).toBeHidden();
  await page.setViewportSize({ width: 360, height: 740 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  // Another address: the one before tells nothing any more.
  await row.getByRole('button', { name: /^New address ?, My phone/ }).click();
  const other = dialog.getByLabel('Address of the calendar');
  await expect(other).toBeVisible();
  expect(await other.inputValue()).not.toBe(address);
  expect((await request.get(address)).status()).toBe(404);
  const now = await other.inputValue();
  await dialog.getByRole('button', { name: 'Done' }).click();
  await row.getByRole('button', { name: /^End ?, My phone/ }).click();
  await expect(row).toBeHidden();
  expect((await request.get(now)).status()).toBe(404);
});

test('s1_02 free times of the day are offered, within the hours one says', async ({ page, server }) => {
  const account = await ask(server, 'POST', '/accounts', { name: 'Timely Ltd' });
  const retainer = await ask(server, 'POST', '/retainers', {
    account_id: account.id,
    name: 'Coaching',
    starts_on: '2026-11-01',
    terms: { price: { amount_minor: 0, currency: 'EUR' }, pools: [{ unit: 'sessions', allowance: 4 }] },
  });
  await page.goto(`/calendar?retainer=${retainer.id}`);
  await page.getByRole('button', { name: 'Working hours' }).click();
  const hours = page.getByRole('dialog', { name: 'Working hours' });
  await expect(hours.getByLabel('Monday')).toHaveValue('09:00-17:00');
  await hours.getByLabel('Saturday').fill('ten to two');
  await hours.getByRole('button', { name: 'Save' }).click();
  await expect(hours.getByLabel('Saturday')).toHaveAttribute('aria-invalid', 'true');
  await hours.getByLabel('Saturday').fill('10-12, 13-14');
  await expectAccessible(page);
  await hours.getByRole('button', { name: 'Save' }).click();
  await expect(hours).toBeHidden();

  await page.keyboard.press('s');
  const dialog = page.getByRole('dialog', { name: 'Book session' });
  await dialog.getByLabel('Day', { exact: true }).fill('2026-12-05');
  const times = dialog.getByRole('group', { name: 'Free times' });
  await expect(times.getByRole('button')).toHaveText(['10:00', '10:30', '11:00', '13:00']);
  await times.getByRole('button', { name: '13:00' }).click();
  await expect(dialog.getByLabel('Begins at')).toHaveValue('13:00');
  await expect(times.getByRole('button', { name: '13:00' })).toHaveAttribute('aria-pressed', 'true');
  await dialog.getByLabel('Begins at').fill('13:30');
  await expect(dialog.getByText('This lies outside the working hours.')).toBeVisible();
  await expectAccessible(page);
  await times.getByRole('button', { name: '11:00' }).click();
  await page.keyboard.press('Control+Enter');
  await expect(dialog).toBeHidden();
  await page.keyboard.press('s');
  await dialog.getByLabel('Day', { exact: true }).fill('2026-12-05');
  await expect(times.getByRole('button')).toHaveText(['10:00', '13:00']);
  await dialog.getByLabel('Begins at').fill('11:30');
  await expect(dialog.getByText('Another session is booked then.')).toBeVisible();
});

test('without a mail server the form says that nobody can be invited', async ({ page, server }) => {
  const account = await ask(server, 'POST', '/accounts', { name: 'Guests Ltd' });
  await ask(server, 'POST', `/accounts/${account.id}/contacts`, { name: 'Mia Berg', email: 'mia@client.example' });
  const retainer = await ask(server, 'POST', '/retainers', {
    account_id: account.id,
    name: 'Coaching',
    starts_on: '2026-11-01',
    terms: { price: { amount_minor: 0, currency: 'EUR' }, pools: [{ unit: 'sessions', allowance: 4 }] },
  });
  await page.goto(`/calendar?retainer=${retainer.id}&book=1`);
  const dialog = page.getByRole('dialog', { name: 'Book session' });
  await expect(dialog.getByText('Nobody can be invited: there is no mail server.')).toBeVisible();
  await expectAccessible(page);
  await dialog.getByLabel('What it is about').fill('First talk');
  await page.keyboard.press('Control+Enter');
  await expect(dialog).toBeHidden();
  await page.getByRole('link', { name: /First talk/ }).click();
  const session = page.getByRole('dialog');
  await expect(session.getByText('Nobody is invited.')).toBeVisible();
  await session.getByRole('button', { name: 'Change who is invited' }).click();
  await expect(session.getByText('Nobody can be invited: there is no mail server.')).toBeVisible();
});
