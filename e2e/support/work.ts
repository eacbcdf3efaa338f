// Work on a board, made through the API.
import { expect, type APIRequestContext } from '@playwright/test';

export interface Work {
  url: string;
  account: string;
  retainer: string;
}

/** The address of a retainer's board. */
export function board({ account, retainer }: Work): string {
  return `/accounts/${account}/retainers/${retainer}/board`;
}

const tokens = new Map<string, string>();

/** Signed in as the owner of the sample agency. */
export async function bearer(request: APIRequestContext, url: string): Promise<{ Authorization: string }> {
  let token = tokens.get(url);
  if (!token) {
    const data = { email: 'ana@fieldwork.example', password: 'perennial-demo' };
    const answer = await request.post(`${url}/api/v1/auth/login`, { data });
    expect(answer.ok()).toBe(true);
    token = String((await answer.json()).access_token);
    tokens.set(url, token);
  }
  return { Authorization: `Bearer ${token}` };
}

/** A fresh retainer of Northwind, with a board that nobody has put work on. */
export async function northwind(
  request: APIRequestContext,
  url: string,
  name = `Board ${crypto.randomUUID().slice(0, 8)}`,
): Promise<Work> {
  const headers = await bearer(request, url);
  const found = await request.get(`${url}/api/v1/accounts?q=northwind`, { headers });
  const account = (await found.json()).items[0].id;
  const data = {
    account_id: account,
    name,
    starts_on: '2026-11-01',
    terms: { price: { amount_minor: 100_000, currency: 'EUR' }, pools: [{ allowance: 600 }] },
  };
  const made = await request.post(`${url}/api/v1/retainers`, { headers, data });
  expect(made.ok(), await made.text()).toBe(true);
  return { url, account, retainer: (await made.json()).id };
}

/** Puts a piece of work on the board. */
export async function makeWork(
  request: APIRequestContext,
  { url, retainer }: Work,
  work: object,
): Promise<{ id: string; version: number }> {
  const headers = await bearer(request, url);
  const data = { retainer_id: retainer, ...work };
  const made = await request.post(`${url}/api/v1/work-items`, { headers, data });
  expect(made.ok(), await made.text()).toBe(true);
  return await made.json();
}
