// Trunk's pre_build hook: compiles the styles of the page that is built, and bundles frontend/js where there is any.
// `--scripts` bundles only: the native compiler also wants to see those files.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

const frontend = join(import.meta.dirname, '..', 'frontend');
const generated = join(frontend, 'target', 'generated');
const release = process.env.TRUNK_PROFILE !== 'debug';
const run = (tool, ...args) => {
  const program = join(frontend, 'node_modules', '.bin', tool);
  execFileSync(program, args, { cwd: frontend, stdio: ['ignore', 'ignore', 'inherit'] });
};

mkdirSync(generated, { recursive: true });

const scripts = join(frontend, 'js');
const entries = existsSync(scripts) ? readdirSync(scripts).filter((name) => name.endsWith('.js')) : [];
for (const entry of entries) {
  const output = `--outfile=${join(generated, entry)}`;
  run('esbuild', join(scripts, entry), '--bundle', '--format=esm', '--minify', '--log-level=error', output);
}

if (!process.argv.includes('--scripts')) {
  const styles = basename(process.env.TRUNK_HTML_FILE) === 'portal.html' ? 'portal.css' : 'app.css';
  const extra = release ? ['--minify'] : [];
  run('tailwindcss', '--input', join('styles', styles), '--output', join(generated, styles), ...extra);
}
