// Getting in: the first set-up, signing in, what a session that ends leaves behind.
import type { Route } from '@playwright/test';
import { expect, expectAccessible, signIn, test } from '../support/fixtures.ts';

test.describe('refusals', () => {
  test.use({ expectedErrors: [/401|429/] });

  test('a wrong password is told in one sentence that names no account', async ({ page }) => {
    await page.goto('/sign-in');
    for (const email of ['ana@fieldwork.example', 'nobody@fieldwork.example']) {
      await page.getByLabel('Mail address').fill(email);
      await page.getByLabel('Password', { exact: true }).fill('certainly not this one');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await expect(page.getByRole('main')).toContainText('The mail address or the password is not right.');
    }
  });

  test('too many tries say how long to wait', async ({ page }) => {
    const problem = { type: '/problems/too_many_requests', title: 'Wait', status: 429, code: 'too_many_requests' };
    await page.route('**/api/v1/auth/login', (route) =>
      route.fulfill({
        status: 429,
        headers: { 'retry-after': '40' },
        contentType: 'application/problem+json',
        body: JSON.stringify(problem),
      }),
    );
    await page.goto('/sign-in');
    await page.getByLabel('Mail address').fill('ana@fieldwork.example');
    await page.getByLabel('Password', { exact: true }).fill('perennial-demo');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('main')).toContainText('Try again in 40\u00a0s');
  });

  test('a slow sign-in says so, keeps its width and is sent once', async ({ page, server }) => {
    let sent = 0;
    await page.route('**/api/v1/auth/login', async (route) => {
      sent += 1;
      await new Promise((done) => setTimeout(done, 400));
      await route.continue();
    });
    await page.goto('/sign-in');
    await page.getByLabel('Mail address').fill(server.signIn?.email ?? '');
    await page.getByLabel('Password', { exact: true }).fill(server.signIn?.password ?? '');
    const button = page.getByRole('button', { name: /^Sign/ });
    const before = await button.boundingBox();
    await button.click();
    await expect(button).toHaveText('Signing in…');
    expect((await button.boundingBox())?.width).toBe(before?.width);
    await button.click({ force: true });
    await expect(page.getByRole('navigation', { name: 'Areas' }).first()).toBeVisible();
    expect(sent).toBe(1);
  });

  test('an empty form names each field', async ({ page }) => {
    await page.goto('/sign-in');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByLabel('Mail address')).toHaveAttribute('aria-invalid', 'true');
    await expect(page.getByLabel('Mail address')).toBeFocused();
    await expect(page.getByText('2 fields need a look').first()).toBeVisible();
    await expectAccessible(page);
  });

  test('when the session ends, sign-in opens over the page and keeps what was typed', async ({ page, server, context }) => {
    await signIn(page, server);
    await page.goto('/accounts?new=1');
    const name = page.getByLabel('Name', { exact: true });
    await name.fill('Quill Publishing');
    // As if the server had forgotten: no cookie, and every token refused.
    await context.clearCookies();
    await page.route('**/api/v1/accounts', refuse);
    await page.getByRole('button', { name: 'Add account' }).click();
    const layer = page.getByRole('dialog', { name: 'Your session has ended' });
    await expect(layer).toBeVisible();
    await expectAccessible(page);
    await page.unroute('**/api/v1/accounts');
    await layer.getByLabel('Password', { exact: true }).fill(server.signIn?.password ?? '');
    await layer.getByRole('button', { name: 'Sign in', exact: true }).click();
    await expect(layer).toBeHidden();
    await expect(name).toHaveValue('Quill Publishing');
    await page.getByRole('button', { name: 'Add account' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Quill Publishing' })).toBeVisible();
  });
});

test('an address is kept through signing in', async ({ page, server }) => {
  await page.goto('/accounts?view=over');
  await page.getByLabel('Mail address').fill(server.signIn?.email ?? '');
  await page.getByLabel('Password', { exact: true }).fill(server.signIn?.password ?? '');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Accounts' })).toBeVisible();
  await expect(page).toHaveURL(/view=over/);
});

test('a reload keeps the session, and signing out ends it', async ({ page, server }) => {
  await signIn(page, server);
  await page.reload();
  await expect(page.getByRole('navigation', { name: 'Areas' }).first()).toBeVisible();
  await page.getByRole('button', { name: /signing out/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in to Perennial' })).toBeVisible();
});

test('the sign-in page is accessible', async ({ page }) => {
  await page.goto('/sign-in');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expectAccessible(page);
});

async function refuse(route: Route): Promise<void> {
  await route.fulfill({
    status: 401,
    contentType: 'application/problem+json',
    body: JSON.stringify({
      type: '/problems/unauthenticated',
      title: 'Sign in first',
      status: 401,
      code: 'unauthenticated',
    }),
  });
}
