// What reminds by itself: check-ins, drafts before a cycle ends, and what one is told by mail.
import { ask } from '../support/books.ts';
import { expect, expectAccessible, signedIn, test } from '../support/fixtures.ts';
import type { Server } from '../support/server.ts';

// It moves its clock, and reminds the whole agency: a clock of its own is a server of its own.
test.use({ serverOptions: { demo: true, clock: '2026-11-22T15:40:00Z' } });
test.use({ expectedErrors: [/401 \(Unauthorized\)|409 \(Conflict\)/] });
test.describe.configure({ mode: 'serial' });

test.beforeEach(async ({ page, server }) => {
  await signedIn(page, server);
});

/** A client with a retainer of ten hours a month, which runs. */
async function client(server: Server, name: string): Promise<string> {
  const account = (await ask(server, 'POST', '/accounts', { name: `${name} Ltd` })).id;
  await ask(server, 'POST', '/retainers', {
    account_id: account,
    name,
    starts_on: '2026-11-01',
    terms: { price: { amount_minor: 150_000, currency: 'EUR' }, pools: [{ unit: 'minutes', allowance: 600 }] },
  });
  return account;
}

/** Moves the clock, twice: what the first look brings is looked at again. */
async function move(server: Server, minute: string): Promise<void> {
  await ask(server, 'POST', '/clock/advance', { to: `${minute}:00Z` });
  await ask(server, 'POST', '/clock/advance', { to: `${minute}:20Z` });
}

test('s2_16 one says when a digest comes, and when nothing does', async ({ page }) => {
  await page.goto('/settings/notifications');
  const mine = page.getByRole('region', { name: 'Notifications', exact: true });
  await expect(mine.getByText('No mail server is set up here, so nothing is sent yet.')).toBeVisible();
  const digest = mine.getByRole('combobox', { name: 'Digest by mail' });
  await expect(digest.locator('option:checked')).toHaveText('None');
  await expect(mine.getByRole('combobox', { name: 'At', exact: true })).toBeHidden();
  await digest.selectOption({ label: 'Once a week' });
  await mine.getByRole('combobox', { name: 'At', exact: true }).selectOption({ label: '07:00' });
  await mine.getByRole('combobox', { name: 'On', exact: true }).selectOption({ label: 'Tue' });
  await mine.getByRole('checkbox', { name: 'Quiet hours' }).check();
  const until = mine.getByRole('combobox', { name: 'Until', exact: true });
  await mine.getByRole('combobox', { name: 'From', exact: true }).selectOption({ label: '08:00' });
  await until.selectOption({ label: '08:00' });
  await expectAccessible(page);
  await mine.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(until).toHaveAttribute('aria-invalid', 'true');
  await until.selectOption({ label: '06:00' });
  await mine.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.locator('.toast-item').getByText('Saved')).toBeVisible();
  await page.reload();
  await expect(digest.locator('option:checked')).toHaveText('Once a week');
  await expect(mine.getByRole('combobox', { name: 'On', exact: true }).locator('option:checked')).toHaveText('Tue');
  await expect(until.locator('option:checked')).toHaveText('06:00');
  await page.setViewportSize({ width: 360, height: 740 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
});

test('s2_16 a client whom nobody was in touch with is to be checked in with', async ({ page, server }) => {
  const account = await client(server, 'Quiet');
  await page.goto(`/accounts/${account}`);
  const fact = page.locator('.fact').filter({ hasText: 'Check-ins' });
  await expect(fact).toContainText('Not by themselves');
  await fact.getByRole('button', { name: 'Change' }).click();
  const dialog = page.getByRole('dialog', { name: 'Check-ins' });
  await dialog.getByRole('combobox', { name: 'How often' }).selectOption({ label: 'Every so many days' });
  const days = dialog.getByRole('textbox', { name: 'Days' });
  await days.fill('often');
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(days).toHaveAttribute('aria-invalid', 'true');
  await days.fill('3');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(fact).toContainText(/Every\s3\sdays, next on/);
  await move(server, '2026-11-25T15:40');
  await page.reload();
  await expect(page.getByText('Check in with Quiet Ltd: no exchange for 3 days').first()).toBeVisible();
  await expect(fact).toContainText(/Every\s3\sdays, one is due/);
});

test('s2_17 before a cycle ends a message is drafted, changed, and sent by a person alone', async ({ page, server }) => {
  const account = await client(server, 'Outreach');
  const mia = { name: 'Mia Berg', email: 'mia@client.example', decides: true };
  await ask(server, 'POST', `/accounts/${account}/contacts`, mia);
  await page.goto('/settings/notifications');
  const rules = page.getByRole('region', { name: 'Follow-ups with clients' });
  await rules.getByRole('checkbox', { name: 'Draft a message before a cycle ends' }).check();
  const days = rules.getByRole('textbox', { name: 'Days before the end' });
  await expect(days).toHaveValue('5');
  await days.fill('61');
  await rules.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(days).toHaveAttribute('aria-invalid', 'true');
  await days.fill('5');
  await rules.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.locator('.toast-item').getByText('Saved')).toBeVisible();
  await move(server, '2026-11-26T15:40');

  await page.goto(`/accounts/${account}`);
  const step = 'Look over and send the message about Outreach before its cycle ends';
  await expect(page.getByText(step).first()).toBeVisible();
  await page.goto(`/accounts/${account}/timeline`);
  const panel = page.getByRole('region', { name: 'Messages', exact: true });
  const subject = 'Outreach: what was done and what is next';
  const row = panel.getByRole('listitem').filter({ hasText: subject });
  await expect(row).toContainText('To Mia Berg');
  await expect(row).toContainText('Draft');
  await row.getByRole('button', { name: /^Edit ?, Outreach/ }).click();
  const draft = page.getByRole('dialog', { name: 'Change the draft' });
  const text = draft.getByRole('textbox', { name: 'Text', exact: true });
  await expect(text).toHaveValue(/this cycle of Outreach ends on 30 November 2026/);
  await expect(text).toHaveValue(/Next cycle: 1 December 2026 to 31 December 2026\./);
  await text.fill('All is well. We go on in December.');
  await draft.getByRole('button', { name: 'Keep as draft' }).click();
  await expect(draft).toBeHidden();
  // The sample agency has no mail server: it stays a draft until there is one.
  await row.getByRole('button', { name: /^Send ?, Outreach/ }).click();
  await expect(row).toContainText('No mail server is set up.');
  await expect(row).toContainText('Draft');
});
