// The first retainer of a new organisation: client, terms, invoices and portal on one page, by somebody
// who works alone. Source: requirements S2-1 to S2-3.
import type { Locator, Page } from '@playwright/test';
import { ask } from '../support/books.ts';
import { expect, expectAccessible, signedIn, test } from '../support/fixtures.ts';

// A clock of its own is a server of its own: nothing is set up yet, and no mail goes out.
test.use({ serverOptions: { clock: '2026-11-22T15:45:00Z' } });
test.use({ expectedErrors: [/401 \(Unauthorized\)|503|Failed to load resource/] });
test.describe.configure({ mode: 'serial' });

const owner = { name: 'Lena Vogt', email: 'lena@marlow.example', password: 'correct horse battery' };
const most = { interactions: 25, seconds: 600 };

/** Counts what a person does: each click, each field that is filled in. */
class Hands {
  count = 0;

  async click(target: Locator): Promise<void> {
    this.count += 1;
    await target.click();
  }

  async fill(target: Locator, text: string): Promise<void> {
    this.count += 1;
    await target.fill(text);
  }
}

const region = (page: Page, name: string): Locator => page.getByRole('region', { name, exact: true });
const heading = (page: Page, name: string | RegExp): Locator => page.getByRole('heading', { level: 1, name });
const preset = (page: Page, name: RegExp): Locator => page.getByRole('button', { name }).and(page.locator('.preset'));
const begin = (page: Page): Locator => page.getByRole('button', { name: 'Start the retainer' });

/** What every client needs: its name, somebody to write to, and a price. */
async function describe(page: Page, client: string): Promise<void> {
  await page.getByLabel('Name of the client').fill(client);
  await page.getByLabel('Contact person', { exact: true }).fill('Mia Berg');
  await page.getByLabel('Mail address').fill('mia@client.example');
  await page.getByLabel('Price of a full cycle').fill('1500');
}

test('s2_01 alone, somebody has a first retainer live in minutes and 25 interactions', async ({
  page,
  server,
  browser,
}) => {
  const started = Date.now();
  const hands = new Hands();
  await page.goto('/');
  await hands.fill(page.getByLabel('Name of your organisation'), 'Marlow & Co');
  await hands.fill(page.getByLabel('Your name'), owner.name);
  await hands.fill(page.getByLabel('Mail address'), owner.email);
  await hands.fill(page.getByLabel('Password', { exact: true }), owner.password);
  await hands.click(page.getByRole('button', { name: 'Create workspace' }));

  const steps = region(page, 'First steps');
  await expect(steps.getByRole('listitem')).toHaveCount(5);
  await expect(steps.getByRole('listitem').nth(1)).toContainText('Set scope and exclusions');
  await hands.click(steps.getByRole('link', { name: 'Start the first retainer' }));
  await expect(heading(page, 'Start a retainer')).toBeVisible();

  await hands.fill(page.getByLabel('Name of the client'), 'Harbour Ltd');
  await hands.fill(page.getByLabel('Contact person', { exact: true }), 'Mia Berg');
  await hands.fill(page.getByLabel('Mail address'), 'mia@harbour.example');
  await hands.click(preset(page, /^Support/));
  await hands.fill(page.getByLabel('Allowance of a full cycle'), '20');
  await hands.fill(page.getByLabel('Price of a full cycle'), '3000');
  const told = region(page, 'What this sets');
  await expect(told).toContainText(/20\sh a month/);
  await expect(told).toContainText(/Billed at .*150\.00 an hour, rounded up to 15\smin/);
  await expect(told).toContainText('you are reminded 45 days before its end');
  await expect(told).toContainText('75%, 90% and 100%');
  await hands.fill(page.getByLabel('Address', { exact: true }), '1 Quay St\nBristol BS1 4DJ');
  await hands.fill(page.getByLabel('Tax in per cent'), '20');
  await expect(page.getByLabel('Invite the contact person')).toBeChecked();
  await hands.click(begin(page));

  await expect(heading(page, 'Support is live')).toBeVisible();
  await expect(region(page, 'Balance')).toContainText(/20\sh left/);
  await expect(region(page, 'Next invoice')).toContainText(/Drafted for 22 Nov: .*3,?600(?:\.00)?/);
  const link = page.getByRole('textbox', { name: 'Link for Mia Berg' });
  await expect(link).toHaveValue(/\/portal\/enter\/[\w-]+$/);
  await hands.click(page.getByRole('button', { name: 'Copy', exact: true }));

  // Who was invited signs in with it, and reads the balance.
  const client = await browser.newContext({ locale: 'en-GB', timezoneId: 'Europe/London' });
  const theirs = await client.newPage();
  await theirs.goto(await link.inputValue());
  await expect(heading(theirs, 'Support')).toBeVisible();
  await expect(theirs.getByText(/^20\sh\sleft/)).toBeVisible();
  await client.close();

  const seconds = (Date.now() - started) / 1000;
  console.log(`s2_01: ${hands.count} interactions, ${seconds.toFixed(1)} s`);
  expect(hands.count).toBeLessThanOrEqual(most.interactions);
  expect(seconds).toBeLessThan(most.seconds);
  server.signIn = { email: owner.email, password: owner.password };

  // A page that is loaded anew still says what is live, and the link is not told again.
  await page.reload();
  await expect(heading(page, 'Support is live')).toBeVisible();
  await expect(link).toHaveCount(0);
  await expectAccessible(page);
  await page.goto('/');
  await expect(steps.getByRole('listitem').nth(2)).toContainText('done');
  await expect(steps.getByRole('link', { name: 'Start the first retainer' })).toHaveCount(0);
  const { items } = await ask(server, 'GET', '/retainers');
  const scope = steps.getByRole('link', { name: 'Set scope' });
  await expect(scope).toHaveAttribute('href', new RegExp(`/retainers/${items[0].id}/scope$`));
});

test('the page is empty, faulty, narrow and dark without a fault', async ({ page, server }) => {
  await signedIn(page, server);
  await page.goto('/start');
  await expect(heading(page, 'Start a retainer')).toBeVisible();
  // From whom invoices are is known by now.
  await expect(region(page, 'Invoices')).toContainText('Invoices are from Marlow & Co.');
  await expect(page.getByLabel('Address', { exact: true })).toHaveCount(0);
  await expectAccessible(page);
  await begin(page).click();
  const client = page.getByLabel('Name of the client');
  await expect(client).toBeFocused();
  await expect(client).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByLabel('Price of a full cycle')).toHaveAttribute('aria-invalid', 'true');
  await expectAccessible(page);
  await page.setViewportSize({ width: 360, height: 740 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  // Every rule is there for who wants it, with what was typed.
  await page.getByLabel('Price of a full cycle').fill('900');
  await page.getByRole('button', { name: 'Every rule' }).click();
  await expect(page.getByLabel('Price of a full cycle')).toHaveValue('900');
  await expect(page.getByLabel('What is counted')).toBeVisible();
  await page.getByRole('button', { name: 'Fewer fields' }).click();
  await expect(page.getByLabel('Price of a full cycle')).toHaveValue('900');
});

test('s2_02 each of the five models begins from scratch', async ({ page, server }) => {
  test.slow();
  await signedIn(page, server);
  for (const [name, left] of [
    ['Hours, use it or lose it', /^10\sh left/],
    ['Rollover hours', /^10\sh left/],
    ['Deliverables', /^4\sdeliverables left/],
    ['Sessions', /^4\ssessions left/],
    ['Credits', /^20\scredits left/],
  ] as const) {
    await page.goto('/start');
    await describe(page, `Client of ${name}`);
    await preset(page, new RegExp(`^${name}`)).click();
    await expect(preset(page, new RegExp(`^${name}`))).toHaveAttribute('aria-pressed', 'true');
    await page.getByLabel('Invite the contact person').uncheck();
    await begin(page).click();
    await expect(heading(page, 'Retainer is live')).toBeVisible();
    await expect(region(page, 'Balance').getByText(left)).toBeVisible();
    await expect(region(page, 'Portal')).toContainText('Nobody was invited here just now.');
  }
});

test('s2_03 a trade fills in its units, rules and reminders', async ({ page, server }) => {
  await signedIn(page, server);
  await page.goto('/start');
  await page.getByLabel('Price of a full cycle').fill('1500');
  const told = region(page, 'What this sets');
  const name = page.getByLabel('Name', { exact: true });
  for (const [trade, ...words] of [
    ['Hybrid advisory', /Workshops: Allowance\s*1\ssession/, /At 80% and 100%/, /12 cycles.*45 days/],
    ['Consulting', /at most 50%/, /At 50%, 75% and 90%/, /6 cycles.*30 days/],
    ['Coaching', /24 h of notice/, /At 75% and 100%/, /6 cycles.*30 days/],
    ['Support', /rounded up to 15\smin/, /At 75%, 90% and 100%/, /renews itself unless notice is given 30 days/],
  ] as const) {
    await preset(page, new RegExp(`^${trade}`)).click();
    await expect(name).toHaveValue(trade.replace('Hybrid a', 'A'));
    for (const said of words) await expect(told).toContainText(said);
  }
  // A name and an amount that somebody typed go on under another preset.
  await name.fill('Help desk');
  await page.getByLabel('Allowance of a full cycle').fill('12');
  await preset(page, /^Consulting/).click();
  await expect(name).toHaveValue('Help desk');
  await expect(page.getByLabel('Allowance of a full cycle')).toHaveValue('12');
});

test('what was made before a failure stays, and is not made again', async ({ page, server }) => {
  await signedIn(page, server);
  await page.goto('/start');
  await describe(page, 'Quay & Sons');
  await page.getByLabel('Days to pay').fill('30');
  const billing = '**/api/v1/retainers/*/billing';
  await page.route(billing, (route) =>
    route.request().method() === 'PUT' ? route.fulfill({ status: 503, body: 'no' }) : route.continue(),
  );
  await begin(page).click();
  await expect(page.getByText(/answered instead/).first()).toBeVisible();
  const progress = page.getByRole('list', { name: 'How far it is' });
  await expect(progress.getByRole('listitem').nth(1)).toContainText('done');
  await expect(progress.getByRole('listitem').nth(2)).not.toContainText('done');
  await expect(page.getByRole('link', { name: 'Quay & Sons' })).toBeVisible();
  await expect(page).toHaveURL(/\/start\?account=.*&retainer=/);
  // What is typed stays too.
  await expect(page.getByLabel('Days to pay')).toHaveValue('30');
  await expectAccessible(page);

  await page.unroute(billing);
  await begin(page).click();
  await expect(heading(page, 'Retainer is live')).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Link for Mia Berg' })).toBeVisible();
  const made = await ask(server, 'GET', '/accounts?q=Quay');
  expect(made.items).toHaveLength(1);
  expect(made.items[0].retainers).toHaveLength(1);
  const people = await ask(server, 'GET', `/accounts/${made.items[0].id}/contacts`);
  expect(people.items).toHaveLength(1);
  const kept = await ask(server, 'GET', `/retainers/${made.items[0].retainers[0].id}/billing`);
  expect(kept.billing.terms).toMatchObject({ days: 30 });
});

test('a client that is there is gone on with', async ({ page, server }) => {
  await signedIn(page, server);
  const account = await ask(server, 'POST', '/accounts', { name: 'Pier Ltd' });
  await ask(server, 'POST', `/accounts/${account.id}/contacts`, { name: 'Tom Reed', email: 'tom@pier.example' });
  await page.goto(`/start?account=${account.id}`);
  await expect(region(page, 'Client').getByRole('link', { name: 'Pier Ltd' })).toBeVisible();
  await expect(page.getByLabel('Whom to write to').locator('option:checked')).toHaveText('Tom Reed');
  await expect(page.getByLabel('Name of the client')).toHaveCount(0);
  await page.getByLabel('Price of a full cycle').fill('800');
  // Nobody of a client that was there is let in unasked.
  await expect(page.getByLabel('Invite the contact person')).not.toBeChecked();
  await page.getByLabel('Invite the contact person').check();
  await begin(page).click();
  await expect(page.getByRole('textbox', { name: 'Link for Tom Reed' })).toBeVisible();
  const { items } = await ask(server, 'GET', '/accounts?q=Pier');
  expect(items).toHaveLength(1);
  const letters = await ask(server, 'GET', `/accounts/${account.id}/billing`);
  expect(letters.billing.send_to).toEqual(['tom@pier.example']);
});

test('a page that is loaded anew after a failure goes on with what is missing', async ({ page, server }) => {
  await signedIn(page, server);
  await page.goto('/start');
  await describe(page, 'Mole & Co');
  await preset(page, /^Coaching/).click();
  await page.route('**/api/v1/retainers/*/renewal-rule', (route) =>
    route.request().method() === 'PUT' ? route.fulfill({ status: 503, body: 'no' }) : route.continue(),
  );
  await begin(page).click();
  await expect(page.getByText(/answered instead/).first()).toBeVisible();
  await expect(page).toHaveURL(/&preset=coaching$/);

  const anew = await page.context().newPage();
  await anew.goto(page.url());
  await expect(region(anew, 'Retainer').getByRole('link', { name: 'Coaching' })).toBeVisible();
  await begin(anew).click();
  await expect(heading(anew, 'Coaching is live')).toBeVisible();
  const retainer = /retainer=([\w-]+)/.exec(anew.url())?.[1];
  const kept = await ask(server, 'GET', `/retainers/${retainer}/renewal-rule`);
  expect(kept.rule).toMatchObject({ term_cycles: 6, lead_days: 30 });
  await anew.close();
});

test('one that began in an earlier cycle is not live, and nobody is let in', async ({ page, server }) => {
  await signedIn(page, server);
  await page.goto('/start');
  await describe(page, 'Kiln Ltd');
  await page.getByLabel('Starts on', { exact: true }).fill('2026-09-01');
  await expect(page.getByText(/Its first cycle is over/)).toBeVisible();
  await begin(page).click();
  await expect(heading(page, 'Retainer is not active yet')).toBeVisible();
  await expect(region(page, 'Portal')).toContainText('Nobody was invited here just now.');
  const { items } = await ask(server, 'GET', '/accounts?q=Kiln');
  expect(await ask(server, 'GET', `/accounts/${items[0].id}/portal`)).toMatchObject({ open: false });
});

test('a partner is no client to start a retainer for', async ({ page, server }) => {
  await signedIn(page, server);
  const partner = await ask(server, 'POST', '/accounts', { name: 'Lathe Ltd', kind: 'partner' });
  await page.goto(`/start?account=${partner.id}`);
  await expect(page.getByText('This is no client')).toBeVisible();
  await expect(begin(page)).toHaveCount(0);
});

test('a read that failed is asked again', async ({ page, server }) => {
  await signedIn(page, server);
  const settings = '**/api/v1/organisation/billing';
  await page.route(settings, (route) => route.fulfill({ status: 503, body: 'no' }));
  await page.goto('/start');
  await expect(page.getByRole('button', { name: 'Retry' })).toBeVisible();
  await page.unroute(settings);
  await page.getByRole('button', { name: 'Retry' }).click();
  await expect(page.getByLabel('Name of the client')).toBeVisible();
});
