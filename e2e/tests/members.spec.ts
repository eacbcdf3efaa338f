// People, invitations, keys, the organisation.
import { expect, expectAccessible, atHome, test } from '../support/fixtures.ts';

test.beforeEach(async ({ page, server }) => {
  await atHome(page, server);
});

test('a person is added, invited and signs in by the link', async ({ page, browser, server }) => {
  test.slow();
  await page.goto('/members');
  await expect(page.getByRole('rowheader', { name: /Ana Ruiz/ })).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('c');
  const dialog = page.getByRole('dialog', { name: 'Add member' });
  await dialog.getByLabel('Name', { exact: true }).fill('Peter Tester');
  await dialog.getByLabel('Mail address').fill('peter@fieldwork.example');
  await dialog.getByLabel('Role').selectOption('Viewer');
  await dialog.getByRole('button', { name: 'Add member' }).click();
  const invitation = page.getByRole('dialog', { name: 'Make invitation link' });
  const link = await invitation.getByLabel('Invitation link').inputValue();
  expect(link).toContain('/invite/');
  await expectAccessible(page);
  await invitation.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByRole('row', { name: /Peter Tester/ })).toContainText('Invited until');

  const guest = await (await browser.newContext({ baseURL: server.url })).newPage();
  await guest.goto(new URL(link).pathname);
  await expect(guest.getByRole('heading', { level: 1, name: 'Join your team' })).toBeVisible();
  await expectAccessible(guest);
  await guest.getByLabel('Password', { exact: true }).fill('aaaaaaaaaaaa');
  await guest.getByRole('button', { name: 'Set password and sign in' }).click();
  await expect(guest.getByText('This password is too easy to guess.')).toBeVisible();
  await guest.getByLabel('Password', { exact: true }).fill('a longer way home');
  await guest.getByRole('button', { name: 'Set password and sign in' }).click();
  await expect(guest.getByRole('heading', { level: 1, name: 'Sunday 22 November' })).toBeVisible();
  await guest.goto('/members');
  const add = guest.getByRole('button', { name: 'Add member' });
  await expect(add).toHaveAttribute('aria-disabled', 'true');
  await expect(add).toContainText('Only owners and admins change this.');
  await guest.close();
});

test('a person is deactivated and, on Undo, active again', async ({ page }) => {
  await page.goto('/members');
  await page.getByRole('button', { name: 'Actions for Marc Dupont' }).click();
  await page.getByRole('menuitem', { name: 'Deactivate' }).click();
  await expect(page.getByRole('row', { name: /Marc Dupont/ })).toContainText('Inactive');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('row', { name: /Marc Dupont/ })).not.toContainText('Inactive');
});

test('a role changes when the server agrees', async ({ page }) => {
  await page.goto('/members');
  await page.getByRole('button', { name: 'Actions for Priya Nair' }).click();
  await page.getByRole('menuitem', { name: 'Edit' }).click();
  const dialog = page.getByRole('dialog', { name: 'Edit member' });
  await dialog.getByLabel('Role').selectOption('Manager');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('row', { name: /Priya Nair/ })).toContainText('Manager');
});

test('a key is shown once and ended after a question', async ({ page }) => {
  await page.goto('/settings/keys');
  await expect(page.getByText('No keys yet')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Make key' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Make key' });
  await dialog.getByLabel('Name', { exact: true }).fill('Reporting sheet');
  await dialog.getByRole('button', { name: 'Make key' }).click();
  await expect(dialog.getByLabel('Secret')).toHaveValue(/^pk_/);
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Done' }).click();
  const row = page.getByRole('row', { name: /Reporting sheet/ });
  await expect(row).toBeVisible();
  await row.getByRole('button', { name: /End key/ }).click();
  await page.getByRole('dialog', { name: 'End this key?' }).getByRole('button', { name: 'End key' }).click();
  await expect(row).toBeHidden();
});

test('the organisation is renamed, and the rail says so', async ({ page }) => {
  await page.goto('/settings/organisation');
  const name = page.getByLabel('Name', { exact: true });
  const save = page.getByRole('button', { name: 'Save' });
  await expect(save).toHaveAttribute('aria-disabled', 'true');
  await expectAccessible(page);
  await name.fill('Fieldwork Berlin');
  await save.click();
  await expect(page.getByText('Fieldwork Berlin').first()).toBeVisible();
  await page.getByLabel('Currency').fill('EURO');
  await save.click();
  await expect(page.getByText('This is not a currency code')).toBeVisible();
  await page.getByRole('button', { name: 'Discard changes' }).click();
  await name.fill('Fieldwork Studio');
  await save.click();
  await expect(page.getByRole('button', { name: 'Save' })).toHaveAttribute('aria-disabled', 'true');
});

test('the address of an invitation that is gone says what to do', async ({ browser, server }) => {
  const guest = await browser.newPage({ baseURL: server.url });
  await guest.goto('/invite/not-a-token');
  await guest.getByLabel('Password', { exact: true }).fill('a longer way home');
  await guest.getByRole('button', { name: 'Set password and sign in' }).click();
  await expect(guest.getByText(/was used or has ended/)).toBeVisible();
  await guest.close();
});
