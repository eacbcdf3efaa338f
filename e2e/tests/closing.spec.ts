// A month is closed in six steps; what the calendar closed can still be told about.
import { ask, overdrawn } from '../support/books.ts';
import { expect, expectAccessible, signedIn, test } from '../support/fixtures.ts';

// November is over; its days of grace are not. The clock moves, so the server is not shared.
test.use({ serverOptions: { demo: true, clock: '2026-12-03T09:00:00Z' } });
test.describe.configure({ mode: 'serial' });

test.beforeEach(async ({ page, server }) => {
  await signedIn(page, server);
});

test('a month is closed in six steps, and its overage as decided', async ({ page, server }) => {
  const made = await overdrawn(server, 'Orchard', 10);
  await page.goto(made.href);
  await expect(page.getByText(/November.* is over and still takes late entries/)).toBeVisible();
  await page.getByRole('link', { name: 'Close the cycle' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Close cycle 1' })).toBeVisible();

  const late = page.getByRole('region', { name: 'What came late' });
  await expect(late.getByText('Owner: Newsletter').or(late.getByText(/: Newsletter/))).toBeVisible();
  await expect(late).toContainText('they become dated corrections');
  await expectAccessible(page);

  await page.getByRole('button', { name: 'Continue' }).click();
  const rest = page.getByRole('region', { name: 'What carries and what lapses' });
  await expect(rest).toContainText('Nothing is left.');
  await expect(rest).toContainText('2 sessions');
  await expect(page).toHaveURL(/step=2/);
  await expectAccessible(page);

  // A digit goes to a step, and Back undoes it.
  await page.keyboard.press('3');
  const over = page.getByRole('region', { name: 'What went beyond' });
  await expect(over).toBeVisible();
  await page.goBack();
  await expect(rest).toBeVisible();
  await page.keyboard.press('3');
  await expect(over.getByRole('radio', { name: 'Bill it (as agreed)' })).toBeChecked();
  const summary = page.getByRole('region', { name: 'What closing does' });
  await expect(summary).toContainText('€262.50');
  await over.getByRole('radio', { name: 'Deliver it for nothing' }).check();
  await expect(summary).not.toContainText('€262.50');
  await expect(summary).toContainText('Not billed');
  await expect(over.getByRole('radio', { name: 'Deliver it for nothing' })).toBeFocused();
  // What is given for nothing has a reason.
  await page.getByRole('heading', { level: 1 }).click();
  await page.keyboard.press('6');
  await page.getByRole('button', { name: 'Close the cycle' }).click();
  await expect(over.getByLabel('Why')).toBeFocused();
  await expect(over.getByLabel('Why')).toHaveAttribute('aria-invalid', 'true');
  await over.getByLabel('Why').fill('Our mistake');
  await expectAccessible(page);

  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByText('Nothing beside the price of the cycle.')).toBeVisible();

  await page.getByRole('button', { name: 'Continue' }).click();
  const recap = page.getByLabel('Recap', { exact: true });
  await expect(recap).toHaveValue(/Landing page: 10 h 40[^]*We do not bill it\./);
  await page.getByRole('radio', { name: 'German' }).check();
  await expect(recap).toHaveValue(/Wir berechnen es nicht\./);
  await page.getByRole('radio', { name: 'English' }).check();
  await expect(recap).toHaveValue(/We do not bill it\./);
  await recap.fill('Thank you for November.');
  await page.getByRole('radio', { name: 'German' }).check();
  await expect(recap, 'what was typed stays').toHaveValue('Thank you for November.');
  await page.getByRole('radio', { name: 'English' }).check();
  await expectAccessible(page);

  await page.getByRole('button', { name: 'Continue' }).click();
  const priorities = page.getByLabel('Priorities of the next cycle');
  await priorities.fill('x'.repeat(201));
  await page.getByRole('button', { name: 'Close the cycle' }).click();
  await expect(priorities).toBeFocused();
  await expect(priorities).toHaveAttribute('aria-invalid', 'true');
  await priorities.fill('Launch the shop\n\nNewsletter');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Close the cycle' }).click();

  await expect(page.getByRole('heading', { level: 1, name: 'Cycle 1 is closed' })).toBeVisible();
  await expect(page.getByText('0 loose ends')).toBeVisible();
  await expect(page.getByText(/Deliver it for nothing, decided by .*: Our mistake/)).toBeVisible();
  await expect(page.getByText('Thank you for November.')).toBeVisible();
  await expect(page.getByRole('listitem').filter({ hasText: 'Launch the shop' })).toBeVisible();
  await expectAccessible(page);
  await page.reload();
  await expect(page.getByText('0 loose ends')).toBeVisible();
  await page.getByRole('link', { name: 'Statement' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Statement of cycle 1' })).toBeVisible();
  await expect(page.getByText(/Deliver it for nothing, decided by/)).toBeVisible();
});

test('a running cycle says why it cannot be closed, another is not there', async ({ page, server }) => {
  const made = await overdrawn(server, 'Pinewood', 10);
  await page.goto(`${made.href}/close?cycle=2&step=6`);
  await expect(page.getByText('The cycle is not over yet.').first()).toBeVisible();
  await expect(page.getByRole('button', { name: /^Close the cycle/ })).toHaveAttribute('aria-disabled', 'true');
  await expectAccessible(page);
  await page.goto(`${made.href}/close?cycle=99`);
  await expect(page.getByText('This retainer has no such cycle.')).toBeVisible();
  await expectAccessible(page);
});

test('a month lists what waits first, and leads to each strip', async ({ page, server }) => {
  const made = await overdrawn(server, 'Maple', 10);
  await page.goto('/accounts');
  await page.getByRole('link', { name: 'Close the month' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Close November 2026' })).toBeVisible();
  await expect(page.getByText(/cycles are done. \d+ loose ends?\./)).toBeVisible();
  const row = page.getByRole('row').filter({ hasText: 'Maple Ltd · Maple' });
  await expect(row).toContainText('Over; closes by itself on 11 Dec');
  await expect(page.getByRole('row').nth(1)).toContainText(/Over|Closed by the calendar/);
  await expectAccessible(page);
  // A month to come has no cycle, and the address holds the month.
  await page.keyboard.press('ArrowRight');
  await expect(page).toHaveURL(/\/close\?cycle=2026-12$/);
  await expect(page.getByRole('row').filter({ hasText: 'Maple Ltd · Maple' })).toContainText('Runs until 31 Dec');
  await page.goto('/close?cycle=2031-01');
  await expect(page.getByText('No cycle ends in this month')).toBeVisible();
  await expectAccessible(page);
  await page.goto('/close');
  await row.getByRole('link', { name: /^Close the cycle\s+Maple Ltd · Maple$/ }).click();
  await expect(page).toHaveURL(new RegExp(`${made.href}/close\\?cycle=1`));
  // The keys are the strip's: its steps must be there.
  await expect(page.getByRole('heading', { level: 2 }).first()).toBeVisible();
  await page.keyboard.press('6');
  await page.getByRole('button', { name: 'Close the cycle' }).click();
  await expect(page.getByText('0 loose ends')).toBeVisible();
  await page.goto('/close?cycle=2026-11');
  await expect(row).toContainText('Closed, recap kept');
});

test.describe('trouble', () => {
  test.use({ expectedErrors: [/401|412|Failed to load resource/] });

  test('somebody else recorded meanwhile: it says so, and nothing is closed', async ({ page, server }) => {
    const made = await overdrawn(server, 'Quarry', 10);
    await page.goto(`${made.href}/close?step=6`);
    await expect(page.getByRole('heading', { level: 1, name: 'Close cycle 1' })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Close the cycle' })).toBeVisible();
    await ask(server, 'POST', '/time-entries', { retainer_id: made.id, worked_on: '2026-11-29', minutes: 15 });
    await page.getByRole('button', { name: 'Close the cycle' }).click();
    await expect(page.getByText(/changed/i).first()).toBeVisible();
    // What is true now is shown before it is closed.
    await expect(page.getByRole('region', { name: 'What closing does' })).toContainText('€300.00');
    await page.getByRole('button', { name: 'Close the cycle' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Cycle 1 is closed' })).toBeVisible();
    await expect(page.getByRole('cell', { name: '€300.00' })).toBeVisible();
  });

  test('a closing that cannot be read says so, and Retry reads it', async ({ page, server }) => {
    const made = await overdrawn(server, 'Rowan', 10);
    await page.route('**/closing?**', (route) => route.abort());
    await page.goto(`${made.href}/close`);
    await expect(page.getByText(/could not be reached/)).toBeVisible();
    await expectAccessible(page);
    await page.unroute('**/closing?**');
    await page.getByRole('button', { name: 'Retry' }).click();
    await expect(page.getByRole('region', { name: 'What came late' })).toBeVisible();
  });

  test('a month that cannot be read says so, and Retry reads it', async ({ page }) => {
    await page.route('**/closings?**', (route) => route.abort());
    await page.goto('/close');
    await expect(page.getByText(/could not be reached/)).toBeVisible();
    await expectAccessible(page);
    await page.unroute('**/closings?**');
    await page.getByRole('button', { name: 'Retry' }).click();
    await expect(page.getByRole('columnheader', { name: 'Stage' })).toBeVisible();
  });

  test('while it is read there is a skeleton', async ({ page, server }) => {
    const made = await overdrawn(server, 'Sorrel', 10);
    await page.route('**/closing?**', async (route) => {
      await new Promise((done) => setTimeout(done, 1_500));
      await route.continue();
    });
    await page.goto(`${made.href}/close`);
    await expect(page.locator('[aria-busy=true]').first()).toBeVisible();
    await expect(page.getByRole('region', { name: 'What came late' })).toBeVisible();
  });
});

test('what the calendar closed keeps its figures and can still be told about', async ({ page, server }) => {
  const made = await overdrawn(server, 'Thistle', 10);
  // The calendar closes it, and somebody looks at it a little later.
  await ask(server, 'POST', '/clock/advance', { to: '2026-12-12T09:00:00Z' });
  await ask(server, 'POST', '/clock/advance', { to: '2026-12-12T09:05:00Z' });
  await page.goto(`${made.href}/close?cycle=1&step=3`);
  await expect(page.getByText('Closed by the calendar')).toBeVisible();
  await expect(page.getByText('The terms leave no other way: Bill it.')).toBeVisible();
  await page.keyboard.press('6');
  await page.getByRole('button', { name: 'Keep recap and priorities' }).click();
  await expect(page.getByText('0 loose ends')).toBeVisible();
  await expect(page.getByText(/Closed by the calendar, told by/)).toBeVisible();
  await expect(page.getByText(/It is billed: 262\.50 EUR/)).toBeVisible();
});

test('a paused retainer says what it stood at and what waits', async ({ page, server }) => {
  const made = await overdrawn(server, 'Willow', 10);
  await ask(server, 'POST', '/clock/advance', { to: '2026-12-12T09:10:00Z' });
  await ask(server, 'POST', `/retainers/${made.id}/pause`, { from: '2026-12-13' });
  await ask(server, 'POST', '/clock/advance', { to: '2026-12-14T09:00:00Z' });
  await page.context().clearCookies();
  await signedIn(page, server);
  await page.goto(made.href);
  await expect(page.getByText('Service is paused. It stood like this:')).toBeVisible();
  await expect(page.getByText(/Sessions: 0.sessions of .* used, .* carried over/)).toBeVisible();
  await expectAccessible(page);
});
