// Requests: by the form of a retainer, asked about, matched to the scope, and each with its verdict.
// Source: requirements S0-2, S0-21, S0-32, S3-36.
import type { Page } from '@playwright/test';
import { ask } from '../support/books.ts';
import { atHome, expect, expectAccessible, signedIn, test } from '../support/fixtures.ts';
import type { Server } from '../support/server.ts';

// Requests and boards of its own: a clock of its own is a server of its own.
test.use({ serverOptions: { demo: true, clock: '2026-11-22T12:10:00Z' } });
test.use({ expectedErrors: [/401 \(Unauthorized\)|404|409|412|422|503/] });
test.describe.configure({ mode: 'default', timeout: 90_000 });

const region = (page: Page, name: string | RegExp) => page.getByRole('region', { name });
const dialog = (page: Page) => page.getByRole('dialog');

interface Sold {
  account: string;
  href: string;
  retainer: string;
}

/** Sells ten hours a month with a scope to a client with one person. */
async function sell(server: Server, name: string): Promise<Sold> {
  const account = await ask(server, 'POST', '/accounts', { name: `${name} Ltd` });
  await ask(server, 'POST', `/accounts/${account.id}/contacts`, { name: 'Mia Berg', decides: true });
  await ask(server, 'POST', `/accounts/${account.id}/contacts`, { name: 'Tom Helper' });
  const retainer = await ask(server, 'POST', '/retainers', {
    account_id: account.id,
    name,
    starts_on: '2026-11-01',
    terms: {
      price: { amount_minor: 150_000, currency: 'EUR' },
      pools: [{ unit: 'minutes', allowance: 600, overage: { mode: 'bill', rate_minor: 12_000 } }],
    },
  });
  const lines = { included: ['Landing pages', 'Two newsletters'], excluded: ['Hosting of the site'] };
  await ask(server, 'PUT', `/retainers/${retainer.id}/scope`, lines, 0);
  return { account: account.id, href: `/accounts/${account.id}/retainers/${retainer.id}`, retainer: retainer.id };
}

/** Agreed work of this cycle. */
async function card(server: Server, sold: Sold, title: string, estimate: number): Promise<void> {
  const details = { estimate, goal: 'Readers book a call' };
  await ask(server, 'POST', '/work-items', { retainer_id: sold.retainer, title, column: 'agreed', details });
}

test('s0_02 s0_32 a request comes by the form, and what is left out becomes a change order', async ({
  page,
  server,
  browser,
}) => {
  const sold = await sell(server, 'Orchard');
  await signedIn(page, server);
  await page.goto(sold.href);
  const form = region(page, 'Request form');
  await expect(form.getByText('No form is open', { exact: false })).toBeVisible();
  await form.getByRole('button', { name: 'Make a link' }).click();
  const address = await form.getByRole('textbox', { name: 'Link' }).inputValue();
  expect(address).toMatch(/\/act\/[\w-]{43}$/);
  await expectAccessible(page);

  // Somebody without a sign-in.
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'Europe/London' });
  const client = await context.newPage();
  await client.goto(address);
  await expect(client.getByRole('heading', { level: 1, name: 'Send a request' })).toBeVisible();
  await expect(client.getByText('Fieldwork Studio · Orchard')).toBeVisible();
  await client.getByRole('button', { name: 'Send' }).click();
  await expect(client.getByText('2 fields need a look').first()).toBeVisible();
  await client.getByLabel('Kind of request').selectOption({ label: 'Change of a text' });
  await expect(client.getByLabel('Wanted by')).toHaveCount(1);
  await client.getByLabel('What do you need?').fill('Move our hosting');
  await client.getByLabel('Your name').fill('Mia Berg');
  await client.getByLabel('Page to change').fill('not an address');
  await client.getByRole('button', { name: 'Send' }).click();
  await expect(client.getByText(/http/).first()).toBeVisible();
  await expectAccessible(client);
  await client.getByLabel('Page to change').fill('');
  // A failing server loses nothing.
  await client.route('**/api/v1/act/*', (route) =>
    route.request().method() === 'POST' ? route.fulfill({ status: 503, body: 'no' }) : route.fallback(),
  );
  await client.getByRole('button', { name: 'Send' }).click();
  await expect(client.locator('.note-bad')).toBeVisible();
  await expect(client.getByLabel('What do you need?')).toHaveValue('Move our hosting');
  await client.unroute('**/api/v1/act/*');
  await client.getByRole('button', { name: 'Send' }).click();
  await expect(client.locator('.note-ok')).toHaveText('Received: Move our hosting');
  await expect(client.getByText(/Still missing: .*Page to change/)).toBeVisible();
  await expect(client.locator('[aria-live=assertive]')).toContainText('Received: Move our hosting');
  const own = await client.getByRole('textbox', { name: 'Link' }).inputValue();
  await expectAccessible(client);

  // The link that was kept says the same, and takes what is missing.
  await client.goto(own);
  await expect(client.getByText(/Still missing: .*Page to change/)).toBeVisible();
  await expect(client.getByLabel('Page to change')).toBeVisible();
  await expectAccessible(client);

  // The queue, by its keys: the link had the focus.
  await page.getByRole('heading', { level: 1 }).focus();
  await page.keyboard.press('g');
  await page.keyboard.press('q');
  await expect(page.getByRole('heading', { level: 1, name: /^Requests/ })).toBeVisible();
  await region(page, 'Queue').getByRole('link', { name: 'Move our hosting' }).click();
  await expect(page.getByText('Mia Berg by form', { exact: false })).toBeVisible();
  const triage = region(page, 'Verdict');
  await expect(triage.getByLabel('Scope', { exact: true })).toHaveValue(/^excluded:/);
  await expect(triage.getByText('It shares: hosting.', { exact: false })).toBeVisible();
  await expect(triage.getByRole('radio', { name: /^In scope/ })).toBeDisabled();
  await expect(triage.getByText('propose a change order', { exact: false }).first()).toBeVisible();
  await expectAccessible(page);

  // What is missing is asked for at an address of the asker's own.
  await page.keyboard.press('?');
  await expect(dialog(page).getByText('1–6').first()).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog(page)).toBeHidden();
  await page.keyboard.press('0');
  await dialog(page).getByLabel('Question').fill('Which pages move?');
  await dialog(page).getByRole('button', { name: 'Ask for input' }).click();
  await expect(dialog(page).getByText('Send this link to the asker', { exact: false })).toBeVisible();
  await dialog(page).getByRole('button', { name: 'Close' }).click();
  await client.goto(own);
  await expect(client.getByText('We have a question')).toBeVisible();
  await expect(client.getByText('Which pages move?')).toBeVisible();
  await client.getByLabel('Page to change').fill('https://orchard.example/');
  await client.getByLabel('Wanted by').fill('2026-12-20');
  await expectAccessible(client);
  await client.getByRole('button', { name: 'Send' }).click();
  await expect(client.locator('.note-ok')).toContainText('Thank you');

  await page.reload();
  await expect(page.getByText('https://orchard.example/')).toBeVisible();
  // Anybody could have sent it under her name: somebody who knows says that it was her.
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  await dialog(page).getByLabel('Who asks').selectOption({ label: 'Mia Berg' });
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await expect(dialog(page)).toBeHidden();
  await triage.getByRole('radio', { name: /^Change order/ }).check();
  // The line that leaves it out begins today, so it ends tomorrow at the earliest.
  await triage.getByLabel('Holds from').fill('2026-12-01');
  await triage.getByLabel('Time with it').fill('8');
  await triage.getByRole('textbox', { name: /^Fee/ }).fill('960');
  await triage.getByRole('button', { name: 'Decide' }).click();
  await expect(triage.getByText('This is needed.')).toBeVisible();
  await triage.getByLabel('Reason').fill('Mia wants it from us');
  await triage.getByRole('button', { name: 'Decide' }).click();
  const made = region(page, 'Change order');
  await expect(made.getByText('Waits for acceptance')).toBeVisible();
  await expect(made.getByText('8 h · €960.00')).toBeVisible();
  await expect(made.getByText('Fee: to be agreed')).toBeHidden();
  await expectAccessible(page);
  await client.setViewportSize({ width: 360, height: 740 });
  await client.goto(own);
  await expect(client.getByText('Offered: 8 h · €960.00')).toBeVisible();
  await expect(client.getByText(/^Offered: .* from 1 Dec/)).toBeVisible();
  await expect(client.getByText('What now: whoever decides', { exact: false })).toBeVisible();
  await expectAccessible(client);

  // Whoever accepts it sees what it brings, and of which request it came.
  await made.getByRole('link', { name: 'Change of scope 1' }).click();
  await page.getByRole('button', { name: 'Accept change 1' }).click();
  await expect(dialog(page).getByText('Brings 8 h · €960.00')).toBeVisible();
  await expect(dialog(page).getByRole('link', { name: 'From request #1: Move our hosting' })).toBeVisible();
  await expectAccessible(page);
  await dialog(page).getByRole('button', { name: 'Cancel' }).click();
  await page.goBack();

  // Signed by whoever decides at the client, it goes on the board.
  await client.getByLabel('Your name').fill('Somebody else');
  await client.getByRole('button', { name: 'Accept' }).click();
  await expect(client.getByText('We know nobody of this name here.').first()).toBeVisible();
  await client.getByLabel('Your name').fill('Mia Berg');
  await client.getByRole('button', { name: 'Accept' }).click();
  await expect(client.getByText(/^Agreed: 8.h/)).toBeVisible();
  await expect(client.getByRole('button', { name: 'Accept' })).toBeHidden();
  await expectAccessible(client);
  await page.reload();
  await expect(region(page, 'History').getByText('Change of scope 1: Accepted')).toBeVisible();
  await expect(made.getByText('Accepted: Mia Berg', { exact: false })).toBeVisible();
  await client.reload();
  await expect(client.getByText('Agreed: 8 h · €960.00')).toBeVisible();
  await made.getByRole('button', { name: 'Put on the board' }).click();
  await made.getByRole('link', { name: /^Card #/ }).click();
  await expect(page.getByRole('heading', { name: '#1 Move our hosting' })).toBeVisible();
  await page.getByRole('link', { name: 'From request #1' }).click();
  await expect(region(page, '#1 Move our hosting')).toBeVisible();
  await client.goto(own);
  await expect(client.getByText('Mia wants it from us')).toBeVisible();
  await expect(client.getByText('The work: Agreed')).toBeVisible();

  // Links that were taken back say so.
  await page.getByRole('button', { name: "End the asker's links" }).click();
  await expect(page.getByRole('button', { name: "End the asker's links" })).toBeHidden();
  await client.goto(own);
  await expect(client.getByText('This link was taken back.', { exact: false })).toBeVisible();
  await page.goto(sold.href);
  await form.getByRole('button', { name: 'Replace the link' }).click();
  await expect(dialog(page).getByText('The link that clients have stops working.')).toBeVisible();
  await dialog(page).getByRole('button', { name: 'Cancel' }).click();
  await form.getByRole('button', { name: 'Revoke the link' }).click();
  await expect(form.getByText('No form is open', { exact: false })).toBeVisible();
  await client.goto(address);
  await expect(client.getByText('This link was taken back.', { exact: false })).toBeVisible();
  await client.goto('/act/nothing');
  await expect(client.getByRole('heading', { name: 'This link does not work' })).toBeVisible();
  await expectAccessible(client);
  await context.close();
});

test('s0_22 s0_33 what is accepted at a link is the offer that was read, by whoever decides', async ({
  page,
  server,
}) => {
  const sold = await sell(server, 'Heath');
  const people = await ask(server, 'GET', `/accounts/${sold.account}/contacts`);
  const [mia, tom] = ['Mia Berg', 'Tom Helper'].map((name) => people.items.find((one: any) => one.name === name).id);
  const offer = (id: string, version: number, minutes: number) =>
    ask(
      server,
      'POST',
      `/requests/${id}/triage`,
      {
        verdict: 'change_order',
        reason: 'Beyond the scope',
        change: { effective_on: '2026-12-01', minutes, fee_minor: minutes * 200 },
      },
      version,
    );
  const offered = async (asker: string) => {
    const details = { scope_match: { kind: 'unclear' } };
    const new_ = { retainer_id: sold.retainer, title: 'A flyer', asker_contact_id: asker, details };
    const { id } = await ask(server, 'POST', '/requests', new_);
    const asked = await ask(server, 'POST', `/requests/${id}/questions`, { note: 'How big?' });
    return { own: `${server.url}/act/${asked.token}`, request: await offer(id, asked.request.version, 60) };
  };
  // Who does not decide reads the offer.
  const reads = await offered(tom);
  await page.goto(reads.own);
  await expect(page.getByText('Offered: 1 h · €120.00', { exact: false })).toBeVisible();
  await expect(page.getByText('Whoever decides at your company', { exact: false })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Accept' })).toBeHidden();
  await expectAccessible(page);

  const { own, request } = await offered(mia);
  await page.goto(own);
  await page.getByLabel('Your name').fill('Tom Helper');
  await page.getByRole('button', { name: 'Accept' }).click();
  await expect(page.getByText('We have not noted this person as somebody who decides.').first()).toBeVisible();
  // Another offer comes while this one is being read: it is shown, and nothing was accepted.
  await ask(server, 'POST', `/scope-changes/${request.triage.scope_change_id}/decline`, {
    decided_by: { kind: 'contact', id: mia },
    evidence: 'By phone',
  });
  const again = await ask(server, 'GET', `/requests/${request.id}`);
  await offer(request.id, again.version, 120);
  await page.getByLabel('Your name').fill('Mia Berg');
  await page.getByRole('button', { name: 'Accept' }).click();
  await expect(page.locator('.note-bad')).toContainText('The offer has changed since you read it.');
  await expect(page.getByText('Offered: 2 h · €240.00', { exact: false })).toBeVisible();
  await expect(page.getByLabel('Your name')).toHaveValue('Mia Berg');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Accept' }).click();
  await expect(page.getByText('Agreed: 2 h · €240.00', { exact: false })).toBeVisible();
});

test('s0_32 a swap pushes out a card: by dragging it, and by the keyboard', async ({ page, server }) => {
  const sold = await sell(server, 'Marsh');
  await card(server, sold, 'Newsletter', 300);
  await card(server, sold, 'Case studies', 240);
  await atHome(page, server);
  // R writes a request down from anywhere.
  await page.keyboard.press('r');
  await expect(dialog(page).getByLabel('Retainer')).toBeVisible();
  await dialog(page).getByLabel('Retainer').selectOption({ label: 'Marsh Ltd · Marsh' });
  await dialog(page).getByLabel('Title').fill('Landing page for the fair');
  await dialog(page).getByLabel('Who asks').selectOption({ label: 'Mia Berg' });
  await expect(dialog(page).getByLabel('Name', { exact: true })).toBeHidden();
  await dialog(page).getByLabel('Estimate').fill('4');
  await expectAccessible(page);
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  const triage = region(page, 'Verdict');
  await expect(triage.getByLabel('Scope', { exact: true })).toHaveValue(/^included:/);
  await expect(page.getByText(/· Mia Berg, 22 Nov/)).toBeVisible();
  await expect(triage.getByRole('radio', { name: 'In scope', exact: true })).toBeDisabled();
  await expect(triage.getByRole('radio', { name: 'Swap', exact: true })).toHaveAccessibleDescription(/^Free: .*Fee/);
  const trade = region(page, 'What it would push out');
  const offer = trade.getByRole('listitem').filter({ hasText: 'Newsletter' });
  await offer.dragTo(trade.locator('.req-drop'));
  await expect(trade.getByText('Goes to the next cycle: Card #1 · Newsletter')).toBeVisible();
  await expect(triage.getByRole('radio', { name: /^Swap/ })).toBeChecked();
  await expect(triage.getByText('Free: 1 h → 2 h')).toBeVisible();
  await trade.getByRole('button', { name: 'Keep it' }).click();
  await expect(trade.getByText('Drag a card here', { exact: false })).toBeVisible();
  // The same by the keyboard.
  await trade.getByRole('button', { name: 'Put off Card #1 · Newsletter' }).focus();
  await page.keyboard.press('Enter');
  await expect(trade.getByText('Goes to the next cycle: Card #1 · Newsletter')).toBeVisible();
  await expectAccessible(page);
  // Somebody else was first: what they saved is told, and what was chosen here is still there.
  const id = page.url().split('/').pop()!.split('?')[0]!;
  const before = await ask(server, 'GET', `/requests/${id}`);
  await ask(server, 'PATCH', `/requests/${id}`, { estimate: 210 }, before.version);
  await triage.getByRole('button', { name: 'Decide' }).click();
  const theirs = region(page, 'What they saved');
  await expect(theirs).toContainText(/3\sh\s30/);
  await expect(trade.getByText('Goes to the next cycle: Card #1 · Newsletter')).toBeVisible();
  await expect(triage.getByRole('radio', { name: 'Swap', exact: true })).toBeChecked();
  await expectAccessible(page);
  await theirs.getByRole('button', { name: 'Save mine over theirs' }).click();
  const made = region(page, 'Swap');
  await expect(made.getByText('Went to the next cycle: Newsletter')).toBeVisible();
  const board = await ask(server, 'GET', `/retainers/${sold.retainer}/board`);
  const cycles = Object.fromEntries(board.cards.map((one: any) => [one.title, one.cycle_seq]));
  expect(cycles).toMatchObject({ Newsletter: 2, 'Landing page for the fair': 1 });

  // Decided anew, what it pushed out stands where it stood.
  await made.getByRole('button', { name: 'Decide anew' }).click();
  const decline = triage.getByRole('radio', { name: /^Decline/ });
  await expect(decline).toBeEnabled();
  await page.keyboard.press('6');
  await expect(decline).toBeChecked();
  await triage.getByLabel('Reason').fill('The fair is called off');
  await triage.getByRole('button', { name: 'Decide' }).click();
  await expect(region(page, 'Decline')).toBeVisible();
  const history = region(page, 'History');
  await expect(history.getByText('Verdict: Swap')).toBeVisible();
  await expect(history.getByText('Verdict: Decline')).toBeVisible();
});

test('a failing queue says so, an empty view offers the way on, a phone shows all', async ({ page, server }) => {
  await signedIn(page, server);
  await page.route('**/api/v1/requests?*', (route) => route.fulfill({ status: 503, body: 'no' }));
  await page.goto('/requests');
  const queue = region(page, 'Queue');
  await expect(queue.getByRole('button', { name: 'Retry' })).toBeVisible();
  await page.unroute('**/api/v1/requests?*');
  await queue.getByRole('button', { name: 'Retry' }).click();
  await expect(queue.getByRole('link', { name: 'Translate the product pages into French' })).toBeVisible();
  await page.setViewportSize({ width: 360, height: 740 });
  await queue.getByRole('link', { name: 'Translate the product pages into French' }).click();
  await expect(region(page, 'Verdict')).toBeVisible();
  await expect(queue).toBeHidden();
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(beyond).toBeLessThanOrEqual(0);
  await page.getByRole('button', { name: 'Withdraw' }).click();
  await dialog(page).getByLabel('Reason').fill('Mia asked a translator');
  await dialog(page).getByRole('button', { name: 'Withdraw' }).click();
  await expect(dialog(page)).toBeHidden();
  await expect(region(page, 'History').getByText('Mia asked a translator')).toBeVisible();
});
