// The operating model: routines, workflows, frictions, and what nobody uses.
import { expect, expectAccessible, atHome, test } from '../support/fixtures.ts';

// What is written here would be found by other files: a clock of its own is a server of its own.
test.use({ serverOptions: { demo: true, clock: '2026-11-22T10:35:00Z' } });
test.use({ expectedErrors: [/401 \(Unauthorized\)|422|503/] });
test.describe.configure({ mode: 'serial' });

test.beforeEach(async ({ page, server }) => {
  await atHome(page, server);
});

test('s3_7 one page shows roles, cadences, workflows and routines', async ({ page }) => {
  await page.keyboard.press('g');
  await page.keyboard.press('m');
  await expect(page.getByRole('heading', { level: 1, name: 'Operating model' })).toBeFocused();
  const sops = page.getByRole('region', { name: 'Routines (SOPs)' });
  await expect(sops.getByRole('listitem').filter({ hasText: 'Newsletter' })).toContainText('Stale');
  await expect(sops.getByRole('listitem').filter({ hasText: 'Handover to paid search' })).toContainText('On trial until');
  await expect(sops.getByRole('listitem').filter({ hasText: 'Client report' })).toContainText('To be checked');
  await expect(sops.getByText('Weekly status sheet')).toBeHidden();
  await expect(page.getByRole('region', { name: 'Roles' })).toContainText('Tom Becker');
  await expect(page.getByRole('region', { name: 'What is looked at next' }).getByRole('listitem').first()).toBeVisible();
  const pages = page.getByRole('region', { name: 'Workflows' }).getByRole('listitem').filter({ hasText: 'Landing pages' }).first();
  await pages.getByText(/8 parts/).click();
  // S3-7: what it is for, and what follows.
  await pages.getByText('What it is for').click();
  await expect(pages.getByText('What changes if it is poor')).toBeVisible();
  await expect(pages).toContainText('Superseded since');
  await expect(page.getByRole('region', { name: 'Recurring meetings' })).toContainText('Serves no decision');
  await expect(page.getByRole('region', { name: 'Map of constraints' })).toContainText('Comes back');
  await expectAccessible(page);
});

test('a routine is written anew, and the text before is kept', async ({ page }) => {
  await page.goto('/model');
  await page.getByRole('region', { name: 'Routines (SOPs)' }).getByRole('link', { name: 'Landing page launch' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Landing page launch' })).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('e');
  const dialog = page.getByRole('dialog', { name: 'Write anew' });
  const steps = await dialog.getByLabel('Steps of the normal run').inputValue();
  await dialog.getByLabel('Steps of the normal run').fill('');
  await dialog.getByRole('button', { name: 'Write anew' }).click();
  await expect(dialog.getByText('This is needed.').first()).toBeVisible();
  await dialog.getByLabel('Steps of the normal run').fill(`${steps}\nTell sales\nA\nB\nC\nD`);
  await expect(dialog.getByText(/More than nine steps/)).toBeVisible();
  await dialog.getByLabel('Steps of the normal run').fill(`${steps}\nTell sales`);
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Write anew' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText('Tell sales')).toBeVisible();
  const history = page.getByRole('region', { name: 'History' });
  await expect(history.getByText('Superseded')).toHaveCount(2);
  await page.getByRole('button', { name: 'Used today' }).click();
  await expect(page.getByText(/Used \d+ times this month/)).toBeVisible();
});

test('a new routine says what it replaces', async ({ page }) => {
  await page.goto('/model');
  await expect(page.getByRole('region', { name: 'Workflows' }).getByRole('listitem').first()).toBeVisible();
  await page.keyboard.press('c');
  const dialog = page.getByRole('dialog', { name: 'New routine' });
  await dialog.getByLabel('Name', { exact: true }).fill('Newsletter, short');
  await dialog.getByLabel('Purpose').fill('Send newsletters in an hour');
  await dialog.getByLabel('Quality standard').fill('One call to action');
  await dialog.getByLabel('Steps of the normal run').fill('Write\nSend');
  await dialog.getByLabel('How exceptions escalate').fill('Ask the account owner');
  await dialog.getByRole('button', { name: 'Add routine' }).click();
  await expect(dialog.getByText(/Name the routine that this one replaces/)).toBeVisible();
  await dialog.getByLabel('Replaces', { exact: true }).selectOption({ label: 'Newsletter' });
  await dialog.getByLabel('The replaced one goes on').fill('2026-11-22');
  await dialog.getByRole('button', { name: 'Add routine' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Newsletter, short' })).toBeVisible();
  await expect(page.getByText('Replaces Newsletter')).toBeVisible();
  await page.goto('/model');
  const sops = page.getByRole('region', { name: 'Routines (SOPs)' });
  await expect(sops.getByRole('link', { name: 'Newsletter, short' })).toBeVisible();
  await expect(sops.getByRole('link', { name: 'Newsletter', exact: true })).toBeHidden();
});

test('a vague outcome is challenged, a named one is kept', async ({ page }) => {
  await page.goto('/model');
  await page.getByRole('region', { name: 'Workflows' }).getByRole('button', { name: 'New workflow' }).click();
  const dialog = page.getByRole('dialog', { name: 'New workflow' });
  await dialog.getByLabel('Name', { exact: true }).fill('Onboarding');
  await dialog.getByLabel('Decision it improves').selectOption('staffing');
  await dialog.getByLabel('Outcome names').selectOption('speed');
  await dialog.getByLabel('Outcome', { exact: true }).fill('Better communication');
  for (const [label, words] of [
    ['What is done', 'New clients'],
    ['Why it matters', 'First weeks decide'],
    ['What goes in', 'Contract'],
    ['What good looks like', 'No question twice'],
    ['Evidence reviewed', 'Days to the first result'],
    ['What changes if it is poor', 'Another owner'],
    ['What may follow a review', 'Drop a step'],
  ] as const) {
    await dialog.getByLabel(label, { exact: true }).fill(words);
  }
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByText(/Say what would be better/)).toBeVisible();
  await dialog.getByLabel('Outcome', { exact: true }).fill('First result within 10 days');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  const row = page.getByRole('region', { name: 'Workflows' }).getByRole('listitem').filter({ hasText: 'Onboarding' });
  await expect(row).toContainText('First result within 10 days');
  await row.getByRole('button', { name: /^Review/ }).click();
  const review = page.getByRole('dialog', { name: 'Onboarding' });
  await review.getByLabel('What the evidence showed').fill('Nothing yet');
  await review.getByRole('button', { name: 'Note review' }).click();
  await expect(row).toContainText('Nothing yet');
});

test('a friction is logged, and resolved by a change', async ({ page }) => {
  await page.goto('/model');
  const panel = page.getByRole('region', { name: 'Frictions' });
  await panel.getByRole('button', { name: 'Log friction' }).click();
  const dialog = page.getByRole('dialog', { name: 'Log friction' });
  await dialog.getByLabel('Kind').selectOption('manual_work');
  await dialog.getByLabel('What happened').fill('Names typed by hand');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Log friction' }).click();
  await expect(panel.getByText('Names typed by hand').first()).toBeVisible();
  await panel.getByRole('button', { name: /^Resolve\s*, Names typed by hand$/ }).click();
  const resolve = page.getByRole('dialog', { name: 'Resolve friction' });
  await resolve.getByLabel('Which change resolved it').fill('The form fills them in');
  await resolve.getByRole('button', { name: 'Resolve' }).click();
  await expect(panel.getByText('Names typed by hand')).toHaveCount(0);
});

test('what nobody uses goes by one press', async ({ page }) => {
  await page.goto('/model');
  const usage = page.getByRole('region', { name: 'What is used' });
  const sheet = usage.getByRole('row').filter({ hasText: 'Status sheet' });
  await expect(sheet).toContainText('Remove?');
  await usage.getByRole('button', { name: 'Remove Status sheet' }).click();
  await expect(sheet).toBeHidden();
  await expect(page.getByRole('region', { name: 'Workflows' })).toContainText('7 parts');
});

test('each panel fails alone', async ({ page }) => {
  await page.route('**/api/v1/sops?*', (route) => route.fulfill({ status: 503, body: 'no' }));
  await page.goto('/model');
  const sops = page.getByRole('region', { name: 'Routines (SOPs)' });
  await expect(sops.getByRole('button', { name: 'Retry' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Workflows' }).getByRole('listitem').first()).toBeVisible();
  await page.unroute('**/api/v1/sops?*');
  await sops.getByRole('button', { name: 'Retry' }).click();
  await expect(sops.getByRole('listitem').first()).toBeVisible();
});

test('nothing is cut off on a phone', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto('/model');
  await expect(page.getByRole('region', { name: 'Workflows' }).getByRole('listitem').first()).toBeVisible();
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(beyond).toBeLessThanOrEqual(0);
});
