// Today: figures, loose ends, cycles to watch.
import { ask } from '../support/books.ts';
import { expect, expectAccessible, atHome, test } from '../support/fixtures.ts';

// A clock of its own is a server of its own: what is asked for here stays here.
test.use({ serverOptions: { demo: true, clock: '2026-11-22T09:05:00Z' } });

test.beforeEach(async ({ page, server }) => {
  await atHome(page, server);
});

test('the day, the figures, and what needs a person', async ({ page }) => {
  await expect(page.getByRole('heading', { level: 1, name: 'Sunday 22 November' })).toBeVisible();
  await expect(page.getByText('Monthly recurring revenue')).toBeVisible();
  const needs = page.getByRole('region', { name: 'Needs you' });
  await expect(needs.getByRole('listitem').first()).toContainText('Halden Legal is');
  const watch = page.getByRole('region', { name: 'Cycles to watch' });
  await expect(watch.getByRole('listitem')).toHaveCount(6);
  await expect(watch.getByRole('listitem').first()).toContainText('Over');
  await expectAccessible(page);
  // A request without a verdict waits for somebody, and the palette finds it.
  const asked = needs.getByRole('listitem').filter({ hasText: 'Translate the product pages' });
  await expect(asked).toContainText('Northwind Robotics asks: Translate the product pages into French');
  await expect(asked).toContainText('4 days ago');
  await page.keyboard.press('ControlOrMeta+k');
  await page.getByRole('combobox', { name: 'Type a command or a name' }).fill('translate the');
  await expect(page.getByRole('option').first()).toContainText('Northwind Robotics · 4 days ago');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/requests\//);
});

test('beyond nine the rest is shown when it is asked for', async ({ page, server }) => {
  const { items } = await ask(server, 'GET', '/retainers?limit=200');
  const growth = items.find(({ name }: { name: string }) => name === 'Growth retainer');
  await ask(server, 'POST', '/requests', { retainer_id: growth.id, title: 'A tenth thing' });
  await page.reload();
  const needs = page.getByRole('region', { name: 'Needs you' });
  await expect(needs.getByRole('listitem')).toHaveCount(9);
  const rest = needs.getByRole('button', { name: /^Show all/ });
  const all = Number(/\d+/.exec(await rest.innerText())?.[0]);
  await rest.click();
  await expect(needs.getByRole('listitem')).toHaveCount(all);
});

test('the key 1 opens the costliest loose end', async ({ page }) => {
  const first = page.getByRole('region', { name: 'Needs you' }).getByRole('link').first();
  const href = await first.getAttribute('href');
  await page.keyboard.press('1');
  await expect(page).toHaveURL(new RegExp(`${href}$`));
});

test.describe('a failing server', () => {
  test.use({ expectedErrors: [/500|503|Failed to load resource/] });

  test('each panel fails alone, and Retry brings it back', async ({ page }) => {
    await page.route('**/api/v1/imports*', (route) => route.fulfill({ status: 503, body: 'no' }));
    await page.reload();
    const needs = page.getByRole('region', { name: 'Needs you' });
    await expect(needs.getByText(/answered instead/)).toBeVisible();
    await expect(needs.getByRole('listitem').first()).toBeVisible();
    await expectAccessible(page);
    await page.unroute('**/api/v1/imports*');
    await needs.getByRole('button', { name: 'Retry' }).click();
    await expect(needs.getByText(/answered instead/)).toBeHidden();
  });

  test('figures keep their frame and show a dash', async ({ page }) => {
    await page.route('**/api/v1/accounts*', (route) => route.abort());
    await page.reload();
    await expect(page.getByText('–').first()).toBeVisible();
    await expect(page.getByText(/could not be reached/).first()).toBeVisible();
  });
});
