// The list of accounts and the page of one.
import { ask } from '../support/books.ts';
import { expect, expectAccessible, signedIn, test } from '../support/fixtures.ts';
import type { Server } from '../support/server.ts';

/** The states of an account in words. */
const words: Record<string, string> = {
  late: 'Late',
  over_serviced: 'Over-serviced',
  under_used: 'Under-used',
  ready_for_expansion: 'Ready for expansion',
  at_risk: 'At risk',
  watch: 'Watch',
  healthy: 'Healthy',
};

test.beforeEach(async ({ page, server }) => {
  await signedIn(page, server);
});

test('views and filter live in the address', async ({ page }) => {
  await page.goto('/accounts');
  await expect(page.getByRole('link', { name: 'Halden Legal' })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('link', { name: 'Partners' }).click();
  await expect(page.getByRole('link', { name: 'Halden Legal' })).toBeHidden();
  await expect(page.getByRole('link', { name: 'Studio Parallel' })).toBeVisible();
  await page.goBack();
  await page.keyboard.press('/');
  await expect(page.getByRole('searchbox', { name: 'Filter accounts' })).toBeFocused();
  await page.keyboard.type('tom');
  await expect(page).toHaveURL(/q=tom/);
  await expect(page.getByRole('link', { name: 'Brightwater Health' })).toBeHidden();
  await page.reload();
  await expect(page.getByRole('searchbox', { name: 'Filter accounts' })).toHaveValue('tom');
  await expect(page.getByRole('link', { name: 'Halden Legal' })).toBeVisible();
});

test('a filter that leaves nothing offers to be dropped', async ({ page }) => {
  await page.goto('/accounts?q=zzz');
  await expect(page.getByText('Nothing matches “zzz” in the view All.')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('link', { name: 'Drop the filter' }).click();
  await expect(page.getByRole('link', { name: 'Halden Legal' })).toBeVisible();
});

test('rows are walked with J and K, opened with Enter, and Back returns to the row', async ({ page }) => {
  await page.goto('/accounts');
  await expect(page.getByRole('link', { name: 'Brightwater Health' })).toBeVisible();
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await expect(page.getByRole('link', { name: 'Copper Kettle' })).toBeFocused();
  await page.keyboard.press('k');
  await expect(page.getByRole('link', { name: 'Brightwater Health' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Brightwater Health' })).toBeFocused();
  await page.goBack();
  await expect(page.getByRole('link', { name: 'Brightwater Health' })).toBeFocused();
});

test('an account is added with C, changed with E, archived and brought back', async ({ page }) => {
  await page.goto('/accounts');
  await expect(page.getByRole('link', { name: 'Halden Legal' })).toBeVisible();
  await page.keyboard.press('c');
  const dialog = page.getByRole('dialog', { name: 'New account' });
  await expect(dialog.getByLabel('Name', { exact: true })).toBeFocused();
  await page.keyboard.press('Control+Enter');
  await expect(dialog.getByLabel('Name', { exact: true })).toHaveAttribute('aria-invalid', 'true');
  await expectAccessible(page);
  await page.keyboard.type('Tidal Insurance');
  await dialog.getByLabel('Internal note').fill('Prefers the telephone.');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Tidal Insurance' })).toBeVisible();
  await expect(page.getByText('Prefers the telephone.')).toBeVisible();
  await expect(page.getByText('No retainer yet')).toBeVisible();

  await page.getByRole('heading', { level: 1 }).focus();
  await page.keyboard.press('e');
  const edit = page.getByRole('dialog', { name: 'Edit account' });
  await edit.getByLabel('Name', { exact: true }).fill('Tidal Re');
  await edit.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Tidal Re' })).toBeVisible();

  await page.getByRole('button', { name: 'More actions for this account' }).click();
  await page.getByRole('menuitem', { name: 'Archive account' }).click();
  await expect(page.getByText('Tidal Re archived')).not.toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('Tidal Re is back')).not.toHaveCount(0);
});

test('a contact is removed at once and comes back on Undo', async ({ page }) => {
  await page.goto('/accounts');
  await page.getByRole('link', { name: 'Brightwater Health' }).click();
  const contacts = page.getByRole('region', { name: 'Contacts' });
  await contacts.getByRole('button', { name: 'Add contact' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add contact' });
  await dialog.getByLabel('Name', { exact: true }).fill('Mia Berg');
  await dialog.getByLabel('Mail address').fill('mia');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByText('This is not a mail address')).toBeVisible();
  await dialog.getByLabel('Mail address').fill('mia@brightwater.example');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(contacts.getByText('Mia Berg')).toBeVisible();
  await contacts.getByRole('button', { name: 'Actions for Mia Berg' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await expect(contacts.getByText('Mia Berg')).toBeHidden();
  await expect(page.getByRole('button', { name: 'Undo' })).toBeVisible();
  await page.keyboard.press('Control+z');
  await expect(contacts.getByText('Mia Berg')).toBeVisible();
});

test('s1_08 the page of an account shows price, hours and relationship in one view', async ({ page, server }) => {
  await page.goto('/accounts');
  await page.getByRole('link', { name: 'Halden Legal' }).click();
  await expect(page.getByRole('img', { name: /used of/ }).first()).toBeVisible();
  const commercial = page.getByRole('region', { name: 'Commercial' });
  await expect(commercial).toContainText('Monthly recurring revenue');
  await expect(commercial).toContainText(/next invoice on.*\d/);
  await expect(commercial).toContainText(/paid until.*\d/);
  await expect(commercial).toContainText(/Margin.*%/);
  await expect(commercial).toContainText(/Earned an hour.*€\d/);
  await expect(page.getByRole('region', { name: 'Health', exact: true })).toContainText(/Last exchange/);
  await expect(page.getByRole('region', { name: 'Next steps' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Latest time' }).getByRole('row')).not.toHaveCount(1);
  await expectAccessible(page);

  const { currencies } = await ask(server, 'GET', '/reports/recurring-revenue');
  await page.keyboard.press('g');
  await page.keyboard.press('p');
  await page.getByRole('link', { name: 'Recurring revenue' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Recurring revenue' })).toBeVisible();
  for (const { currency, whole } of currencies) {
    const end = new Intl.NumberFormat('en', { style: 'currency', currency }).format(whole.end_minor / 100);
    const months = page.getByRole('region', { name: currency, exact: true });
    await expect(months.getByRole('row').nth(1)).toContainText(end);
  }
  // Wider than the page, it is scrolled by keys.
  const wide = page.viewportSize()!;
  await page.setViewportSize({ width: 700, height: wide.height });
  await expectAccessible(page);
  await page.setViewportSize(wide);
  const stays = page.getByRole('region', { name: 'What stays of new clients' }).first();
  await expect(stays.getByRole('row').nth(1)).toContainText('100%');

  await page.getByRole('link', { name: 'Raise prices' }).click();
  await page.getByLabel('From the first cycle on or after').fill('2027-06-01');
  await page.getByLabel('Per cent', { exact: true }).fill('3.5');
  await page.getByRole('button', { name: 'Preview' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'more a month' })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Raise prices' }).click();
  await page.getByRole('button', { name: /^Show what rises/ }).click();
  const letters = page.getByRole('region', { name: 'Letters', exact: true });
  await expect(letters.getByRole('link', { name: 'Halden Legal' })).toBeVisible();
  const saved = page.waitForEvent('download');
  await letters.getByRole('button', { name: 'Letter to Halden Legal (PDF)' }).click();
  expect((await (await (await saved).createReadStream()).take(5).toArray()).join('')).toContain('%PDF');
  await letters.getByRole('button', { name: 'Send the letters' }).click();
  // Without a mail server it is told, and nothing is sent.
  const dialog = page.getByRole('dialog', { name: 'Send the letters' });
  await expect(dialog).toContainText('No mail server is set up.');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await page.getByRole('button', { name: 'Call off what waits' }).click();
  await expect(page.getByText('Called off').first()).toBeVisible();
  expect(currencies.length).toBeGreaterThan(0);
  await expectAccessible(page);
});

/** What the page says of a balance in minutes. */
function leftOf({ left, overage }: { left: number; overage: number }): RegExp {
  if (left === 0 && overage === 0) return /Nothing left of/;
  const minutes = left || overage;
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  const parts = rest === 0 ? [hours, 'h'] : hours === 0 ? [rest, 'min'] : [hours, 'h', String(rest).padStart(2, '0')];
  return new RegExp(`${parts.join('\\s')} ${left > 0 ? 'left of' : 'over'}`);
}

/** A client of whom everything is known that somebody new would ask for, and what that is. */
async function known(server: Server): Promise<Record<string, any>> {
  const { items } = await ask(server, 'GET', '/accounts?kind=client&limit=200');
  for (const account of items) {
    const decisions = await ask(server, 'GET', `/accounts/${account.id}/timeline?kind=decision&limit=1`);
    const steps = await ask(server, 'GET', `/tasks?account_id=${account.id}&state=open&limit=1`);
    const outlook = await ask(server, 'GET', `/accounts/${account.id}/outlook`);
    const retainer = account.retainers.find((one: any) => one.balances[0]?.pool.unit === 'minutes');
    const [decision, step, money] = [decisions.items[0], steps.items[0], outlook.items[0]];
    if (decision?.text && step?.due_on && money?.next_on && retainer)
      return { account, retainer, decision, step, money };
  }
  throw new Error('the sample agency has no client with a decision, a next step, a balance and an invoice to come');
}

test('s1_14 balance, money, last decision and next step stand on the page of a client', async ({ page, server }) => {
  const { account, retainer, decision, step, money } = await known(server);
  await page.goto(`/accounts/${account.id}`);
  await expect(page.getByRole('heading', { level: 1, name: account.name })).toBeVisible();
  // From here on nothing is pressed, opened or searched.
  const balance = page.getByRole('region', { name: retainer.name, exact: true });
  await expect(balance).toContainText(leftOf(retainer.balances[0]));
  const commercial = page.getByRole('region', { name: 'Commercial' });
  const next = new Date(`${money.next_on}T12:00:00Z`);
  const month = next.toLocaleString('en-GB', { month: 'short', timeZone: 'UTC' });
  const on = `next invoice on\\s*${next.getUTCDate()}\\s${month}`;
  await expect(commercial).toContainText(new RegExp(on));
  const { standing } = await ask(server, 'GET', `/accounts/${account.id}/standing`);
  const late = page.locator('.page-title').getByRole('link', { name: /Overdue|New work waits/ });
  await expect(late).toHaveCount(standing === 'clear' ? 0 : 1);
  await expect(commercial).toContainText(`${decision.title} ${decision.text}`);
  const steps = page.getByRole('region', { name: 'Next steps' }).getByRole('listitem').first();
  await expect(steps).toContainText(step.title);
  await expect(steps).toContainText(step.owner_name);
  await expectAccessible(page);
});

test('s1_06 an account tells how it stands, why, and what that is made of', async ({ page, server }) => {
  const { items } = await ask(server, 'GET', '/accounts?limit=200');
  const known = items.find(({ health }: { health?: { state: string } }) => health?.state === 'ready_for_expansion') ??
    items.find(({ health }: { health?: { state: string } }) => health?.state);
  const { score, parts, signs } = await ask(server, 'GET', `/accounts/${known.id}/health`);
  await page.goto('/accounts');
  await expect(page.getByRole('row', { name: known.name }).getByText(words[known.health.state]!)).toBeVisible();
  await page.getByRole('link', { name: known.name, exact: true }).click();
  const health = page.getByRole('region', { name: 'Health', exact: true });
  await expect(health).toContainText(`${Math.floor(score / 10)} of 100`);
  await expect(health.getByRole('term')).toHaveText([/^use/, /^payment/, /^margin/, /^contact/, /^delivery/]);
  const points = ['use', 'payment', 'margin', 'contact', 'delivery'].map((part) => parts[part].score ?? null);
  const shown = points.map((points) => (points === null ? '–' : String(Math.floor(points / 10))));
  await expect(health.locator('.health-points')).toHaveText(shown);
  await expect(health.locator('.health-reasons li')).toHaveCount(signs.length);
  await expectAccessible(page);

  const { id } = await ask(server, 'POST', '/accounts', { name: 'Nobody Yet' });
  await page.goto(`/accounts/${id}`);
  await expect(health).toContainText('Nothing to go by yet');
});

test.describe('trouble', () => {
  test.use({ expectedErrors: [/404|412|Failed to load resource/] });

  test('an account that is not there says so', async ({ page }) => {
    await page.goto('/accounts/0193a5b0-0000-7000-8000-000000000000');
    await expect(page.getByRole('heading', { level: 1, name: 'Nothing here' })).toBeVisible();
  });

  test('two who edit at once see each other', async ({ page, browser, server }) => {
    await page.goto('/accounts');
    await page.getByRole('link', { name: 'Oakline Capital' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Oakline Capital' })).toBeVisible();
    await page.keyboard.press('e');
    const mine = page.getByRole('dialog', { name: 'Edit account' });
    await mine.getByLabel('Internal note').fill('Mine');

    const other = await browser.newPage({ baseURL: server.url });
    await signedIn(other, server);
    await other.goto(page.url());
    await other.keyboard.press('e');
    const theirs = other.getByRole('dialog', { name: 'Edit account' });
    await expect(async () => {
      if (!(await theirs.isVisible())) await other.keyboard.press('e');
      await expect(theirs).toBeVisible({ timeout: 500 });
    }).toPass();
    await theirs.getByLabel('Internal note').fill('Theirs');
    await theirs.getByRole('button', { name: 'Save' }).click();
    await expect(theirs).toBeHidden();
    await other.close();

    await mine.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(mine.getByRole('region', { name: 'What they saved' })).toContainText('Theirs');
    await expect(mine.getByLabel('Internal note')).toHaveValue('Mine');
    await mine.getByRole('button', { name: 'Save mine over theirs' }).click();
    await expect(mine).toBeHidden();
    await expect(page.getByText('Mine')).toBeVisible();
  });

  test('health that is not read says so, and is read again', async ({ page }) => {
    await page.route('**/health', (route) => route.fulfill({ status: 503, body: '' }));
    await page.goto('/accounts');
    await page.getByRole('link', { name: 'Halden Legal' }).click();
    const health = page.getByRole('region', { name: 'Health', exact: true });
    await expect(health.getByRole('button', { name: 'Retry' })).toBeVisible();
    await page.unroute('**/health');
    await health.getByRole('button', { name: 'Retry' }).click();
    await expect(health).toContainText('of 100');
  });

  test('an account whose answer got lost is added once', async ({ page }) => {
    await page.goto('/accounts?new=1');
    const dialog = page.getByRole('dialog', { name: 'New account' });
    await dialog.getByLabel('Name', { exact: true }).fill('Vanta Optics');
    await page.route('**/api/v1/accounts', async (route) => {
      await route.fetch();
      await route.abort();
    });
    await dialog.getByRole('button', { name: 'Add account' }).click();
    await expect(dialog.getByText(/could not be reached/)).toBeVisible();
    await page.unroute('**/api/v1/accounts');
    await dialog.getByRole('button', { name: 'Add account' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Vanta Optics' })).toBeVisible();
    await page.goto('/accounts');
    await expect(page.getByRole('link', { name: 'Vanta Optics' })).toHaveCount(1);
  });

  test('the last good rows stay when a read fails', async ({ page }) => {
    await page.goto('/accounts');
    await expect(page.getByRole('link', { name: 'Halden Legal' })).toBeVisible();
    await page.route('**/api/v1/accounts*', (route) => route.abort());
    await page.getByRole('link', { name: 'Members' }).click();
    await page.waitForTimeout(3_100);
    await page.goBack();
    await expect(page.getByText(/could not be reached/)).toBeVisible();
    await expect(page.getByRole('link', { name: 'Halden Legal' })).toBeVisible();
  });
});
