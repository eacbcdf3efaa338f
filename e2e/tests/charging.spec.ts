// A client adds a card by a link, and an invoice is charged to it. Source: requirement S2-4.
import { billed } from '../support/bills.ts';
import { expect, expectAccessible, signedIn, test } from '../support/fixtures.ts';

test.use({ serverOptions: { demo: true, clock: '2026-11-22T14:50:00Z', stripe: true } });

test('a client adds a card by a link, and an invoice is charged to it', async ({ page, context, server }) => {
  await signedIn(page, server);
  const made = await billed(server, 'Rowan');
  await page.goto(`${made.account}/billing`);
  const panel = page.getByRole('region', { name: 'Card and direct debit' });
  await expect(panel).toContainText('Nothing is on file.');
  await panel.getByRole('button', { name: 'Invite to add a card' }).click();
  const link = await panel.getByLabel(/Send this link/).inputValue();
  await expectAccessible(page);

  const client = await context.newPage();
  await client.goto(link);
  await expect(client.getByText('Rowan Ltd')).toBeVisible();
  const add = client.getByRole('button', { name: 'Add' });
  await expect(add).toBeEnabled();
  // The fields are those of the provider's script.
  const card = { number: '4242424242424242', exp_month: '12', exp_year: '31', cvc: '123' };
  for (const [field, text] of Object.entries(card)) await client.getByPlaceholder(field).fill(text);
  await add.click();
  await expect(client.getByRole('status')).toContainText('Thank you.');
  await client.close();

  await page.reload();
  await expect(panel).toContainText('•••• 4242, 12/2031');
  await panel.getByLabel('Charge by itself').selectOption({ label: 'On the day an invoice is due' });
  await page.goto(made.href);
  const charges = page.getByRole('region', { name: 'Charges' });
  await expect(charges).toContainText('Next try on');
  await charges.getByRole('button', { name: 'Charge now' }).click();
  await expect(async () => {
    await page.reload();
    await expect(charges).toContainText('Paid', { timeout: 1_000 });
  }).toPass();
  await expect(page.getByRole('region', { name: 'Payments' })).toContainText('pi_');
});
