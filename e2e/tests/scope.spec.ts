// What a retainer is for, holds and puts first; who decides; the gate before it runs.
// Source: requirements S0-1, S0-4, S0-14, S0-22, S0-33, S0-44, S3-26, S3-34, S3-35.
import type { Page } from '@playwright/test';
import { ask } from '../support/books.ts';
import { expect, expectAccessible, signedIn, test } from '../support/fixtures.ts';
import type { Server } from '../support/server.ts';

// Retainers and a gate of its own: a clock of its own is a server of its own.
test.use({ serverOptions: { demo: true, clock: '2026-11-22T11:20:00Z' } });
test.use({ expectedErrors: [/401 \(Unauthorized\)|409|422|503/] });
test.describe.configure({ mode: 'serial', timeout: 60_000 });

test.beforeEach(async ({ page, server }) => {
  await signedIn(page, server);
});

/** Sells ten hours a month to a new client with one person; answers the address of its page. */
async function sell(server: Server, name: string): Promise<string> {
  const account = await ask(server, 'POST', '/accounts', { name: `${name} Ltd` });
  await ask(server, 'POST', `/accounts/${account.id}/contacts`, { name: 'Mia Berg', decides: true });
  const retainer = await ask(server, 'POST', '/retainers', {
    account_id: account.id,
    name,
    starts_on: '2026-11-01',
    terms: { price: { amount_minor: 150_000, currency: 'EUR' }, pools: [{ unit: 'minutes', allowance: 600 }] },
  });
  return `/accounts/${account.id}/retainers/${retainer.id}`;
}

/** A scope that lacks nothing but priorities. */
const SCOPE = {
  outcome: 'Fewer errors',
  next_review_on: '2026-12-10',
  included: ['Two newsletters', 'A report'],
  excluded: ['Print'],
};

const panel = (page: Page, name: string | RegExp) => page.getByRole('region', { name });
const dialog = (page: Page) => page.getByRole('dialog');

test('s0_1 s3_34 a scope is asked in order, and each gap leads to its field', async ({ page, server }) => {
  const href = await sell(server, 'Orchard');
  await page.goto(href);
  await expect(page.getByText(/The scope still lacks .*the business outcome/)).toBeVisible();
  await page.getByRole('link', { name: 'Open scope' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Scope of Orchard' })).toBeVisible();
  const missing = panel(page, 'What the scope lacks');
  await expect(missing.getByRole('button')).toHaveCount(5);
  await expectAccessible(page);

  await missing.getByRole('button', { name: 'what is left out' }).click();
  await expect(dialog(page).getByLabel('Left out')).toBeFocused();
  await expect(dialog(page).locator('legend')).toHaveText([
    'Ownership',
    'Inputs',
    'Decisions',
    'Review',
    'What it holds',
  ]);
  await dialog(page).getByLabel('Owner of the process').selectOption({ label: 'Tom Becker' });
  await dialog(page).getByLabel('What does not run well').selectOption({ label: 'Approvals' });
  await dialog(page).getByLabel('Business outcome').fill('Better communication');
  await expect(dialog(page).getByText('The outcome is hard to see', { exact: false })).toBeVisible();
  await dialog(page).getByLabel('Business outcome').fill('Fewer rounds of corrections');
  await expect(dialog(page).getByText('The outcome is hard to see', { exact: false })).toBeHidden();
  await dialog(page).getByLabel('Signal of success').selectOption({ label: 'Fewer revisions' });
  await expect(dialog(page).getByText('Shown by: Operating metrics', { exact: false })).toBeVisible();
  await dialog(page).getByLabel('Next review').fill('2026-12-10');
  await dialog(page).getByLabel('Included').fill('Two newsletters\nA report');
  await dialog(page).getByLabel('Left out').fill('Trade fairs\ntrade fairs');
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await expect(dialog(page).getByText('There is one like this already.')).toBeVisible();
  await expectAccessible(page);
  await dialog(page).getByLabel('Left out').fill('Trade fairs');
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await expect(dialog(page)).toBeHidden();
  await expect(panel(page, 'Included').getByRole('listitem')).toHaveText(['Two newsletters', 'A report']);
  await expect(panel(page, 'Left out').getByRole('listitem')).toHaveText(['Trade fairs']);
  await expect(missing.getByRole('button')).toHaveText(['priorities of the cycle']);
});

test('s0_14 s3_35 a cycle is planned in three steps, each with its purpose', async ({ page, server }) => {
  await page.goto(`${await sell(server, 'Planned')}/scope`);
  await page.getByRole('button', { name: 'priorities of the cycle' }).click();
  const form = dialog(page);
  await expect(form.getByText('Start from what the last cycle left', { exact: false })).toBeVisible();
  await form.getByRole('button', { name: 'Add a priority' }).click();
  await form.getByLabel('Priority 1', { exact: true }).fill('Newsletter');
  await form.getByRole('button', { name: 'Add a priority' }).click();
  await form.getByLabel('Priority 2', { exact: true }).fill('Launch the shop');
  await form.getByRole('button', { name: 'Move priority 2 up' }).click();
  await expect(form.getByLabel('Priority 1', { exact: true })).toHaveValue('Launch the shop');
  await expectAccessible(page);
  await form.getByRole('button', { name: 'Next' }).click();
  await expect(form.getByText('Share out the allowance before it is used', { exact: false })).toBeVisible();
  await form.getByRole('group', { name: '1. Launch the shop' }).getByLabel('Planned').fill('8');
  // What cannot be read is told at once, and goes no further.
  await form.getByRole('group', { name: '2. Newsletter' }).getByLabel('Planned').fill('abc');
  await expect(form.getByRole('status')).toContainText('2. Newsletter: This cannot be read as effort.');
  await form.getByRole('button', { name: 'Next' }).click();
  await expect(form.getByText('Write 1:30', { exact: false }).first()).toBeVisible();
  await form.getByRole('group', { name: '2. Newsletter' }).getByLabel('Planned').fill('3:30');
  await expect(form.getByRole('status')).toContainText('too much');
  await form.getByRole('group', { name: '2. Newsletter' }).getByLabel('Planned').fill('1:30');
  await expect(form.getByRole('status')).toContainText('are left');
  await form.getByRole('button', { name: 'Next' }).click();
  await expect(form.getByText('Name what each priority pushes back', { exact: false })).toBeVisible();
  await form.getByRole('group', { name: '1. Launch the shop' }).getByLabel('What waits for it').fill('The blog');
  await expectAccessible(page);
  await form.getByRole('button', { name: 'Save the plan' }).click();
  await expect(form).toBeHidden();
  const list = panel(page, 'Priorities of cycle 1').getByRole('listitem');
  await expect(list.first()).toContainText('Launch the shop');
  await expect(list.first()).toContainText('Waits for it: The blog');
  await expect(page.getByRole('button', { name: 'priorities of the cycle' })).toBeHidden();
  await expect(panel(page, 'Priorities of cycle 1').getByText(/are planned/)).toContainText('9 h 30');
  await list.last().getByRole('button', { name: 'Mark reached: Newsletter' }).click();
  await expect(list.last()).toContainText('Reached');

  // The coming cycle is planned from what this one leaves.
  await page.getByRole('radio', { name: 'Next cycle' }).check();
  const coming = panel(page, 'Priorities of cycle 2');
  await coming.getByRole('button', { name: 'Plan the cycle' }).click();
  await expect(page.getByRole('dialog', { name: 'Plan cycle 2' })).toBeVisible();
  await expect(form.getByText('Open in the cycle before')).toBeVisible();
  await expect(form.getByLabel('Priority 1', { exact: true })).toHaveValue('Launch the shop');
  for (const step of ['Next', 'Next', 'Save the plan']) await form.getByRole('button', { name: step }).click();
  await expect(form).toBeHidden();
  await expect(coming.getByRole('listitem')).toHaveCount(1);
  // What has not begun cannot have been reached.
  await expect(coming.getByRole('button', { name: /^Mark reached/ })).toHaveCount(0);
  await expectAccessible(page);
  await page.getByRole('radio', { name: 'This cycle' }).check();
  await expect(list).toHaveCount(2);
});

test('s0_22 s0_33 a change is decided by the business, and our side needs a delegation', async ({ page, server }) => {
  const href = await sell(server, 'Changing');
  await ask(server, 'PUT', `/retainers/${href.split('/').pop()}/scope`, SCOPE, 0);
  await page.goto(`${href}/scope`);
  await page.getByRole('button', { name: 'Propose a change' }).click();
  await dialog(page).getByLabel('Holds from').fill('2026-12-01');
  await dialog(page).getByLabel('A report').check();
  await dialog(page).getByLabel('New: included').fill('A weekly report');
  await dialog(page).getByLabel('Why').fill('The board reads weekly');
  await expectAccessible(page);
  await dialog(page).getByRole('button', { name: 'Propose' }).click();
  const changes = panel(page, 'Changes of scope');
  await expect(changes.getByRole('listitem').first()).toContainText('Proposed');

  await changes.getByRole('button', { name: 'Accept change 1' }).click();
  // Only those are offered who may decide.
  const who = dialog(page).getByLabel('Who decided');
  await expect(who.getByRole('option', { name: 'Mia Berg (at the account)' })).toHaveCount(1);
  await expect(who.getByRole('option', { name: 'Ana Ruiz' })).toHaveCount(0);
  await who.selectOption({ label: 'Mia Berg (at the account)' });
  await dialog(page).getByRole('button', { name: 'Record acceptance' }).click();
  await expect(dialog(page).getByText('This is needed.')).toBeVisible();
  await dialog(page).getByLabel('Where it is written down').fill('Mail of 20 November');
  await dialog(page).getByRole('button', { name: 'Record acceptance' }).click();
  await expect(dialog(page)).toBeHidden();
  await expect(changes.getByText('recorded by Ana Ruiz: Mail of 20 November', { exact: false })).toBeVisible();
  const included = panel(page, 'Included').getByRole('listitem');
  await expect(included.filter({ hasText: 'A report' })).toContainText('until 30 Nov');
  await expect(included.filter({ hasText: 'A weekly report' })).toContainText('from 1 Dec');

  const others = panel(page, 'Who else may decide');
  await others.getByRole('button', { name: 'Delegate' }).click();
  await dialog(page).getByLabel('Who may decide').selectOption({ label: 'Ana Ruiz' });
  // Nobody else here signs in: so she writes it down herself.
  await dialog(page).getByLabel('Given by').selectOption({ label: 'Mia Berg (at the account)' });
  await dialog(page).getByLabel('Where it is written down').fill('Mail of 20 November');
  await dialog(page).getByLabel('Why').fill('On leave');
  await expectAccessible(page);
  await dialog(page).getByRole('button', { name: 'Record delegation' }).click();
  await expect(others.getByRole('listitem')).toContainText('Given by Mia Berg, Mail of 20 November');
  await expect(others.getByRole('listitem')).toContainText('Holds');
  await others.getByRole('button', { name: 'Take back the delegation of Ana Ruiz' }).click();
  await expect(others.getByRole('listitem')).toContainText('Taken back');
});

test('s0_4 one screen shows capacity, priorities, scope and signals; the palette leads there', async ({ page }) => {
  await page.goto('/accounts');
  await page.getByRole('link', { name: 'Northwind Robotics', exact: true }).click();
  await page.getByRole('link', { name: 'Growth retainer' }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: 'Growth retainer' })).toBeVisible();
  await page.keyboard.press('ControlOrMeta+k');
  await page.getByRole('combobox', { name: 'Type a command or a name' }).fill('open scope');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Scope of Growth retainer' })).toBeVisible();
  await expect(panel(page, 'Capacity of the cycle').getByText(/left|over/i).first()).toBeVisible();
  await expect(panel(page, /^Priorities of cycle/).getByRole('listitem').first()).toContainText('Webinar');
  // Effort by priority and channel: planned against drawn.
  await expect(panel(page, /^Priorities of cycle/)).toContainText(/drawn|Beside the priorities: /);
  await expect(panel(page, /^Priorities of cycle/)).toContainText(/By channel: .*\sh/);
  await expect(panel(page, 'Included').getByRole('listitem').first()).toBeVisible();
  await expect(panel(page, 'What it is for')).toContainText('Operating metrics');
  await expect(panel(page, 'Changes of scope').getByRole('listitem').first()).toBeVisible();
  await expect(panel(page, 'Signals')).toContainText('No review has read them yet.');
  for (const width of [360, 768, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(over, `${width} px`).toBeLessThanOrEqual(0);
    await expectAccessible(page);
  }
  // Of a retainer that was reviewed the last readings are shown.
  await page.goto('/accounts');
  await page.getByRole('link', { name: 'Halden Legal', exact: true }).click();
  await page.getByRole('link', { name: 'Content and SEO' }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: 'Content and SEO' })).toBeVisible();
  await page.goto(`${new URL(page.url()).pathname}/scope`);
  const pulse = panel(page, 'Signals').getByRole('listitem').filter({ hasText: 'Client pulse' });
  await expect(pulse).toContainText('%');
});

test('a failing read fails alone', async ({ page, server }) => {
  const href = await sell(server, 'Half read');
  await ask(server, 'PUT', `/retainers/${href.split('/').pop()}/scope`, SCOPE, 0);
  await page.route('**/scope/changes*', (route) => route.fulfill({ status: 503, body: 'no' }));
  await page.goto(`${href}/scope`);
  await expect(panel(page, 'Changes of scope').getByRole('button', { name: 'Retry' })).toBeVisible();
  await expect(panel(page, 'Included').getByRole('listitem').first()).toBeVisible();
});

test('s3_26 s0_1 a required gate holds until the scope is complete', async ({ page, server }) => {
  await page.goto('/settings/controls');
  await page.getByRole('radio', { name: 'Required' }).check();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved').first()).toBeVisible();
  const held = await sell(server, 'Held back');
  await page.goto(held);
  await page.getByRole('button', { name: 'Activate' }).first().click();
  await dialog(page).getByRole('button', { name: /Activate/ }).click();
  await expect(dialog(page).getByText('your workspace wants it before activation', { exact: false })).toBeVisible();
  await expect(dialog(page).getByText(/The scope still lacks .*a day of review/)).toBeVisible();
  await dialog(page).getByRole('link', { name: 'Open scope' }).click();
  await expect(page.getByText('Before it is activated, say:')).toBeVisible();
  const id = held.split('/').pop();
  await ask(server, 'PUT', `/retainers/${id}/scope`, SCOPE, 0);
  await page.reload();
  await page.getByRole('button', { name: 'priorities of the cycle' }).click();
  await dialog(page).getByRole('button', { name: 'Add a priority' }).click();
  await dialog(page).getByLabel('Priority 1', { exact: true }).fill('Newsletter');
  for (const step of ['Next', 'Next', 'Save the plan']) {
    await dialog(page).getByRole('button', { name: step }).click();
  }
  await expect(dialog(page)).toBeHidden();
  await page.goto(held);
  await page.getByRole('button', { name: 'Activate' }).first().click();
  await dialog(page).getByRole('button', { name: /Activate/ }).click();
  await expect(dialog(page)).toBeHidden();
  await expect(page.getByText('Active', { exact: true }).first()).toBeVisible();
  await page.goto('/settings/controls');
  await page.getByRole('radio', { name: 'Light' }).check();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved').first()).toBeVisible();
});

test('s0_44 whether a retainer makes sense is asked first, and kept', async ({ page, server }) => {
  const href = await sell(server, 'Before');
  await page.goto(`${href.split('/retainers')[0]}/retainers/new`);
  await page.getByText('Does a retainer make sense?').click();
  await page.getByLabel('The need comes again').check();
  await page.getByRole('button', { name: 'Check and keep' }).click();
  await expect(page.getByRole('status').getByText('Rather a project')).toBeVisible();
  await page.getByLabel('What it is to bring stays the same').check();
  await page.getByLabel('Somebody has the time').check();
  await page.getByLabel('Somebody at the business decides').check();
  await page.getByRole('button', { name: 'Check and keep' }).click();
  await expect(page.getByRole('status').getByText('A retainer makes sense')).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel('Name', { exact: true }).fill('Checked first');
  await page.getByLabel('Allowance of a full cycle').fill('10');
  await page.getByLabel('Price of a full cycle').fill('1500');
  await page.getByRole('button', { name: 'Create retainer' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Checked first' })).toBeVisible();
  const checks = await ask(server, 'GET', '/fit-checks');
  expect(page.url()).toContain(checks.items[0].retainer_id);
});
