// Alerts and approvals: told once, seen, set; a limit that asks first.
import type { Page } from '@playwright/test';
import { expect, expectAccessible, signedIn, test } from '../support/fixtures.ts';

// What is sold and told here would be found by other files: a clock of its own is a server of its own.
test.use({ serverOptions: { demo: true, clock: '2026-11-22T10:15:00Z' } });
test.use({ expectedErrors: [/401 \(Unauthorized\)|409|503/] });
test.describe.configure({ mode: 'serial' });

test.beforeEach(async ({ page, server }) => {
  await signedIn(page, server);
});

/** Sells ten hours a month on these terms, and opens them. */
async function sell(page: Page, name: string, rule: string): Promise<void> {
  await page.goto('/accounts');
  await page.getByRole('link', { name: 'Fern Interiors', exact: true }).click();
  await page.getByRole('link', { name: 'New retainer' }).first().click();
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Starts on').fill('2026-11-22');
  await page.getByLabel('Allowance of a full cycle').fill('10');
  await page.getByLabel('Price of a full cycle').fill('1500');
  await page.getByRole('radio', { name: rule, exact: true }).check();
  if (rule === 'Is asked for first') {
    await page.getByRole('radio', { name: 'Is delivered, not billed', exact: true }).last().check();
  }
  await page.getByRole('button', { name: 'Create retainer' }).click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
}

async function log(page: Page, effort: string): Promise<void> {
  await page.keyboard.press('l');
  const dialog = page.getByRole('dialog', { name: 'Log time' });
  await dialog.getByLabel('Effort').fill(effort);
  await dialog.getByRole('button', { name: 'Log time' }).click();
}

test('what is told today is seen once', async ({ page }) => {
  await page.goto('/');
  const panel = page.getByRole('region', { name: 'Alerts' });
  await expect(panel.getByRole('listitem').first()).toBeVisible();
  await expectAccessible(page);
  await expect(panel.getByRole('listitem')).toHaveCount(5);
  const all = panel.getByRole('button', { name: /^Show all/ });
  await all.click();
  await expect(all).toBeHidden();
  const before = await panel.getByRole('listitem').count();
  expect(before).toBeGreaterThan(5);
  await panel.getByRole('button', { name: /^Seen/ }).first().click();
  await expect(panel.getByRole('listitem')).toHaveCount(before - 1);
  await page.reload();
  if (before - 1 > 5) await all.click();
  await expect(panel.getByRole('listitem')).toHaveCount(before - 1);
});

test('a failing read of alerts fails alone', async ({ page }) => {
  await page.route('**/api/v1/alerts*', (route) => route.fulfill({ status: 503, body: 'no' }));
  await page.goto('/');
  const panel = page.getByRole('region', { name: 'Alerts' });
  await expect(panel.getByRole('button', { name: 'Retry' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Needs you' }).getByRole('listitem').first()).toBeVisible();
  await page.unroute('**/api/v1/alerts*');
  await panel.getByRole('button', { name: 'Retry' }).click();
  await expect(panel.getByRole('listitem').first()).toBeVisible();
});
test('a limit asks first, and a reason lets it through', async ({ page }) => {
  await sell(page, 'Asks first', 'Is asked for first');
  await expect(page.getByText('Work beyond the limit needs an approval.').first()).toBeVisible();
  // The cycle is partial: whatever it holds, a day is more.
  await log(page, '12h');
  const dialog = page.getByRole('dialog', { name: 'Log time' });
  await expect(dialog.getByText(/goes beyond the limit/).first()).toBeVisible();
  await expectAccessible(page);
  await dialog.getByLabel('Why').fill('Launch week');
  await dialog.getByRole('button', { name: 'Log time' }).click();
  await expect(page.getByText('Approved beyond the limit').first()).toBeVisible();
  await page.goto('/time');
  await expect(page.getByText('Beyond the limit, approved by Ana Ruiz').first()).toBeVisible();
});

test('a retainer has levels of its own, told once', async ({ page }) => {
  await sell(page, 'Watched closely', 'Is delivered, not billed');
  const panel = page.getByRole('region', { name: 'Alerts' });
  await expect(panel).toContainText('Nothing was to be told');
  await panel.getByRole('button', { name: 'Settings' }).click();
  const dialog = page.getByRole('dialog', { name: 'Alerts of this retainer' });
  await dialog.getByLabel('Has levels of its own').check();
  await dialog.getByLabel('Per cent used').fill('0');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByText(/outside|range/i).first()).toBeVisible();
  await dialog.getByLabel('Per cent used').fill('10');
  await dialog.getByLabel('Points ahead of pace').fill('');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  await log(page, '1h');
  await expect(panel.getByRole('listitem')).toHaveCount(1);
  await expect(panel).toContainText(/% of Hours reached/);
  await log(page, '1h');
  await expect(panel.getByRole('listitem')).toHaveCount(1);
  await panel.getByRole('button', { name: /^Seen/ }).click();
  await expect(panel.getByRole('button', { name: /^Seen/ })).toBeHidden();
  await expect(panel.getByRole('listitem')).toHaveCount(1);
});

test('the organisation has its levels and its people', async ({ page }) => {
  await page.goto('/settings/alerts');
  await expect(page.getByLabel('Per cent used')).toHaveValue('50, 80, 100');
  await page.getByLabel('Per cent used').fill('75; 100');
  await page.getByLabel('Tom Becker').check();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved').first()).toBeVisible();
  await page.reload();
  await expect(page.getByLabel('Per cent used')).toHaveValue('75, 100');
  await expect(page.getByLabel('Tom Becker')).toBeChecked();
});

test('under-use comes with the days, once', async ({ page, server }) => {
  // A sign-in does not last as long as the clock is moved.
  const headers = async () => {
    const answer = await page.request.post(`${server.url}/api/v1/auth/login`, { data: server.signIn });
    return { Authorization: `Bearer ${((await answer.json()) as { access_token: string }).access_token}` };
  };
  const advance = async (to: string) => {
    const address = `${server.url}/api/v1/clock/advance`;
    const answer = await page.request.post(address, { headers: await headers(), data: { to } });
    expect(answer.status()).toBe(200);
  };
  const under = async () => {
    const answer = await page.request.get(`${server.url}/api/v1/alerts?open=true&limit=200`, {
      headers: await headers(),
    });
    const { items } = (await answer.json()) as { items: { kind: string; account_name: string }[] };
    return items.filter((one) => one.kind === 'under_use' && one.account_name === 'Halden Legal');
  };
  await advance('2026-12-10T10:00:00Z');
  expect(await under()).toHaveLength(0);
  await advance('2026-12-22T10:00:00Z');
  expect(await under()).toHaveLength(1);
  await advance('2026-12-23T10:00:00Z');
  expect(await under()).toHaveLength(1);
});
