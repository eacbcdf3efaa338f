// More accounts than a page of the API has: sums, views and the palette still speak of all of them.
import { expect, signedIn, test } from '../support/fixtures.ts';

test.use({ serverOptions: { demo: true, clock: '2026-11-22T10:00:00Z' } });

test('the list counts every account, not only its first page', async ({ page, server, request }) => {
  test.slow();
  const origin = { origin: server.url };
  const login = await request.post('/api/v1/auth/login', { data: server.signIn, headers: origin });
  const { access_token: token } = (await login.json()) as { access_token: string };
  for (let n = 0; n < 202; n += 1) {
    const answer = await request.post('/api/v1/accounts', {
      data: { name: `Client ${String(n).padStart(3, '0')}` },
      headers: { ...origin, authorization: `Bearer ${token}`, 'idempotency-key': `many-${n}-0123456789` },
    });
    expect(answer.status()).toBe(201);
  }
  await signedIn(page, server);
  await page.goto('/accounts');
  await expect(page.getByRole('rowheader', { name: '217 accounts' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Studio Parallel' })).toBeHidden();
  await page.getByRole('button', { name: 'Load more' }).click();
  await expect(page.getByRole('link', { name: 'Studio Parallel' })).toBeVisible();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('studio par');
  await expect(page.getByRole('option', { name: /Studio Parallel/ }).first()).toBeVisible();
});
