// The frame: keys, palette, rail, focus, themes, what happens without a connection.
import { expect, expectAccessible, atHome, test } from '../support/fixtures.ts';

test.beforeEach(async ({ page, server }) => {
  await atHome(page, server);
});

test('the palette finds an account by a few letters', async ({ page }) => {
  await page.keyboard.press('Control+k');
  const field = page.getByRole('combobox', { name: 'Type a command or a name' });
  await expect(field).toBeFocused();
  await field.pressSequentially('hal');
  await expect(page.getByRole('option', { name: /Halden Legal/ }).first()).toHaveAttribute('aria-selected', 'true');
  await expect(field).toHaveAttribute('aria-activedescendant', 'palette-0');
  await expectAccessible(page);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Halden Legal' })).toBeFocused();
  await expect(page).toHaveTitle(/^Halden Legal, Accounts, Fieldwork Studio$/);
});

test('the palette finds a section of the settings, which a phone shows in its strip', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Type a command or a name' }).pressSequentially('api k');
  await expect(page.getByRole('option', { name: /API keys/ })).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/settings/keys');
  const open = page.getByRole('navigation', { name: 'Sections of the settings' }).getByRole('link', { name: 'API keys' });
  await expect(open).toHaveAttribute('aria-current', 'page');
  await expect(open).toBeInViewport({ ratio: 1 });
});

test('two keys go to an area, and the sheet lists them', async ({ page }) => {
  await page.keyboard.press('g');
  await page.keyboard.press('a');
  await expect(page.getByRole('heading', { level: 1, name: 'Accounts' })).toBeFocused();
  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog', { name: 'Keys' });
  await expect(sheet.getByText('Go to Members')).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(sheet).toBeHidden();
  await page.keyboard.press('l');
  await expect(page.getByRole('dialog', { name: 'Log time' })).toBeVisible();
});

test('single keys can be turned off', async ({ page }) => {
  await page.goto('/settings/appearance');
  await page.getByLabel('Single keys').uncheck();
  await page.getByRole('heading', { level: 1 }).focus();
  await page.keyboard.press('g');
  await page.keyboard.press('a');
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog', { name: 'Command palette' })).toBeVisible();
  await expect(page).toHaveURL(/appearance/);
});

test('the skip link comes first and leads to the content', async ({ page }) => {
  await page.goto('/members');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.locator('#main')).toBeFocused();
});

test('the rail collapses and stays so', async ({ page }) => {
  await page.keyboard.press('Control+\\');
  await expect(page.getByRole('button', { name: 'Expand the rail' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('button', { name: 'Expand the rail' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Accounts' })).toBeVisible();
  await expectAccessible(page);
});

test('a theme is chosen and kept', async ({ page }) => {
  await page.getByRole('button', { name: /signing out/ }).click();
  await page.getByRole('menuitem', { name: 'Dark' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
});

test('a menu is walked with the arrow keys', async ({ page }) => {
  await page.getByRole('button', { name: /signing out/ }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('menuitem', { name: 'System' })).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('menuitem', { name: 'Light' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: /signing out/ })).toBeFocused();
});

test('an address without a page says so', async ({ page }) => {
  await page.goto('/nowhere');
  await expect(page.getByRole('heading', { level: 1, name: 'Nothing here' })).toBeVisible();
  await page.getByRole('link', { name: 'Go to Today' }).click();
  await expect(page).toHaveURL(/\/$/);
});

test.describe('without a connection', () => {
  test.use({ expectedErrors: [/ERR_INTERNET_DISCONNECTED|Failed to load resource/] });

  test('a banner says so and goes when it is back', async ({ page, context }) => {
    await context.setOffline(true);
    await expect(page.getByText(/^No connection/)).toBeVisible();
    await context.setOffline(false);
    await expect(page.getByText(/^No connection/)).toBeHidden();
  });
});

test.describe('at 320 px', () => {
  test.use({ viewport: { width: 320, height: 640 } });

  test('nothing is cut off, and the bar leads everywhere', async ({ page }) => {
    for (const path of ['/', '/accounts', '/members', '/settings/organisation']) {
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(beyond, path).toBeLessThanOrEqual(0);
    }
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Members' }).click();
    await expect(page).toHaveURL(/\/members/);
    await expectAccessible(page);
  });
});
