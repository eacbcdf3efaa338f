// Files of an account: brought by a button and by a drop, shown, saved, deleted; and what was signed.
import { ask } from '../support/books.ts';
import { expect, expectAccessible, signedIn, test } from '../support/fixtures.ts';
import type { Server } from '../support/server.ts';

// What is written here would be found by other files: a clock of its own is a server of its own.
test.use({ serverOptions: { demo: true, clock: '2026-11-22T11:55:00Z' } });
test.use({ expectedErrors: [/401 \(Unauthorized\)|status of 415/] });
test.describe.configure({ mode: 'serial' });

test.beforeEach(async ({ page, server }) => {
  await signedIn(page, server);
});

/** As little of a PDF as says that it is one. */
const pdf = Buffer.from('%PDF-1.7\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\n%%EOF\n');

interface Known {
  id: string;
  retainers: { id: string; name: string; state: string }[];
}

/** The account of a name. */
async function account(server: Server, name: string): Promise<Known> {
  const { items } = await ask(server, 'GET', '/accounts?limit=200');
  return items.find((one: { name: string }) => one.name === name);
}

test('s1_01 a file is brought, shown, found in the timeline and deleted', async ({ page, server }) => {
  const { id } = await account(server, 'Halden Legal');
  await page.goto(`/accounts/${id}`);
  const latest = page.getByRole('region', { name: 'Timeline', exact: true });
  await latest.getByRole('link', { name: 'Files', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Files of Halden Legal' })).toBeFocused();
  const files = page.getByRole('region', { name: 'Files', exact: true });
  await expect(files.getByText('No files yet')).toBeVisible();
  await expectAccessible(page);

  const input = page.locator('input[type=file]');
  const program = Buffer.from([0x4d, 0x5a, 0x90, 0, 3, 0]);
  await input.setInputFiles({ name: 'setup.pdf', mimeType: 'application/pdf', buffer: program });
  await expect(page.getByText('Files of this kind are not kept here.').first()).toBeVisible();
  await expect(files.getByText('No files yet')).toBeVisible();

  const words = 'Ask for the photos.\nThen for the texts.';
  await input.setInputFiles({ name: 'Plan.txt', mimeType: 'text/plain', buffer: Buffer.from(words) });
  const plan = files.getByRole('listitem').filter({ hasText: 'Plan.txt' });
  await expect(plan).toBeVisible();
  await expect(page.locator('.drop-zone .note-bad')).toHaveCount(0);
  await expect(plan).toContainText(/39\sB/);
  await plan.getByRole('button', { name: /^Show\s?, Plan\.txt$/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Plan.txt' });
  await expect(dialog.getByText('Then for the texts.')).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();

  await input.setInputFiles('fixtures/logo.png');
  const logo = files.getByRole('listitem').filter({ hasText: 'logo.png' });
  await logo.getByRole('button', { name: /^Show\s?, logo\.png$/ }).click();
  const picture = page.getByRole('dialog', { name: 'logo.png' }).getByRole('img', { name: 'logo.png' });
  await expect(picture).toBeVisible();
  await expect.poll(() => picture.evaluate((one: HTMLImageElement) => one.naturalWidth)).toBeGreaterThan(0);
  await page.keyboard.press('Escape');

  const saved = page.waitForEvent('download');
  await plan.getByRole('button', { name: /^Download\s?, Plan\.txt$/ }).click();
  expect((await saved).suggestedFilename()).toBe('Plan.txt');

  await page.setViewportSize({ width: 360, height: 780 });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(wide).toBeLessThanOrEqual(0);
  await plan.getByRole('button', { name: /^Delete\s?, Plan\.txt$/ }).click();
  const asked = page.getByRole('dialog', { name: 'Delete this file?' });
  await expect(asked.getByText(/^Plan.txt is deleted/)).toBeVisible();
  await expectAccessible(page);
  await asked.getByRole('button', { name: 'Delete file' }).click();
  await expect(plan).toHaveCount(0);
  await expect(logo).toBeVisible();

  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto(`/accounts/${id}/timeline?kind=file`);
  const stream = page.getByRole('region', { name: 'Timeline', exact: true });
  await expect(stream.getByRole('listitem')).toHaveCount(3);
  await expect(stream.getByText('File deleted: Plan.txt')).toBeVisible();
  await stream.getByRole('link', { name: 'File added: logo.png' }).click();
  await expect(page).toHaveURL(new RegExp(`/accounts/${id}/files$`));
});

test('s1_04 an agreement is written down, and terms that drift from it are told', async ({ page, server }) => {
  const { id, retainers } = await account(server, 'Halden Legal');
  const retainer = retainers.find((one) => one.state === 'active')!;
  await page.goto(`/accounts/${id}/files`);
  const files = page.getByRole('region', { name: 'Files', exact: true });
  await expect(page.locator('.drop-zone')).toBeVisible();
  // By a drop this time.
  const carried = await page.evaluateHandle((text) => {
    const carried = new DataTransfer();
    carried.items.add(new File([text], 'Contract.pdf', { type: 'application/pdf' }));
    return carried;
  }, pdf.toString('latin1'));
  await page.locator('.drop-zone').dispatchEvent('drop', { dataTransfer: carried });
  const contract = files.getByRole('listitem').filter({ hasText: 'Contract.pdf' });
  await expect(contract).toBeVisible();

  const signed = page.getByRole('region', { name: 'Signed agreements' });
  await signed.getByRole('button', { name: new RegExp(`^Add an agreement\\s?, ${retainer.name}$`) }).click();
  const dialog = page.getByRole('dialog', { name: `Signed agreement of ${retainer.name}` });
  await expect(dialog.getByLabel('Signed file')).toHaveValue('');
  const option = dialog.locator('option', { hasText: 'Contract.pdf, ' });
  await dialog.getByLabel('Signed file').selectOption(await option.getAttribute('value'));
  await dialog.getByRole('textbox', { name: 'Version' }).fill('Version 1');
  await dialog.getByRole('textbox', { name: 'Who signed it' }).fill('Mia Berg\nAnn Lee');
  await dialog.getByLabel('Signed on').fill('2026-10-01');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  await expect(signed.getByText('In force')).toBeVisible();
  await expect(signed.getByText(/^Signed by Mia Berg and Ann Lee on 1\sOct/)).toBeVisible();
  await expect(contract.getByText('Signed agreement')).toBeVisible();
  await expect(contract.getByRole('button', { name: /^Delete\s?, Contract\.pdf$/ })).toHaveCount(0);

  const { terms } = await ask(server, 'GET', `/retainers/${retainer.id}`);
  const price = { ...terms.terms.price, amount_minor: terms.terms.price.amount_minor + 10_000 };
  const amendment = { terms: { ...terms.terms, price }, reason: 'More to do' };
  await ask(server, 'POST', `/retainers/${retainer.id}/amendments`, amendment);
  await page.goto(`/accounts/${id}/retainers/${retainer.id}`);
  const fact = page.getByRole('region', { name: 'Signed agreement', exact: true });
  await expect(fact.getByText(/^The terms were changed on 22\sNov; the last agreement is of 1\sOct/)).toBeVisible();
  await expectAccessible(page);
  await fact.getByRole('link', { name: 'Files' }).click();
  await expect(page).toHaveURL(new RegExp(`/accounts/${id}/files$`));
  await expect(page.getByText(/^The terms were changed on 22\sNov/)).toBeVisible();
  await expectAccessible(page);
});
