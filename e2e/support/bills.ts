// Invoices made over the API, for tests whose story begins when one was issued.
import { ask } from './books.ts';
import type { Server } from './server.ts';

export interface Billed {
  /** The address of the invoice. */
  href: string;
  /** The address of its client. */
  account: string;
  /** The address of its retainer. */
  retainer: string;
}

/** An invoice of 1,500.00 and 19 % of tax, for a client of its own, issued or left as a draft. */
export async function billed(server: Server, name: string, issue = true): Promise<Billed> {
  const account = await ask(server, 'POST', '/accounts', { name: `${name} Ltd` });
  const retainer = await ask(server, 'POST', '/retainers', {
    account_id: account.id,
    name,
    starts_on: '2026-11-01',
    terms: { price: { amount_minor: 150_000, currency: 'EUR' }, pools: [{ unit: 'minutes', allowance: 600 }] },
  });
  await ask(server, 'POST', '/billing-runs', { retainer_id: retainer.id });
  const drafts = await ask(server, 'GET', `/invoices?retainer_id=${retainer.id}`);
  const { id, version } = drafts.items[0];
  if (issue) await ask(server, 'POST', `/invoices/${id}/issue`, undefined, version);
  const home = `/accounts/${account.id}`;
  return { href: `/invoices/${id}`, account: home, retainer: `${home}/retainers/${retainer.id}` };
}
