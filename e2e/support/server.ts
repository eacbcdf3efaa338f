// The real program on a port and a database of its own, and exactly that process ended again.
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..', '..');
const binary = process.env.PERENNIAL_BINARY ?? join(root, 'target', 'debug', 'perennial');
const startLimitMs = 30_000;
const stopLimitMs = 15_000;
const database = 'e2e.db';
// A sample agency is kept for as long as the program that filled it in.
const samples = join(root, '.tools', 'samples');

export interface ServerOptions {
  /** Fills in the sample agency. */
  demo?: boolean;
  /** What "now" is, as an RFC 3339 instant. */
  clock?: string;
  /** With a sample agency: what it holds besides, kept with it. */
  more?: Filling;
  /** A file with books that another program made: a copy of it is served. */
  books?: string;
  /** Charges at a server of Stripe's API of its own. */
  stripe?: boolean;
  /** More flags of `perennial serve`. */
  flags?: string[];
}

/** Books that take long to fill in. */
export interface Filling {
  /** In the name of a file; another number of things is another name. */
  name: string;
  fill(url: string): Promise<void>;
}

export interface SignIn {
  email: string;
  password: string;
}

export interface Server {
  url: string;
  pid: number;
  /** The sign-in that `serve --demo` prints. */
  signIn: SignIn | undefined;
  /** What the program has written so far, for a failing test to show. */
  log(): string;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

async function ready(url: string, program: ChildProcess, log: () => string): Promise<void> {
  const limit = Date.now() + startLimitMs;
  while (Date.now() < limit) {
    if (program.exitCode !== null || program.signalCode !== null) {
      throw new Error(`perennial ended while it started:\n${log()}`);
    }
    const answer = await fetch(`${url}/health/ready`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`perennial was not ready after ${startLimitMs / 1000} s:\n${log()}`);
}

function printedSignIn(text: string): SignIn | undefined {
  const [, email, password] = /Sign in as (\S+) with the password (\S+)/.exec(text) ?? [];
  return email && password ? { email, password } : undefined;
}

/** Begins with a sample agency that was filled in that morning: filling takes longer than a start. */
export async function startServer(options: ServerOptions = {}): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), 'perennial-e2e-'));
  if (options.demo && options.clock) await copySample(options.clock.slice(0, 10), folder, options.more);
  if (options.books) await copyFile(options.books, join(folder, database));
  if (!options.stripe) return startIn(folder, options);
  const stripe = await startStripe();
  const keys = ['--stripe-key', 'sk_test_12345', '--stripe-publishable-key', 'pk_test_12345'];
  keys.push('--stripe-webhook-secret', 'whsec_12345', '--stripe-url', stripe.url);
  const server = await startIn(folder, { ...options, flags: [...(options.flags ?? []), ...keys] });
  return { ...server, stop: () => server.stop().finally(stripe.stop) };
}

/** localstripe, which scripts/setup-tests.sh brings. */
async function startStripe(): Promise<{ url: string; stop: () => Promise<void> }> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const python = join(root, '.tools', 'stripe', 'bin', 'python');
  const flags = ['-m', 'localstripe', '--from-scratch', '--port', `${port}`];
  const program = spawn(python, flags, { stdio: 'ignore' });
  const ended = once(program, 'exit');
  const stop = async () => {
    program.kill('SIGKILL');
    await ended;
  };
  const limit = Date.now() + startLimitMs;
  while (Date.now() < limit && program.exitCode === null) {
    if (await fetch(`${url}/js.stripe.com/v3/`).catch(() => undefined)) return { url, stop };
    await new Promise((done) => setTimeout(done, 50));
  }
  program.kill('SIGKILL');
  throw new Error('localstripe was not ready: run scripts/setup-tests.sh');
}

/** A port that was free a moment ago may be taken by now: then another one, on a database of its own making. */
async function startIn(folder: string, options: ServerOptions, beforeRemoval?: () => Promise<void>): Promise<Server> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await startOn(await freePort(), folder, options, beforeRemoval);
    } catch (error) {
      if (tries === 3 || !/cannot listen on/.test(String(error))) throw error;
      await mkdir(folder, { recursive: true });
    }
  }
}

async function copySample(day: string, folder: string, more?: Filling): Promise<void> {
  const { size, mtimeMs } = await stat(binary);
  const program = `${size}-${Math.round(mtimeMs)}`;
  // Filled in by other words it is another one.
  const words = more && createHash('sha256').update(more.fill.toString()).digest('hex').slice(0, 8);
  const sample = join(samples, [program, day, ...(more ? [more.name, words] : [])].join('-') + '.db');
  const file = join(folder, database);
  if (await copyFile(sample, file).then(() => true, () => false)) return;
  const fresh = await mkdtemp(join(tmpdir(), 'perennial-e2e-'));
  let filled = false;
  const server = await startIn(fresh, { demo: true, clock: `${day}T08:00:00Z` }, async () => {
    if (!filled) return;
    if (existsSync(join(fresh, `${database}-wal`))) throw new Error('the sample agency was not written to its end');
    // Whoever comes first makes it, and it appears at once.
    await mkdir(samples, { recursive: true });
    const others = (await readdir(samples)).filter((name) => !name.startsWith(program));
    await Promise.all(others.map((name) => rm(join(samples, name), { force: true })));
    const made = `${sample}.${process.pid}`;
    await copyFile(join(fresh, database), made);
    await rename(made, sample);
  });
  try {
    await more?.fill(server.url);
    filled = true;
  } finally {
    await server.stop();
  }
  await copyFile(sample, file);
}

async function startOn(
  port: number,
  folder: string,
  options: ServerOptions,
  beforeRemoval = async () => {},
): Promise<Server> {
  const url = `http://127.0.0.1:${port}`;
  const flags = ['serve', '--listen', `127.0.0.1:${port}`, '--database', `sqlite://${folder}/${database}`];
  if (options.demo) flags.push('--demo');
  if (options.clock) flags.push('--clock', options.clock);
  flags.push(...(options.flags ?? []));

  const env = { ...process.env, PERENNIAL_TEST: '1', PERENNIAL_PUBLIC_URL: url };
  const program = spawn(binary, flags, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let written = '';
  const keep = (piece: Buffer) => {
    written = (written + piece.toString()).slice(-64_000);
  };
  program.stdout.on('data', keep);
  program.stderr.on('data', keep);
  const failed = once(program, 'error').then(([error]) => {
    throw new Error(`${binary} cannot be started (cargo build -p backend?): ${error}`);
  });

  const stop = async () => {
    if (program.exitCode === null && program.signalCode === null && program.pid !== undefined) {
      const ended = once(program, 'exit');
      program.kill('SIGTERM');
      const late = setTimeout(() => program.kill('SIGKILL'), stopLimitMs);
      await ended;
      clearTimeout(late);
    }
    await beforeRemoval();
    await rm(folder, { recursive: true, force: true });
  };

  try {
    await Promise.race([ready(url, program, () => written), failed]);
  } catch (error) {
    // A half-filled database is nobody's sample.
    beforeRemoval = async () => {};
    await stop();
    throw error;
  }
  failed.catch(() => undefined);
  return { url, pid: program.pid ?? 0, signIn: printedSignIn(written), log: () => written, stop };
}
