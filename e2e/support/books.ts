// Retainers made over the API, for tests whose story begins when there is something in the books.
import type { Server } from './server.ts';

type Json = Record<string, unknown>;

/** The access token of each server, asked for once: a password takes its time on purpose. */
const tokens = new Map<string, string>();

/** Asks the API as the owner of the sample agency; a change names the version it was read at. */
export async function ask(server: Server, method: string, path: string, body?: Json, version?: number): Promise<any> {
  const headers: Record<string, string> = { 'Content-Type': 'application/json' };
  if (version !== undefined) headers['If-Match'] = `"${version}"`;
  const signIn = path.startsWith('/auth/');
  const send = async () => {
    if (!signIn) {
      const known = tokens.get(server.url);
      const token = known ?? (await ask(server, 'POST', '/auth/login', { ...server.signIn })).access_token;
      tokens.set(server.url, token);
      headers.Authorization = `Bearer ${token}`;
    }
    return fetch(`${server.url}/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
  };
  let answer = await send();
  // A test that moves the clock outlives its token.
  if (answer.status === 401 && !signIn) {
    tokens.delete(server.url);
    answer = await send();
  }
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text && JSON.parse(text);
}

export interface Made {
  /** The address of its page. */
  href: string;
  id: string;
}

/** Ten hours a month from November, with days of grace; 11 h 40 of them are used. */
export async function overdrawn(server: Server, name: string, graceDays: number): Promise<Made> {
  const account = await ask(server, 'POST', '/accounts', { name: `${name} Ltd` });
  const retainer = await ask(server, 'POST', '/retainers', {
    account_id: account.id,
    name,
    starts_on: '2026-11-01',
    // What is recorded goes into November, whatever day it is.
    activate: false,
    terms: {
      price: { amount_minor: 150_000, currency: 'EUR' },
      grace_days: graceDays,
      pools: [
        {
          unit: 'minutes',
          allowance: 600,
          overage: { mode: 'bill', rate_minor: 15_000, increment: 15 },
        },
        { unit: 'sessions', allowance: 4, rollover: { cap_units: 2, max_cycles: 1 } },
      ],
    },
  });
  for (const [day, minutes, note] of [
    ['2026-11-10', 640, 'Landing page'],
    ['2026-11-28', 60, 'Newsletter'],
  ]) {
    await ask(server, 'POST', '/time-entries', { retainer_id: retainer.id, worked_on: day, minutes, note });
  }
  await ask(server, 'POST', `/retainers/${retainer.id}/activate`);
  return { href: `/accounts/${account.id}/retainers/${retainer.id}`, id: retainer.id };
}
