// Reviews: a guide that opens a diagnosis, an outcome that retires a routine, a review held by the
// guidance on screen alone, leads by hand and by file, partners compared.
import type { APIRequestContext, Page } from '@playwright/test';
import { expect, expectAccessible, atHome, test } from '../support/fixtures.ts';
import { bearer, makeWork, northwind, type Work } from '../support/work.ts';

test.use({ serverOptions: { demo: true, clock: '2026-11-22T10:50:00Z' } });
test.use({ expectedErrors: [/401 \(Unauthorized\)|422|503/] });

test.beforeEach(async ({ page, server }) => {
  await atHome(page, server);
});

/** Work that went round three times, on a retainer of its own. */
async function revised(request: APIRequestContext, url: string): Promise<Work> {
  const work = await northwind(request, url);
  const headers = await bearer(request, url);
  const member = (await (await request.get(`${url}/api/v1/auth/me`, { headers })).json()).member_id;
  const seat = { kind: 'member', id: member };
  const contacts = await request.get(`${url}/api/v1/accounts/${work.account}/contacts`, { headers });
  const client = { kind: 'contact', id: (await contacts.json()).items[0].id };
  const item = await makeWork(request, work, {
    title: 'Start page',
    column: 'in_progress',
    details: { goal: 'Say what they do', estimate: 240 },
    seats: { decision: client, execution: seat },
  });
  for (const reason of ['New prices', 'Another audience', 'Other pictures']) {
    const path = `${url}/api/v1/work-items/${item.id}/revisions`;
    expect((await request.post(path, { headers, data: { reason } })).ok()).toBe(true);
  }
  return work;
}

async function name(request: APIRequestContext, { url, retainer }: Work): Promise<string> {
  const headers = await bearer(request, url);
  return (await (await request.get(`${url}/api/v1/retainers/${retainer}`, { headers })).json()).name;
}

function panel(page: Page, title: string) {
  return page.getByRole('region', { name: title });
}

/** Begins the review of a retainer from the list, as a person would. */
async function begin(page: Page, retainer: string): Promise<void> {
  await page.keyboard.press('g');
  await page.keyboard.press('v');
  await expect(page.getByRole('heading', { level: 1, name: 'Reviews' })).toBeFocused();
  await page.getByRole('button', { name: new RegExp(`Start review ?, .*${retainer}`) }).click();
  await expect(page.getByRole('heading', { level: 1, name: new RegExp(retainer) })).toBeVisible();
}

test('s0_08 three revisions open a diagnosis filled in, and a decision retires a routine', async ({
  page,
  request,
  server,
}) => {
  test.slow();
  const work = await revised(request, server.url);
  await begin(page, await name(request, work));
  const why = panel(page, '3. Find the cause');
  const guide = why.getByRole('listitem').filter({ hasText: 'Brief or approval path unclear' }).first();
  await expect(guide).toContainText('1 item of 1 with three revisions or more.');
  await expect(guide).toContainText('Check: inputs, owner and review criteria');
  await expect(guide.getByRole('link', { name: /Start page/ })).toBeVisible();
  await guide.getByRole('button', { name: 'Diagnose Brief or approval path unclear' }).click();
  const diagnosis = page.getByRole('dialog', { name: /^Diagnose/ });
  await expect(diagnosis.getByLabel('Cause')).toHaveValue('process');
  await expect(diagnosis.getByLabel('What was found')).toHaveValue(/Brief or approval path unclear/);
  // S3-24: no person is a cause, and a name in the words is seen while it is typed.
  await diagnosis.getByLabel('What was found').fill('Tom approved too late');
  await expect(diagnosis.getByRole('status')).toContainText('Names Tom Becker');
  await expect(diagnosis.getByLabel('The word is no name here')).toBeVisible();
  await diagnosis.getByRole('button', { name: 'Diagnose' }).click();
  await expect(diagnosis.getByText('Say what happened, not who.').first()).toBeVisible();
  await diagnosis.getByLabel('What was found').fill('Nobody said by what a draft is reviewed');
  await expect(diagnosis.getByRole('status')).toBeEmpty();
  await diagnosis.getByLabel('review criteria').check();
  await expectAccessible(page);
  await diagnosis.getByRole('button', { name: 'Diagnose' }).click();
  await expect(diagnosis).toBeHidden();
  await expect(why).toContainText('Nobody said by what a draft is reviewed');

  await page.keyboard.press('d');
  const decide = page.getByRole('dialog', { name: 'Decide' });
  await decide.getByRole('button', { name: 'Decide' }).click();
  await expect(decide.getByText('This is needed.').first()).toBeVisible();
  await decide.getByLabel('Decide').selectOption('stop');
  await decide.getByLabel('What exactly').fill('No more weekly deck');
  await expect(decide.getByLabel('Because of')).toHaveValue('1');
  await decide.getByLabel('By', { exact: true }).fill('2026-12-10');
  await decide.getByLabel('Expected effect').fill('Two hours a week for drafts');
  await decide.getByLabel('Retire a routine').selectOption({ label: 'Newsletter' });
  await decide.getByLabel('Draft a scope change').fill('Review criteria in each brief');
  await decide.getByRole('button', { name: 'Decide' }).click();
  await expect(decide.getByText('This is needed.').first()).toBeVisible();
  await decide.getByLabel(/^From/).fill('2026-12-01');
  await expectAccessible(page);
  await decide.getByRole('button', { name: 'Decide' }).click();
  await expect(decide).toBeHidden();
  const decided = panel(page, '4. Decide');
  await expect(decided).toContainText('No more weekly deck');
  await expect(decided).toContainText('A scope change was drafted.');
  await page.getByLabel(/^Why without/).fill('No leads came yet');
  await page.getByRole('button', { name: 'End review' }).click();
  await expect(page.getByRole('paragraph').filter({ hasText: 'Review ended.' })).toBeVisible();
  await expect(page.getByText(/Next review/).first()).toBeVisible();
  await decided.getByRole('link', { name: 'A routine was retired.' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Newsletter' })).toBeVisible();
  await expect(page.getByText(/Retired/).first()).toBeVisible();
});

test('s0_13 s3_39 a weekly review is held by the guidance on screen alone', async ({ page, request, server }) => {
  test.slow();
  const work = await northwind(request, server.url);
  const headers = { ...(await bearer(request, server.url)), 'If-Match': '"0"' };
  const frame = { problem: 'approvals', limits: 'One approver', cadence: 'weekly' };
  const path = `${server.url}/api/v1/retainers/${work.retainer}/scope`;
  expect((await request.put(path, { headers, data: frame })).ok()).toBe(true);
  const retainer = await name(request, work);
  await begin(page, retainer);
  await expect(page.getByRole('timer')).toContainText('of 15 min');
  // S0-13: the five steps of the month, of which the review is the fourth.
  const month = page.getByRole('navigation', { name: 'Steps of the month' }).getByRole('listitem');
  await expect(month).toHaveText([/Scope and exclusions/, /Priorities/, /Capacity and requests/, /Delivery and leads/, /Adjust the scope/]);
  await expect(month.nth(3).locator('[aria-current="step"]')).toBeVisible();
  await expect(month.first().getByRole('link')).toHaveAttribute('href', /\/scope$/);
  // Each step says in one sentence what to do.
  const steps = ['1. Look back', '2. Read the signals', '3. Find the cause', '4. Decide', '5. End the review'];
  for (const step of steps) await expect(panel(page, step).getByText(/\.$/).first()).toBeVisible();
  const read = panel(page, '2. Read the signals');
  await read.getByRole('button', { name: 'Rate Client pulse' }).click();
  const rate = page.getByRole('dialog', { name: 'Rate Client pulse' });
  await rate.getByLabel('From 1 (poor) to 5 (good)').selectOption('2');
  await rate.getByRole('button', { name: 'Rate' }).click();
  await expect(rate.getByText('This is needed.')).toBeVisible();
  await rate.getByLabel('Evidence').fill('Call of Tuesday');
  await rate.getByRole('button', { name: 'Rate' }).click();
  const pulse = read.getByRole('listitem').filter({ hasText: 'Client pulse' });
  await expect(pulse).toContainText('Rated 2 of 5: Call of Tuesday');
  await expect(pulse).toContainText('Weak');
  // Nothing is decided yet: the review says so before it is tried to end it.
  const early_end = panel(page, '5. End the review').getByRole('button', { name: /End review/ });
  await expect(early_end).toHaveAttribute('aria-disabled', 'true');
  // S3-23: another reason is no way around a diagnosis.
  await page.keyboard.press('d');
  const early = page.getByRole('dialog', { name: 'Decide' });
  await early.getByLabel('Decide').selectOption('stop');
  await early.getByLabel('What exactly').fill('Fewer calls');
  await early.getByLabel('About the signal').selectOption('client_pulse');
  await early.getByLabel('Why').fill('They tire of them');
  await early.getByLabel('By', { exact: true }).fill('2026-11-29');
  await early.getByLabel('Expected effect').fill('Better mood');
  await early.getByRole('button', { name: 'Decide' }).click();
  await expect(early.getByText('A weak signal needs a diagnosis first.').first()).toBeVisible();
  page.once('dialog', (question) => void question.accept());
  await early.getByRole('button', { name: 'Close' }).click();
  await expect(early).toBeHidden();
  // To a room it is shown without the frame around it.
  await page.keyboard.press('p');
  await expect(page.locator('.rail')).toBeHidden();
  await expectAccessible(page);
  await page.keyboard.press('p');
  await expect(page.locator('.rail')).toBeVisible();
  await panel(page, '3. Find the cause').getByRole('button', { name: 'Diagnose Client pulse' }).click();
  const diagnosis = page.getByRole('dialog', { name: 'Diagnose Client pulse' });
  await diagnosis.getByLabel('Cause').selectOption('capacity');
  await diagnosis.getByLabel('What was found').fill('The last sprint had no slack');
  await diagnosis.getByRole('button', { name: 'Diagnose' }).click();
  await panel(page, '4. Decide').getByRole('button', { name: 'Decide' }).click();
  const decide = page.getByRole('dialog', { name: 'Decide' });
  await decide.getByLabel('Decide').selectOption('improve');
  await decide.getByLabel('What exactly').fill('Plan one day of slack');
  await decide.getByLabel('By', { exact: true }).fill('2026-11-29');
  await decide.getByLabel('Expected effect').fill('Drafts a day earlier');
  await decide.getByRole('button', { name: 'Decide' }).click();
  await expect(decide).toBeHidden();
  const end = panel(page, '5. End the review');
  await end.getByRole('button', { name: 'End review' }).click();
  await expect(end.getByText('This is needed.')).toBeVisible();
  await end.getByLabel('Does it still hold?').selectOption('holds');
  // S0-37: a score that nobody gave is left out for a reason.
  await end.getByLabel(/^Why without/).fill('No leads came yet');
  await end.getByRole('button', { name: 'End review' }).click();
  await expect(page.getByRole('paragraph').filter({ hasText: 'Review ended.' })).toBeVisible();
  await expect(end.getByText(/No leads came yet ·/)).toBeVisible();
  await expect(page.getByText(/29 Nov/).first()).toBeVisible();
  await end.getByRole('button', { name: 'Mark as ready for the client' }).click();
  await expect(page.getByText(/Marked ready for the client since/)).toBeVisible();
  await page.goto('/reviews');
  await expect(panel(page, 'Later').getByRole('listitem').filter({ hasText: retainer })).toContainText('due 29 Nov');
  await expect(panel(page, 'Held').getByRole('link', { name: new RegExp(retainer) })).toBeVisible();
});

test('what is due comes first, with what was held and how decisions were reached', async ({ page }) => {
  await page.goto('/reviews');
  const due = panel(page, 'To be reviewed');
  await expect(due.getByRole('listitem')).toHaveCount(1);
  await expectAccessible(page);
  // The key asks whose review it is; one that was begun by mistake is dropped.
  await page.keyboard.press('c');
  const start = page.getByRole('dialog', { name: 'Start review' });
  await expect(start.getByText(/^Start the review of .+\?$/)).toBeVisible();
  await start.getByRole('button', { name: 'Start review' }).click();
  await panel(page, '5. End the review').getByRole('button', { name: 'Drop review' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Drop review' }).click();
  await expect(due.getByRole('listitem')).toHaveCount(1);
  // The sample's newest: other tests hold reviews too.
  await panel(page, 'Held').getByRole('link', { name: /Content and SEO/ }).first().click();
  await expect(panel(page, '1. Look back')).toContainText('In part');
  await expect(panel(page, '2. Read the signals')).toContainText('Client pulse');
  await expect(panel(page, 'Earlier decisions')).toContainText('A brief names the review criteria');
  await expect(page.getByRole('button', { name: 'End review' })).toHaveCount(0);
  await expectAccessible(page);
});

test('signals are redefined, switched off, and a cadence is refused at its field', async ({ page }) => {
  await page.goto('/reviews/signals');
  await expectAccessible(page);
  const signals = panel(page, 'Signals');
  const focus = signals.getByRole('listitem').filter({ hasText: 'Decision clarity' });
  await focus.getByRole('button', { name: 'Edit' }).click();
  const dialog = page.getByRole('dialog', { name: 'Decision clarity' });
  await dialog.getByLabel('Read every so many days').fill('28');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByText('Execution: every 7 to 14 days; the rest: 28 or more.')).toBeVisible();
  await dialog.getByLabel('Read every so many days').fill('7');
  await dialog.getByLabel('Informs the decision').fill('Who decides what');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(focus).toContainText('Every 7 days');
  await expect(focus).toContainText('Who decides what');
  await signals.getByRole('listitem').filter({ hasText: 'Strategic fit' }).getByRole('button', { name: 'Edit' }).click();
  const off = page.getByRole('dialog', { name: 'Strategic fit' });
  await off.getByLabel('Looked at').uncheck();
  await off.getByRole('button', { name: 'Save' }).click();
  await expect(signals).toContainText('Resource allocation measures activity alone');
});

test('s0_38 leads are marked by hand and read from a file, each bad row at its line', async ({ page, request, server }) => {
  const work = await northwind(request, server.url);
  const retainer = await name(request, work);
  await page.goto('/reviews/leads');
  const leads = panel(page, 'Leads');
  await expect(leads.getByRole('listitem').first()).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('c');
  const mark = page.getByRole('dialog', { name: 'Mark lead' });
  await mark.getByLabel('Retainer').selectOption({ label: `Northwind Robotics · ${retainer}` });
  await mark.getByLabel('Name in the CRM').fill('HS-9000');
  await mark.getByLabel('Source').fill('CRM');
  await mark.getByLabel('Fit').selectOption('good');
  await mark.getByLabel('Revenue').fill('1250.50');
  await mark.getByRole('button', { name: 'Mark lead' }).click();
  await expect(leads.getByRole('listitem').filter({ hasText: 'HS-9000' })).toContainText('€1,251');
  await page.getByRole('button', { name: 'Import CSV' }).click();
  const file = page.getByRole('dialog', { name: 'Import CSV' });
  await file.getByLabel('Retainer').selectOption({ label: `Northwind Robotics · ${retainer}` });
  const text = 'reference;fit;came_on\nHS-9001;poor;2026-11-20\nHS-9002;great;2026-11-20\n';
  await file.locator('input[type=file]').setInputFiles({ name: 'leads.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
  await expect(file.getByLabel('CSV', { exact: true })).toHaveValue(/HS-9001/);
  await file.getByRole('button', { name: 'Import CSV' }).click();
  await expect(file.getByRole('status')).toContainText('1 added, 0 changed, 1 not read.');
  await expect(file.getByRole('status')).toContainText('Line 3, fit:');
  await expectAccessible(page);
  await file.getByRole('button', { name: 'Cancel' }).click();
  await expect(leads.getByRole('listitem').filter({ hasText: 'HS-9001' })).toContainText('Poor');
});

test('s0_24 partners stand side by side, and a server that fails is told', async ({ page }) => {
  await page.goto('/reviews/partners');
  const table = page.getByRole('table');
  await expect(table.getByRole('rowheader', { name: 'Lead relevance' })).toBeVisible();
  await expect(table.getByRole('columnheader').nth(1)).not.toBeEmpty();
  await expectAccessible(page);
  await page.route('**/api/v1/reviews/plan?*', (route) => route.fulfill({ status: 503, body: 'no' }));
  await page.goto('/reviews');
  await expect(panel(page, 'To be reviewed').getByRole('button', { name: 'Retry' })).toBeVisible();
  await expectAccessible(page);
  await page.unroute('**/api/v1/reviews/plan?*');
  await panel(page, 'To be reviewed').getByRole('button', { name: 'Retry' }).click();
  await expect(panel(page, 'To be reviewed').getByRole('listitem')).toHaveCount(1);
});
